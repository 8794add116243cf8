#pragma once
#include <functional>
#include <string>

#include "core/text.h"
#include "learn/learner.h"

namespace larc::learn {

/// One line of the list of learners in learner.cpp. To add one: its fit and its reader here, a line there.
struct LearnerKind {
  std::string name;
  bool binary = true;
  bool survival = true;
  LearnerFit (*fit)(const Prepared& prepared, const LearnerSettings& settings, std::uint64_t seed) = nullptr;
  std::unique_ptr<Learner> (*read)(const Json& json) = nullptr;
};

/// Scores of all training rows, each from the inner fold that held it out.
Eigen::VectorXd unseen_scores(
    const Prepared& prepared,
    const std::function<Eigen::VectorXd(const PreparedFold& fold, std::size_t number)>& score_of_held_out);

/// A linear learner: intercept and a weight for each feature.
std::unique_ptr<Learner> make_linear_learner(const std::string& kind, double intercept, Eigen::VectorXd weights);
std::unique_ptr<Learner> read_linear_learner(const Json& json);

/// elastic_net, ridge (alpha 0) and lasso (alpha 1): alpha and lambda with the least out-of-fold deviance over the
/// inner folds; the larger lambda among equals. Survival: the deviance of a fold is that of all rows minus that of its
/// training rows. source Verweij, van Houwelingen 1993
LearnerFit fit_elastic_net_learner(const Prepared& prepared, const LearnerSettings& settings, std::uint64_t seed);

/// forest, extra_trees: unseen scores are those of the trees that did not draw the patient.
LearnerFit fit_forest_learner(const Prepared& prepared, const LearnerSettings& settings, std::uint64_t seed);
std::unique_ptr<Learner> read_forest_learner(const Json& json);

/// Ridge on normal scores of ranks (rank_ridge.h); unseen scores from the inner folds.
LearnerFit fit_rank_ridge_learner(const Prepared& prepared, const LearnerSettings& settings, std::uint64_t seed);
std::unique_ptr<Learner> read_rank_ridge_learner(const Json& json);

/// XGBoost (boosting.h): logistic or Cox; unseen scores from the inner folds.
LearnerFit fit_boosting_learner(const Prepared& prepared, const LearnerSettings& settings, std::uint64_t seed);
std::unique_ptr<Learner> read_boosting_learner(const Json& json);

/// Members, each recalibrated on its own unseen scores, and their mean, mean rank, or a stack fitted on the unseen
/// scores.
LearnerFit fit_ensemble_learner(const Prepared& prepared, const LearnerSettings& settings, std::uint64_t seed);
std::unique_ptr<Learner> read_ensemble_learner(const Json& json);

}  // namespace larc::learn
