#pragma once
#include <Eigen/Dense>
#include <cstdint>
#include <vector>

#include "core/json.h"
#include "learn/frame.h"
#include "learn/tree.h"

namespace larc::learn {

enum class SplitRule {
  best,   // the cut with the lowest Gini impurity of each tried feature (random forest)
  random  // one cut of each tried feature, uniform between its smallest and largest value (extremely randomised trees)
};

struct ForestSettings {
  SplitRule split = SplitRule::best;
  int trees = 500;
  int features_per_split =
      0;                  // features tried at a node, constant ones not counted; 0 = square root of p, rounded down
  int min_leaf = 1;       // patients in a leaf, at least; one drawn twice counts twice
  int min_split = 2;      // patients in a node that is split, at least, counted alike
  int max_depth = 0;      // 0 = no limit
  bool bootstrap = true;  // each tree on n patients drawn with replacement; false: on all, no out-of-bag answers
  bool balanced = false;  // both classes weigh the same in splits and leaves
};

/// Trees for a binary outcome; the answer is the mean over trees of the share of outcomes in the leaf.
struct Forest {
  ForestSettings settings;
  std::int32_t features = 0;
  std::uint64_t seed = 0;
  std::vector<Tree> trees;
  /// (n,) training patients: mean over the trees that did not see them; NaN where all did, or without bootstrap.
  /// Not kept in JSON.
  Eigen::VectorXd out_of_bag;
};

/// x (n, p) finite; a binary outcome with both classes. Each tree has its own random stream: the same forest for any
/// number of threads.
/// errors shape_mismatch, domain (settings, a missing value, one class), unsupported (survival outcome)
/// source Breiman 2001; Geurts, Ernst, Wehenkel 2006; Malley et al. 2012 (probabilities)
Forest fit_forest(const Eigen::MatrixXd& x, const Outcome& outcome, const ForestSettings& settings, std::uint64_t seed,
                  int threads = 1);

/// (n,) probability of the outcome. x (n, p) with the columns of training. errors shape_mismatch, domain
Eigen::VectorXd predict_probability(const Forest& forest, const Eigen::MatrixXd& x, int threads = 1);

/// (p,) mean increase, over trees, of the Brier score of the patients outside the bag when the feature is shuffled
/// among them. x and outcome as in training. errors as predict_probability; domain without bootstrap
Eigen::VectorXd permutation_importance(const Forest& forest, const Eigen::MatrixXd& x, const Outcome& outcome,
                                       int threads = 1);

Json to_json(const ForestSettings& settings);
/// errors domain, format
ForestSettings forest_settings_from_json(const Json& json);
/// Predicts the same to the bit when read back.
Json to_json(const Forest& forest);
/// errors format
Forest forest_from_json(const Json& json);

}  // namespace larc::learn
