#include <gtest/gtest.h>

#include <cmath>

#include "core/error.h"
#include "stats/binomial.h"
#include "stats/rank_correlation.h"

using namespace larc;
using namespace larc::stats;

// Oracle: by hand. Without ties rho = 1 - 6 sum(d^2) / (n (n^2 - 1)).
TEST(RankCorrelation, OfFiveWithoutTies) {
  EXPECT_DOUBLE_EQ(rank_correlation({10, 20, 30, 40, 50}, {1, 3, 2, 5, 4}), 1 - 6.0 * 4 / 120);
  EXPECT_DOUBLE_EQ(rank_correlation({1, 2, 3}, {9, 4, 1}), -1);
  EXPECT_DOUBLE_EQ(rank_correlation({-3, 0, 5, 7}, {std::exp(-3), 1, std::exp(5), std::exp(7)}), 1);
}

// Ranks 1, 2.5, 2.5, 4 and 1, 2, 3, 4: covariance 4.5, sums of squares 4.5 and 5.
TEST(RankCorrelation, TiesTakeTheirMeanRank) {
  EXPECT_DOUBLE_EQ(rank_correlation({1, 2, 2, 3}, {1, 2, 3, 4}), 4.5 / std::sqrt(4.5 * 5));
}

TEST(RankCorrelation, AConstantCorrelatesWithNothing) {
  EXPECT_EQ(rank_correlation({2, 2, 2}, {1, 2, 3}), 0);
  EXPECT_THROW(rank_correlation({1, 2}, {1, 2, 3}), Error);
}

// Oracle: by hand, four coins: 1, 15/16, 11/16, 5/16, 1/16.
TEST(BinomialUpperTail, OfFourCoins) {
  const double tails[] = {16, 15, 11, 5, 1};
  for (int count = 0; count <= 4; ++count)
    EXPECT_NEAR(binomial_upper_tail(count, 4, 0.5), tails[count] / 16, 1e-13) << count;
  EXPECT_NEAR(binomial_upper_tail(3, 3, 0.2), 0.008, 1e-13);
}
