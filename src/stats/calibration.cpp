#include "stats/calibration.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/error.h"
#include "stats/check.h"
#include "stats/interval.h"
#include "stats/logistic.h"
#include "stats/quantile_groups.h"

namespace larc::stats {

namespace {

constexpr double kProbabilityEdge = 1e-10;

Estimate estimate(double value, double se, double level, const std::string& reason) {
  const Interval limits = normal_interval(value, se, level);
  return {value, se, limits.lower, limits.upper, reason};
}

std::vector<CalibrationBin> quantile_bins(const std::vector<double>& labels, const std::vector<double>& probability,
                                          int bins, double level) {
  const QuantileGroups cut = quantile_groups(probability, bins);
  std::vector<double> predicted(cut.count), observed(cut.count), count(cut.count);
  for (std::size_t i = 0; i < labels.size(); ++i) {
    count[cut.group[i]] += 1.0;
    predicted[cut.group[i]] += probability[i];
    observed[cut.group[i]] += labels[i];
  }
  std::vector<CalibrationBin> result;
  for (std::size_t g = 0; g < cut.count; ++g) {
    const Interval limits = wilson_interval(observed[g], count[g], level);
    result.push_back({static_cast<std::size_t>(count[g]), predicted[g] / count[g], observed[g] / count[g], limits.lower,
                      limits.upper});
  }
  return result;
}

}  // namespace

double brier_score(const std::vector<double>& labels, const std::vector<double>& probability) {
  check_same_size("probability", probability.size(), "labels", labels.size());
  if (labels.empty()) return kNaN;
  double sum = 0.0;
  for (std::size_t i = 0; i < labels.size(); ++i) sum += (labels[i] - probability[i]) * (labels[i] - probability[i]);
  return sum / static_cast<double>(labels.size());
}

BinaryCalibration binary_calibration(const std::vector<double>& labels, const std::vector<double>& probability,
                                     int bins, double level) {
  check_same_size("probability", probability.size(), "labels", labels.size());
  check_binary("labels", labels);
  check_probability("probability", probability);
  check_level(level);
  if (bins < 1) throw Error(ErrorCode::domain, "calibration needs at least one bin; got " + std::to_string(bins));
  BinaryCalibration result;
  const std::size_t n = labels.size();
  if (n == 0) {
    result.slope.reason = result.intercept.reason = result.in_the_large.reason = "no patients";
    return result;
  }
  const Eigen::Index rows = static_cast<Eigen::Index>(n);
  Eigen::MatrixXd x(rows, 1);
  std::vector<double> offset(n);
  std::size_t moved = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const double p = std::clamp(probability[i], kProbabilityEdge, 1.0 - kProbabilityEdge);
    moved += p != probability[i] ? 1 : 0;
    offset[i] = logit(p);
    x(static_cast<Eigen::Index>(i), 0) = offset[i];
  }
  if (moved > 0) result.notes.push_back(std::to_string(moved) + " predictions of exactly 0 or 1 were moved by 1e-10");
  const double events = std::accumulate(labels.begin(), labels.end(), 0.0);
  const double expected = std::accumulate(probability.begin(), probability.end(), 0.0);
  result.brier = brier_score(labels, probability);
  result.brier_null = brier_score(labels, std::vector<double>(n, events / static_cast<double>(n)));
  if (expected > 0.0) result.observed_expected = events / expected;
  if (events > 0.0) {
    const double half = critical_value(level) * std::sqrt((1.0 - events / static_cast<double>(n)) / events);
    result.observed_expected_lower = result.observed_expected * std::exp(-half);
    result.observed_expected_upper = result.observed_expected * std::exp(half);
  }
  result.bins = quantile_bins(labels, probability, bins, level);
  const LogisticFit recalibration = fit_logistic(x, labels);
  const bool usable = recalibration.converged && std::isfinite(recalibration.coef[0]);
  const std::string reason = usable                                       ? ""
                             : recalibration.reason.empty()               ? "no convergence"
                             : x.col(0).maxCoeff() == x.col(0).minCoeff() ? "all predictions are equal"
                                                                          : recalibration.reason;
  result.slope = estimate(usable ? recalibration.coef[0] : kNaN, usable ? recalibration.se[0] : kNaN, level, reason);
  result.intercept =
      estimate(usable ? recalibration.intercept : kNaN, usable ? recalibration.intercept_se : kNaN, level, reason);
  const LogisticFit shifted = fit_logistic(Eigen::MatrixXd(rows, 0), labels, offset);
  result.in_the_large = estimate(shifted.converged ? shifted.intercept : kNaN,
                                 shifted.converged ? shifted.intercept_se : kNaN, level, shifted.reason);
  return result;
}

}  // namespace larc::stats
