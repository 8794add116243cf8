#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/random.h"
#include "learn/learners.h"
#include "learn/rank_svm.h"
#include "learn/survival_forest.h"

namespace larc::learn {

namespace {

/// Mortality grows like a hazard: its logarithm adds like a linear predictor. No event of a leaf counts as half a one.
double score_of(double mortality) {
  return std::log(mortality + 0.5);
}

class SurvivalForestLearner : public Learner {
 public:
  explicit SurvivalForestLearner(SurvivalForest forest) : forest_(std::move(forest)) {}
  Eigen::VectorXd linear(const Eigen::MatrixXd& x) const override {
    Eigen::VectorXd score = predict_mortality(forest_, x);
    for (double& value : score) value = score_of(value);
    return score;
  }
  Json to_json() const override { return {{"learner", "survival_forest"}, {"forest", learn::to_json(forest_)}}; }

 private:
  SurvivalForest forest_;
};

Eigen::VectorXd rank_svm_weights(const Eigen::MatrixXd& x, const Outcome& outcome) {
  const RankSvm fit = fit_rank_svm(x, outcome.time_months, outcome.event);
  if (!fit.coef.allFinite() || fit.coef.size() != x.cols())
    throw Error(ErrorCode::domain, "the rank support vector machine has no solution: " + fit.reason);
  return fit.coef;
}

}  // namespace

LearnerFit fit_survival_forest_learner(const Prepared& prepared, const LearnerSettings& settings, std::uint64_t seed) {
  const auto forest_of = [&](Eigen::Index columns) {
    SurvivalForestSettings forest;
    forest.trees = settings.trees;
    const auto p = static_cast<double>(columns);
    forest.features_per_split =
        std::max(1, static_cast<int>(std::lround(std::max(settings.feature_share * p, std::sqrt(p)))));
    return forest;
  };
  SurvivalForest fit =
      fit_survival_forest(prepared.all.values, prepared.outcome, forest_of(prepared.all.values.cols()), seed);
  LearnerFit result;
  if (prepared.rows_are_apart) {
    result.unseen = fit.out_of_bag_mortality;
    double sum = 0.0, count = 0.0;
    for (const double value : result.unseen)
      if (!std::isnan(value)) {
        sum += value;
        count += 1.0;
      }
    for (double& value : result.unseen) value = score_of(std::isnan(value) ? sum / std::max(count, 1.0) : value);
  } else {
    result.unseen = unseen_scores(prepared, [&](const PreparedFold& fold, std::size_t number) {
      const SurvivalForest inner =
          fit_survival_forest(fold.training.values, fold.training_outcome, forest_of(fold.training.values.cols()),
                              derive_seed(seed, "fold", number));
      Eigen::VectorXd score = predict_mortality(inner, fold.held_out);
      for (double& value : score) value = score_of(value);
      return score;
    });
  }
  result.tuning = {{"trees", settings.trees}};
  result.learner = std::make_shared<SurvivalForestLearner>(std::move(fit));
  return result;
}

std::unique_ptr<Learner> read_survival_forest_learner(const Json& json) {
  return std::make_unique<SurvivalForestLearner>(survival_forest_from_json(json.at("forest")));
}

LearnerFit fit_rank_svm_learner(const Prepared& prepared, const LearnerSettings&, std::uint64_t) {
  LearnerFit result;
  result.unseen = unseen_scores(prepared, [](const PreparedFold& fold, std::size_t) -> Eigen::VectorXd {
    return fold.held_out * rank_svm_weights(fold.training.values, fold.training_outcome);
  });
  result.learner = make_linear_learner("rank_svm", 0.0, rank_svm_weights(prepared.all.values, prepared.outcome));
  return result;
}

}  // namespace larc::learn
