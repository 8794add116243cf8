#pragma once
#include <cstdint>
#include <vector>

#include "core/random.h"
#include "learn/forest.h"
#include "learn/ranked_columns.h"
#include "learn/tree.h"
#include "learn/tree_rows.h"

namespace larc::learn {

/// Grows classification trees over one table; keeps scratch space, so one object serves one thread.
class TreeGrower {
 public:
  /// label (n,) 0 or 1; settings with features_per_split resolved (> 0); both must outlive the grower
  TreeGrower(const RankedColumns& columns, const std::vector<std::uint8_t>& label, const ForestSettings& settings);

  /// bag (n,): how often each row counts, below 32,768
  Tree grow(const std::vector<std::uint32_t>& bag, Random& random);

 private:
  /// Draws in a set of rows, and those among them with the outcome.
  struct Sum {
    std::uint32_t total = 0;
    std::uint32_t ones = 0;
  };
  struct Cut {
    double score = -1.0;  // larger is purer; -1: none
    std::size_t feature = 0;
    std::uint32_t code = 0;  // rows up to this code go left
    std::uint32_t next = 0;  // the next code in the node
    double threshold = 0.0;
  };

  Cut find_cut(const TreeRange& node, Sum sum, Random& random);
  bool best_cut(const TreeRange& node, Sum sum, std::size_t feature, Cut& best);
  bool random_cut(const TreeRange& node, Sum sum, std::size_t feature, Random& random, Cut& best);
  void consider(Sum left, Sum sum, std::size_t feature, std::uint32_t code, std::uint32_t next, Cut& best) const;
  bool best_cut_by_code(const TreeRange& node, Sum sum, std::size_t feature, Cut& best);
  void walk_order(std::size_t feature);
  void sort_keys(const TreeRange& node, std::size_t feature);

  const RankedColumns& columns_;
  const std::vector<std::uint8_t>& label_;
  const ForestSettings& settings_;
  double one_weight_ = 1.0;             // of a patient with the outcome, relative to one without
  TreeRows rows_;                       // in the bag; draws: times drawn * 2 + label
  std::vector<std::uint32_t> feature_;  // a permutation, shuffled further at every node
  std::vector<std::uint32_t> key_;      // code << 16 | draws
  std::vector<std::uint32_t> spare_key_;
  std::vector<std::uint16_t> in_node_;  // (n,) draws of the node's rows, 0 elsewhere; kept only if columns are ordered
  std::vector<std::uint64_t> cell_;     // per code: ones << 32 | total; all 0 between uses
  std::vector<TreeRange> node_;
};

}  // namespace larc::learn
