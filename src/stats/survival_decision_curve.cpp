#include "stats/survival_decision_curve.h"

#include <cmath>

#include "core/error.h"
#include "stats/check.h"
#include "stats/ipcw.h"

namespace larc::stats {

namespace {

double net_benefit(double share, double incidence, double threshold) {
  return share * (incidence - (1.0 - incidence) * threshold / (1.0 - threshold));
}

}  // namespace

std::vector<SurvivalDecisionPoint> survival_decision_curve(const std::vector<double>& time,
                                                           const std::vector<int>& cause,
                                                           const std::vector<double>& risk, double horizon,
                                                           const std::vector<double>& thresholds,
                                                           int cause_of_interest) {
  const IpcwSample patients(time, cause);
  check_same_size("risk", risk.size(), "time", time.size());
  check_probability("risk", risk);
  check_horizon(horizon);
  const bool followed = patients.followed(horizon);
  const double everybody = followed ? patients.incidence(horizon, cause_of_interest) : kNaN;
  std::vector<SurvivalDecisionPoint> curve;
  for (const double threshold : thresholds) {
    if (!(threshold > 0.0 && threshold < 1.0))
      throw Error(ErrorCode::domain, "threshold " + format_double(threshold) + " is not between 0 and 1");
    SurvivalDecisionPoint point;
    point.threshold = threshold;
    if (!followed) {
      point.reason = "nobody is followed to the horizon";
      curve.push_back(point);
      continue;
    }
    std::vector<double> treated_time;
    std::vector<int> treated_cause;
    for (std::size_t i = 0; i < time.size(); ++i) {
      if (risk[i] < threshold) continue;
      treated_time.push_back(time[i]);
      treated_cause.push_back(cause[i]);
    }
    point.treated = treated_time.size();
    point.treat_all = net_benefit(1.0, everybody, threshold);
    if (point.treated == 0) {
      point.net_benefit = 0.0;
      point.reason = "nobody is treated";
    } else {
      const IpcwSample treated(treated_time, treated_cause);
      point.incidence = treated.incidence(horizon, cause_of_interest);
      point.net_benefit = net_benefit(static_cast<double>(point.treated) / static_cast<double>(time.size()),
                                      point.incidence, threshold);
      if (!treated.followed(horizon) && treated.event_free(horizon) > 0.0)
        point.reason = "nobody treated is followed to the horizon: the last value of their curve is used";
    }
    curve.push_back(point);
  }
  return curve;
}

}  // namespace larc::stats
