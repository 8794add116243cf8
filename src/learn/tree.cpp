#include "learn/tree.h"

#include "core/base64.h"
#include "core/error.h"

namespace larc::learn {

std::vector<std::uint32_t> tree_bag(std::size_t rows, bool bootstrap, Random& random) {
  std::vector<std::uint32_t> count(rows, bootstrap ? 0u : 1u);
  if (bootstrap)
    for (std::size_t i = 0; i < rows; ++i) ++count[random.below(rows)];
  return count;
}

Random tree_random(std::uint64_t seed, std::size_t index) {
  return Random(derive_seed(seed, "tree", index));
}

Json trees_to_json(const std::vector<Tree>& trees) {
  std::vector<std::int32_t> counts;
  std::vector<std::int32_t> features;
  std::vector<double> values;
  for (const Tree& tree : trees) {
    counts.push_back(static_cast<std::int32_t>(tree.size()));
    for (const TreeNode& node : tree) {
      features.push_back(node.feature);
      values.push_back(node.value);
    }
  }
  return {{"nodes", pack_numbers(counts)}, {"feature", pack_numbers(features)}, {"value", pack_numbers(values)}};
}

std::vector<Tree> trees_from_json(const Json& json, std::int32_t features) {
  const auto counts = unpack_numbers<std::int32_t>(json.at("nodes").get<std::string>());
  const auto feature = unpack_numbers<std::int32_t>(json.at("feature").get<std::string>());
  const auto value = unpack_numbers<double>(json.at("value").get<std::string>());
  const auto damaged = [] { return Error(ErrorCode::format, "the trees of the forest are damaged"); };
  if (feature.size() != value.size()) throw damaged();
  std::vector<Tree> trees;
  std::size_t next = 0;
  for (const std::int32_t count : counts) {
    if (count < 1 || static_cast<std::size_t>(count) > feature.size() - next) throw damaged();
    Tree tree(static_cast<std::size_t>(count));
    std::int32_t child = 1;
    for (std::int32_t k = 0; k < count; ++k) {
      TreeNode& node = tree[static_cast<std::size_t>(k)];
      node.feature = feature[next];
      node.value = value[next++];
      if (node.feature < 0) continue;
      node.child = child;
      child += 2;
      if (node.feature >= features || node.child <= k) throw damaged();
    }
    if (child != count) throw damaged();
    trees.push_back(std::move(tree));
  }
  if (next != feature.size()) throw damaged();
  return trees;
}

RowMatrix rows_for_trees(const Eigen::MatrixXd& x, Eigen::Index features) {
  if (x.cols() != features)
    throw Error(ErrorCode::shape_mismatch,
                "x has " + std::to_string(x.cols()) + " columns, the forest " + std::to_string(features));
  for (Eigen::Index j = 0; j < x.cols(); ++j)
    for (Eigen::Index i = 0; i < x.rows(); ++i)
      if (!std::isfinite(x(i, j)))
        throw Error(ErrorCode::domain,
                    "x: column " + std::to_string(j + 1) + ", row " + std::to_string(i + 1) + " is missing");
  return x;
}

}  // namespace larc::learn
