#include "learn/learners.h"
#include "learn/rank_ridge.h"

namespace larc::learn {

namespace {

class RankRidgeLearner : public Learner {
 public:
  explicit RankRidgeLearner(RankRidge model) : model_(std::move(model)) {}
  Eigen::VectorXd linear(const Eigen::MatrixXd& x) const override { return predict_rank_ridge(model_, x); }
  Json to_json() const override { return {{"learner", "rank_ridge"}, {"model", learn::to_json(model_)}}; }
  std::vector<double> weights() const override {
    return {model_.weights.data(), model_.weights.data() + model_.weights.size()};
  }

 private:
  RankRidge model_;
};

}  // namespace

LearnerFit fit_rank_ridge_learner(const Prepared& prepared, const LearnerSettings& settings, std::uint64_t) {
  LearnerFit result;
  result.unseen = unseen_scores(prepared, [&](const PreparedFold& fold, std::size_t) {
    return predict_rank_ridge(fit_rank_ridge(fold.training.values, fold.training_outcome, settings.penalty),
                              fold.held_out);
  });
  result.learner =
      std::make_shared<RankRidgeLearner>(fit_rank_ridge(prepared.all.values, prepared.outcome, settings.penalty));
  result.tuning = {{"penalty", settings.penalty}};
  return result;
}

std::unique_ptr<Learner> read_rank_ridge_learner(const Json& json) {
  return std::make_unique<RankRidgeLearner>(rank_ridge_from_json(json.at("model")));
}

}  // namespace larc::learn
