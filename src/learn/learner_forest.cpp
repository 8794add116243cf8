#include <algorithm>
#include <cmath>

#include "core/random.h"
#include "learn/forest.h"
#include "learn/learners.h"
#include "stats/logistic.h"

namespace larc::learn {

namespace {

/// A forest may be unanimous; half a tree's vote keeps the logit finite.
double score_of(double probability, std::size_t trees) {
  const double margin = 0.5 / (static_cast<double>(trees) + 1.0);
  return stats::logit(std::clamp(probability, margin, 1.0 - margin));
}

int features_tried(const LearnerSettings& settings, Eigen::Index columns) {
  return std::max(1, static_cast<int>(std::lround(settings.feature_share * static_cast<double>(columns))));
}

class ForestLearner : public Learner {
 public:
  ForestLearner(std::string kind, Forest forest) : kind_(std::move(kind)), forest_(std::move(forest)) {}
  Eigen::VectorXd linear(const Eigen::MatrixXd& x) const override {
    Eigen::VectorXd score = predict_probability(forest_, x);
    for (double& value : score) value = score_of(value, forest_.trees.size());
    return score;
  }
  Json to_json() const override { return {{"learner", kind_}, {"forest", learn::to_json(forest_)}}; }

 private:
  std::string kind_;
  Forest forest_;
};

}  // namespace

LearnerFit fit_forest_learner(const Prepared& prepared, const LearnerSettings& settings, std::uint64_t seed) {
  ForestSettings forest;
  forest.trees = settings.trees;
  forest.split = settings.kind == "extra_trees" ? SplitRule::random : SplitRule::best;
  forest.min_leaf = settings.min_leaf;
  forest.balanced = true;
  forest.features_per_split = features_tried(settings, prepared.all.values.cols());
  Forest fit = fit_forest(prepared.all.values, prepared.outcome, forest, seed);
  const double prevalence =
      static_cast<double>(prepared.outcome.events()) / static_cast<double>(prepared.outcome.size());
  LearnerFit result;
  if (prepared.rows_are_apart)
    result.unseen = fit.out_of_bag;
  else
    result.unseen = unseen_scores(prepared, [&](const PreparedFold& fold, std::size_t number) {
      ForestSettings inner = forest;
      inner.features_per_split = features_tried(settings, fold.training.values.cols());
      return predict_probability(
          fit_forest(fold.training.values, fold.training_outcome, inner, derive_seed(seed, "fold", number)),
          fold.held_out);
    });
  for (double& value : result.unseen)
    value = score_of(std::isnan(value) ? prevalence : value, static_cast<std::size_t>(forest.trees));
  result.tuning = {{"trees", forest.trees}};
  result.learner = std::make_shared<ForestLearner>(settings.kind, std::move(fit));
  return result;
}

std::unique_ptr<Learner> read_forest_learner(const Json& json) {
  return std::make_unique<ForestLearner>(json.at("learner").get<std::string>(), forest_from_json(json.at("forest")));
}

}  // namespace larc::learn
