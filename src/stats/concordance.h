#pragma once
#include <limits>
#include <string>
#include <vector>

#include "core/number.h"
#include "stats/distributions.h"
#include "stats/roc.h"

namespace larc::stats {

struct Concordance {
  double c = kNaN;
  double se = kNaN;     // infinitesimal jackknife, censoring weights taken as known
  double lower = kNaN;  // c -+ z se, cut to [0, 1]
  double upper = kNaN;
  // Weighted numbers of pairs; the weight of a pair is 1 for Harrell and 1 / G(t-)^2 for Uno.
  double concordant = 0.0;
  double discordant = 0.0;
  double tied_score = 0.0;
  double tied_time = 0.0;         // two events at one time: not comparable, not in c
  std::vector<double> influence;  // (n,) change of c per unit weight of the patient; squares sum to se^2
  std::string reason;             // why c is NaN
};

inline constexpr double kNoLimit = std::numeric_limits<double>::infinity();

/// Harrell's C, O(n log n). A pair counts when the shorter follow-up ended in an event; a censoring at the time of an
/// event counts as longer; two events at one time do not count; a tie in the score counts one half.
/// time (n,) >= 0; event (n,) 0 or 1; score (n,) higher = higher risk
/// tau: only events at times <= tau are compared with others
/// errors shape_mismatch, domain
/// source Harrell et al. 1982; Therneau, Watson 2017 (influence)
Concordance harrell_c(const std::vector<double>& time, const std::vector<int>& event, const std::vector<double>& score,
                      double tau = kNoLimit, double level = kLevel95);

/// Uno's C: each pair is weighted by 1 / G(t-)^2, G from these patients' own censoring curve.
/// Give a tau inside the follow-up: without it the last events get very large weights.
/// errors and arguments as harrell_c
/// source Uno et al. 2011
Concordance uno_c(const std::vector<double>& time, const std::vector<int>& event, const std::vector<double>& score,
                  double tau = kNoLimit, double level = kLevel95);

/// c(a) - c(b) for two results of the same patients and the same method, from the difference of their influences.
/// errors shape_mismatch
PairedResult paired_concordance(const Concordance& a, const Concordance& b, double level = kLevel95);

}  // namespace larc::stats
