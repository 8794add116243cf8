#include "core/error.h"
#include "learn/learners.h"
#include "learn/shrinkage_lda.h"

namespace larc::learn {

namespace {

ShrinkageLda fit(const Eigen::MatrixXd& x, const Outcome& outcome) {
  ShrinkageLda model = fit_shrinkage_lda(x, outcome.label);
  if (!model.defined()) throw Error(ErrorCode::domain, "the discriminant cannot be fitted: " + model.reason);
  return model;
}

}  // namespace

LearnerFit fit_lda_learner(const Prepared& prepared, const LearnerSettings&, std::uint64_t) {
  LearnerFit result;
  result.unseen = unseen_scores(prepared, [](const PreparedFold& fold, std::size_t) -> Eigen::VectorXd {
    const ShrinkageLda model = fit(fold.training.values, fold.training_outcome);
    return (fold.held_out * model.coef).array() + model.intercept;
  });
  const ShrinkageLda model = fit(prepared.all.values, prepared.outcome);
  result.learner = make_linear_learner("shrinkage_lda", model.intercept, model.coef);
  result.tuning = {{"shrinkage", model.shrinkage}};
  return result;
}

}  // namespace larc::learn
