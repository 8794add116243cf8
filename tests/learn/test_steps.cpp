#include <gtest/gtest.h>

#include <cmath>

#include "learn/encode.h"
#include "learn/filter.h"
#include "learn/impute.h"
#include "learn/preprocess.h"
#include "learn/scale.h"
#include "learn_data.h"

using namespace larc;
using namespace larc::learn;
using namespace larc::test;

namespace {

Frame small_frame() {
  Frame frame;
  frame.rows = 6;
  frame.columns = {numeric_column("age", "clinical", {50, 60, kNaN, 70, 80, 61}),
                   numeric_column("cea", "clinical", {1, 2, 3, 4, 5, 6}),
                   categorical_column("stage", "clinical", {"T3", "T2", "T3", "", "T4", "T3"})};
  return frame;
}

FeatureMatrix matrix_of(const std::vector<std::vector<double>>& columns) {
  FeatureMatrix matrix;
  matrix.values.resize(static_cast<Eigen::Index>(columns[0].size()), static_cast<Eigen::Index>(columns.size()));
  for (std::size_t j = 0; j < columns.size(); ++j) {
    std::string name = "f";
    name += std::to_string(j);
    matrix.names.push_back(name);
    matrix.groups.emplace_back("radiomics");
    matrix.values.col(static_cast<Eigen::Index>(j)) =
        Eigen::Map<const Eigen::VectorXd>(columns[j].data(), matrix.values.rows());
  }
  return matrix;
}

// What is read back from its text is the same text again.
template <typename State, typename FromJson>
void expect_round_trip(const State& state, FromJson&& from_json) {
  const std::string text = dump_json(to_json(state));
  EXPECT_EQ(dump_json(to_json(from_json(parse_json(text, "state")))), text);
}

}  // namespace

TEST(Impute, MedianIndicatorAndMissingLevel) {
  const ImputeState state = fit_impute(small_frame());
  EXPECT_EQ(state.columns[0].median, 61.0);
  const Frame complete = apply_impute(state, small_frame());
  ASSERT_EQ(complete.columns.size(), 4u);
  EXPECT_EQ(complete.columns[0].values[2], 61.0);
  EXPECT_EQ(complete.columns[1].name, "age__missing");
  EXPECT_EQ(complete.columns[1].group, "clinical");
  EXPECT_EQ(complete.columns[1].values, (std::vector<double>{0, 0, 1, 0, 0, 0}));
  EXPECT_EQ(complete.columns[2].name, "cea");
  EXPECT_EQ(complete.columns[3].levels[3], "missing");
  expect_round_trip(state, impute_from_json);
}

TEST(Impute, NewRowsUseTheTrainingMedian) {
  const ImputeState state = fit_impute(small_frame());
  Frame patient;
  patient.rows = 1;
  patient.columns = {categorical_column("stage", "clinical", {"T2"}), numeric_column("extra", "clinical", {3}),
                     numeric_column("cea", "clinical", {kNaN}), numeric_column("age", "clinical", {40})};
  const Frame complete = apply_impute(state, patient);
  EXPECT_EQ(complete.column("cea").values[0], 3.5);
  EXPECT_EQ(complete.find("cea__missing"), nullptr);
  EXPECT_EQ(complete.find("extra"), nullptr);
  EXPECT_EQ(complete.column("age").values[0], 40.0);
}

TEST(Impute, AllMissingColumnIsDropped) {
  Frame frame = small_frame();
  frame.columns[1].values.assign(6, kNaN);
  frame.columns[2].levels.assign(6, "");
  const ImputeState state = fit_impute(frame);
  const Frame complete = apply_impute(state, frame);
  EXPECT_EQ(complete.find("cea"), nullptr);
  EXPECT_EQ(complete.column("stage").levels[0], "missing");
}

TEST(Impute, Errors) {
  EXPECT_LARC_ERROR(fit_impute(Frame{}), domain, "without patients");
  const ImputeState state = fit_impute(small_frame());
  Frame frame = small_frame();
  frame.columns.erase(frame.columns.begin());
  EXPECT_LARC_ERROR(apply_impute(state, frame), not_found, "'age'");
  frame = small_frame();
  frame.columns[0] = categorical_column("age", "clinical", std::vector<std::string>(6, "old"));
  EXPECT_LARC_ERROR(apply_impute(state, frame), conflict, "'age'");
  frame = small_frame();
  frame.columns[0].values.pop_back();
  EXPECT_LARC_ERROR(apply_impute(state, frame), shape_mismatch, "'age'");
  EXPECT_LARC_ERROR(fit_impute(frame), shape_mismatch, "'age'");
  frame = small_frame();
  frame.columns[0].values[1] = -std::numeric_limits<double>::infinity();
  EXPECT_LARC_ERROR(apply_impute(state, frame), domain, "row 2");
  EXPECT_LARC_ERROR(fit_impute(frame), domain, "row 2");
  frame = small_frame();
  frame.columns[1].name = "age__missing";
  EXPECT_LARC_ERROR(fit_impute(frame), conflict, "rename");
  frame.columns[1].name = "age";
  EXPECT_LARC_ERROR(fit_impute(frame), conflict, "twice");
}

