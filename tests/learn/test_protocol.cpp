#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "learn/crossval.h"
#include "learn/evaluate.h"
#include "learn/protocol.h"
#include "learn_data.h"
#include "stats/concordance.h"
#include "stats/roc.h"

using namespace larc;
using namespace larc::learn;
using namespace larc::test;

namespace {

std::set<std::size_t> set_of(const std::vector<std::size_t>& rows) {
  return {rows.begin(), rows.end()};
}

LearningTable table_of(const Cohort& cohort) {
  return {cohort.frame, cohort.outcome, {}, {}, {}, {}};
}

TEST(Protocol, EveryRowIsHeldOutOnceInEachRepeat) {
  const Cohort cohort = make_cohort(OutcomeKind::binary, 53, 4, 1, 1.0, 3);
  const Protocol protocol = protocol_of(cohort, 9);
  const auto splits = protocol.cross_validation(3, 5);
  ASSERT_EQ(splits.size(), 15u);
  std::map<int, std::vector<std::size_t>> held_out;
  for (const Split& split : splits) {
    for (const std::size_t row : split.test) held_out[split.repeat].push_back(row);
    EXPECT_EQ(split.training.size() + split.test.size(), 53u);
    for (const std::size_t row : split.test) EXPECT_FALSE(set_of(split.training).contains(row));
  }
  for (auto& [repeat, rows] : held_out) {
    EXPECT_EQ(rows.size(), 53u);
    EXPECT_EQ(set_of(rows).size(), 53u);
  }
}

TEST(Protocol, RowsOfAPatientAndCopiesNeverStraddleASplit) {
  Cohort cohort = make_cohort(OutcomeKind::binary, 60, 5, 1, 1.0, 4);
  LearningTable table = table_of(cohort);
  for (std::size_t row = 0; row < 60; ++row) {
    table.patients.push_back("p" + std::to_string(row < 40 ? row / 2 : row));  // twenty patients with two rows
    table.images.push_back(row == 50 || row == 3 ? "same image" : "");
  }
  for (auto& column : table.frame.columns) column.values[59] = column.values[45];  // an exact copy under another name
  const Protocol protocol(table, 2);
  ASSERT_EQ(protocol.notes().size(), 2u);
  EXPECT_NE(protocol.notes()[0].find("rows 4 and 51 come from the same image"), std::string::npos);
  EXPECT_NE(protocol.notes()[1].find("rows 46 and 60 hold the same values"), std::string::npos);
  std::vector<Split> splits = protocol.cross_validation(4, 5);
  for (Split& split : protocol.bootstrap(10)) splits.push_back(std::move(split));
  for (const Split& split : splits) {
    const auto training = set_of(split.training), test = set_of(split.test);
    const auto together = [&](std::size_t a, std::size_t b) {
      EXPECT_EQ(training.contains(a), training.contains(b)) << split.held_out;
      EXPECT_EQ(test.contains(a), test.contains(b)) << split.held_out;
    };
    for (std::size_t row = 0; row < 40; row += 2) together(row, row + 1);
    together(3, 50);
    together(45, 59);
    for (const InnerFold& fold : protocol.training(split).inner_folds(4, 1)) {
      std::set<std::size_t> inside, outside;
      for (const std::size_t unit : fold.training.units()) inside.insert(unit);
      for (const std::size_t unit : fold.held_out.units()) EXPECT_FALSE(inside.contains(unit));
    }
  }
}

// Ten columns of random numbers make no two rows equal; they must not hide a copy.
TEST(Protocol, RandomColumnsDoNotHideCopies) {
  Cohort cohort = make_cohort(OutcomeKind::binary, 30, 5, 1, 1.0, 4);
  for (auto& column : cohort.frame.columns) column.values[20] = column.values[7];
  const Protocol protocol(with_random_columns(table_of(cohort), 1), 2);
  ASSERT_EQ(protocol.notes().size(), 1u);
  EXPECT_NE(protocol.notes()[0].find("rows 8 and 21"), std::string::npos);
}

TEST(Protocol, CentresAreLeftOutWhole) {
  const Cohort cohort = make_cohort(OutcomeKind::binary, 60, 5, 1, 1.0, 5);
  LearningTable table = table_of(cohort);
  for (std::size_t row = 0; row < 60; ++row) {
    table.centres.push_back(row < 20 ? "A" : row < 45 ? "B" : "C");
    table.patients.push_back(row == 19 || row == 20 ? "moved" : std::to_string(row));
  }
  const Protocol protocol(table, 2);
  const auto splits = protocol.leave_one_centre_out();
  ASSERT_EQ(splits.size(), 3u);
  EXPECT_EQ(splits[0].held_out, "centre A");
  EXPECT_EQ(splits[0].test.size(), 20u);
  // The patient who moved to B teaches nothing while A is held out.
  EXPECT_EQ(splits[0].training.size(), 39u);
  EXPECT_EQ(splits[2].training.size(), 45u);
  // Nobody knows whether a row without a centre comes from the one that is held out.
  table.centres[50] = "";
  const auto fewer = Protocol(table, 2).leave_one_centre_out();
  ASSERT_EQ(fewer.size(), 3u);
  EXPECT_EQ(fewer[0].training.size(), 38u);
  EXPECT_EQ(fewer[2].test.size(), 14u);
  EXPECT_LARC_ERROR(protocol_of(cohort).leave_one_centre_out(), refused, "two centres");
}

TEST(Protocol, TheSealedSetIsInNoOtherSplit) {
  const Cohort cohort = make_cohort(OutcomeKind::survival, 60, 5, 1, 1.0, 6);
  LearningTable table = table_of(cohort);
  for (std::size_t row = 0; row < 60; ++row) {
    table.sealed.push_back(row >= 50);
    table.patients.push_back(row == 10 || row == 55 ? "twice" : std::to_string(row));
  }
  const Protocol protocol(table, 2);
  // Row 10 belongs to a patient of the sealed set.
  EXPECT_EQ(protocol.development().size(), 49u);
  EXPECT_NE(protocol.notes().back().find("1 rows belong to patients of the sealed set"), std::string::npos);
  std::vector<Split> splits = protocol.cross_validation(1, 5);
  splits.push_back(protocol.everything());
  for (Split& split : protocol.bootstrap(3)) splits.push_back(std::move(split));
  for (const Split& split : splits)
    for (const auto* rows : {&split.training, &split.test})
      for (const std::size_t row : *rows) EXPECT_TRUE(row < 50 && row != 10);
  const Split opened = protocol.open_sealed();
  EXPECT_EQ(opened.training, protocol.development());
  EXPECT_EQ(opened.test.size(), 10u);
  EXPECT_EQ(protocol.held_out(opened).indices, opened.test);
  EXPECT_LARC_ERROR(protocol_of(cohort).open_sealed(), not_ready, "no external");
}

TEST(Protocol, PermutingKeepsEverythingButTheOrderOfOutcomes) {
  const Cohort cohort = make_cohort(OutcomeKind::survival, 40, 3, 1, 1.0, 7);
  const Protocol protocol = protocol_of(cohort), permuted = protocol.permuted(5);
  EXPECT_NE(permuted.outcome().time_months, cohort.outcome.time_months);
  std::vector<std::pair<double, int>> before, after;
  for (std::size_t i = 0; i < 40; ++i) {
    before.emplace_back(cohort.outcome.time_months[i], cohort.outcome.event[i]);
    after.emplace_back(permuted.outcome().time_months[i], permuted.outcome().event[i]);
  }
  std::sort(before.begin(), before.end());
  std::sort(after.begin(), after.end());
  EXPECT_EQ(before, after);
  EXPECT_EQ(permuted.training(permuted.everything()).frame().columns[0].values, cohort.frame.columns[0].values);
}

TEST(Protocol, Errors) {
  Cohort cohort = make_cohort(OutcomeKind::binary, 20, 3, 1, 1.0, 8);
  cohort.outcome.label.assign(20, 0.0);
  cohort.outcome.label[1] = cohort.outcome.label[2] = cohort.outcome.label[3] = 1.0;
  EXPECT_LARC_ERROR(protocol_of(cohort).cross_validation(1, 5), refused, "there are 3");
  LearningTable table = table_of(cohort);
  table.centres = {"A"};
  EXPECT_LARC_ERROR(Protocol(table, 1), shape_mismatch, "centres");
}

// One fold, one repeat: the AUC and C of that fold, with DeLong's and the jackknife's errors up to their divisors.
TEST(FoldConcordance, OneFoldIsTheOrdinaryStatistic) {
  const Cohort binary = make_cohort(OutcomeKind::binary, 80, 3, 1, 0.7, 9);
  std::vector<std::size_t> all(80);
  std::iota(all.begin(), all.end(), std::size_t{0});
  const auto& score = binary.frame.columns[0].values;
  const FoldConcordance area = fold_concordance(binary.outcome, {{0, all, score, 0}});
  const auto roc = stats::roc(binary.outcome.label, score);
  EXPECT_NEAR(area.value, roc.auc, 1e-14);
  EXPECT_NEAR(area.se, roc.se, 0.05 * roc.se);
  const Cohort survival = make_cohort(OutcomeKind::survival, 80, 3, 1, 0.7, 9);
  const auto& risk = survival.frame.columns[0].values;
  const FoldConcordance c = fold_concordance(survival.outcome, {{0, all, risk, 0}});
  const auto harrell = stats::harrell_c(survival.outcome.time_months, survival.outcome.event, risk);
  EXPECT_NEAR(c.value, harrell.c, 1e-14);
  EXPECT_NEAR(c.se, harrell.se, 1e-14);
}

// Scores of two models on other scales: pairs across folds would be nonsense and do not count.
TEST(FoldConcordance, FoldsAreNotComparedWithEachOther) {
  const Outcome outcome{OutcomeKind::binary, {1, 0, 1, 0, 1, 0}, {}, {}};
  const FoldConcordance result = fold_concordance(outcome, {{0, {0, 1}, {-100, -200}, 4},
                                                            {0, {2, 3, 4, 5}, {7, 6, 5, 8}, 2},
                                                            {1, {0, 1, 2, 3, 4, 5}, {1, 2, 3, 4, 5, 6}, 3}});
  // First repeat: 1 of 1 and 1 of 4 pairs; second: 3 of 9.
  EXPECT_NEAR(result.value, 0.5 * (2.0 / 5.0 + 3.0 / 9.0), 1e-15);
  for (const auto& repeat : result.influence)
    EXPECT_NEAR(std::accumulate(repeat.begin(), repeat.end(), 0.0), 0.0, 1e-15);
  const FoldConcordance nothing = fold_concordance(outcome, {{0, {0}, {1.0}, 0}});
  EXPECT_TRUE(std::isnan(nothing.value));
  EXPECT_FALSE(nothing.reason.empty());
  EXPECT_EQ(paired_fold_concordance(result, result).p, 1.0);
}

}  // namespace
