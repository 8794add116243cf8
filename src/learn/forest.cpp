#include "learn/forest.h"

#include "core/error.h"
#include "core/number.h"
#include "learn/grow_tree.h"
#include "learn/ranked_columns.h"
#include "learn/tree_ensemble.h"

namespace larc::learn {

namespace {

void check_settings(const ForestSettings& settings, Eigen::Index features) {
  const auto need = [](bool holds, const char* text) {
    if (!holds) throw Error(ErrorCode::domain, std::string("forest: ") + text);
  };
  need(settings.trees >= 1, "trees must be at least 1");
  need(settings.features_per_split >= 0 && settings.features_per_split <= features,
       "features_per_split must lie between 0 and the number of features");
  need(settings.min_leaf >= 1, "min_leaf must be at least 1");
  need(settings.min_split >= 2, "min_split must be at least 2");
  need(settings.max_depth >= 0, "max_depth must be at least 0");
}

std::vector<std::uint8_t> labels_of(const Outcome& outcome, Eigen::Index rows) {
  if (outcome.kind != OutcomeKind::binary)
    throw Error(ErrorCode::unsupported, "forest: the outcome must be binary; survival has its own forest");
  check_outcome(outcome);
  if (outcome.size() != static_cast<std::size_t>(rows))
    throw Error(ErrorCode::shape_mismatch,
                "x has " + std::to_string(rows) + " rows, the outcome " + std::to_string(outcome.size()));
  std::vector<std::uint8_t> label;
  for (const double y : outcome.label) label.push_back(y == 1.0 ? 1 : 0);
  return label;
}

double answer(const Tree& tree, const double* row) {
  return leaf_of(tree, [row](std::int32_t feature) { return row[feature]; }).value;
}

}  // namespace

Forest fit_forest(const Eigen::MatrixXd& x, const Outcome& outcome, const ForestSettings& settings, std::uint64_t seed,
                  int threads) {
  check_settings(settings, x.cols());
  const std::vector<std::uint8_t> label = labels_of(outcome, x.rows());
  if (outcome.events() == 0 || outcome.events() == outcome.size())
    throw Error(ErrorCode::domain, "outcome: all patients have the same label");
  const RankedColumns columns(x);
  Forest forest{settings, static_cast<std::int32_t>(x.cols()), seed, {}, {}};
  ForestSettings resolved = settings;
  if (resolved.features_per_split == 0)
    resolved.features_per_split = static_cast<int>(std::sqrt(static_cast<double>(x.cols())));
  const std::size_t rows = label.size();
  forest.trees.resize(static_cast<std::size_t>(settings.trees));
  std::vector<std::vector<bool>> outside(settings.bootstrap ? forest.trees.size() : 0);
  for_blocks(forest.trees.size(), kTreesPerBlock, threads, [&](std::size_t begin, std::size_t end) {
    TreeGrower grower(columns, label, resolved);
    for (std::size_t t = begin; t < end; ++t) {
      Random random = tree_random(seed, t);
      const std::vector<std::uint32_t> bag = tree_bag(rows, settings.bootstrap, random);
      forest.trees[t] = grower.grow(bag, random);
      if (settings.bootstrap) outside[t] = rows_outside(bag);
    }
  });
  forest.out_of_bag = settings.bootstrap ? mean_leaf_value_outside(forest.trees, x, outside, threads)
                                         : Eigen::VectorXd::Constant(x.rows(), kNaN);
  return forest;
}

Eigen::VectorXd predict_probability(const Forest& forest, const Eigen::MatrixXd& x, int threads) {
  return mean_leaf_value(forest.trees, rows_for_trees(x, forest.features), threads);
}

Eigen::VectorXd permutation_importance(const Forest& forest, const Eigen::MatrixXd& x, const Outcome& outcome,
                                       int threads) {
  if (!forest.settings.bootstrap)
    throw Error(ErrorCode::domain, "permutation importance needs patients outside the bag: bootstrap is off");
  const std::vector<std::uint8_t> label = labels_of(outcome, x.rows());
  const RowMatrix by_row = rows_for_trees(x, forest.features);
  const std::size_t rows = label.size();
  // One column per block of trees, added up in order at the end.
  const std::size_t blocks = (forest.trees.size() + kTreesPerBlock - 1) / kTreesPerBlock;
  Eigen::MatrixXd share = Eigen::MatrixXd::Zero(x.cols(), static_cast<Eigen::Index>(blocks));
  for_blocks(forest.trees.size(), kTreesPerBlock, threads, [&](std::size_t begin, std::size_t end) {
    auto increase = share.col(static_cast<Eigen::Index>(begin / kTreesPerBlock));
    for (std::size_t t = begin; t < end; ++t) {
      const Tree& tree = forest.trees[t];
      Random random = tree_random(forest.seed, t);
      const std::vector<std::uint32_t> bag = tree_bag(rows, true, random);
      std::vector<Eigen::Index> outside;
      for (std::size_t i = 0; i < rows; ++i)
        if (bag[i] == 0) outside.push_back(static_cast<Eigen::Index>(i));
      if (outside.empty()) continue;
      std::set<std::int32_t> used;
      for (const TreeNode& node : tree)
        if (node.feature >= 0) used.insert(node.feature);
      Random shuffling(derive_seed(forest.seed, "importance", t));
      for (const std::int32_t feature : used) {
        const std::vector<std::size_t> other = shuffling.permutation(outside.size());
        double sum = 0.0;
        for (std::size_t k = 0; k < outside.size(); ++k) {
          const double* row = by_row.row(outside[k]).data();
          const double shuffled = by_row(outside[other[k]], feature);
          const double after = leaf_of(tree, [&](std::int32_t f) { return f == feature ? shuffled : row[f]; }).value;
          const double y = label[static_cast<std::size_t>(outside[k])];
          const double before = answer(tree, row);
          sum += (after - y) * (after - y) - (before - y) * (before - y);
        }
        increase[feature] += sum / static_cast<double>(outside.size());
      }
    }
  });
  return share.rowwise().sum() / static_cast<double>(forest.trees.size());
}

}  // namespace larc::learn