TEST(Encode, ReferenceIsTheMostFrequentLevel) {
  const Frame complete = apply_impute(fit_impute(small_frame()), small_frame());
  const EncodeState state = fit_encode(complete);
  const FeatureMatrix matrix = apply_encode(state, complete);
  EXPECT_EQ(matrix.names,
            (std::vector<std::string>{"age", "age__missing", "cea", "stage=T2", "stage=T4", "stage=missing"}));
  EXPECT_EQ(state.columns[3].reference, "T3");
  EXPECT_EQ(matrix.values.col(3), (Eigen::VectorXd(6) << 0, 1, 0, 0, 0, 0).finished());
  EXPECT_EQ(matrix.values.col(5), (Eigen::VectorXd(6) << 0, 0, 0, 1, 0, 0).finished());
  expect_round_trip(state, encode_from_json);
}

TEST(Encode, UnseenLevelIsAllZeroAndNoted) {
  const Frame complete = apply_impute(fit_impute(small_frame()), small_frame());
  const EncodeState state = fit_encode(complete);
  Frame other = complete;
  other.columns[3].levels = {"T1", "T3", "zz", "T4", "T2", "T3"};
  std::vector<std::string> notes;
  const FeatureMatrix matrix = apply_encode(state, other, &notes);
  EXPECT_EQ(matrix.values.row(0).tail(3).sum(), 0.0);
  EXPECT_EQ(matrix.values.row(2).tail(3).sum(), 0.0);
  EXPECT_EQ(matrix.values(3, 4), 1.0);
  ASSERT_EQ(notes.size(), 1u);
  EXPECT_EQ(notes[0], "stage: 2 rows with a level unseen in training");
  EXPECT_LARC_ERROR(fit_encode(small_frame()), domain, "impute");
  EXPECT_LARC_ERROR(apply_encode(state, Frame{}), not_found, "'age'");
}

TEST(VarianceFilter, DropsConstantAndNearlyConstant) {
  std::vector<double> rare(40, 1.0);
  rare[3] = 2.0;
  std::vector<double> twice = rare;
  twice[9] = 2.5;
  std::vector<double> noise(40);
  for (std::size_t i = 0; i < 40; ++i) noise[i] = 1e6 + 1e-6 * static_cast<double>(i % 3);
  const FeatureMatrix matrix = matrix_of({std::vector<double>(40, 3.0), rare, twice, noise});
  const FilterState state = fit_variance_filter(matrix);
  EXPECT_EQ(state.kept, std::vector<std::string>{"f2"});
  EXPECT_EQ(state.dropped[0], "f0: constant");
  EXPECT_EQ(state.dropped[1], "f1: nearly constant");
  EXPECT_EQ(state.dropped[2], "f3: constant");
  expect_round_trip(state, filter_from_json);
}

TEST(CorrelationFilter, KeepsTheFirstOfEachFamily) {
  Random random(1);
  std::vector<double> a;
  std::vector<double> cubed;
  std::vector<double> negated;
  std::vector<double> other;
  for (int i = 0; i < 50; ++i) {
    a.push_back(random.normal());
    cubed.push_back(std::exp(3.0 * a.back()));
    negated.push_back(-2.0 * a.back() + 1.0);
    other.push_back(random.normal());
  }
  const FeatureMatrix matrix = matrix_of({a, cubed, other, negated});
  const FilterState ranks = fit_correlation_filter(matrix);
  EXPECT_EQ(ranks.kept, (std::vector<std::string>{"f0", "f2"}));
  EXPECT_EQ(ranks.dropped[0], "f1: follows f0");
  const FilterState linear = fit_correlation_filter(matrix, 0.95, CorrelationKind::pearson);
  EXPECT_EQ(linear.kept, (std::vector<std::string>{"f0", "f1", "f2"}));
  EXPECT_EQ(apply_filter(ranks, matrix).values.col(1), matrix.values.col(2));
  EXPECT_EQ(fit_correlation_filter(matrix, 1.0).kept.size(), 4u);
  EXPECT_LARC_ERROR(fit_correlation_filter(matrix, 0.0), domain, "threshold");
  EXPECT_LARC_ERROR(apply_filter(FilterState{{"zz"}, {}}, matrix), not_found, "'zz'");
}

