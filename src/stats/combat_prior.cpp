#include "stats/combat_prior.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "core/simd.h"

namespace larc::stats {

namespace {

double variance(const Eigen::ArrayXd& values) {
  return (values - values.mean()).square().sum() / static_cast<double>(values.size() - 1);
}

/// log likelihood of one feature under the shift and spread of every feature.
LARC_SIMD void log_weights(const double* shift, const double* log_spread, const double* half_precision,
                           Eigen::Index features, double half_count, double count, double mean, double squares,
                           double* result) {
  for (Eigen::Index j = 0; j < features; ++j) {
    const double way = mean - shift[j];
    result[j] = -half_count * log_spread[j] - (squares + count * way * way) * half_precision[j];
  }
}

}  // namespace

CombatEstimate parametric_estimate(const CombatBatch& batch, bool mean_only) {
  const double prior_mean = batch.shift.mean(), prior_variance = variance(batch.shift);
  const auto posterior_shift = [&](const Eigen::ArrayXd& count, const Eigen::ArrayXd& spread) -> Eigen::ArrayXd {
    return (prior_variance * count * batch.shift + spread * prior_mean) / (prior_variance * count + spread);
  };
  const Eigen::ArrayXd ones = Eigen::ArrayXd::Ones(batch.shift.size());
  if (mean_only) return {posterior_shift(ones, ones), ones};
  const double m = batch.spread.mean(), s2 = variance(batch.spread);
  const double a = (2.0 * s2 + m * m) / s2, b = (m * s2 + m * m * m) / s2;
  CombatEstimate estimate{batch.shift, batch.spread};
  for (double change = 1.0; change > 1e-4;) {
    const Eigen::ArrayXd shift = posterior_shift(batch.count, estimate.spread);
    const Eigen::ArrayXd sum = batch.squares + batch.count * (batch.mean - shift).square();
    const Eigen::ArrayXd spread = (0.5 * sum + b) / (0.5 * batch.count + a - 1.0);
    change = std::max(((shift - estimate.shift).abs() / estimate.shift).maxCoeff(),
                      ((spread - estimate.spread).abs() / estimate.spread).maxCoeff());
    estimate = {shift, spread};
  }
  return estimate;
}

CombatEstimate nonparametric_estimate(const CombatBatch& batch) {
  const Eigen::Index p = batch.shift.size();
  const Eigen::ArrayXd log_spread = (2.0 * std::numbers::pi * batch.spread).log();
  const Eigen::ArrayXd half_precision = 0.5 / batch.spread;
  CombatEstimate estimate{Eigen::ArrayXd(p), Eigen::ArrayXd(p)};
  Eigen::ArrayXd weight(p);
  for (Eigen::Index i = 0; i < p; ++i) {
    log_weights(batch.shift.data(), log_spread.data(), half_precision.data(), p, 0.5 * batch.count[i], batch.count[i],
                batch.mean[i], batch.squares[i], weight.data());
    weight[i] = -std::numeric_limits<double>::infinity();  // not its own prior
    double largest = -std::numeric_limits<double>::infinity();
    for (Eigen::Index j = 0; j < p; ++j) {
      // A spread of 0 has no likelihood (infinity times 0).
      if (std::isnan(weight[j])) weight[j] = -std::numeric_limits<double>::infinity();
      largest = std::max(largest, weight[j]);
    }
    double total = 0.0, shift = 0.0, spread = 0.0;
    for (Eigen::Index j = 0; j < p; ++j) {
      const double below = weight[j] - largest;
      if (!(below > -700.0)) continue;
      const double share = std::exp(below);
      total += share;
      shift += batch.shift[j] * share;
      spread += batch.spread[j] * share;
    }
    estimate.shift[i] = shift / total;
    estimate.spread[i] = spread / total;
  }
  return estimate;
}

}  // namespace larc::stats
