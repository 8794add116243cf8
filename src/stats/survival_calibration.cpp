#include "stats/survival_calibration.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/error.h"
#include "stats/censoring.h"
#include "stats/check.h"
#include "stats/cox.h"
#include "stats/interval.h"
#include "stats/kaplan_meier.h"

namespace larc::stats {

namespace {

void check_horizon(double horizon) {
  if (!(horizon > 0.0) || !std::isfinite(horizon))
    throw Error(ErrorCode::domain, "the horizon is " + format_double(horizon) + "; give a time > 0");
}

double weighted_brier(const std::vector<double>& time, const std::vector<int>& event,
                      const std::vector<double>& survival, double horizon, const CensoringSurvival& uncensored) {
  double sum = 0.0;
  for (std::size_t i = 0; i < time.size(); ++i) {
    if (time[i] > horizon) {
      sum += (1.0 - survival[i]) * (1.0 - survival[i]) / uncensored.at(horizon);
    } else if (event[i] == 1) {
      sum += survival[i] * survival[i] / uncensored.before(time[i]);
    }
  }
  return sum / static_cast<double>(time.size());
}

}  // namespace

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
  check_horizon(horizon);
  SurvivalBrier result;
  const CensoringSurvival uncensored(time, event);
  const bool followed = std::any_of(time.begin(), time.end(), [&](double t) { return t >= horizon; });
  if (!followed || uncensored.at(horizon) <= 0.0) {
    result.reason = "nobody is followed to the horizon";
    return result;
  }
  const double curve = survival_at(kaplan_meier(time, event), {horizon}).front().survival;
  result.brier = weighted_brier(time, event, survival, horizon, uncensored);
  result.brier_null = weighted_brier(time, event, std::vector<double>(time.size(), curve), horizon, uncensored);
  if (result.brier_null > 0.0)
    result.scaled = 1.0 - result.brier / result.brier_null;
  else
    result.reason = "no event before the horizon: the scaled score is undefined";
  return result;
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
