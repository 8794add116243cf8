#include <gtest/gtest.h>

#include "learn/crossval.h"
#include "learn/rank_ridge.h"
#include "learn_data.h"

using namespace larc;
using namespace larc::learn;
using namespace larc::test;

namespace {

double value_of(const Cohort& cohort, const Recipe& recipe, std::uint64_t seed) {
  const Protocol protocol = protocol_of(cohort, seed);
  const auto results = run_splits(protocol, protocol.cross_validation(1, 5), {recipe}, {12.0}, seed, 2);
  return judge(protocol, results, {recipe}, {12.0}).front().within.value;
}

Recipe small(Recipe recipe) {
  recipe.learner.trees = 60;
  recipe.learner.rounds = 40;
  for (auto& member : recipe.learner.members) member.trees = 60;
  return recipe;
}

// Every learner of the list finds a plain signal, is read back to the bit, and gives the same bytes twice.
TEST(Learners, FindASignalAndAreReadBackExactly) {
  for (const OutcomeKind kind : {OutcomeKind::binary, OutcomeKind::survival}) {
    const Cohort cohort = make_cohort(kind, 160, 12, 3, 1.2, 41);
    std::vector<std::string> names = learner_kinds(kind);
    names.push_back("default");
    for (const auto& name : names) {
      if (name == "ensemble") continue;
      const Recipe recipe = small(named_recipe(name, kind));
      EXPECT_GT(value_of(cohort, recipe, 3), 0.65) << name << " " << to_string(kind);
      const Model model = fit_model(rows_of(cohort), recipe, 5);
      const std::string text = dump_json(to_json(model));
      EXPECT_EQ(text, dump_json(to_json(fit_model(rows_of(cohort), recipe, 5)))) << name;
      const Model back = model_from_json(parse_json(text, "model"));
      EXPECT_EQ(linear_predictor(back, cohort.frame), linear_predictor(model, cohort.frame)) << name;
      EXPECT_EQ(dump_json(to_json(back)), text) << name;
    }
  }
  EXPECT_LARC_ERROR(named_recipe("oracle", OutcomeKind::binary), domain, "forest");
  EXPECT_LARC_ERROR(named_recipe("forest", OutcomeKind::survival), domain, "survival");
}

TEST(Learners, EverySettingIsReadBack) {
  LearnerSettings settings;
  settings.kind = "ensemble";
  settings.alphas = {0.3};
  settings.n_lambda = 7;
  settings.lambda_min_ratio = 0.02;
  settings.patience = 3;
  settings.penalty_factor = {{"clinical", 0.0}};
  settings.trees = 11;
  settings.min_leaf = 4;
  settings.feature_share = 0.7;
  settings.penalty = 0.9;
  settings.rounds = 13;
  settings.members = {LearnerSettings{}, LearnerSettings{}};
  settings.weights = {1.0, 3.0};
  settings.combine = "stack";
  const LearnerSettings back = learner_settings_from_json(to_json(settings));
  EXPECT_EQ(dump_json(to_json(back)), dump_json(to_json(settings)));
  EXPECT_EQ(back.weights, settings.weights);
  EXPECT_EQ(back.rounds, 13);
  EXPECT_EQ(back.feature_share, 0.7);
}

TEST(Learners, EnsemblesCombineByMeanRankOrStack) {
  const Cohort cohort = make_cohort(OutcomeKind::binary, 160, 12, 3, 1.2, 42);
  for (const char* combine : {"mean", "rank", "stack"}) {
    Recipe recipe = small(default_recipe(OutcomeKind::binary));
    recipe.learner.combine = combine;
    EXPECT_GT(value_of(cohort, recipe, 3), 0.65) << combine;
  }
  Recipe recipe = default_recipe(OutcomeKind::binary);
  recipe.learner.combine = "vote";
  EXPECT_LARC_ERROR(fit_model(rows_of(cohort), recipe, 1), domain, "vote");
  recipe = default_recipe(OutcomeKind::binary);
  recipe.learner.weights = {1.0};
  EXPECT_LARC_ERROR(fit_model(rows_of(cohort), recipe, 1), domain, "weight");
}

// The closed form, written out densely, on wide and on tall data: both solvers find it.
TEST(RankRidge, IsTheMinimum) {
  for (const std::size_t p : {4u, 60u}) {
    const Cohort cohort = make_cohort(OutcomeKind::binary, 40, p, 2, 1.0, 43);
    Eigen::MatrixXd x(40, static_cast<Eigen::Index>(p));
    for (std::size_t j = 0; j < p; ++j)
      for (std::size_t i = 0; i < 40; ++i)
        x(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j)) = cohort.frame.columns[j].values[i];
    const RankRidge model = fit_rank_ridge(x, cohort.outcome, 0.1);
    const Eigen::VectorXd score = predict_rank_ridge(model, x);
    // Optimality: the weighted residuals sum to 0 and balance the penalty: sum w e g_j = penalty p v_j for each
    // feature.
    const auto events = static_cast<double>(cohort.outcome.events());
    Eigen::VectorXd weighted(40);
    for (Eigen::Index i = 0; i < 40; ++i) {
      const bool positive = cohort.outcome.label[static_cast<std::size_t>(i)] == 1.0;
      weighted[i] = 40.0 / (2.0 * (positive ? events : 40.0 - events)) * ((positive ? 1.0 : -1.0) - score[i]);
    }
    EXPECT_NEAR(weighted.sum(), 0.0, 1e-10);
    // Features as the model sees them: the score of one feature alone over its weight.
    for (Eigen::Index j = 0; j < static_cast<Eigen::Index>(p); ++j) {
      RankRidge alone = model;
      alone.weights.setZero();
      alone.weights[j] = 1.0;
      alone.intercept = 0.0;
      const Eigen::VectorXd g = predict_rank_ridge(alone, x);
      const double sd = std::sqrt((g.array() - g.mean()).square().mean());
      EXPECT_NEAR(weighted.dot(g) / sd, 0.1 * static_cast<double>(p) * model.weights[j] * sd, 1e-9);
    }
    // Any monotone change of a feature changes nothing.
    Eigen::MatrixXd bent = x;
    bent.col(0) = x.col(0).array().exp();
    EXPECT_NEAR((predict_rank_ridge(fit_rank_ridge(bent, cohort.outcome, 0.1), bent) - score).cwiseAbs().maxCoeff(),
                0.0, 1e-12);
    EXPECT_LARC_ERROR(predict_rank_ridge(model, x.leftCols(1)), shape_mismatch, "columns");
  }
  const Cohort cohort = make_cohort(OutcomeKind::binary, 10, 1, 1, 1.0, 44);
  EXPECT_LARC_ERROR(fit_rank_ridge(Eigen::MatrixXd::Zero(10, 1), cohort.outcome, 0.0), domain, "penalty");
}

}  // namespace
