#include "learn/boosting.h"

#include <limits>

#include "core/error.h"
#include "core/number.h"
#include "core/random.h"
#include "learn/xgboost_library.h"
#include "stats/distributions.h"

namespace larc::learn {

namespace {

/// A handle of XGBoost that frees itself.
class Handle {
 public:
  explicit Handle(int (*free)(void*)) : free_(free) {}
  ~Handle() {
    if (value != nullptr) free_(value);
  }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  void* value = nullptr;

 private:
  int (*free_)(void*);
};

void check_settings(const BoostSettings& s) {
  const auto need = [](bool holds, const char* text) {
    if (!holds) throw Error(ErrorCode::domain, std::string("boosting: ") + text);
  };
  need(s.rounds >= 1, "rounds must be at least 1");
  need(s.max_depth >= 1, "max_depth must be at least 1");
  need(s.learning_rate > 0.0 && s.learning_rate <= 1.0, "learning_rate must lie in (0, 1]");
  need(s.min_child_weight >= 0.0, "min_child_weight must be at least 0");
  need(s.l2 >= 0.0 && s.l1 >= 0.0, "l1 and l2 must be at least 0");
  need(s.row_share > 0.0 && s.row_share <= 1.0, "row_share must lie in (0, 1]");
  need(s.column_share > 0.0 && s.column_share <= 1.0, "column_share must lie in (0, 1]");
  need(s.aft_scale > 0.0, "aft_scale must be above 0");
  need(s.bins == 0 || s.bins >= 2, "bins must be 0 or at least 2");
}

void check_boosted_outcome(const Outcome& outcome, const BoostSettings& settings, Eigen::Index rows) {
  const bool binary = settings.objective == BoostObjective::logistic;
  if (binary != (outcome.kind == OutcomeKind::binary))
    throw Error(ErrorCode::unsupported,
                std::string("boosting: this objective needs a ") + (binary ? "binary" : "survival") + " outcome");
  check_outcome(outcome);
  if (outcome.size() != static_cast<std::size_t>(rows))
    throw Error(ErrorCode::shape_mismatch,
                "x has " + std::to_string(rows) + " rows, the outcome " + std::to_string(outcome.size()));
  if (outcome.events() == 0 || (binary && outcome.events() == outcome.size()))
    throw Error(ErrorCode::domain,
                binary ? "outcome: all patients have the same label" : "outcome: no patient has an event");
  if (settings.objective != BoostObjective::aft) return;
  for (std::size_t i = 0; i < outcome.size(); ++i)
    if (!(outcome.time_months[i] > 0.0))
      throw Error(ErrorCode::domain, "time: row " + std::to_string(i + 1) + " is 0, which has no logarithm for AFT");
}

void make_matrix(const XgboostLibrary& xgboost, const Eigen::MatrixXd& x, Handle& matrix) {
  std::vector<float> values;
  values.reserve(static_cast<std::size_t>(x.size()));
  for (Eigen::Index i = 0; i < x.rows(); ++i)
    for (Eigen::Index j = 0; j < x.cols(); ++j) {
      values.push_back(static_cast<float>(x(i, j)));
      if (!std::isfinite(values.back()))
        throw Error(ErrorCode::domain, "x: column " + std::to_string(j + 1) + ", row " + std::to_string(i + 1) +
                                           " is missing or beyond single precision");
    }
  xgboost.check(xgboost.matrix_create(values.data(), static_cast<bst_ulong>(x.rows()), static_cast<bst_ulong>(x.cols()),
                                      std::numeric_limits<float>::quiet_NaN(), &matrix.value, 1));
}

void set_outcome(const XgboostLibrary& xgboost, const Outcome& outcome, BoostObjective objective, Handle& matrix) {
  const auto set = [&](const char* field, const std::vector<float>& values) {
    xgboost.check(xgboost.matrix_set(matrix.value, field, values.data(), values.size()));
  };
  std::vector<float> label;
  if (objective == BoostObjective::logistic) {
    for (const double y : outcome.label) label.push_back(static_cast<float>(y));
    set("label", label);
  } else if (objective == BoostObjective::cox) {
    std::vector<double> distinct = outcome.time_months;
    std::sort(distinct.begin(), distinct.end());
    distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
    for (std::size_t i = 0; i < outcome.size(); ++i) {
      const auto rank =
          std::lower_bound(distinct.begin(), distinct.end(), outcome.time_months[i]) - distinct.begin() + 1;
      label.push_back(static_cast<float>(outcome.event[i] == 1 ? rank : -rank));
    }
    set("label", label);
  } else {
    std::vector<float> upper;
    for (std::size_t i = 0; i < outcome.size(); ++i) {
      label.push_back(static_cast<float>(outcome.time_months[i]));
      upper.push_back(outcome.event[i] == 1 ? label.back() : std::numeric_limits<float>::infinity());
    }
    set("label_lower_bound", label);
    set("label_upper_bound", upper);
  }
}

void set_parameters(const XgboostLibrary& xgboost, const BoostSettings& s, std::uint64_t seed, void* booster) {
  const auto set = [&](const char* name, const std::string& value) {
    xgboost.check(xgboost.set(booster, name, value.c_str()));
  };
  static constexpr const char* kNoise[] = {"normal", "logistic", "extreme"};
  static constexpr const char* kObjective[] = {"binary:logistic", "survival:cox", "survival:aft"};
  set("verbosity", "0");
  set("nthread", "1");
  set("objective", kObjective[static_cast<int>(s.objective)]);
  if (s.objective == BoostObjective::aft) {
    set("aft_loss_distribution", kNoise[static_cast<int>(s.aft_noise)]);
    set("aft_loss_distribution_scale", format_double(s.aft_scale));
  }
  set("tree_method", s.bins > 0 ? "hist" : "exact");
  if (s.bins > 0) set("max_bin", std::to_string(s.bins));
  set("max_depth", std::to_string(s.max_depth));
  set("eta", format_double(s.learning_rate));
  set("min_child_weight", format_double(s.min_child_weight));
  set("lambda", format_double(s.l2));
  set("alpha", format_double(s.l1));
  set("subsample", format_double(s.row_share));
  set("colsample_bytree", format_double(s.column_share));
  set("seed", std::to_string(derive_seed(seed, "boosting") % 2147483647));
}

std::vector<double> mean_gain(const XgboostLibrary& xgboost, void* booster, Eigen::Index features) {
  bst_ulong count = 0, dimensions = 0;
  const char** names = nullptr;
  const bst_ulong* shape = nullptr;
  const float* scores = nullptr;
  xgboost.check(
      xgboost.feature_score(booster, R"({"importance_type": "gain"})", &count, &names, &dimensions, &shape, &scores));
  std::vector<double> gain(static_cast<std::size_t>(features), 0.0);
  for (bst_ulong k = 0; k < count; ++k) gain.at(std::stoul(names[k] + 1)) = scores[k];  // names are f0, f1, ...
  return gain;
}

Eigen::VectorXd margins(const XgboostLibrary& xgboost, void* booster, void* matrix) {
  const bst_ulong* shape = nullptr;
  bst_ulong dimensions = 0;
  const float* values = nullptr;
  xgboost.check(xgboost.predict(
      booster, matrix,
      R"({"type": 1, "training": false, "iteration_begin": 0, "iteration_end": 0, "strict_shape": false})", &shape,
      &dimensions, &values));
  return Eigen::Map<const Eigen::VectorXf>(values, static_cast<Eigen::Index>(shape[0])).cast<double>();
}

}  // namespace

BoostedModel fit_boosting(const Eigen::MatrixXd& x, const Outcome& outcome, const BoostSettings& settings,
                          std::uint64_t seed) {
  check_settings(settings);
  check_boosted_outcome(outcome, settings, x.rows());
  if (x.cols() < 1) throw Error(ErrorCode::domain, "x: boosting needs columns");
  const XgboostLibrary& xgboost = xgboost_library();
  Handle matrix(xgboost.matrix_free);
  make_matrix(xgboost, x, matrix);
  set_outcome(xgboost, outcome, settings.objective, matrix);
  Handle booster(xgboost.free);
  xgboost.check(xgboost.create(&matrix.value, 1, &booster.value));
  set_parameters(xgboost, settings, seed, booster.value);
  for (int round = 0; round < settings.rounds; ++round)
    xgboost.check(xgboost.update(booster.value, round, matrix.value));
  BoostedModel model;
  model.settings = settings;
  model.features = static_cast<std::int32_t>(x.cols());
  bst_ulong size = 0;
  const char* bytes = nullptr;
  xgboost.check(xgboost.save(booster.value, R"({"format": "ubj"})", &size, &bytes));
  model.bytes.assign(bytes, size);
  model.gain = mean_gain(xgboost, booster.value, x.cols());
  if (settings.objective == BoostObjective::cox) {
    const Eigen::VectorXd eta = margins(xgboost, booster.value, matrix.value);
    model.baseline =
        stats::baseline_hazard({eta.begin(), eta.end()}, outcome.time_months, outcome.event, stats::Ties::breslow);
  }
  return model;
}

Eigen::VectorXd predict_margin(const BoostedModel& model, const Eigen::MatrixXd& x) {
  if (x.cols() != model.features)
    throw Error(ErrorCode::shape_mismatch,
                "x has " + std::to_string(x.cols()) + " columns, the model " + std::to_string(model.features));
  if (x.rows() == 0) return Eigen::VectorXd(0);
  const XgboostLibrary& xgboost = xgboost_library();
  Handle matrix(xgboost.matrix_free);
  make_matrix(xgboost, x, matrix);
  Handle booster(xgboost.free);
  xgboost.check(xgboost.create(nullptr, 0, &booster.value));
  xgboost.check(xgboost.set(booster.value, "nthread", "1"));
  xgboost.check(xgboost.load(booster.value, model.bytes.data(), model.bytes.size()));
  xgboost.check(xgboost.set(booster.value, "nthread", "1"));
  return margins(xgboost, booster.value, matrix.value);
}

Eigen::VectorXd predict_boosted_probability(const BoostedModel& model, const Eigen::MatrixXd& x) {
  if (model.settings.objective != BoostObjective::logistic)
    throw Error(ErrorCode::unsupported, "a survival model has no probability without a time");
  return (1.0 + (-predict_margin(model, x).array()).exp()).inverse();
}

Eigen::MatrixXd predict_boosted_survival(const BoostedModel& model, const Eigen::MatrixXd& x,
                                         const std::vector<double>& times) {
  if (model.settings.objective == BoostObjective::logistic)
    throw Error(ErrorCode::unsupported, "a model of a binary outcome has no survival curve");
  for (std::size_t k = 0; k < times.size(); ++k)
    if (!(times[k] >= 0.0)) throw Error(ErrorCode::domain, "times: entry " + std::to_string(k + 1) + " is below 0");
  const Eigen::VectorXd margin = predict_margin(model, x);
  Eigen::MatrixXd survival(x.rows(), static_cast<Eigen::Index>(times.size()));
  const auto tail = [&](double z) {  // probability that the noise is above z
    if (model.settings.aft_noise == AftNoise::normal) return stats::normal_cdf(-z);
    if (model.settings.aft_noise == AftNoise::logistic) return 1.0 / (1.0 + std::exp(z));
    return std::exp(-std::exp(z));
  };
  for (Eigen::Index k = 0; k < survival.cols(); ++k)
    for (Eigen::Index i = 0; i < x.rows(); ++i) {
      const double when = times[static_cast<std::size_t>(k)];
      survival(i, k) = model.settings.objective == BoostObjective::cox
                           ? stats::cox_survival(model.baseline, margin[i], when)
                           : tail((std::log(when) - margin[i]) / model.settings.aft_scale);
    }
  return survival;
}

std::string xgboost_version() {
  int major = 0, minor = 0, patch = 0;
  xgboost_library().version(&major, &minor, &patch);
  return std::to_string(major) + "." + std::to_string(minor) + "." + std::to_string(patch);
}

}  // namespace larc::learn
