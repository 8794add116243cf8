#include <gtest/gtest.h>

#include <chrono>
#include <cmath>

#include "learn/folds.h"
#include "learn/pipeline.h"
#include "learn_data.h"
#include "stats/concordance.h"
#include "stats/roc.h"

using namespace larc;
using namespace larc::learn;
using namespace larc::test;

namespace {

// Out-of-fold linear predictors of an outer cross-validation.
std::vector<double> out_of_fold(const Frame& frame, const Outcome& outcome, const PipelineSettings& settings,
                                std::uint64_t seed) {
  std::vector<double> score(frame.rows);
  const auto assignment = stratified_folds(outcome_strata(outcome), 5, seed);
  for (int fold = 0; fold < 5; ++fold) {
    const FoldRows rows = fold_rows(assignment, fold);
    const FittedPipeline pipeline =
        fit_pipeline(frame.select_rows(rows.training), outcome.select_rows(rows.training), settings, seed);
    const auto eta = linear_predictor(pipeline, frame.select_rows(rows.test));
    for (std::size_t k = 0; k < rows.test.size(); ++k) score[rows.test[k]] = eta[k];
  }
  return score;
}

// Mean of the areas within the folds of `out_of_fold`.
double fold_auc(const std::vector<double>& score, const Outcome& outcome, std::uint64_t seed) {
  const auto assignment = stratified_folds(outcome_strata(outcome), 5, seed);
  double sum = 0.0;
  for (int fold = 0; fold < 5; ++fold) {
    std::vector<double> labels;
    std::vector<double> scores;
    for (const std::size_t i : fold_rows(assignment, fold).test) {
      labels.push_back(outcome.label[i]);
      scores.push_back(score[i]);
    }
    sum += stats::roc(labels, scores).auc;
  }
  return sum / 5.0;
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
// cross-validation invents discrimination; the pipeline, which sees the training rows only, finds none. The
// cross-validated area of such noise has a standard deviation of 0.042 (40 seeds), so 0.17 is four for one area and
// 0.07 more than three for the mean of four.
TEST(Pipeline, NoiseHasNoSignalAndALeakInventsOneSlow) {
  double sum = 0.0;
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    const Cohort noise = make_cohort(OutcomeKind::binary, 186, 1000, 0, 0.0, 100 + seed);
    const double honest = fold_auc(out_of_fold(noise.frame, noise.outcome, {}, seed), noise.outcome, seed);
    EXPECT_NEAR(honest, 0.5, 0.17) << seed;
    sum += honest;

    std::vector<std::pair<double, std::size_t>> ranked;
    for (std::size_t j = 0; j < noise.frame.columns.size(); ++j)
      ranked.emplace_back(-std::abs(stats::roc(noise.outcome.label, noise.frame.columns[j].values).auc - 0.5), j);
    std::sort(ranked.begin(), ranked.end());
    Frame leaky;
    leaky.rows = noise.frame.rows;
    for (std::size_t k = 0; k < 20; ++k) leaky.columns.push_back(noise.frame.columns[ranked[k].second]);
    const double inflated = fold_auc(out_of_fold(leaky, noise.outcome, {}, seed), noise.outcome, seed);
    EXPECT_GT(inflated, 0.8) << seed;
  }
  EXPECT_NEAR(sum / 4.0, 0.5, 0.07);
}

TEST(Pipeline, FindsTheSignal) {
  const Cohort binary = make_cohort(OutcomeKind::binary, 200, 30, 3, 1.0, 31);
  const auto score = out_of_fold(binary.frame, binary.outcome, {}, 5);
  EXPECT_GT(stats::roc(binary.outcome.label, score).auc, 0.75);
  const Cohort survival = make_cohort(OutcomeKind::survival, 200, 30, 3, 0.8, 31);
  const auto risk = out_of_fold(survival.frame, survival.outcome, {}, 5);
  EXPECT_GT(stats::harrell_c(survival.outcome.time_months, survival.outcome.event, risk).c, 0.7);
  const auto top = coefficients(fit_pipeline(survival.frame, survival.outcome, {}, 1));
  ASSERT_GE(top.size(), 3u);
  for (std::size_t k = 0; k < 3; ++k) EXPECT_TRUE(top[k].name == "a0" || top[k].name == "a1" || top[k].name == "a2");
}

TEST(Pipeline, SameInputSameBytes) {
  for (const OutcomeKind kind : {OutcomeKind::binary, OutcomeKind::survival}) {
    const Cohort cohort = mixed_cohort(kind, 7);
    const std::string first = dump_json(to_json(fit_pipeline(cohort.frame, cohort.outcome, {}, 3)));
    EXPECT_EQ(first, dump_json(to_json(fit_pipeline(cohort.frame, cohort.outcome, {}, 3))));
    EXPECT_NE(first, dump_json(to_json(fit_pipeline(cohort.frame, cohort.outcome, {}, 4))));
  }
}

TEST(Pipeline, ReadBackPredictsTheSameBits) {
  for (const OutcomeKind kind : {OutcomeKind::binary, OutcomeKind::survival}) {
    const Cohort cohort = mixed_cohort(kind, 8);
    const FittedPipeline pipeline = fit_pipeline(cohort.frame, cohort.outcome, {}, 3);
    const std::string text = dump_json(to_json(pipeline));
    const FittedPipeline back = pipeline_from_json(parse_json(text, "pipeline"));
    EXPECT_EQ(linear_predictor(back, cohort.frame), linear_predictor(pipeline, cohort.frame));
    EXPECT_EQ(dump_json(to_json(back)), text);
    if (kind == OutcomeKind::binary) {
      EXPECT_EQ(probability(back, cohort.frame), probability(pipeline, cohort.frame));
    } else {
      EXPECT_EQ(survival(back, cohort.frame, {6, 12, 36}), survival(pipeline, cohort.frame, {6, 12, 36}));
    }
  }
}

TEST(Pipeline, OddColumns) {
  const Cohort cohort = mixed_cohort(OutcomeKind::binary, 9);
  const FittedPipeline pipeline = fit_pipeline(cohort.frame, cohort.outcome, {}, 3);
  std::set<std::string> names;
  for (const auto& coefficient : pipeline.model) names.insert(coefficient.name);
  EXPECT_FALSE(names.contains("empty"));
  EXPECT_FALSE(names.contains("constant"));
  EXPECT_FALSE(names.contains("copy"));
  EXPECT_TRUE(names.contains("a1__missing"));
  EXPECT_TRUE(names.contains("stage=missing"));

  Frame patient = cohort.frame.select_rows({0});
  const double usual = linear_predictor(pipeline, patient)[0];
  patient.columns[20].levels[0] = "T9";
  std::vector<std::string> notes;
  EXPECT_TRUE(std::isfinite(linear_predictor(pipeline, patient, &notes)[0]));
  ASSERT_EQ(notes.size(), 1u);
  EXPECT_EQ(notes[0], "stage: 1 row with a level unseen in training");
  patient.columns[0].values[0] = 1e12;
  const double wild = linear_predictor(pipeline, patient)[0];
  EXPECT_LT(std::abs(wild - usual), 12.0);
  for (auto& column : patient.columns) {
    if (column.kind == ColumnKind::numeric) column.values[0] = kNaN;
    if (column.kind == ColumnKind::categorical) column.levels[0] = "";
  }
  EXPECT_TRUE(std::isfinite(linear_predictor(pipeline, patient)[0]));
}

// One patient predicted alone, or among others, or in another column order, gets the same prediction.
TEST(Pipeline, PredictionsDoNotDependOnCompany) {
  const Cohort cohort = mixed_cohort(OutcomeKind::survival, 12);
  const FittedPipeline pipeline = fit_pipeline(cohort.frame, cohort.outcome, {}, 3);
  const auto together = linear_predictor(pipeline, cohort.frame);
  Frame reversed = cohort.frame;
  std::reverse(reversed.columns.begin(), reversed.columns.end());
  EXPECT_EQ(linear_predictor(pipeline, reversed), together);
  for (const std::size_t i : {std::size_t{0}, std::size_t{57}, std::size_t{119}})
    EXPECT_EQ(linear_predictor(pipeline, cohort.frame.select_rows({i}))[0], together[i]);
}

TEST(Pipeline, SurvivalCurvesFallAndMatchTheCohort) {
  const Cohort cohort = make_cohort(OutcomeKind::survival, 200, 5, 2, 0.7, 14);
  const FittedPipeline pipeline = fit_pipeline(cohort.frame, cohort.outcome, {}, 3);
  const std::vector<double> times = {0, 6, 12, 24, 48, 999};
  const auto curves = survival(pipeline, cohort.frame, times);
  double expected = 0.0;
  for (const auto& curve : curves) {
    EXPECT_EQ(curve[0], 1.0);
    for (std::size_t t = 1; t < times.size(); ++t) EXPECT_LE(curve[t], curve[t - 1]);
    expected += -std::log(curve.back());
  }
  EXPECT_GT(expected, 0.0);
  // Breslow's baseline makes the expected number of events, over each patient's own follow-up, the observed one.
  double cumulative = 0.0;
  for (std::size_t i = 0; i < curves.size(); ++i)
    cumulative -= std::log(survival(pipeline, cohort.frame.select_rows({i}), {cohort.outcome.time_months[i]})[0][0]);
  EXPECT_NEAR(cumulative, static_cast<double>(cohort.outcome.events()), 1e-8);
}

TEST(Pipeline, UnpenalisedGroupStaysIn) {
  Cohort cohort = make_cohort(OutcomeKind::binary, 150, 30, 0, 0.0, 15);
  cohort.frame.columns[4].group = "clinical";
  PipelineSettings settings;
  settings.penalty_factor["clinical"] = 0.0;
  const FittedPipeline pipeline = fit_pipeline(cohort.frame, cohort.outcome, settings, 2);
  bool found = false;
  for (const auto& coefficient : coefficients(pipeline)) found = found || coefficient.name == "a4";
  EXPECT_TRUE(found);
}

TEST(Pipeline, TheChosenPairHasTheLeastDeviance) {
  const Cohort cohort = make_cohort(OutcomeKind::survival, 120, 30, 3, 0.6, 16);
  PipelineSettings settings;
  settings.patience = 0;
  const FittedPipeline whole = fit_pipeline(cohort.frame, cohort.outcome, settings, 2);
  EXPECT_EQ(whole.tuning.size(), 3u * 40u);
  double least = whole.tuning.front().deviance;
  for (const auto& point : whole.tuning) least = std::min(least, point.deviance);
  for (const auto& point : whole.tuning)
    if (point.alpha == whole.alpha && point.lambda == whole.lambda) {
      EXPECT_EQ(point.deviance, least);
    }
  settings.patience = 10;
  const FittedPipeline patient = fit_pipeline(cohort.frame, cohort.outcome, settings, 2);
  EXPECT_LE(patient.tuning.size(), whole.tuning.size());
  EXPECT_EQ(patient.lambda, whole.lambda);
}

TEST(Pipeline, FewEvents) {
  Cohort cohort = make_cohort(OutcomeKind::binary, 40, 5, 1, 1.0, 18);
  cohort.outcome.label.assign(40, 0.0);
  cohort.outcome.label[3] = cohort.outcome.label[9] = cohort.outcome.label[20] = 1.0;
  const FittedPipeline pipeline = fit_pipeline(cohort.frame, cohort.outcome, {}, 2);
  ASSERT_FALSE(pipeline.notes.empty());
  EXPECT_NE(pipeline.notes[0].find("3 folds"), std::string::npos);
  cohort.outcome.label.assign(40, 0.0);
  cohort.outcome.label[3] = 1.0;
  EXPECT_LARC_ERROR(fit_pipeline(cohort.frame, cohort.outcome, {}, 2), refused, "at least two");
  Cohort survival = make_cohort(OutcomeKind::survival, 40, 5, 1, 1.0, 18);
  survival.outcome.event.assign(40, 0);
  EXPECT_LARC_ERROR(fit_pipeline(survival.frame, survival.outcome, {}, 2), refused, "at least two");
}

TEST(Pipeline, NoUsableColumn) {
  Cohort cohort = make_cohort(OutcomeKind::binary, 40, 1, 1, 1.0, 19);
  cohort.frame.columns[0].values.assign(40, 2.0);
  const FittedPipeline pipeline = fit_pipeline(cohort.frame, cohort.outcome, {}, 2);
  EXPECT_TRUE(coefficients(pipeline).empty());
  EXPECT_FALSE(pipeline.notes.empty());
  const double prevalence = static_cast<double>(cohort.outcome.events()) / 40.0;
  EXPECT_NEAR(probability(pipeline, cohort.frame)[0], prevalence, 1e-6);
  EXPECT_EQ(dump_json(to_json(pipeline_from_json(to_json(pipeline)))), dump_json(to_json(pipeline)));
}

TEST(Pipeline, Errors) {
  const Cohort cohort = make_cohort(OutcomeKind::binary, 40, 3, 1, 1.0, 20);
  const FittedPipeline pipeline = fit_pipeline(cohort.frame, cohort.outcome, {}, 2);
  Frame frame = cohort.frame;
  frame.columns.pop_back();
  EXPECT_LARC_ERROR(linear_predictor(pipeline, frame), not_found, "'a2'");
  EXPECT_LARC_ERROR(survival(pipeline, cohort.frame, {12}), domain, "probability");
  FittedPipeline other = pipeline;
  other.kind = OutcomeKind::survival;
  EXPECT_LARC_ERROR(probability(other, cohort.frame), domain, "survival");
  Outcome shorter = cohort.outcome;
  shorter.label.pop_back();
  EXPECT_LARC_ERROR(fit_pipeline(cohort.frame, shorter, {}, 2), shape_mismatch, "outcome");
  PipelineSettings settings;
  settings.alphas.clear();
  EXPECT_LARC_ERROR(fit_pipeline(cohort.frame, cohort.outcome, settings, 2), domain, "alphas");
  settings = {};
  settings.inner_folds = 1;
  EXPECT_LARC_ERROR(fit_pipeline(cohort.frame, cohort.outcome, settings, 2), domain, "inner_folds");
  settings = {};
  settings.n_lambda = 0;
  EXPECT_LARC_ERROR(fit_pipeline(cohort.frame, cohort.outcome, settings, 2), domain, "n_lambda");
  settings = {};
  settings.patience = -1;
  EXPECT_LARC_ERROR(fit_pipeline(cohort.frame, cohort.outcome, settings, 2), domain, "patience");
  settings = {};
  settings.lambda_min_ratio = 2.0;
  EXPECT_LARC_ERROR(fit_pipeline(cohort.frame, cohort.outcome, settings, 2), domain, "lambda_min_ratio");
  EXPECT_LARC_ERROR(pipeline_from_json(Json::object()), format, "larc-pipeline");
  Json json = to_json(pipeline);
  json["version"] = 99;
  EXPECT_LARC_ERROR(pipeline_from_json(json), unsupported, "version");
  json = to_json(pipeline);
  json.erase("intercept");
  EXPECT_LARC_ERROR(pipeline_from_json(json), format, "intercept");
  json = to_json(pipeline);
  json["model"].erase(json["model"].begin());
  EXPECT_LARC_ERROR(pipeline_from_json(json), format, "features");
}

// 5 repeats x 5 folds x (5 inner folds x 3 alphas x 40 lambdas): the unit of work of a permutation test.
TEST(Pipeline, NestedCrossValidationIsFastSlow) {
  for (const OutcomeKind kind : {OutcomeKind::binary, OutcomeKind::survival})
    for (const double strength : {0.0, 0.6}) {
      const Cohort cohort = make_cohort(kind, 120, 70, 4, strength, 22);
      const auto start = std::chrono::steady_clock::now();
      for (std::uint64_t repeat = 1; repeat <= 5; ++repeat) out_of_fold(cohort.frame, cohort.outcome, {}, repeat);
      const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
      std::printf("%s, strength %g: %.2f s\n", to_string(kind).c_str(), strength, seconds);
      EXPECT_LT(seconds, 30.0);
    }
}
