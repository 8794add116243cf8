#include "clinical/eligibility.h"
#include "core/error.h"
#include "core/number.h"
#include "core/random.h"
#include "learn/evaluate.h"
#include "stats/calibration.h"
#include "stats/concordance.h"
#include "stats/kaplan_meier.h"
#include "stats/logrank.h"
#include "stats/roc.h"
#include "stats/survival_calibration.h"
#include "study/column_label.h"
#include "study/companion_summary.h"
#include "study/companions.h"
#include "study/train.h"
#include "study/truth.h"
#include "study/validate.h"
#include "study/validation_unit.h"

namespace larc::study {

namespace {

constexpr int kFixedPermutations = 999;
constexpr int kHistogramBins = 20;

/// Out-of-fold predictions of every row, averaged over repeats.
struct Pooled {
  bool complete = false;
  std::vector<double> score;  // probability, or linear predictor for survival
  std::vector<double> linear;
  std::vector<std::vector<double>> survival;
  std::vector<double> high_share;  // share of repeats in which the row was above the training median
  std::vector<Json> coefficients;  // one list per fold and repeat
  std::vector<learn::FoldScores> folds;
  std::map<std::string, std::vector<learn::FoldScores>> hidden;  // without a sequence or an examination
};

Pooled pool(const Study& study, const Dataset& dataset, const std::string& kind, int repeats, const Units& jobs,
            std::vector<std::string>& reasons) {
  const std::size_t n = dataset.patients.size();
  Pooled pooled;
  pooled.score.assign(n, 0);
  pooled.linear.assign(n, 0);
  pooled.high_share.assign(n, 0);
  pooled.survival.assign(n, std::vector<double>(dataset.endpoint->report_at.size(), 0.0));
  const double weight = 1.0 / repeats;
  const std::string input = validation_input(study.file, dataset, kind, validation_seed(study));
  for (int repeat = 0; repeat < repeats; ++repeat)
    for (int fold = 0; fold < study.file.validation.folds; ++fold) {
      std::string reason;
      const auto finished =
          finished_unit(jobs, unit_id(*dataset.endpoint, kind, fold_part(repeat, fold + 1)), input, reason);
      if (!finished) {
        reasons.push_back(reason);
        return pooled;
      }
      const Json& unit = *finished;
      pooled.folds.push_back(unit_scores(unit, repeat));
      for (const auto& [name, linear] : unit.at("hidden").items()) {
        learn::FoldScores scores = pooled.folds.back();
        scores.score = linear.get<std::vector<double>>();
        pooled.hidden[name].push_back(std::move(scores));
      }
      for (std::size_t t = 0; t < unit.at("rows").size(); ++t) {
        const auto row = unit["rows"][t].get<std::size_t>();
        pooled.linear[row] += weight * unit["linear"][t].get<double>();
        pooled.high_share[row] += weight * (unit["high_risk"][t].get<bool>() ? 1 : 0);
        if (dataset.outcome.kind == learn::OutcomeKind::binary)
          pooled.score[row] += weight * unit["probability"][t].get<double>();
        else
          for (std::size_t h = 0; h < pooled.survival[row].size(); ++h)
            pooled.survival[row][h] += weight * unit["survival"][t][h].get<double>();
      }
      pooled.coefficients.push_back(unit.at("coefficients"));
    }
  if (dataset.outcome.kind == learn::OutcomeKind::survival) pooled.score = pooled.linear;
  pooled.complete = true;
  return pooled;
}

Json km_json(const std::vector<double>& time, const std::vector<int>& event, double horizon) {
  const auto curve = stats::kaplan_meier(time, event);
  Json times = Json::array({0.0}), survival = Json::array({1.0}), lower = Json::array({1.0}),
       upper = Json::array({1.0});
  for (std::size_t i = 0; i < curve.time.size(); ++i) {
    if (curve.events[i] == 0 && i + 1 < curve.time.size()) continue;
    times.push_back(curve.time[i]);
    survival.push_back(curve.survival[i]);
    lower.push_back(number_or_null(curve.lower[i]));
    upper.push_back(number_or_null(curve.upper[i]));
  }
  Json at_risk = Json::array();
  for (double when = 0; when <= horizon + 1e-9; when += horizon > 60 ? 24 : 12)
    at_risk.push_back(
        {{"time", when}, {"n", std::count_if(time.begin(), time.end(), [&](double t) { return t >= when; })}});
  return {{"time", times},
          {"survival", survival},
          {"lower", lower},
          {"upper", upper},
          {"at_risk", at_risk},
          {"median", number_or_null(curve.median)},
          {"median_lower", number_or_null(curve.median_lower)},
          {"median_upper", number_or_null(curve.median_upper)}};
}

Json risk_groups(const Dataset& dataset, const Pooled& pooled, double& logrank_p) {
  std::vector<std::string> group;
  for (const double share : pooled.high_share) group.push_back(share > 0.5 ? "high" : "low");
  Json list = Json::array();
  for (const char* name : {"low", "high"}) {
    std::vector<double> time;
    std::vector<int> event;
    for (std::size_t row = 0; row < group.size(); ++row)
      if (group[row] == name) {
        time.push_back(dataset.outcome.time_months[row]);
        event.push_back(dataset.outcome.event[row]);
      }
    if (time.empty()) continue;
    list.push_back({{"name", name},
                    {"n", time.size()},
                    {"events", std::count(event.begin(), event.end(), 1)},
                    {"km", km_json(time, event, dataset.endpoint->horizon_months)}});
  }
  logrank_p = stats::logrank(dataset.outcome.time_months, dataset.outcome.event, group).p;
  return list;
}

Json stability(const Study& study, const Pooled& pooled) {
  struct Tally {
    std::string group;
    double selected = 0;
    double sum = 0;
  };
  std::map<std::string, Tally> tallies;
  for (const auto& list : pooled.coefficients)
    for (const auto& item : list) {
      Tally& tally = tallies[item[0].get<std::string>()];
      tally.group = item[1].get<std::string>();
      tally.selected += 1;
      tally.sum += item[2].get<double>();
    }
  const auto fits = static_cast<double>(pooled.coefficients.size());
  std::vector<std::pair<std::string, Tally>> order(tallies.begin(), tallies.end());
  std::stable_sort(order.begin(), order.end(),
                   [](const auto& a, const auto& b) { return std::abs(a.second.sum) > std::abs(b.second.sum); });
  Json list = Json::array();
  for (std::size_t i = 0; i < order.size() && i < 20; ++i) {
    const auto& [name, tally] = order[i];
    list.push_back({{"feature", name},
                    {"label", to_json(column_label(study.file, name))},
                    {"group", tally.group},
                    {"selected_fraction", tally.selected / fits},
                    {"mean_coefficient", tally.sum / fits}});
  }
  return list;
}

Json permutation_json(const Study& study, const Dataset& dataset, const std::string& kind, const Pooled& pooled,
                      const Units& jobs) {
  std::vector<double> under_null;
  double observed = kNaN;
  if (uses_network(study.file, kind)) {
    observed = learn::fold_concordance(dataset.outcome, pooled.folds).value;
    for (int p = 0; p < kFixedPermutations; ++p) {
      Random random(derive_seed(validation_seed(study), "fixed permutation " + dataset.endpoint->id,
                                static_cast<std::uint64_t>(p)));
      under_null.push_back(
          learn::fold_concordance(dataset.outcome.select_rows(random.permutation(dataset.outcome.size())), pooled.folds)
              .value);
    }
  } else {
    std::vector<std::string> ignored;
    observed = learn::fold_concordance(dataset.outcome, pool(study, dataset, kind, 1, jobs, ignored).folds).value;
    const std::string input = validation_input(study.file, dataset, kind, validation_seed(study));
    const std::string prefix =
        dataset.endpoint->id + "/" + to_string(dataset.endpoint->at) + "/" + kind + "/permutations ";
    for (const auto& [id, job] : jobs)
      if (id.starts_with(prefix) && job.done && job.input_hash == input)
        for (const auto& value : parse_json(job.result, id)) under_null.push_back(number_or_nan(value));
    if (under_null.empty()) return nullptr;
  }
  const auto reached =
      std::count_if(under_null.begin(), under_null.end(), [&](double value) { return !(value < observed); });
  if (!std::isfinite(observed)) return nullptr;
  return {{"p", (1.0 + static_cast<double>(reached)) / (1.0 + static_cast<double>(under_null.size()))},
          {"n", under_null.size()},
          {"kind", uses_network(study.file, kind) ? "fixed_predictions" : "full_pipeline"}};
}

/// What a network loses where a sequence, or all of an examination, is missing: [{without, value, difference ...}].
Json hidden_json(const Dataset& dataset, const Pooled& pooled) {
  Json list = Json::array();
  const auto whole = learn::fold_concordance(dataset.outcome, pooled.folds);
  for (const auto& [name, folds] : pooled.hidden) {
    const auto value = learn::fold_concordance(dataset.outcome, folds);
    const auto difference = learn::paired_fold_concordance(value, whole);
    list.push_back({{"without", name},
                    {"value", number_or_null(value.value)},
                    {"lower", number_or_null(value.lower)},
                    {"upper", number_or_null(value.upper)},
                    {"difference", number_or_null(difference.difference)},
                    {"difference_lower", number_or_null(difference.lower)},
                    {"difference_upper", number_or_null(difference.upper)}});
  }
  return list;
}

Json estimate_json(double value, double lower, double upper) {
  return {{"value", number_or_null(value)}, {"lower", number_or_null(lower)}, {"upper", number_or_null(upper)}};
}

void add_binary(const Dataset& dataset, const Pooled& pooled, Json& model, Json& notes) {
  const auto roc = stats::roc(dataset.outcome.label, pooled.score);
  const auto within = learn::fold_concordance(dataset.outcome, pooled.folds);
  model["internal"] = estimate_json(within.value, within.lower, within.upper);
  model["internal"]["metric"] = "auc";
  model["pooled"] = estimate_json(roc.auc, roc.lower, roc.upper);
  const auto calibration = stats::binary_calibration(dataset.outcome.label, pooled.score, 5);
  model["brier"] = number_or_null(calibration.brier);
  model["brier_null"] = number_or_null(calibration.brier_null);
  model["calibration_slope"] = number_or_null(calibration.slope.value);
  model["calibration_slope_limits"] = {number_or_null(calibration.slope.lower),
                                       number_or_null(calibration.slope.upper)};
  model["calibration_intercept"] = number_or_null(calibration.intercept.value);
  model["calibration_in_the_large"] = number_or_null(calibration.in_the_large.value);
  for (const auto& estimate : {calibration.slope, calibration.in_the_large})
    if (!estimate.reason.empty()) notes.push_back(estimate.reason);
  Json curve = Json::array(), bins = Json::array(), histogram = Json::array();
  for (const auto& point : roc.curve)
    curve.push_back({{"fpr", point.false_positive_rate}, {"tpr", point.true_positive_rate}});
  for (const auto& bin : calibration.bins)
    bins.push_back({{"predicted", number_or_null(bin.predicted)},
                    {"observed", number_or_null(bin.observed)},
                    {"lower", number_or_null(bin.lower)},
                    {"upper", number_or_null(bin.upper)},
                    {"n", bin.patients}});
  std::vector<int> counts(kHistogramBins, 0);
  for (const double p : pooled.score)
    ++counts[static_cast<std::size_t>(std::clamp(static_cast<int>(p * kHistogramBins), 0, kHistogramBins - 1))];
  for (int b = 0; b < kHistogramBins; ++b)
    histogram.push_back({{"lower", static_cast<double>(b) / kHistogramBins},
                         {"upper", static_cast<double>(b + 1) / kHistogramBins},
                         {"n", counts[static_cast<std::size_t>(b)]}});
  model["roc"] = curve;
  model["calibration"] = bins;
  model["predicted_histogram"] = histogram;
}

void add_survival(const Dataset& dataset, const Pooled& pooled, Json& model, Json& notes) {
  const auto& time = dataset.outcome.time_months;
  const auto& event = dataset.outcome.event;
  const auto harrell = stats::harrell_c(time, event, pooled.score);
  const auto within = learn::fold_concordance(dataset.outcome, pooled.folds);
  model["internal"] = estimate_json(within.value, within.lower, within.upper);
  model["internal"]["metric"] = "c_harrell";
  model["pooled"] = estimate_json(harrell.c, harrell.lower, harrell.upper);
  const auto& horizons = dataset.endpoint->report_at;
  const auto uno = stats::uno_c(time, event, pooled.score, horizons.back());
  model["c_uno"] = estimate_json(uno.c, uno.lower, uno.upper);
  model["c_uno"]["tau_months"] = horizons.back();
  const auto slope = stats::survival_calibration_slope(time, event, pooled.linear);
  model["calibration_slope"] = number_or_null(slope.value);
  model["calibration_slope_limits"] = {number_or_null(slope.lower), number_or_null(slope.upper)};
  Json at = Json::array();
  for (std::size_t h = 0; h < horizons.size(); ++h) {
    std::vector<double> survival;
    for (const auto& row : pooled.survival) survival.push_back(row[h]);
    const auto brier = stats::survival_brier(time, event, survival, horizons[h]);
    const auto ratio = stats::observed_expected(time, event, survival, horizons[h]);
    at.push_back({{"months", horizons[h]},
                  {"brier", number_or_null(brier.brier)},
                  {"brier_null", number_or_null(brier.brier_null)},
                  {"observed_expected", number_or_null(ratio.ratio.value)}});
    if (h == 0) {
      model["brier"] = number_or_null(brier.brier);
      model["brier_null"] = number_or_null(brier.brier_null);
      model["calibration_intercept"] = nullptr;
      model["calibration_in_the_large"] = number_or_null(std::log(ratio.ratio.value));
      if (!brier.reason.empty()) notes.push_back(brier.reason);
    }
  }
  model["at_horizons"] = at;
  double p = kNaN;
  model["risk_groups"] = risk_groups(dataset, pooled, p);
  model["logrank_p"] = number_or_null(p);
}

Json compare(const Dataset& dataset, const std::string& kind_a, const Pooled& a, const std::string& kind_b,
             const Pooled& b) {
  const stats::PairedResult result = learn::paired_fold_concordance(learn::fold_concordance(dataset.outcome, a.folds),
                                                                    learn::fold_concordance(dataset.outcome, b.folds));
  return {{"a", kind_a},
          {"b", kind_b},
          {"difference", number_or_null(result.difference)},
          {"lower", number_or_null(result.lower)},
          {"upper", number_or_null(result.upper)},
          {"p", number_or_null(result.p)}};
}

Json summarise_endpoint(const Study& study, const Dataset& dataset, const Json& truth, const Units& jobs) {
  const Endpoint& endpoint = *dataset.endpoint;
  const std::size_t n = dataset.patients.size();
  // With competing events: cause-specific.
  const bool survival = endpoint.type != EndpointType::binary;
  Json document = {
      {"id", endpoint.id},
      {"label", to_json(endpoint.label)},
      {"type", survival ? "survival" : "binary"},
      {"at", to_string(endpoint.at)},
      {"primary", endpoint.primary},
      {"n", n},
      {"events", dataset.positives()},
      {"eligible", dataset.eligible},
      {"unknown", dataset.unknown_outcome},
      {"contradictory", dataset.contradictory},
      {"not_at_risk", dataset.not_at_risk},
      {"competing", endpoint.type == EndpointType::competing ? Json(dataset.competing) : Json(nullptr)},
      {"without_image", dataset.without_image},
      {"prevalence",
       survival || n == 0 ? Json(nullptr) : Json(static_cast<double>(dataset.positives()) / static_cast<double>(n))},
      {"refused", dataset.refused.empty() ? Json(nullptr) : Json(dataset.refused)},
      {"notes", dataset.notes},
      // With competing events a product-limit curve is no probability.
      {"overall_km", endpoint.type == EndpointType::survival && n > 0
                         ? km_json(dataset.outcome.time_months, dataset.outcome.event, endpoint.horizon_months)
                         : Json(nullptr)}};
  Json models = Json::array();
  std::vector<std::string> finished;
  for (const auto& [kind, refused] : kinds_of(study.file, dataset)) {
    Json notes = Json::array();
    std::vector<std::string> reasons;
    if (!refused.empty()) reasons.push_back(refused);
    Json model = {{"id", nullptr},
                  {"endpoint", endpoint.id},
                  {"at", to_string(endpoint.at)},
                  {"kind", kind},
                  {"n", n},
                  {"events", dataset.positives()},
                  {"refused", nullptr},
                  {"internal", nullptr},
                  {"external", nullptr}};
    const int repeats = repeats_of(study.file, kind);
    const Pooled pooled = refused.empty() ? pool(study, dataset, kind, repeats, jobs, reasons) : Pooled{};
    if (!reasons.empty()) {
      model["refused"] = reasons.front();
      models.push_back(model);
      continue;
    }
    model["id"] = trained_model_id(study, endpoint, kind);
    if (survival)
      add_survival(dataset, pooled, model, notes);
    else
      add_binary(dataset, pooled, model, notes);
    model["permutation"] = permutation_json(study, dataset, kind, pooled, jobs);
    model["stability"] = stability(study, pooled);
    model["missing_images"] = hidden_json(dataset, pooled);
    model["sample_size"] = sample_size_json(study.file, dataset, kind);
    model["notes"] = notes;
    models.push_back(model);
    finished.push_back(kind);
  }
  Json comparisons = Json::array();
  for (std::size_t a = 0; a < finished.size(); ++a)
    for (std::size_t b = 0; b < a; ++b) {
      // On the repeats both have, so that the two saw the same folds.
      const int repeats = std::min(repeats_of(study.file, finished[a]), repeats_of(study.file, finished[b]));
      std::vector<std::string> ignored;
      comparisons.push_back(compare(dataset, finished[a], pool(study, dataset, finished[a], repeats, jobs, ignored),
                                    finished[b], pool(study, dataset, finished[b], repeats, jobs, ignored)));
    }
  document["models"] = models;
  document["comparisons"] = comparisons;
  document["suspects"] = suspects_json(study.file, dataset);
  document["baselines"] = baselines_json(study, dataset, jobs);
  document["against_baselines"] = against_baselines_json(study, dataset, finished, jobs);
  document["harmonisation"] = harmonisation_json(study, dataset, jobs);
  document["leave_one_centre_out"] = centres_json(study, dataset, finished, jobs);
  document["robustness"] = robustness_json(study, dataset, jobs);
  document["best_possible"] = best_possible(truth, endpoint, models);
  return document;
}

}  // namespace

Json validation_summary(const DatasetSource& source) {
  const Study& study = source.snapshot().study;
  const auto jobs = study.ledger.stage("validate");
  const Json truth = read_truth(study);
  Json list = Json::array();
  for (const Dataset& dataset : source.modelled()) list.push_back(summarise_endpoint(study, dataset, truth, jobs));
  return list;
}

}  // namespace larc::study
