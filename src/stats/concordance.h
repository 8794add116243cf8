#pragma once
#include <array>
#include <cstdint>
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
  // Weighted numbers of pairs; the weight of a pair is 1 for Harrell and 1 / G(t-)^2 for Uno, times the weights of its
  // two patients.
  double concordant = 0.0;
  double discordant = 0.0;
  double tied_score = 0.0;
  double tied_time = 0.0;         // two events at one time: not comparable, not in c
  std::vector<double> influence;  // (n,) weight of the patient x change of c per unit of it; squares sum to se^2
  std::string reason;             // why c is NaN
};

inline constexpr double kNoLimit = std::numeric_limits<double>::infinity();

enum class ConcordanceMethod { harrell, uno };

/// Harrell's C, O(n log n). A pair counts when the shorter follow-up ended in an event; a censoring at the time of an
/// event counts as longer; two events at one time do not count; a tie in the score counts one half.
/// time (n,) >= 0; event (n,) 0 or 1; score (n,) higher = higher risk
/// tau: only events at times <= tau are compared with others
/// Times that differ by rounding alone are ties (see time_order.h), as in R's concordance.
/// weights (n,) >= 0, or empty for 1 each
/// errors shape_mismatch, domain
/// source Harrell et al. 1982; Therneau, Watson 2017 (influence)
Concordance harrell_c(const std::vector<double>& time, const std::vector<int>& event, const std::vector<double>& score,
                      double tau = kNoLimit, double level = kLevel95, const std::vector<double>& weights = {});

/// Uno's C: each pair is weighted by 1 / G(t-)^2, G from these patients' own censoring curve; with fewer than two
/// events, where that weight means nothing, by 1 (as R's concordance does).
/// Give a tau inside the follow-up: without it the last events get very large weights.
/// errors and arguments as harrell_c
/// source Uno et al. 2011
Concordance uno_c(const std::vector<double>& time, const std::vector<int>& event, const std::vector<double>& score,
                  double tau = kNoLimit, double level = kLevel95, const std::vector<double>& weights = {});

/// c(a) - c(b) for two results of the same patients and the same method, from the difference of their influences.
/// errors shape_mismatch
PairedResult paired_concordance(const Concordance& a, const Concordance& b, double level = kLevel95);

/// One score of the same patients under many weightings, sorted once. A bootstrap sample is a vector that says how
/// often each patient was drawn.
class ConcordanceSample {
 public:
  /// errors and arguments as harrell_c
  ConcordanceSample(const std::vector<double>& time, const std::vector<int>& event, const std::vector<double>& score,
                    ConcordanceMethod method = ConcordanceMethod::harrell, double tau = kNoLimit);
  /// Another score of the same patients: their order in time is kept. errors shape_mismatch, domain
  void rescore(const std::vector<double>& score);
  /// c alone; NaN when no pair is comparable. errors shape_mismatch, domain
  double c(const std::vector<double>& weights) const;
  /// c under four weightings at once, Harrell's only. weights (n,), four a patient. errors shape_mismatch, unsupported
  std::array<double, 4> c_of_four(const std::vector<std::array<double, 4>>& weights) const;
  /// Everything; empty weights are 1 each. errors shape_mismatch, domain
  Concordance concordance(const std::vector<double>& weights = {}, double level = kLevel95) const;

 private:
  std::vector<double> time_weights(const std::vector<double>& weights) const;

  ConcordanceMethod method_;
  // Positions run in the order of time; within one time the events come first.
  std::vector<std::uint32_t> patient_;  // (n,) row of the patient at each position
  std::vector<std::uint32_t> rank_;     // (n,) of its score among the distinct scores, from 0
  std::vector<std::uint32_t> begin_;    // (times + 1,) first position of each distinct time
  std::vector<std::uint32_t> events_;   // (times,) how many of them are events
  std::size_t distinct_scores_ = 0;
  std::size_t total_events_ = 0;
  std::size_t counted_times_ = 0;  // those <= tau come first
};

}  // namespace larc::stats