TEST(Scale, StandardisesAndClips) {
  const FeatureMatrix matrix = matrix_of({{1, 2, 3, 4}, {5, 5, 5, 5}});
  const ScaleState state = fit_scale(matrix);
  const FeatureMatrix scaled = apply_scale(state, matrix);
  EXPECT_NEAR(scaled.values.col(0).mean(), 0.0, 1e-15);
  EXPECT_NEAR(scaled.values.col(0).squaredNorm() / 4.0, 1.0, 1e-15);
  EXPECT_EQ(scaled.values.col(1).norm(), 0.0);
  std::vector<std::string> notes;
  const FeatureMatrix wild = apply_scale(state, matrix_of({{1e9, 2, -1e9, 4}, {5, 5, 5, 5}}), &notes);
  EXPECT_EQ(wild.values(0, 0), 5.0);
  EXPECT_EQ(wild.values(2, 0), -5.0);
  EXPECT_EQ(notes[0], "2 values beyond 5 training standard deviations cut to that");
  expect_round_trip(state, scale_from_json);
  EXPECT_LARC_ERROR(fit_scale(matrix, 0.0), domain, "clip");
  EXPECT_LARC_ERROR(apply_scale(state, matrix_of({{1.0}})), not_found, "f1");
}

TEST(Frame, SelectsRowsAndGroups) {
  Frame frame = small_frame();
  frame.columns[1].group = "radiomics";
  const Frame part = frame.select_rows({4, 0, 4});
  EXPECT_EQ(part.rows, 3u);
  EXPECT_EQ(part.columns[0].values, (std::vector<double>{80, 50, 80}));
  EXPECT_EQ(part.columns[2].levels, (std::vector<std::string>{"T4", "T3", "T4"}));
  EXPECT_EQ(frame.select_groups({"radiomics"}).columns.size(), 1u);
  EXPECT_EQ(frame.select_groups({"radiomics"}).rows, 6u);
  EXPECT_LARC_ERROR(frame.select_rows({6}), domain, "row 7");
  EXPECT_LARC_ERROR(frame.column("zz"), not_found, "'zz'");
}

TEST(Outcome, SelectsCountsAndChecks) {
  const Outcome binary{OutcomeKind::binary, {1, 0, 1}, {}, {}};
  EXPECT_EQ(binary.events(), 2u);
  EXPECT_EQ(binary.select_rows({1, 0}).label, (std::vector<double>{0, 1}));
  const Outcome survival{OutcomeKind::survival, {}, {5, 6, 7}, {0, 1, 0}};
  EXPECT_EQ(survival.size(), 3u);
  EXPECT_EQ(survival.events(), 1u);
  EXPECT_EQ(survival.select_rows({2}).time_months, std::vector<double>{7});
  EXPECT_LARC_ERROR(check_outcome(Outcome{OutcomeKind::binary, {2}, {}, {}}), domain, "label");
  EXPECT_LARC_ERROR(check_outcome(Outcome{OutcomeKind::survival, {}, {1}, {}}), shape_mismatch, "event");
  EXPECT_EQ(outcome_kind_from_string(to_string(OutcomeKind::survival)), OutcomeKind::survival);
  EXPECT_LARC_ERROR(outcome_kind_from_string("zz"), domain, "zz");
}

TEST(Preprocess, TheTwoPathsAgree) {
  Cohort cohort = make_cohort(OutcomeKind::binary, 60, 8, 1, 1.0, 2);
  cohort.frame.columns[2].values = cohort.frame.columns[0].values;
  cohort.frame.columns[4].values.assign(60, 1.0);
  cohort.frame.columns[5].values[7] = kNaN;
  const PreprocessState state = fit_preprocess(rows_of(cohort), {});
  EXPECT_EQ(state.scale.names, (std::vector<std::string>{"a0", "a1", "a3", "a5", "a6", "a7"}));
  const Frame complete = apply_impute(state.impute, cohort.frame);
  const FeatureMatrix filtered =
      apply_filter(state.correlation, apply_filter(state.variance, apply_encode(state.encode, complete)));
  EXPECT_EQ(apply_preprocess(state, cohort.frame).values, apply_scale(state.scale, filtered).values);
  expect_round_trip(state, preprocess_from_json);
}
