#include "stats/horizon_calibration.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/error.h"
#include "stats/bootstrap.h"
#include "stats/check.h"
#include "stats/cox.h"
#include "stats/interval.h"
#include "stats/ipcw.h"
#include "stats/order.h"
#include "stats/pseudo_values.h"

namespace larc::stats {

namespace {

constexpr double kEdge = 1e-10;            // predictions of 0 and 1 are moved by so much
constexpr std::size_t kFewPatients = 100;  // below, the outer knots stand at the 5th value from each end (rms)

double cloglog(double probability) {
  return std::log(-std::log1p(-probability));
}

/// The value and the one non-linear term of a restricted cubic spline with three knots; the value alone when the knots
/// are not three different numbers. (n, 2) or (n, 1)
Eigen::MatrixXd spline_of_three(const std::vector<double>& x) {
  double low = quantile(x, 0.1), middle = quantile(x, 0.5), high = quantile(x, 0.9);
  if (x.size() < kFewPatients && x.size() >= 6) {
    std::vector<double> sorted = x;
    std::sort(sorted.begin(), sorted.end());
    low = sorted[4];
    high = sorted[sorted.size() - 5];
  }
  const bool linear = !(low < middle && middle < high);
  Eigen::MatrixXd basis(static_cast<Eigen::Index>(x.size()), linear ? 1 : 2);
  const auto cube = [](double v) { return v > 0.0 ? v * v * v : 0.0; };
  for (std::size_t i = 0; i < x.size(); ++i) {
    const auto row = static_cast<Eigen::Index>(i);
    basis(row, 0) = x[i];
    if (linear) continue;
    basis(row, 1) = (cube(x[i] - low) +
                     ((middle - low) * cube(x[i] - high) - (high - low) * cube(x[i] - middle)) / (high - middle)) /
                    ((high - low) * (high - low));
  }
  return basis;
}

/// Observed risk by a Cox model of the follow-up up to the horizon.
std::vector<double> smooth_by_cox(const std::vector<double>& time, const std::vector<int>& cause, double horizon,
                                  const Eigen::MatrixXd& basis, std::string& reason) {
  std::vector<double> cut(time.size());
  std::vector<int> event(time.size());
  for (std::size_t i = 0; i < time.size(); ++i) {
    cut[i] = std::min(time[i], horizon);
    event[i] = time[i] <= horizon && cause[i] != 0 ? 1 : 0;
  }
  const CoxFit fit = fit_cox(basis, cut, event);
  if (!fit.converged) {
    reason = fit.reason;
    return {};
  }
  std::vector<double> eta(time.size(), 0.0);
  for (Eigen::Index j = 0; j < basis.cols(); ++j)
    if (std::isfinite(fit.coef[j]))
      for (std::size_t i = 0; i < eta.size(); ++i) eta[i] += fit.coef[j] * basis(static_cast<Eigen::Index>(i), j);
  const double hazard = baseline_hazard(eta, cut, event, Ties::efron).at(horizon);
  std::vector<double> smooth;
  for (const double value : eta) smooth.push_back(-std::expm1(-hazard * std::exp(value)));
  return smooth;
}

Eigen::MatrixXd with_intercept(const Eigen::MatrixXd& basis) {
  Eigen::MatrixXd x(basis.rows(), basis.cols() + 1);
  x.col(0).setOnes();
  x.rightCols(basis.cols()) = basis;
  return x;
}

std::vector<double> smooth_by_pseudo_values(const std::vector<double>& pseudo, const Eigen::MatrixXd& basis,
                                            std::string& reason) {
  const Eigen::MatrixXd x = with_intercept(basis);
  const PseudoFit fit = fit_pseudo_values(x, pseudo);
  reason = fit.reason;
  if (!fit.converged) return {};
  const Eigen::VectorXd eta = x * fit.coef;
  std::vector<double> smooth;
  for (const double value : eta) smooth.push_back(-std::expm1(-std::exp(value)));
  return smooth;
}

Estimate estimate_of(const PseudoFit& fit, Eigen::Index j, double level) {
  if (!fit.converged) return {kNaN, kNaN, kNaN, kNaN, fit.reason};
  const Interval limits = normal_interval(fit.coef[j], fit.se[j], level);
  return {fit.coef[j], fit.se[j], limits.lower, limits.upper, ""};
}

Estimate ratio_of(double observed, double expected, const std::vector<double>& pseudo, double level) {
  if (!(expected > 0.0)) return {kNaN, kNaN, kNaN, kNaN, "the expected risk is 0"};
  Estimate ratio;
  ratio.value = observed / expected;
  const double se = influence_se(pseudo);
  if (!(observed > 0.0) || !std::isfinite(se)) {
    ratio.reason = "no event by the horizon, or one patient: no limits";
    return ratio;
  }
  const double half = critical_value(level) * se / observed;
  ratio.se = se / expected;
  ratio.lower = ratio.value * std::exp(-half);
  ratio.upper = ratio.value * std::exp(half);
  return ratio;
}

/// Groups of about equal size by predicted risk, ties kept together. Limits are plain, from the jackknife, inside 0..1.
std::vector<CalibrationBin> groups(const std::vector<double>& time, const std::vector<int>& cause,
                                   const std::vector<double>& risk, double horizon, int of, int bins, double level) {
  const std::vector<std::uint32_t> order = ascending_order(risk);
  const std::size_t n = risk.size();
  std::vector<CalibrationBin> result;
  for (std::size_t begin = 0; begin < n;) {
    const std::size_t index = result.size() + 1;
    std::size_t end = std::max(begin + 1, index * n / static_cast<std::size_t>(bins));
    while (end < n && risk[order[end]] == risk[order[end - 1]]) ++end;
    std::vector<double> group_time, group_risk;
    std::vector<int> group_cause;
    for (std::size_t k = begin; k < end; ++k) {
      group_time.push_back(time[order[k]]);
      group_cause.push_back(cause[order[k]]);
      group_risk.push_back(risk[order[k]]);
    }
    CalibrationBin bin;
    bin.patients = end - begin;
    bin.predicted = std::accumulate(group_risk.begin(), group_risk.end(), 0.0) / static_cast<double>(bin.patients);
    const IpcwSample patients(group_time, group_cause);
    if (patients.followed(horizon) || patients.event_free(horizon) == 0.0) {
      bin.observed = patients.incidence(horizon, of);
      const Interval limits = normal_interval(
          bin.observed, influence_se(pseudo_incidence(group_time, group_cause, horizon, of)), level, 0.0, 1.0);
      bin.lower = limits.lower;
      bin.upper = limits.upper;
    }
    result.push_back(bin);
    begin = end;
  }
  return result;
}

}  // namespace

HorizonCalibration horizon_calibration(const std::vector<double>& time, const std::vector<int>& cause,
                                       const std::vector<double>& risk, double horizon, int cause_of_interest, int bins,
                                       double level) {
  const IpcwSample patients(time, cause);
  check_same_size("risk", risk.size(), "time", time.size());
  check_probability("risk", risk);
  check_horizon(horizon);
  check_level(level);
  if (bins < 1) throw Error(ErrorCode::domain, "bins is " + std::to_string(bins) + "; give 1 or more");
  HorizonCalibration result;
  if (!patients.followed(horizon)) {
    result.notes.emplace_back("nobody is followed to the horizon");
    return result;
  }
  const std::size_t n = risk.size();
  result.observed = patients.incidence(horizon, cause_of_interest);
  result.expected = std::accumulate(risk.begin(), risk.end(), 0.0) / static_cast<double>(n);
  const std::vector<double> pseudo = pseudo_incidence(time, cause, horizon, cause_of_interest);
  result.observed_expected = ratio_of(result.observed, result.expected, pseudo, level);
  result.bins = groups(time, cause, risk, horizon, cause_of_interest, bins, level);

  std::size_t moved = 0;
  std::vector<double> x(n);
  for (std::size_t i = 0; i < n; ++i) {
    moved += risk[i] < kEdge || risk[i] > 1.0 - kEdge ? 1 : 0;
    x[i] = cloglog(std::clamp(risk[i], kEdge, 1.0 - kEdge));
  }
  if (moved > 0)
    result.notes.push_back(std::to_string(moved) + " predictions of 0 or 1 were moved to 1e-10 from the end");
  const Eigen::MatrixXd line =
      with_intercept(Eigen::Map<const Eigen::VectorXd>(x.data(), static_cast<Eigen::Index>(n)));
  const PseudoFit model = fit_pseudo_values(line, pseudo);
  result.intercept = estimate_of(model, 0, level);
  result.slope = estimate_of(model, 1, level);
  result.in_the_large = estimate_of(fit_pseudo_values(line.leftCols(1), pseudo, x), 0, level);
  for (const auto& [estimate, what] :
       {std::pair{&result.slope, "slope and intercept: "}, std::pair{&result.in_the_large, "in the large: "}})
    if (!estimate->reason.empty()) result.notes.push_back(what + estimate->reason);

  const bool competing =
      std::any_of(cause.begin(), cause.end(), [&](int value) { return value != 0 && value != cause_of_interest; });
  const Eigen::MatrixXd basis = spline_of_three(x);
  std::string reason;
  result.smooth =
      competing ? smooth_by_pseudo_values(pseudo, basis, reason) : smooth_by_cox(time, cause, horizon, basis, reason);
  if (result.smooth.empty()) {
    result.notes.push_back("smooth curve: " + reason);
    return result;
  }
  std::vector<double> distance(n);
  for (std::size_t i = 0; i < n; ++i) distance[i] = std::abs(result.smooth[i] - risk[i]);
  result.ici = std::accumulate(distance.begin(), distance.end(), 0.0) / static_cast<double>(n);
  result.e50 = quantile(distance, 0.5);
  result.e90 = quantile(distance, 0.9);
  result.emax = *std::max_element(distance.begin(), distance.end());
  return result;
}

}  // namespace larc::stats
