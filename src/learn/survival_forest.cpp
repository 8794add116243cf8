#include "learn/survival_forest.h"

#include "core/error.h"
#include "core/number.h"
#include "learn/grow_survival_tree.h"
#include "learn/ranked_columns.h"
#include "learn/tree_ensemble.h"

namespace larc::learn {

namespace {

void check_settings(const SurvivalForestSettings& settings, Eigen::Index features) {
  const auto need = [](bool holds, const char* text) {
    if (!holds) throw Error(ErrorCode::domain, std::string("survival forest: ") + text);
  };
  need(settings.trees >= 1, "trees must be at least 1");
  need(settings.features_per_split >= 0 && settings.features_per_split <= features,
       "features_per_split must lie between 0 and the number of features");
  need(settings.min_leaf >= 1, "min_leaf must be at least 1");
  need(settings.max_depth >= 0, "max_depth must be at least 0");
  need(settings.time_bins >= 0 && settings.time_bins <= 65535, "time_bins must lie between 0 and 65,535");
}

// Puts the trees' leaves into one table, in the order of the trees.
void join_leaves(const std::vector<SurvivalTree>& grown, SurvivalForest& forest) {
  forest.leaf_begin.assign(1, 0);
  for (const SurvivalTree& tree : grown) {
    const std::size_t first_leaf = forest.leaf_begin.size() - 1;
    const auto first_step = static_cast<std::uint32_t>(forest.step.size());
    for (const std::uint32_t end : tree.leaf_end) forest.leaf_begin.push_back(first_step + end);
    forest.step_time.insert(forest.step_time.end(), tree.step_time.begin(), tree.step_time.end());
    forest.step.insert(forest.step.end(), tree.step.begin(), tree.step.end());
    forest.trees.push_back(tree.nodes);
    for (TreeNode& node : forest.trees.back())
      if (node.feature < 0) node.child += static_cast<std::int32_t>(first_leaf);
  }
}

}  // namespace

SurvivalForest fit_survival_forest(const Eigen::MatrixXd& x, const Outcome& outcome,
                                   const SurvivalForestSettings& settings, std::uint64_t seed, int threads) {
  check_settings(settings, x.cols());
  if (outcome.kind != OutcomeKind::survival)
    throw Error(ErrorCode::unsupported, "survival forest: the outcome must be a time and an event");
  check_outcome(outcome);
  if (outcome.size() != static_cast<std::size_t>(x.rows()))
    throw Error(ErrorCode::shape_mismatch,
                "x has " + std::to_string(x.rows()) + " rows, the outcome " + std::to_string(outcome.size()));
  const BinnedTimes times = bin_times(outcome, settings.time_bins, settings.mortality_times);
  const RankedColumns columns(x);
  SurvivalForest forest;
  forest.settings = settings;
  forest.features = static_cast<std::int32_t>(x.cols());
  forest.seed = seed;
  forest.time = times.time;
  SurvivalForestSettings resolved = settings;
  if (resolved.features_per_split == 0)
    resolved.features_per_split = static_cast<int>(std::ceil(std::sqrt(static_cast<double>(x.cols()))));
  std::vector<SurvivalTree> grown(static_cast<std::size_t>(settings.trees));
  std::vector<std::vector<bool>> outside(grown.size());
  for_blocks(grown.size(), kTreesPerBlock, threads, [&](std::size_t begin, std::size_t end) {
    SurvivalTreeGrower grower(columns, times, resolved);
    for (std::size_t t = begin; t < end; ++t) {
      Random random = tree_random(seed, t);
      const std::vector<std::uint32_t> bag = tree_bag(outcome.size(), settings.bootstrap, random);
      grown[t] = grower.grow(bag, random);
      if (settings.bootstrap) outside[t] = rows_outside(bag);
    }
  });
  join_leaves(grown, forest);
  forest.out_of_bag_mortality = settings.bootstrap ? mean_leaf_value_outside(forest.trees, x, outside, threads)
                                                   : Eigen::VectorXd::Constant(x.rows(), kNaN);
  return forest;
}

Eigen::VectorXd predict_mortality(const SurvivalForest& forest, const Eigen::MatrixXd& x, int threads) {
  return mean_leaf_value(forest.trees, rows_for_trees(x, forest.features), threads);
}

Eigen::MatrixXd predict_cumulative_hazard(const SurvivalForest& forest, const Eigen::MatrixXd& x, int threads) {
  const RowMatrix by_row = rows_for_trees(x, forest.features);
  RowMatrix hazard = RowMatrix::Zero(x.rows(), static_cast<Eigen::Index>(forest.time.size()));
  for_blocks(static_cast<std::size_t>(x.rows()), kRowsPerBlock, threads, [&](std::size_t begin, std::size_t end) {
    for (auto i = static_cast<Eigen::Index>(begin); i < static_cast<Eigen::Index>(end); ++i) {
      const double* row = by_row.row(i).data();
      double* sum = hazard.row(i).data();
      for (const Tree& tree : forest.trees) {
        const auto leaf = static_cast<std::size_t>(leaf_of(tree, [row](std::int32_t f) { return row[f]; }).child);
        for (std::size_t k = forest.leaf_begin[leaf]; k < forest.leaf_begin[leaf + 1]; ++k)
          sum[forest.step_time[k]] += forest.step[k];
      }
      const auto trees = static_cast<double>(forest.trees.size());
      double total = 0.0;
      for (std::size_t k = 0; k < forest.time.size(); ++k) {
        total += sum[k];
        sum[k] = total / trees;
      }
    }
  });
  return hazard;
}

Eigen::MatrixXd predict_survival(const SurvivalForest& forest, const Eigen::MatrixXd& x,
                                 const std::vector<double>& times, int threads) {
  for (std::size_t k = 0; k < times.size(); ++k)
    if (!(times[k] >= 0.0)) throw Error(ErrorCode::domain, "times: entry " + std::to_string(k + 1) + " is below 0");
  const Eigen::MatrixXd hazard = predict_cumulative_hazard(forest, x, threads);
  Eigen::MatrixXd survival(x.rows(), static_cast<Eigen::Index>(times.size()));
  for (std::size_t k = 0; k < times.size(); ++k) {
    const auto at = std::upper_bound(forest.time.begin(), forest.time.end(), times[k]) - forest.time.begin();
    const auto column = static_cast<Eigen::Index>(k);
    if (at == 0)
      survival.col(column).setOnes();
    else
      survival.col(column) = (-hazard.col(at - 1).array()).exp();
  }
  return survival;
}

stats::Concordance out_of_bag_concordance(const SurvivalForest& forest, const Outcome& outcome) {
  if (static_cast<std::size_t>(forest.out_of_bag_mortality.size()) != outcome.size())
    throw Error(ErrorCode::shape_mismatch, "the outcome is not the one the forest was trained on");
  std::vector<double> time, score;
  std::vector<int> event;
  for (std::size_t i = 0; i < outcome.size(); ++i) {
    const double mortality = forest.out_of_bag_mortality[static_cast<Eigen::Index>(i)];
    if (std::isnan(mortality)) continue;
    time.push_back(outcome.time_months[i]);
    event.push_back(outcome.event[i]);
    score.push_back(mortality);
  }
  return stats::harrell_c(time, event, score);
}

}  // namespace larc::learn
