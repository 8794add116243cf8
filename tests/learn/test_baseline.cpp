#include <gtest/gtest.h>

#include "learn/baseline.h"
#include "learn_data.h"

using namespace larc;
using namespace larc::learn;

namespace {

Outcome twenty() {
  Outcome outcome;
  for (int i = 0; i < 20; ++i) outcome.label.push_back(i % 2);
  return outcome;
}

/// One fold of everybody; the score follows the outcome but in the first `wrong` patients.
FoldConcordance concordance(int wrong) {
  const Outcome outcome = twenty();
  FoldScores fold{0, {}, {}, 0};
  for (std::size_t i = 0; i < outcome.size(); ++i) {
    fold.rows.push_back(i);
    const double right = outcome.label[i] + 0.01 * static_cast<double>(i);
    fold.score.push_back(static_cast<int>(i) < wrong ? 1.0 - right : right);
  }
  return fold_concordance(outcome, {fold});
}

TEST(AgainstBaseline, SaysWhichOfThemReachesMore) {
  const auto worse = against_baseline("radiomics", concordance(8), "volume", concordance(2));
  EXPECT_EQ(worse.verdict, "as_good");
  EXPECT_NE(worse.statement.find("volume alone does as well or better"), std::string::npos) << worse.statement;
  const auto equal = against_baseline("radiomics", concordance(4), "volume", concordance(4));
  EXPECT_EQ(equal.verdict, "as_good");
  const auto slightly = against_baseline("radiomics", concordance(3), "volume", concordance(4));
  EXPECT_EQ(slightly.verdict, "not_shown");
  EXPECT_NE(slightly.statement.find("'radiomics' is not shown to be better"), std::string::npos) << slightly.statement;
  const auto better = against_baseline("radiomics", concordance(0), "random", concordance(14));
  EXPECT_EQ(better.verdict, "better");
  EXPECT_NE(better.statement.find("better than random numbers"), std::string::npos) << better.statement;
  EXPECT_EQ(to_json(better).at("verdict"), "better");
}

TEST(AgainstBaseline, UndefinedIsSaid) {
  Outcome outcome = twenty();
  const FoldConcordance nothing = fold_concordance(outcome, {{0, {0}, {1.0}, 0}});
  const auto against = against_baseline("radiomics", nothing, "volume", concordance(2));
  EXPECT_EQ(against.verdict, "undefined");
  EXPECT_TRUE(to_json(against).at("difference").is_null());
}

}  // namespace
