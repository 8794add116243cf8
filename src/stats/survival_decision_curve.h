#pragma once
#include <string>
#include <vector>

#include "core/number.h"

namespace larc::stats {

struct SurvivalDecisionPoint {
  double threshold = kNaN;
  double net_benefit = kNaN;  // of treating those with risk >= threshold
  double treat_all = kNaN;
  double treat_none = 0.0;
  std::size_t treated = 0;  // patients with risk >= threshold
  double incidence = kNaN;  // of the event by the horizon among them; NaN when nobody is treated
  std::string reason;       // why something is NaN, or that the curve of the treated ends before the horizon
};

/// Decision curve at one horizon: net benefit = share treated x (incidence - (1 - incidence) threshold / (1 -
/// threshold)), the incidence among the treated by Kaplan-Meier, with competing events by Aalen-Johansen. A curve that
/// ends before the horizon keeps its last value there, with a reason.
/// time (n,) >= 0; cause (n,) 0 censored, 1, 2, ...; risk (n,) predicted risk of the cause by the horizon, 0..1
/// thresholds in (0, 1)
/// NaN with a reason: nobody of all patients followed to the horizon.
/// errors shape_mismatch, domain
/// source Vickers, Cronin, Elkin, Gonen 2008
std::vector<SurvivalDecisionPoint> survival_decision_curve(const std::vector<double>& time,
                                                           const std::vector<int>& cause,
                                                           const std::vector<double>& risk, double horizon,
                                                           const std::vector<double>& thresholds,
                                                           int cause_of_interest = 1);

}  // namespace larc::stats
