#include "learn/select.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/error.h"
#include "core/number.h"
#include "core/random.h"
#include "learn/elastic_net.h"
#include "learn/loss.h"

namespace larc::learn {

namespace {

constexpr int kHalfSamples = 50;

std::vector<Eigen::Index> by_size(const Eigen::VectorXd& values) {
  std::vector<Eigen::Index> order(static_cast<std::size_t>(values.size()));
  std::iota(order.begin(), order.end(), Eigen::Index{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](Eigen::Index a, Eigen::Index b) { return std::abs(values[a]) > std::abs(values[b]); });
  return order;
}

Eigen::MatrixXd unit_columns(const Eigen::MatrixXd& x) {
  Eigen::MatrixXd unit = x.rowwise() - x.colwise().mean();
  for (Eigen::Index j = 0; j < unit.cols(); ++j) {
    const double length = unit.col(j).norm();
    if (length > 1e-12 * (1.0 + x.col(j).cwiseAbs().maxCoeff()))
      unit.col(j) /= length;
    else
      unit.col(j).setZero();
  }
  return unit;
}

std::vector<Eigen::Index> mrmr(const Eigen::MatrixXd& x, const Eigen::VectorXd& z, int count) {
  const Eigen::MatrixXd unit = unit_columns(x);
  const double largest = std::max(z.cwiseAbs().maxCoeff(), 1e-300);
  Eigen::VectorXd redundancy = Eigen::VectorXd::Zero(x.cols());
  std::vector<bool> chosen(static_cast<std::size_t>(x.cols()), false);
  std::vector<Eigen::Index> order;
  while (static_cast<int>(order.size()) < count && static_cast<Eigen::Index>(order.size()) < x.cols()) {
    Eigen::Index best = -1;
    double best_value = -std::numeric_limits<double>::infinity();
    for (Eigen::Index j = 0; j < x.cols(); ++j) {
      if (chosen[static_cast<std::size_t>(j)]) continue;
      const double others = order.empty() ? 0.0 : redundancy[j] / static_cast<double>(order.size());
      const double value = std::abs(z[j]) / largest - others;
      if (value > best_value) {
        best_value = value;
        best = j;
      }
    }
    chosen[static_cast<std::size_t>(best)] = true;
    order.push_back(best);
    redundancy += (unit.transpose() * unit.col(best)).cwiseAbs();
  }
  return order;
}

std::vector<std::size_t> half_sample(const Outcome& outcome, Random& random) {
  std::vector<std::size_t> half;
  for (const bool event : {true, false}) {
    std::vector<std::size_t> rows;
    for (std::size_t i = 0; i < outcome.size(); ++i)
      if (event == (outcome.kind == OutcomeKind::binary ? outcome.label[i] == 1.0 : outcome.event[i] == 1))
        rows.push_back(i);
    const auto order = random.permutation(rows.size());
    for (std::size_t k = 0; k < (rows.size() + 1) / 2; ++k) half.push_back(rows[order[k]]);
  }
  std::sort(half.begin(), half.end());
  return half;
}

/// How often each feature is among the first `count` of a lasso path on half of the patients.
Eigen::VectorXd selection_share(const Eigen::MatrixXd& x, const Outcome& outcome, int count, std::uint64_t seed) {
  Eigen::VectorXd share = Eigen::VectorXd::Zero(x.cols());
  for (int b = 0; b < kHalfSamples; ++b) {
    Random random(derive_seed(seed, "half sample", static_cast<std::uint64_t>(b)));
    const std::vector<std::size_t> rows = half_sample(outcome, random);
    Eigen::MatrixXd part(static_cast<Eigen::Index>(rows.size()), x.cols());
    for (std::size_t i = 0; i < rows.size(); ++i)
      part.row(static_cast<Eigen::Index>(i)) = x.row(static_cast<Eigen::Index>(rows[i]));
    ElasticNet net(part, outcome.select_rows(rows), {1.0, {}, 1e-4, 100, false});
    for (const double lambda : lambda_grid(net.lambda_max(), 0.05 * net.lambda_max(), 25)) {
      const ElasticNetFit& fit = net.fit(lambda);
      if (fit.nonzero() < count && lambda > 0.0501 * net.lambda_max()) continue;
      const std::vector<Eigen::Index> order = by_size(fit.coef);
      for (int k = 0;
           k < count && k < static_cast<int>(order.size()) && fit.coef[order[static_cast<std::size_t>(k)]] != 0.0; ++k)
        share[order[static_cast<std::size_t>(k)]] += 1.0 / kHalfSamples;
      break;
    }
  }
  return share;
}

}  // namespace

Eigen::VectorXd score_z(const Eigen::MatrixXd& x, const Outcome& outcome) {
  Eigen::VectorXd z = Eigen::VectorXd::Zero(x.cols());
  const auto n = static_cast<double>(x.rows());
  if (outcome.kind == OutcomeKind::binary) {
    const Eigen::Map<const Eigen::VectorXd> y(outcome.label.data(), static_cast<Eigen::Index>(outcome.label.size()));
    const double prevalence = y.mean();
    for (Eigen::Index j = 0; j < x.cols(); ++j) {
      const Eigen::ArrayXd centred = x.col(j).array() - x.col(j).mean();
      const double variance = prevalence * (1.0 - prevalence) * centred.square().sum();
      if (variance > 1e-24 * n * (1.0 + x.col(j).squaredNorm()))
        z[j] = (centred * y.array()).sum() / std::sqrt(variance);
    }
    return z;
  }
  std::vector<std::size_t> order(outcome.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return outcome.time_months[a] > outcome.time_months[b]; });
  for (Eigen::Index j = 0; j < x.cols(); ++j) {
    double count = 0.0, sum = 0.0, squares = 0.0, score = 0.0, information = 0.0;
    for (std::size_t begin = 0; begin < order.size();) {
      std::size_t end = begin;
      double deaths = 0.0;
      for (; end < order.size() && outcome.time_months[order[end]] == outcome.time_months[order[begin]]; ++end) {
        const double value = x(static_cast<Eigen::Index>(order[end]), j);
        count += 1.0;
        sum += value;
        squares += value * value;
        if (outcome.event[order[end]] == 1) {
          deaths += 1.0;
          score += value;
        }
      }
      const double mean = sum / count;
      score -= deaths * mean;
      information += deaths * std::max(squares / count - mean * mean, 0.0);
      begin = end;
    }
    if (information > 1e-12) z[j] = score / std::sqrt(information);
  }
  return z;
}

