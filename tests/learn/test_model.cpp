#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "learn/evaluate.h"
#include "learn/model.h"
#include "learn/run.h"
#include "learn_data.h"
#include "stats/concordance.h"
#include "stats/roc.h"

using namespace larc;
using namespace larc::learn;
using namespace larc::test;

namespace {

/// Concordance within the folds of one five-fold cross-validation.
double fold_value(const Cohort& cohort, const Recipe& recipe, std::uint64_t seed) {
  const Protocol protocol = protocol_of(cohort, seed);
  std::vector<FoldScores> scores;
  for (const auto& result : run_splits(protocol, protocol.cross_validation(1, 5), {recipe}, {}, seed, 2)) {
    EXPECT_EQ(result.of_recipe[0].failure, "");
    scores.push_back(
        {result.split.repeat, result.split.test, result.of_recipe[0].linear, result.split.training.size()});
  }
  return fold_concordance(cohort.outcome, scores).value;
}

Cohort mixed_cohort(OutcomeKind kind, std::uint64_t seed) {
  Cohort cohort = make_cohort(kind, 120, 20, 3, 0.9, seed);
  Random random(seed + 1);
  std::vector<std::string> stage;
  for (std::size_t i = 0; i < 120; ++i) {
    stage.push_back(random.uniform() < 0.1 ? "" : random.uniform() < 0.6 ? "T3" : "T2");
    if (random.uniform() < 0.1) cohort.frame.columns[1].values[i] = kNaN;
  }
  cohort.frame.columns.push_back(categorical_column("stage", "clinical", stage));
  cohort.frame.columns.push_back(numeric_column("empty", "clinical", std::vector<double>(120, kNaN)));
  cohort.frame.columns.push_back(numeric_column("constant", "clinical", std::vector<double>(120, 4.0)));
  Column copy = cohort.frame.columns[0];
  copy.name = "copy";
  cohort.frame.columns.push_back(copy);
  return cohort;
}

}  // namespace

// The leak test. Outcome and 1,000 features are independent. Selecting the features that follow the outcome before the
// cross-validation invents discrimination; the protocol, whose steps see the training rows only, finds none. The
// cross-validated area of such noise has a standard deviation of 0.042 (40 seeds), so 0.17 is four for one area and
// 0.07 more than three for the mean of four.
TEST(Model, NoiseHasNoSignalAndALeakInventsOneSlow) {
  double sum = 0.0;
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    const Cohort noise = make_cohort(OutcomeKind::binary, 186, 1000, 0, 0.0, 100 + seed);
    const double honest = fold_value(noise, {}, seed);
    EXPECT_NEAR(honest, 0.5, 0.17) << seed;
    sum += honest;

    std::vector<std::pair<double, std::size_t>> ranked;
    for (std::size_t j = 0; j < noise.frame.columns.size(); ++j)
      ranked.emplace_back(-std::abs(stats::roc(noise.outcome.label, noise.frame.columns[j].values).auc - 0.5), j);
    std::sort(ranked.begin(), ranked.end());
    Cohort leaky;
    leaky.outcome = noise.outcome;
    leaky.frame.rows = noise.frame.rows;
    for (std::size_t k = 0; k < 20; ++k) leaky.frame.columns.push_back(noise.frame.columns[ranked[k].second]);
    EXPECT_GT(fold_value(leaky, {}, seed), 0.7) << seed;
  }
  EXPECT_NEAR(sum / 4.0, 0.5, 0.07);
}

TEST(Model, FindsTheSignal) {
  EXPECT_GT(fold_value(make_cohort(OutcomeKind::binary, 200, 30, 3, 1.0, 31), {}, 5), 0.75);
  const Cohort cohort = make_cohort(OutcomeKind::survival, 200, 30, 3, 0.8, 31);
  EXPECT_GT(fold_value(cohort, {}, 5), 0.7);
  const auto top = coefficients(fit_model(rows_of(cohort), {}, 1));
  ASSERT_GE(top.size(), 3u);
  for (std::size_t k = 0; k < 3; ++k) EXPECT_TRUE(top[k].name == "a0" || top[k].name == "a1" || top[k].name == "a2");
}

TEST(Model, SameInputSameBytes) {
  for (const OutcomeKind kind : {OutcomeKind::binary, OutcomeKind::survival}) {
    const Cohort cohort = mixed_cohort(kind, 7);
    const std::string first = dump_json(to_json(fit_model(rows_of(cohort), {}, 3)));
    EXPECT_EQ(first, dump_json(to_json(fit_model(rows_of(cohort), {}, 3))));
    EXPECT_NE(first, dump_json(to_json(fit_model(rows_of(cohort), {}, 4))));
  }
}

