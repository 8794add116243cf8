#include <gtest/gtest.h>

#include <cmath>

#include "core/error.h"
#include "reference.h"
#include "stats/distributions.h"
#include "stats/interval.h"
#include "stats/rank.h"

using namespace larc;
using namespace larc::stats;

// Oracle: values of R 4.2.2 pnorm, qnorm, pchisq and of printed tables (Abramowitz, Stegun 26.1).
TEST(Distributions, KnownValues) {
  EXPECT_DOUBLE_EQ(normal_cdf(0.0), 0.5);
  EXPECT_NEAR(normal_cdf(1.0), 0.841344746068543, 1e-15);
  EXPECT_NEAR(normal_cdf(-8.0) / 6.22096057427178e-16, 1.0, 1e-12);
  EXPECT_NEAR(normal_quantile(0.975), 1.95996398454005, 1e-14);
  EXPECT_NEAR(normal_quantile(0.995), 2.57582930354890, 1e-14);
  EXPECT_NEAR(critical_value(0.9), 1.64485362695147, 1e-14);
  EXPECT_NEAR(normal_two_sided_p(1.95996398454005), 0.05, 1e-14);
  EXPECT_NEAR(chi_squared_survival(3.841458820694124, 1), 0.05, 1e-13);
  EXPECT_NEAR(chi_squared_survival(18.307038053275146, 10), 0.05, 1e-13);
  EXPECT_NEAR(chi_squared_survival(2.0, 2), std::exp(-1.0), 1e-15);
  EXPECT_NEAR(chi_squared_survival(650.151924503455, 3) / 1.35025979765909e-140, 1.0, 1e-9);
}

TEST(Distributions, QuantileInvertsCdf) {
  for (double p = 1e-12; p < 1.0; p = p < 0.01 ? p * 7.0 : p + 0.0131)
    EXPECT_NEAR(normal_cdf(normal_quantile(p)) / p, 1.0, 1e-13) << p;
  EXPECT_NEAR(normal_cdf(normal_quantile(1e-250)) / 1e-250, 1.0, 1e-10);
  EXPECT_DOUBLE_EQ(normal_quantile(0.3), -normal_quantile(0.7));
}

TEST(Distributions, Ends) {
  EXPECT_EQ(normal_quantile(0.0), -std::numeric_limits<double>::infinity());
  EXPECT_EQ(normal_quantile(1.0), std::numeric_limits<double>::infinity());
  EXPECT_TRUE(std::isnan(normal_quantile(1.1)));
  EXPECT_TRUE(std::isnan(normal_quantile(kNaN)));
  EXPECT_EQ(chi_squared_survival(0.0, 3), 1.0);
  EXPECT_TRUE(std::isnan(chi_squared_survival(1.0, 0)));
  EXPECT_TRUE(std::isnan(chi_squared_survival(kNaN, 1)));
  EXPECT_TRUE(std::isnan(gamma_q(-1.0, 1.0)));
  EXPECT_LARC_ERROR(critical_value(1.0), domain, "0.95");
}

// chi-squared with 2 degrees of freedom is exponential; recurrence Q(a + 1, x) = Q(a, x) + x^a e^-x / Gamma(a + 1).
TEST(Distributions, GammaRecurrence) {
  for (const double a : {0.5, 1.0, 2.5, 10.0, 40.0})
    for (const double x : {0.01, 0.7, 3.0, 11.0, 60.0})
      EXPECT_NEAR(gamma_q(a + 1.0, x), gamma_q(a, x) + std::exp(a * std::log(x) - x - std::lgamma(a + 1.0)), 1e-13);
}

