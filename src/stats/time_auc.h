#pragma once
#include <string>
#include <vector>

#include "core/number.h"
#include "stats/ipcw.h"

namespace larc::stats {

struct TimeAuc {
  double horizon = kNaN;
  double auc = kNaN;
  double se = kNaN;     // from the influences, that of the estimated censoring curve included
  double lower = kNaN;  // auc -+ z se, cut to [0, 1]
  double upper = kNaN;
  std::size_t cases = 0;          // an event of the cause by the horizon
  std::size_t controls = 0;       // followed beyond the horizon, or another event by then
  std::vector<double> influence;  // (n,) see influence_se
  std::string reason;             // why auc is NaN
};

/// Cumulative/dynamic area under the ROC curve at each horizon with inverse-probability-of-censoring weights: cases had
/// the event by the horizon, controls are event free beyond it; with competing events, whoever had another event by the
/// horizon is a control too. A tied score counts one half. O(n log n) with its standard error, memory linear.
/// score (n,) higher = higher risk; horizons > 0
/// NaN with a reason: nobody followed to the horizon, no case, no control.
/// errors shape_mismatch, domain
/// source Uno et al. 2007; Blanche, Dartigues, Jacqmin-Gadda 2013; riskRegression's Score (cens.model "km")
std::vector<TimeAuc> time_auc(const IpcwSample& patients, const std::vector<double>& score,
                              const std::vector<double>& horizons, int cause = 1, double level = kLevel95);

/// auc(a) - auc(b) at one horizon of two scores of the same patients. errors shape_mismatch
PairedResult paired_time_auc(const TimeAuc& a, const TimeAuc& b, double level = kLevel95);

}  // namespace larc::stats