FilterState fit_selection(const FeatureMatrix& training, const Outcome& outcome, const SelectionSettings& settings,
                          std::uint64_t seed) {
  FilterState state;
  if (settings.method == "none") {
    state.kept = training.names;
    return state;
  }
  if (settings.method != "univariate" && settings.method != "mrmr" && settings.method != "stability")
    throw Error(ErrorCode::domain, "selection '" + settings.method + "' is not none, univariate, mrmr or stability");
  if (settings.count < 1) throw Error(ErrorCode::domain, "selection needs a count of at least 1");
  const Eigen::Index p = training.values.cols();
  if (p == 0) return state;
  std::vector<Eigen::Index> order;
  std::size_t keep = static_cast<std::size_t>(std::min<Eigen::Index>(settings.count, p));
  std::string reason = "less related to the outcome";
  if (settings.method == "univariate") {
    order = by_size(score_z(training.values, outcome));
  } else if (settings.method == "mrmr") {
    order = mrmr(training.values, score_z(training.values, outcome), settings.count);
    reason = "less related to the outcome, or like a chosen one";
  } else {
    const Eigen::VectorXd share = selection_share(training.values, outcome, settings.count, seed);
    order = by_size(share);
    const auto stable = static_cast<std::size_t>((share.array() >= settings.share - 1e-9).count());
    keep = std::min<std::size_t>(static_cast<std::size_t>(p),
                                 std::max(stable, static_cast<std::size_t>(std::max(settings.minimum, 1))));
    reason = "chosen in too few half-samples";
  }
  std::vector<bool> kept(static_cast<std::size_t>(p), false);
  for (std::size_t k = 0; k < keep; ++k) kept[static_cast<std::size_t>(order[k])] = true;
  for (std::size_t j = 0; j < kept.size(); ++j) {
    if (kept[j])
      state.kept.push_back(training.names[j]);
    else
      state.dropped.push_back(training.names[j] + ": " + reason);
  }
  return state;
}

Json to_json(const SelectionSettings& settings) {
  return {
      {"method", settings.method}, {"count", settings.count}, {"share", settings.share}, {"minimum", settings.minimum}};
}

SelectionSettings selection_settings_from_json(const Json& json) {
  return {json.at("method").get<std::string>(), json.at("count").get<int>(), json.at("share").get<double>(),
          json.at("minimum").get<int>()};
}

}  // namespace larc::learn