// Oracle: SciPy 1.10.1 stats.f and stats.beta, good to about 1e-12 relative; the quantile of 1e-8, where SciPy keeps
// nine digits only, from the closed form 2.5 x^1.5 - 1.5 x^2.5 in 40 digits.
TEST(Distributions, KnownValuesOfF) {
  const double survival[][4] = {{3.841, 1, 10, 0.07845617036607737},
                                {0.01, 5, 18, 0.9999646992327876},
                                {11.0272479564033, 5, 15, 0.00013456651648433476},
                                {0.001, 2.5, 7.3, 0.9997842790068853},
                                {50, 39, 80, 2.5703725365703308e-42},
                                {1.2, 200, 300.5, 0.07669822092776224}};
  for (const auto& row : survival) EXPECT_NEAR(f_survival(row[0], row[1], row[2]) / row[3], 1, 1e-11) << row[0];
  const double quantile[][4] = {{0.975, 5, 18, 3.381967805875243},
                                {0.975, 18, 5, 6.361883204654353},
                                {0.025, 5, 15, 0.15557596307848715},
                                {0.975, 39, 4.786, 6.5316178228242805},
                                {0.5, 1, 1, 1},
                                {0.999, 200, 300.5, 1.4830685539943504},
                                {1e-8, 3, 4, 3.359801319026930e-06}};
  for (const auto& row : quantile) EXPECT_NEAR(f_quantile(row[0], row[1], row[2]) / row[3], 1, 1e-11) << row[0];
  EXPECT_NEAR(beta_cdf(0.3, 0.5, 0.5), 0.36901011956554536, 1e-14);
  EXPECT_NEAR(beta_cdf(0.1, 20, 3) / 1.8910000000000025e-18, 1, 1e-12);
}

TEST(Distributions, QuantileInvertsF) {
  for (const double df1 : {1.0, 2.7, 30.0})
    for (const double df2 : {1.0, 8.4, 400.0})
      for (const double p : {1e-6, 0.025, 0.4, 0.975, 0.9999})
        EXPECT_NEAR(1 - f_survival(f_quantile(p, df1, df2), df1, df2), p, 1e-12) << df1 << ' ' << df2 << ' ' << p;
  EXPECT_EQ(f_quantile(0, 3, 4), 0);
  EXPECT_EQ(f_quantile(1, 3, 4), std::numeric_limits<double>::infinity());
  EXPECT_EQ(f_survival(std::numeric_limits<double>::infinity(), 3, 4), 0);
  EXPECT_EQ(f_survival(0, 3, 4), 1);
  EXPECT_TRUE(std::isnan(f_quantile(0.5, 0, 4)));
  EXPECT_TRUE(std::isnan(f_survival(-1, 3, 4)));
  EXPECT_TRUE(std::isnan(beta_cdf(1.5, 3, 4)));
}

// Oracle: Newcombe 1998, table I: 81 of 263, 0 of 20 and 1 of 29 with Wilson's limits, four printed digits.
TEST(Wilson, PublishedExamples) {
  const Interval a = wilson_interval(81, 263);
  EXPECT_NEAR(a.lower, 0.2553, 5e-5);
  EXPECT_NEAR(a.upper, 0.3662, 5e-5);
  const Interval b = wilson_interval(0, 20);
  EXPECT_EQ(b.lower, 0.0);
  EXPECT_NEAR(b.upper, 0.1611, 5e-5);
  const Interval c = wilson_interval(1, 29);
  EXPECT_NEAR(c.lower, 0.0061, 5e-5);
  EXPECT_NEAR(c.upper, 0.1718, 5e-5);
  EXPECT_TRUE(std::isnan(wilson_interval(0, 0).lower));
  EXPECT_LARC_ERROR(wilson_interval(3, 2), domain, "3 of 2");
}

TEST(Ranks, Ties) {
  EXPECT_EQ(midranks({3.0, 1.0, 3.0, 2.0}), (std::vector<double>{3.5, 1.0, 3.5, 2.0}));
  const DenseRanks ranks = dense_ranks({3.0, 1.0, 3.0, 2.0});
  EXPECT_EQ(ranks.rank, (std::vector<std::size_t>{2, 0, 2, 1}));
  EXPECT_EQ(ranks.count, 3u);
  EXPECT_TRUE(midranks({}).empty());
}
