#pragma once
#include <string>
#include <vector>

#include "core/number.h"
#include "stats/ipcw.h"

namespace larc::stats {

struct BrierScore {
  double horizon = kNaN;
  double brier = kNaN;
  double se = kNaN;     // from the influences, that of the estimated censoring curve included
  double lower = kNaN;  // brier -+ z se, cut to [0, 1]
  double upper = kNaN;
  double brier_null = kNaN;  // the Kaplan-Meier (Aalen-Johansen) risk of all patients predicted for everybody
  double null_se = kNaN;
  double scaled = kNaN;           // 1 - brier / brier_null, the index of prediction accuracy
  std::vector<double> influence;  // (n,) see influence_se
  std::string reason;             // why something is NaN
};

/// Brier score of a predicted risk at one horizon with inverse-probability-of-censoring weights, O(n).
/// risk (n,) predicted probability of the event of `cause` by the horizon, 0..1; horizon > 0
/// With competing events, whoever had another event by the horizon counts as having none of this cause.
/// NaN with a reason: nobody followed to the horizon; scaled alone: no event by it.
/// errors shape_mismatch, domain
/// source Graf et al. 1999; Gerds, Schumacher 2006; riskRegression's Score (cens.model "km"); Kattan, Gerds 2018
BrierScore brier_score(const IpcwSample& patients, const std::vector<double>& risk, double horizon, int cause = 1,
                       double level = kLevel95);

/// brier(a) - brier(b) at one horizon of two predictions for the same patients. errors shape_mismatch
PairedResult paired_brier(const BrierScore& a, const BrierScore& b, double level = kLevel95);

/// Integrated score as pec has it: the step curve that is 0 at time 0 and values[k] from times[k] until the next time,
/// integrated from 0 to the last time and divided by it. The value at the last time thus has no weight.
/// times (k,) ascending, > 0; values (k,); NaN where a value that counts is NaN, or with fewer than two times
/// errors shape_mismatch, domain
/// source Mogensen, Ishwaran, Gerds 2012
double integrated_score(const std::vector<double>& times, const std::vector<double>& values);

}  // namespace larc::stats
