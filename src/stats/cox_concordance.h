#pragma once
#include <string>
#include <vector>

#include "core/number.h"
#include "stats/survival_outcome.h"

namespace larc::stats {

struct CoxConcordance {
  double c = kNaN;
  double se = kNaN;  // infinitesimal jackknife, within clusters where there are some
  double concordant = 0.0;
  double discordant = 0.0;
  double tied_score = 0.0;
  std::string reason;
};

/// Harrell's C of a linear predictor with everything that a Cox model may have: pairs are compared within strata, weigh
/// the product of their case weights, and count only where the one with the longer follow-up is at risk already when
/// the other has the event. With none of that it is harrell_c (concordance.h). O(n log n).
/// score (n,) higher = higher risk
/// errors shape_mismatch, domain
/// source Harrell et al. 1982; Therneau, Watson 2017
CoxConcordance cox_concordance(const SurvivalOutcome& outcome, const std::vector<double>& score);

}  // namespace larc::stats
