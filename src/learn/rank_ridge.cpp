#include "learn/rank_ridge.h"

#include <algorithm>
#include <cmath>

#include "core/base64.h"
#include "core/error.h"
#include "stats/check.h"
#include "stats/cox.h"
#include "stats/distributions.h"

namespace larc::learn {

namespace {

/// Normal scores of the half places 0, 1/2, 1, ... n of a value among n sorted ones: twice the place is a whole number.
std::vector<double> place_scores(Eigen::Index n) {
  std::vector<double> scores;
  const double lowest = 0.5 / (static_cast<double>(n) + 1.0);
  for (Eigen::Index twice = 0; twice <= 2 * n; ++twice)
    scores.push_back(stats::normal_quantile(
        std::clamp((static_cast<double>(twice) + 1.0) / (2.0 * (static_cast<double>(n) + 1.0)), lowest, 1.0 - lowest)));
  return scores;
}

Eigen::MatrixXd normal_scores(const Eigen::MatrixXd& sorted, const Eigen::MatrixXd& x,
                              const std::vector<double>& scores) {
  Eigen::MatrixXd result(x.rows(), x.cols());
  for (Eigen::Index j = 0; j < x.cols(); ++j) {
    const double* begin = sorted.col(j).data();
    const double* end = begin + sorted.rows();
    for (Eigen::Index i = 0; i < x.rows(); ++i) {
      const auto [first, last] = std::equal_range(begin, end, x(i, j));
      result(i, j) = scores[static_cast<std::size_t>((first - begin) + (last - begin))];
    }
  }
  return result;
}

struct Target {
  Eigen::VectorXd value, weight;
};

Target target_of(const Outcome& outcome) {
  const auto n = static_cast<Eigen::Index>(outcome.size());
  Target target{Eigen::VectorXd(n), Eigen::VectorXd::Ones(n)};
  if (outcome.kind == OutcomeKind::binary) {
    const auto events = static_cast<double>(outcome.events());
    for (Eigen::Index i = 0; i < n; ++i) {
      const bool positive = outcome.label[static_cast<std::size_t>(i)] == 1.0;
      target.value[i] = positive ? 1.0 : -1.0;
      target.weight[i] = static_cast<double>(n) / (2.0 * (positive ? events : static_cast<double>(n) - events));
    }
    return target;
  }
  const std::vector<double> nobody(outcome.size(), 0.0);
  const stats::BaselineHazard hazard =
      stats::baseline_hazard(nobody, outcome.time_months, outcome.event, stats::Ties::breslow);
  for (Eigen::Index i = 0; i < n; ++i) {
    const auto row = static_cast<std::size_t>(i);
    target.value[i] = outcome.event[row] - hazard.at(outcome.time_months[row]);
  }
  return target;
}

}  // namespace

RankRidge fit_rank_ridge(const Eigen::MatrixXd& x, const Outcome& outcome, double penalty) {
  check_outcome(outcome);
  stats::check_same_size("the features", static_cast<std::size_t>(x.rows()), "the outcome", outcome.size());
  if (!x.allFinite()) throw Error(ErrorCode::domain, "the features hold missing values; impute them first");
  if (!(penalty > 0.0)) throw Error(ErrorCode::domain, "the penalty of a ridge must be above 0");
  if (outcome.events() == 0 || (outcome.kind == OutcomeKind::binary && outcome.events() == outcome.size()))
    throw Error(ErrorCode::domain, "all patients have the same outcome; a model cannot be fitted");
  const Eigen::Index n = x.rows(), p = x.cols();
  RankRidge model;
  model.sorted = x;
  for (Eigen::Index j = 0; j < p; ++j) std::sort(model.sorted.col(j).data(), model.sorted.col(j).data() + n);
  Eigen::MatrixXd g = normal_scores(model.sorted, x, place_scores(n));
  Eigen::VectorXd scale(p);
  for (Eigen::Index j = 0; j < p; ++j) {
    const double sd = std::sqrt((g.col(j).array() - g.col(j).mean()).square().sum() / static_cast<double>(n));
    scale[j] = sd > 1e-10 ? 1.0 / sd : 0.0;
    g.col(j) *= scale[j];
  }
  const Target target = target_of(outcome);
  const double total = target.weight.sum();
  const Eigen::RowVectorXd centre = target.weight.transpose() * g / total;
  const double level = target.weight.dot(target.value) / total;
  const Eigen::VectorXd root = target.weight.cwiseSqrt();
  const Eigen::MatrixXd a = root.asDiagonal() * (g.rowwise() - centre);
  const Eigen::VectorXd t = root.cwiseProduct((target.value.array() - level).matrix());
  const double ridge = penalty * static_cast<double>(std::max<Eigen::Index>(p, 1));
  Eigen::VectorXd v;
  if (n <= p) {
    Eigen::MatrixXd gram = Eigen::MatrixXd::Zero(n, n);
    gram.selfadjointView<Eigen::Lower>().rankUpdate(a);
    gram.diagonal().array() += ridge;
    v = a.transpose() * gram.selfadjointView<Eigen::Lower>().llt().solve(t);
  } else {
    Eigen::MatrixXd gram = Eigen::MatrixXd::Zero(p, p);
    gram.selfadjointView<Eigen::Lower>().rankUpdate(a.transpose());
    gram.diagonal().array() += ridge;
    v = gram.selfadjointView<Eigen::Lower>().llt().solve(a.transpose() * t);
  }
  model.intercept = level - centre.dot(v);
  model.weights = v.cwiseProduct(scale);
  return model;
}

Eigen::VectorXd predict_rank_ridge(const RankRidge& model, const Eigen::MatrixXd& x) {
  stats::check_same_size("the features' columns", static_cast<std::size_t>(x.cols()), "the model",
                         static_cast<std::size_t>(model.weights.size()));
  return (normal_scores(model.sorted, x, place_scores(model.sorted.rows())) * model.weights).array() + model.intercept;
}

Json to_json(const RankRidge& model) {
  return {{"rows", model.sorted.rows()},
          {"sorted", pack_numbers(std::vector<double>(model.sorted.data(), model.sorted.data() + model.sorted.size()))},
          {"weights", std::vector<double>(model.weights.data(), model.weights.data() + model.weights.size())},
          {"intercept", model.intercept}};
}

RankRidge rank_ridge_from_json(const Json& json) {
  const auto weights = json.at("weights").get<std::vector<double>>();
  const auto rows = json.at("rows").get<Eigen::Index>();
  const auto sorted = unpack_numbers<double>(json.at("sorted").get<std::string>());
  const auto p = static_cast<Eigen::Index>(weights.size());
  if (rows < 0 || static_cast<Eigen::Index>(sorted.size()) != rows * p)
    throw Error(ErrorCode::format, "the rank ridge has another number of training values than rows times features");
  return {Eigen::Map<const Eigen::MatrixXd>(sorted.data(), rows, p),
          Eigen::Map<const Eigen::VectorXd>(weights.data(), p), json.at("intercept").get<double>()};
}

}  // namespace larc::learn
