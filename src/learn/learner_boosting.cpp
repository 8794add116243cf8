#include <algorithm>

#include "core/random.h"
#include "learn/boosting.h"
#include "learn/learners.h"

namespace larc::learn {

namespace {

constexpr double kColumnsTried = 30.0, kLeastShare = 0.1;  // for each tree

class BoostedLearner : public Learner {
 public:
  explicit BoostedLearner(BoostedModel model) : model_(std::move(model)) {}
  Eigen::VectorXd linear(const Eigen::MatrixXd& x) const override { return predict_margin(model_, x); }
  Json to_json() const override { return {{"learner", "boosting"}, {"model", learn::to_json(model_)}}; }

 private:
  BoostedModel model_;
};

}  // namespace

LearnerFit fit_boosting_learner(const Prepared& prepared, const LearnerSettings& settings, std::uint64_t seed) {
  BoostSettings boost;
  boost.objective = prepared.outcome.kind == OutcomeKind::binary ? BoostObjective::logistic : BoostObjective::cox;
  boost.rounds = settings.rounds;
  boost.learning_rate = 0.05;
  boost.row_share = 0.7;
  boost.column_share = std::clamp(kColumnsTried / static_cast<double>(prepared.all.values.cols()), kLeastShare, 1.0);
  boost.bins = 16;
  LearnerFit result;
  result.unseen = unseen_scores(prepared, [&](const PreparedFold& fold, std::size_t number) {
    const BoostedModel model =
        fit_boosting(fold.training.values, fold.training_outcome, boost, derive_seed(seed, "fold", number));
    return predict_margin(model, fold.held_out);
  });
  result.learner = std::make_shared<BoostedLearner>(
      fit_boosting(prepared.all.values, prepared.outcome, boost, derive_seed(seed, "all")));
  result.tuning = {{"rounds", boost.rounds}};
  return result;
}

std::unique_ptr<Learner> read_boosting_learner(const Json& json) {
  return std::make_unique<BoostedLearner>(boosted_model_from_json(json.at("model")));
}

}  // namespace larc::learn
