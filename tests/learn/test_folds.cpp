#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "core/error.h"
#include "learn/folds.h"
#include "learn_data.h"

using namespace larc;
using namespace larc::learn;
using namespace larc::test;

namespace {

// Largest minus smallest number of patients per fold for which `counts(i)`.
template <typename Counts>
int spread(const std::vector<int>& assignment, int folds, Counts&& counts) {
  std::vector<int> number(static_cast<std::size_t>(folds), 0);
  for (std::size_t i = 0; i < assignment.size(); ++i)
    if (counts(i)) ++number[static_cast<std::size_t>(assignment[i])];
  return *std::max_element(number.begin(), number.end()) - *std::min_element(number.begin(), number.end());
}

}  // namespace

TEST(Folds, BalancedWithinStrataAndOverall) {
  for (const int folds : {2, 3, 5, 10})
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
      Random random(seed);
      std::vector<int> strata;
      for (int i = 0; i < 97; ++i) strata.push_back(static_cast<int>(random.below(4)) * 3 - 2);
      const auto assignment = stratified_folds(strata, folds, seed);
      EXPECT_LE(spread(assignment, folds, [](std::size_t) { return true; }), 1);
      for (const int stratum : {-2, 1, 4, 7})
        EXPECT_LE(spread(assignment, folds, [&](std::size_t i) { return strata[i] == stratum; }), 1);
      EXPECT_EQ(*std::max_element(assignment.begin(), assignment.end()), folds - 1);
      EXPECT_EQ(*std::min_element(assignment.begin(), assignment.end()), 0);
    }
}

TEST(Folds, EventsBalancedForSurvival) {
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    const Cohort cohort = make_cohort(OutcomeKind::survival, 83, 1, 1, 1.0, seed);
    const auto assignment = stratified_folds(outcome_strata(cohort.outcome), 5, seed);
    EXPECT_LE(spread(assignment, 5, [&](std::size_t i) { return cohort.outcome.event[i] == 1; }), 1);
    EXPECT_LE(spread(assignment, 5, [](std::size_t) { return true; }), 1);
  }
}

// Three endpoints of different rarity, one of which is unknown for some: each is spread to within two patients, which
// dealing by one of them alone is not.
TEST(Folds, SeveralLabelsAreSpreadTogether) {
  int worst_of_others_when_dealt_by_one = 0;
  for (const int folds : {2, 3, 5})
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
      Random random(seed);
      std::vector<std::vector<int>> labels(101);
      std::vector<int> first;
      for (auto& own : labels) {
        own.push_back(random.uniform() < 0.2 ? 1 : 0);
        first.push_back(own[0]);
        if (random.uniform() < 0.9) own.push_back(10 + static_cast<int>(random.below(3)));
        own.push_back(random.uniform() < 0.12 ? 21 : 20);
      }
      const auto has = [&](int label) {
        return [&labels, label](std::size_t i) { return std::ranges::count(labels[i], label) > 0; };
      };
      const auto together = labelled_folds(labels, folds, seed), by_one = stratified_folds(first, folds, seed);
      EXPECT_LE(spread(together, folds, [](std::size_t) { return true; }), 4);
      for (const int label : {0, 1, 10, 11, 12, 20, 21}) {
        EXPECT_LE(spread(together, folds, has(label)), label == 0 || label == 20 ? 4 : 2) << label;
        worst_of_others_when_dealt_by_one =
            std::max(worst_of_others_when_dealt_by_one, spread(by_one, folds, has(label)));
      }
      EXPECT_EQ(together, labelled_folds(labels, folds, seed));
    }
  EXPECT_GT(worst_of_others_when_dealt_by_one, 4);
  EXPECT_NE(labelled_folds(std::vector<std::vector<int>>(60), 5, 1),
            labelled_folds(std::vector<std::vector<int>>(60), 5, 2));
  EXPECT_THROW(labelled_folds({{1}, {2}}, 3, 1), Error);
}

TEST(Folds, SeedDecides) {
  std::vector<int> strata(60, 0);
  EXPECT_EQ(stratified_folds(strata, 5, 1), stratified_folds(strata, 5, 1));
  EXPECT_NE(stratified_folds(strata, 5, 1), stratified_folds(strata, 5, 2));
}

// Every patient is as likely to land in every fold: 2000 draws, 400 expected, sd 18.
TEST(Folds, NoFoldIsPreferred) {
  std::map<int, int> count;
  for (std::uint64_t seed = 0; seed < 2000; ++seed) ++count[stratified_folds({0, 0, 0, 0, 0, 0, 1, 1}, 5, seed)[7]];
  for (const auto& [fold, times] : count) EXPECT_NEAR(times, 400, 90) << fold;
  EXPECT_EQ(count.size(), 5u);
}

TEST(Folds, SmallStrataAndErrors) {
  const auto assignment = stratified_folds({0, 0, 0, 0, 0, 1}, 3, 7);
  EXPECT_LE(spread(assignment, 3, [](std::size_t) { return true; }), 1);
  EXPECT_LARC_ERROR(stratified_folds({0, 1}, 1, 1), domain, "2 folds");
  EXPECT_LARC_ERROR(stratified_folds({0, 1}, 3, 1), domain, "fewer folds");
}

TEST(Folds, Rows) {
  const FoldRows rows = fold_rows({0, 1, 0, 2}, 0);
  EXPECT_EQ(rows.test, (std::vector<std::size_t>{0, 2}));
  EXPECT_EQ(rows.training, (std::vector<std::size_t>{1, 3}));
}

TEST(Folds, SurvivalStrataAreTertiles) {
  const Outcome outcome{OutcomeKind::survival, {}, {9, 1, 5, 3, 2, 8}, {1, 1, 1, 0, 0, 0}};
  EXPECT_EQ(outcome_strata(outcome), (std::vector<int>{5, 3, 4, 1, 0, 2}));
}
