#pragma once
#include <cstdint>
#include <vector>

#include "core/random.h"
#include "learn/ranked_columns.h"
#include "learn/survival_forest.h"
#include "learn/tree.h"
#include "learn/tree_rows.h"

namespace larc::learn {

/// Follow-up on a grid of event times: a patient is at risk at the first `risk` of them and, with an event, has it at
/// the last of those.
struct BinnedTimes {
  std::vector<double> time;         // (t,) ascending
  std::vector<double> times_from;   // (t,) distinct times from each on: what a step there adds to the mortality
  std::vector<std::uint16_t> risk;  // (n,)
  std::vector<std::uint8_t> event;  // (n,)
};

/// At most `bins` event times (0 = all), the last always among them; `counted` says which times `times_from` counts.
/// errors domain: no events, or more than 65,535 times
BinnedTimes bin_times(const Outcome& outcome, int bins, MortalityTimes counted = MortalityTimes::events);

/// One tree with the hazards of its leaves; leaves are numbered from 0 in `child`.
struct SurvivalTree {
  Tree nodes;
  std::vector<std::uint32_t> leaf_end;  // per leaf, one past its last step
  std::vector<std::uint16_t> step_time;
  std::vector<double> step;
};

/// Grows survival trees over one table; keeps scratch space, so one object serves one thread.
///
/// Moving one patient from right to left changes the left side's numbers at risk at all earlier times. With r left and
/// n all at risk, d deaths and c = d (n - d) / ((n - 1) n^2) at a time, the log-rank statistic is U^2 / V with
/// U = sum over the left of (event - H(time)), H the node's Nelson-Aalen, and V = sum of c r n - sum of c r^2. The
/// first sum of V grows by a number of the patient alone; the second by a sum of c r over a prefix of times, which two
/// prefix sums over the patients already moved give (a binary indexed tree): a logarithm of the times per move.
class SurvivalTreeGrower {
 public:
  /// settings with features_per_split resolved (> 0); all must outlive the grower
  SurvivalTreeGrower(const RankedColumns& columns, const BinnedTimes& times, const SurvivalForestSettings& settings);

  /// bag (n,): how often each row counts
  SurvivalTree grow(const std::vector<std::uint32_t>& bag, Random& random);

 private:
  struct Cut {
    double statistic = -1.0;
    std::size_t feature = 0;
    std::uint32_t code = 0;  // rows up to this code go left
    std::uint32_t next = 0;
  };
  // What a patient adds when it moves to the left side of a cut.
  struct Move {
    double draws = 0.0;
    double score = 0.0;       // draws (event - H)
    double linear = 0.0;      // draws * sum of c n over its times at risk
    double prefix = 0.0;      // sum of c over its times at risk
    std::uint32_t times = 0;  // event times of the node at which it is at risk
  };
  struct Prefix {
    double draws = 0.0;
    double weighted = 0.0;  // draws * prefix
  };

  bool summarise(const TreeRange& node);
  void make_leaf(SurvivalTree& tree, std::size_t node);
  Cut find_cut(const TreeRange& node, Random& random);
  void try_feature(const TreeRange& node, std::size_t feature, Cut& best);
  void sort_keys(std::size_t size, std::size_t codes);

  const RankedColumns& columns_;
  const BinnedTimes& times_;
  const SurvivalForestSettings& settings_;
  TreeRows rows_;
  std::vector<std::uint32_t> feature_;
  std::vector<std::uint64_t> key_;  // code << 32 | position in the node
  std::vector<std::uint64_t> spare_key_;
  std::vector<TreeRange> node_;
  // Of the node at hand:
  std::vector<std::uint32_t> leaving_;  // per time of the grid, those at risk there for the last time
  std::vector<std::uint32_t> deaths_;
  std::vector<std::uint32_t> local_;  // per number of grid times at risk, the number of the node's event times
  std::vector<std::uint16_t> event_time_;
  std::vector<double> step_;        // hazard at each of the node's event times
  std::vector<double> hazard_;      // cumulative over the node's event times, from 0
  std::vector<double> linear_;      // cumulative c n
  std::vector<double> prefix_sum_;  // cumulative c
  std::vector<Move> move_;
  std::vector<Prefix> tree_;  // binary indexed, by number of times at risk
  double draws_ = 0.0;
  double score_square_ = 0.0;
};

}  // namespace larc::learn
