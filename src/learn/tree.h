#pragma once
#include <Eigen/Dense>
#include <cstdint>
#include <vector>

#include "core/json.h"
#include "core/random.h"

namespace larc::learn {

/// One node of a tree. Nodes stand in breadth-first order: the two children of the k-th inner node (from 0) are nodes
/// 2k + 1 and 2k + 2, so `child` need not be stored.
struct TreeNode {
  double value = 0.0;         // inner node: rows with x <= value go to `child`, others to `child` + 1; leaf: its answer
  std::int32_t feature = -1;  // -1 = leaf
  std::int32_t child = 0;
};

using Tree = std::vector<TreeNode>;

/// The leaf of a row. `at(feature)` gives the row's value.
template <typename At>
const TreeNode& leaf_of(const Tree& tree, const At& at) {
  const TreeNode* node = tree.data();
  while (node->feature >= 0) node = tree.data() + node->child + (at(node->feature) <= node->value ? 0 : 1);
  return *node;
}

/// How often each row is drawn: n draws with replacement, or each row once. The first use of a tree's stream, so that
/// bags need not be stored.
std::vector<std::uint32_t> tree_bag(std::size_t rows, bool bootstrap, Random& random);
/// The random stream of tree `index` of a forest: first its bag, then its splits.
Random tree_random(std::uint64_t seed, std::size_t index);

/// Exact to the bit: node counts, and features and values as base64 of their bytes.
Json trees_to_json(const std::vector<Tree>& trees);
/// errors format
std::vector<Tree> trees_from_json(const Json& json, std::int32_t features);

using RowMatrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
/// x (n, p) laid out for `leaf_of`. errors shape_mismatch (not `features` columns), domain (a missing value)
RowMatrix rows_for_trees(const Eigen::MatrixXd& x, Eigen::Index features);

}  // namespace larc::learn
