#include "stats/survival_calibration.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/error.h"
#include "stats/brier.h"
#include "stats/check.h"
#include "stats/cox.h"
#include "stats/interval.h"
#include "stats/kaplan_meier.h"

namespace larc::stats {

Estimate survival_calibration_slope(const std::vector<double>& time, const std::vector<int>& event,
                                    const std::vector<double>& linear_predictor, double level) {
  check_survival(time, event);
  check_same_size("linear_predictor", linear_predictor.size(), "time", time.size());
  check_finite("linear_predictor", linear_predictor);
  check_level(level);
  const Eigen::MatrixXd x =
      Eigen::Map<const Eigen::VectorXd>(linear_predictor.data(), static_cast<Eigen::Index>(linear_predictor.size()));
  const CoxFit fit = fit_cox(x, time, event);
  Estimate slope;
  slope.reason = fit.reason;
  if (!fit.converged || !std::isfinite(fit.coef[0])) {
    if (fit.events > 0 && x.maxCoeff() == x.minCoeff()) slope.reason = "all predictions are equal";
    return slope;
  }
  const Interval limits = normal_interval(fit.coef[0], fit.se[0], level);
  return {fit.coef[0], fit.se[0], limits.lower, limits.upper, fit.reason};
}

SurvivalBrier survival_brier(const std::vector<double>& time, const std::vector<int>& event,
                             const std::vector<double>& survival, double horizon) {
  check_survival(time, event);
  check_same_size("survival", survival.size(), "time", time.size());
  check_probability("survival", survival);
  std::vector<double> risk;
  for (const double value : survival) risk.push_back(1.0 - value);
  const BrierScore score = brier_score({time, event}, risk, horizon);
  return {score.brier, score.brier_null, score.scaled, score.reason};
}

ObservedExpected observed_expected(const std::vector<double>& time, const std::vector<int>& event,
                                   const std::vector<double>& survival, double horizon, double level) {
  check_survival(time, event);
  check_same_size("survival", survival.size(), "time", time.size());
  check_probability("survival", survival);
  check_horizon(horizon);
  const double z = critical_value(level);
  ObservedExpected result;
  if (time.empty()) {
    result.ratio.reason = "no patients";
    return result;
  }
  const SurvivalPoint point = survival_at(kaplan_meier(time, event), {horizon}).front();
  result.observed = 1.0 - point.survival;
  result.expected = 1.0 - std::accumulate(survival.begin(), survival.end(), 0.0) / static_cast<double>(survival.size());
  if (!point.reason.empty()) {
    result.ratio.reason = point.reason;
  } else if (!(result.expected > 0.0)) {
    result.ratio.reason = "the expected risk is 0";
  } else {
    result.ratio.value = result.observed / result.expected;
    if (result.observed > 0.0 && std::isfinite(point.se)) {
      const double log_se = point.se / result.observed;
      result.ratio.se = log_se * result.ratio.value;
      result.ratio.lower = result.ratio.value * std::exp(-z * log_se);
      result.ratio.upper = result.ratio.value * std::exp(z * log_se);
    } else {
      result.ratio.reason = "no event before the horizon, or no survivor: no limits";
    }
  }
  return result;
}

}  // namespace larc::stats