TEST(Model, ReadBackPredictsTheSameBits) {
  for (const OutcomeKind kind : {OutcomeKind::binary, OutcomeKind::survival}) {
    const Cohort cohort = mixed_cohort(kind, 8);
    const Model model = fit_model(rows_of(cohort), {}, 3);
    const std::string text = dump_json(to_json(model));
    const Model back = model_from_json(parse_json(text, "model"));
    EXPECT_EQ(linear_predictor(back, cohort.frame), linear_predictor(model, cohort.frame));
    EXPECT_EQ(dump_json(to_json(back)), text);
    if (kind == OutcomeKind::binary) {
      EXPECT_EQ(probability(back, linear_predictor(back, cohort.frame)),
                probability(model, linear_predictor(model, cohort.frame)));
    } else {
      EXPECT_EQ(survival(back, linear_predictor(back, cohort.frame), {6, 12, 36}),
                survival(model, linear_predictor(model, cohort.frame), {6, 12, 36}));
    }
  }
}

TEST(Model, OddColumns) {
  const Cohort cohort = mixed_cohort(OutcomeKind::binary, 9);
  const Model model = fit_model(rows_of(cohort), {}, 3);
  std::set<std::string> names;
  names.insert(model.features.begin(), model.features.end());
  EXPECT_FALSE(names.contains("empty"));
  EXPECT_FALSE(names.contains("constant"));
  EXPECT_FALSE(names.contains("copy"));
  EXPECT_TRUE(names.contains("a1__missing"));
  EXPECT_TRUE(names.contains("stage=missing"));

  Frame patient = cohort.frame.select_rows({0});
  const double usual = linear_predictor(model, patient)[0];
  patient.columns[20].levels[0] = "T9";
  std::vector<std::string> notes;
  EXPECT_TRUE(std::isfinite(linear_predictor(model, patient, &notes)[0]));
  ASSERT_EQ(notes.size(), 1u);
  EXPECT_EQ(notes[0], "stage: 1 row with a level unseen in training");
  patient.columns[0].values[0] = 1e12;
  const double wild = linear_predictor(model, patient)[0];
  EXPECT_LT(std::abs(wild - usual), 12.0);
  for (auto& column : patient.columns) {
    if (column.kind == ColumnKind::numeric) column.values[0] = kNaN;
    if (column.kind == ColumnKind::categorical) column.levels[0] = "";
  }
  EXPECT_TRUE(std::isfinite(linear_predictor(model, patient)[0]));
}

// One patient predicted alone, or among others, or in another column order, gets the same prediction.
TEST(Model, PredictionsDoNotDependOnCompany) {
  const Cohort cohort = mixed_cohort(OutcomeKind::survival, 12);
  const Model model = fit_model(rows_of(cohort), {}, 3);
  const auto together = linear_predictor(model, cohort.frame);
  Frame reversed = cohort.frame;
  std::reverse(reversed.columns.begin(), reversed.columns.end());
  EXPECT_EQ(linear_predictor(model, reversed), together);
  for (const std::size_t i : {std::size_t{0}, std::size_t{57}, std::size_t{119}})
    EXPECT_EQ(linear_predictor(model, cohort.frame.select_rows({i}))[0], together[i]);
}

TEST(Model, SurvivalCurvesFallAndMatchTheCohort) {
  const Cohort cohort = make_cohort(OutcomeKind::survival, 200, 5, 2, 0.7, 14);
  const Model model = fit_model(rows_of(cohort), {}, 3);
  const std::vector<double> times = {0, 6, 12, 24, 48, 999};
  for (const auto& curve : survival(model, linear_predictor(model, cohort.frame), times)) {
    EXPECT_EQ(curve[0], 1.0);
    for (std::size_t t = 1; t < times.size(); ++t) EXPECT_LE(curve[t], curve[t - 1]);
    EXPECT_LT(curve.back(), 1.0);
  }
  // Breslow's baseline makes the expected number of events, over each patient's own follow-up, the observed one, up to
  // the difference between the scores of patients seen and unseen.
  double cumulative = 0.0;
  for (std::size_t i = 0; i < cohort.frame.rows; ++i)
    cumulative -= std::log(
        survival(model, linear_predictor(model, cohort.frame.select_rows({i})), {cohort.outcome.time_months[i]})[0][0]);
  EXPECT_NEAR(cumulative / static_cast<double>(cohort.outcome.events()), 1.0, 0.1);
}

TEST(Model, UnpenalisedGroupStaysIn) {
  Cohort cohort = make_cohort(OutcomeKind::binary, 150, 30, 0, 0.0, 15);
  cohort.frame.columns[4].group = "clinical";
  Recipe recipe;
  recipe.learner.penalty_factor["clinical"] = 0.0;
  bool found = false;
  for (const auto& coefficient : coefficients(fit_model(rows_of(cohort), recipe, 2)))
    found = found || coefficient.name == "a4";
  EXPECT_TRUE(found);
}

