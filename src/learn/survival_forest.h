#pragma once
#include <Eigen/Dense>
#include <cstdint>
#include <string>
#include <vector>

#include "core/json.h"
#include "learn/frame.h"
#include "learn/tree.h"
#include "stats/concordance.h"

namespace larc::learn {

enum class SurvivalSplit {
  logrank,       // two-sample log-rank statistic of the node, exact at every cut
  logrank_score  // standardised sum of the node's log-rank scores: the same numerator, the variance of a random split
};

// Which times the mortality sums the cumulative hazard over.
enum class MortalityTimes {
  events,   // the event times that are told apart, as randomForestSRC does
  observed  // every follow-up time of the training patients, censored ones too, as ranger does
};

struct SurvivalForestSettings {
  SurvivalSplit split = SurvivalSplit::logrank;
  int trees = 500;
  // Features tried at a node, constant ones too, as ranger does; 0 = square root of p, rounded up.
  int features_per_split = 0;
  int min_leaf = 15;    // patients in a leaf, at least; one drawn twice counts twice. 15 as randomForestSRC: 3 overfits
  int max_depth = 0;    // 0 = no limit
  int time_bins = 150;  // at most so many event times are told apart, evenly over their ranks; 0 = all
  bool bootstrap = true;  // each tree on n patients drawn with replacement; false: on all, no out-of-bag answers
  // With many censorings `observed` gives late times, which few patients inform, more weight: a lower concordance.
  MortalityTimes mortality_times = MortalityTimes::events;
};

/// Trees for a survival outcome; each leaf has the Nelson-Aalen cumulative hazard of its patients, the forest their
/// mean.
struct SurvivalForest {
  SurvivalForestSettings settings;
  std::int32_t features = 0;
  std::uint64_t seed = 0;
  std::vector<double> time;  // (t,) event times that are told apart, ascending
  std::vector<Tree> trees;   // value of a leaf: its mortality; child of a leaf: its number, counted over all trees
  // Steps of the cumulative hazards: leaf k has those of positions leaf_begin[k] .. leaf_begin[k + 1] - 1.
  std::vector<std::uint32_t> leaf_begin;
  std::vector<std::uint16_t> step_time;  // index into `time`
  std::vector<double> step;
  /// (n,) training patients: mortality over the trees that did not see them; NaN where all did, or without bootstrap.
  /// Not kept in JSON.
  Eigen::VectorXd out_of_bag_mortality;
};

/// x (n, p) finite; a survival outcome with at least one event. An event between two times that are told apart counts
/// at the later one, a censoring at the earlier one. Cost about n log n per level of a tree and feature.
/// The same forest for any number of threads.
/// errors shape_mismatch, domain (settings, a missing value, no events), unsupported (binary outcome)
/// source Ishwaran et al. 2008; LeBlanc, Crowley 1993 (log-rank cuts); Hothorn, Lausen 2003 (scores)
SurvivalForest fit_survival_forest(const Eigen::MatrixXd& x, const Outcome& outcome,
                                   const SurvivalForestSettings& settings, std::uint64_t seed, int threads = 1);

/// (n,) sum over the times of `mortality_times` of the cumulative hazard; higher = worse.
/// errors shape_mismatch, domain
Eigen::VectorXd predict_mortality(const SurvivalForest& forest, const Eigen::MatrixXd& x, int threads = 1);
/// (n, t) cumulative hazard at each of `forest.time`
Eigen::MatrixXd predict_cumulative_hazard(const SurvivalForest& forest, const Eigen::MatrixXd& x, int threads = 1);
/// (n, m) survival at these times: exp(- cumulative hazard); 1 before the first event. errors domain (times)
Eigen::MatrixXd predict_survival(const SurvivalForest& forest, const Eigen::MatrixXd& x,
                                 const std::vector<double>& times, int threads = 1);
/// Harrell's C of the out-of-bag mortality, over the patients that have one. outcome as in training
stats::Concordance out_of_bag_concordance(const SurvivalForest& forest, const Outcome& outcome);

std::string to_string(SurvivalSplit split);
std::string to_string(MortalityTimes times);
/// errors domain
SurvivalSplit survival_split_from_string(const std::string& text);
/// errors domain
MortalityTimes mortality_times_from_string(const std::string& text);
Json to_json(const SurvivalForestSettings& settings);
/// errors domain
SurvivalForestSettings survival_forest_settings_from_json(const Json& json);
/// Predicts the same to the bit when read back.
Json to_json(const SurvivalForest& forest);
/// errors format
SurvivalForest survival_forest_from_json(const Json& json);

}  // namespace larc::learn
