#pragma once
#include <vector>

#include "stats/ipcw.h"
#include "stats/reclassification.h"

namespace larc::stats {

/// Gain of `updated` over `old` at one horizon with censored follow-up: patients with the event of the cause by the
/// horizon against all others, each weighted by the inverse probability of being uncensored. Otherwise as
/// `reclassification`, which it is without censoring. Standard errors from influences, the estimated censoring curve
/// among them.
/// old, updated (n,) predicted risk of the cause by the horizon, 0..1; cuts of risk classes ascending, in (0, 1), or
/// none
/// NaN with a reason: nobody followed to the horizon, no event by it, nobody without.
/// errors shape_mismatch, domain
/// source Uno, Tian, Cai, Kohane, Wei 2013; Pencina et al. 2011
Reclassification survival_reclassification(const IpcwSample& patients, const std::vector<double>& old,
                                           const std::vector<double>& updated, double horizon,
                                           const std::vector<double>& cuts = {}, int cause = 1,
                                           double level = kLevel95);

}  // namespace larc::stats
