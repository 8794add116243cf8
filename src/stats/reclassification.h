#pragma once
#include <string>
#include <vector>

#include "stats/roc.h"

namespace larc::stats {

/// Net reclassification: the share that a new model moves the right way minus the share moved the wrong way.
struct NetReclassification {
  PairedResult events;      // up - down among patients with the outcome
  PairedResult non_events;  // down - up among those without
  PairedResult total;       // their sum, -2 .. 2
  std::string reason;
};

struct Reclassification {
  NetReclassification continuous;   // any change counts
  NetReclassification categorical;  // changes of risk class only; NaN without cuts
  PairedResult idi;                 // integrated discrimination improvement: gain in mean risk of events - of others
  std::string reason;
};

/// errors domain: cuts of risk classes not ascending or outside (0, 1)
void check_cuts(const std::vector<double>& cuts);

/// Gain of `updated` over `old` on the same patients. A patient exactly at a cut is in the higher class. The NRI
/// rewards miscalibrated models and has misleading tests in the data of development: report net benefit beside it.
/// labels (n,) 0 or 1; old, updated (n,) in [0, 1]; cuts of risk classes ascending, in (0, 1), or none
/// One class only gives NaN and a reason.
/// errors shape_mismatch, domain
/// source Pencina et al. 2008, 2011; Kerr et al. 2014 (its limits)
Reclassification reclassification(const std::vector<double>& labels, const std::vector<double>& old,
                                  const std::vector<double>& updated, const std::vector<double>& cuts = {},
                                  double level = kLevel95);

}  // namespace larc::stats