TEST(Model, TheChosenPairHasTheLeastDeviance) {
  const Cohort cohort = make_cohort(OutcomeKind::survival, 120, 30, 3, 0.6, 16);
  Recipe recipe;
  recipe.learner.patience = 0;
  const Model whole = fit_model(rows_of(cohort), recipe, 2);
  EXPECT_EQ(whole.tuning.at("tried").size(), 3u * 40u);
  for (const auto& point : whole.tuning.at("tried"))
    EXPECT_GE(point[2].get<double>(), whole.tuning.at("deviance").get<double>());
  recipe.learner.patience = 10;
  const Model patient = fit_model(rows_of(cohort), recipe, 2);
  EXPECT_LE(patient.tuning.at("tried").size(), whole.tuning.at("tried").size());
  EXPECT_EQ(patient.tuning.at("lambda"), whole.tuning.at("lambda"));
}

TEST(Model, FewEvents) {
  Cohort cohort = make_cohort(OutcomeKind::binary, 40, 5, 1, 1.0, 18);
  cohort.outcome.label.assign(40, 0.0);
  cohort.outcome.label[3] = cohort.outcome.label[9] = cohort.outcome.label[20] = 1.0;
  const Model model = fit_model(rows_of(cohort), {}, 2);
  ASSERT_FALSE(model.notes.empty());
  EXPECT_NE(model.notes[0].find("3 folds"), std::string::npos);
  cohort.outcome.label.assign(40, 0.0);
  cohort.outcome.label[3] = 1.0;
  EXPECT_LARC_ERROR(fit_model(rows_of(cohort), {}, 2), refused, "at least two");
  Cohort survival = make_cohort(OutcomeKind::survival, 40, 5, 1, 1.0, 18);
  survival.outcome.event.assign(40, 0);
  EXPECT_LARC_ERROR(fit_model(rows_of(survival), {}, 2), refused, "at least two");
}

TEST(Model, NoUsableColumn) {
  Cohort cohort = make_cohort(OutcomeKind::binary, 40, 1, 1, 1.0, 19);
  cohort.frame.columns[0].values.assign(40, 2.0);
  const Model model = fit_model(rows_of(cohort), {}, 2);
  EXPECT_TRUE(coefficients(model).empty());
  EXPECT_FALSE(model.notes.empty());
  const double prevalence = static_cast<double>(cohort.outcome.events()) / 40.0;
  EXPECT_NEAR(probability(model, linear_predictor(model, cohort.frame))[0], prevalence, 1e-6);
  EXPECT_EQ(dump_json(to_json(model_from_json(to_json(model)))), dump_json(to_json(model)));
}

TEST(Model, Errors) {
  const Cohort cohort = make_cohort(OutcomeKind::binary, 40, 3, 1, 1.0, 20);
  const Model model = fit_model(rows_of(cohort), {}, 2);
  Frame frame = cohort.frame;
  frame.columns.pop_back();
  EXPECT_LARC_ERROR(linear_predictor(model, frame), not_found, "'a2'");
  EXPECT_LARC_ERROR(survival(model, linear_predictor(model, cohort.frame), {12}), domain, "probability");
  Model other = model;
  other.kind = OutcomeKind::survival;
  EXPECT_LARC_ERROR(probability(other, linear_predictor(other, cohort.frame)), domain, "survival");
  Cohort shorter = cohort;
  shorter.outcome.label.pop_back();
  EXPECT_LARC_ERROR(protocol_of(shorter), shape_mismatch, "outcome");
  const auto refuses = [&](const std::function<void(LearnerSettings&)>& change, const std::string& what) {
    Recipe recipe;
    change(recipe.learner);
    EXPECT_LARC_ERROR(fit_model(rows_of(cohort), recipe, 2), domain, what);
  };
  refuses([](auto& learner) { learner.alphas.clear(); }, "alphas");
  refuses([](auto& learner) { learner.n_lambda = 0; }, "n_lambda");
  refuses([](auto& learner) { learner.patience = -1; }, "patience");
  refuses([](auto& learner) { learner.lambda_min_ratio = 2.0; }, "lambda_min_ratio");
  refuses([](auto& learner) { learner.kind = "oracle"; }, "'oracle' is not a learner");
  refuses([](auto& learner) { learner.kind = "ensemble"; }, "members");
  EXPECT_LARC_ERROR(model_from_json(Json::object()), format, "not a model");
  Json json = to_json(model);
  json["version"] = 99;
  EXPECT_LARC_ERROR(model_from_json(json), unsupported, "version");
  json = to_json(model);
  json.erase("recalibration");
  EXPECT_LARC_ERROR(model_from_json(json), format, "recalibration");
  json = to_json(model);
  json["learner"]["weights"].erase(json["learner"]["weights"].begin());
  EXPECT_LARC_ERROR(model_from_json(json), format, "features");
}
