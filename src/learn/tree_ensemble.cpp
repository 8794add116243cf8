#include "learn/tree_ensemble.h"

#include "core/number.h"

namespace larc::learn {

namespace {

double value_at(const Tree& tree, const RowMatrix& x, Eigen::Index i) {
  const double* row = x.row(i).data();
  return leaf_of(tree, [row](std::int32_t feature) { return row[feature]; }).value;
}

}  // namespace

Eigen::VectorXd mean_leaf_value(const std::vector<Tree>& trees, const RowMatrix& x, int threads) {
  Eigen::VectorXd mean = Eigen::VectorXd::Zero(x.rows());
  for_blocks(static_cast<std::size_t>(x.rows()), kRowsPerBlock, threads, [&](std::size_t begin, std::size_t end) {
    for (const Tree& tree : trees)
      for (auto i = static_cast<Eigen::Index>(begin); i < static_cast<Eigen::Index>(end); ++i)
        mean[i] += value_at(tree, x, i);
  });
  return mean / static_cast<double>(trees.size());
}

Eigen::VectorXd mean_leaf_value_outside(const std::vector<Tree>& trees, const RowMatrix& x,
                                        const std::vector<std::vector<bool>>& outside, int threads) {
  Eigen::VectorXd mean = Eigen::VectorXd::Zero(x.rows());
  for_blocks(static_cast<std::size_t>(x.rows()), kRowsPerBlock, threads, [&](std::size_t begin, std::size_t end) {
    std::vector<int> count(end - begin, 0);
    for (std::size_t t = 0; t < trees.size(); ++t)
      for (std::size_t i = begin; i < end; ++i) {
        if (!outside[t][i]) continue;
        mean[static_cast<Eigen::Index>(i)] += value_at(trees[t], x, static_cast<Eigen::Index>(i));
        ++count[i - begin];
      }
    for (std::size_t i = begin; i < end; ++i)
      mean[static_cast<Eigen::Index>(i)] =
          count[i - begin] == 0 ? kNaN : mean[static_cast<Eigen::Index>(i)] / count[i - begin];
  });
  return mean;
}

std::vector<bool> rows_outside(const std::vector<std::uint32_t>& bag) {
  std::vector<bool> outside(bag.size());
  for (std::size_t i = 0; i < bag.size(); ++i) outside[i] = bag[i] == 0;
  return outside;
}

}  // namespace larc::learn
