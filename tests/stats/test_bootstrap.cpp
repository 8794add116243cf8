#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "core/error.h"
#include "core/random.h"
#include "reference.h"
#include "stats/bootstrap.h"
#include "stats/concordance.h"

using namespace larc;
using namespace larc::stats;
using namespace larc::test;

namespace {

const std::vector<double> kValues{2.1, 3.4, 0.2, 8.9, 1.7, 4.4, 2.8, 15.2, 0.9, 3.3};

double mean_of(const Rows& rows) {
  double sum = 0.0;
  for (const std::size_t row : rows) sum += kValues[row];
  return sum / static_cast<double>(rows.size());
}

}  // namespace

// Oracle: R 4.2.2, quantile(c(3.1, -2, 7.5, 0.4, 12, 5.5), p), type 7.
TEST(Bootstrap, QuantileMatchesR) {
  const std::vector<double> values{3.1, -2, 7.5, 0.4, 12, 5.5};
  EXPECT_EQ(quantile(values, 0.0), -2.0);
  EXPECT_EQ(quantile(values, 1.0), 12.0);
  EXPECT_NEAR(quantile(values, 0.5), 4.3, 1e-15);
  EXPECT_NEAR(quantile(values, 0.025), -1.7, 1e-14);
  EXPECT_NEAR(quantile(values, 0.975), 11.4375, 1e-14);
  EXPECT_EQ(quantile({4.0}, 0.3), 4.0);
}

// Oracle: the BCa formulas written out in R 4.2.2 for t = mean, with 20 given replicates:
//   r <- c(3.1,4.2,5.0,3.9,4.4,2.7,6.1,4.9,3.3,5.6,4.0,3.6,4.7,5.2,2.9,4.1,7.3,3.8,4.5,4.25); x <- (kValues)
//   j <- sapply(1:10, function(i) mean(x[-i])); z0 <- qnorm(mean(r < mean(x)))
//   a <- sum((mean(j) - j)^3) / (6 * sum((mean(j) - j)^2)^1.5)
//   quantile(r, pnorm(z0 + (z0 + qnorm(c(.05, .95))) / (1 - a * (z0 + qnorm(c(.05, .95))))))
TEST(Bootstrap, LimitsMatchR) {
  const std::vector<double> replicates{3.1, 4.2, 5.0, 3.9, 4.4, 2.7, 6.1, 4.9, 3.3, 5.6,
                                       4.0, 3.6, 4.7, 5.2, 2.9, 4.1, 7.3, 3.8, 4.5, 4.25};
  Rows all(10);
  std::iota(all.begin(), all.end(), std::size_t{0});
  std::vector<double> jackknife;
  for (std::size_t i = 0; i < 10; ++i) {
    Rows rows = all;
    rows.erase(rows.begin() + static_cast<std::ptrdiff_t>(i));
    jackknife.push_back(mean_of(rows));
  }
  const BootstrapLimits limits = bootstrap_limits(mean_of(all), replicates, jackknife, 0.9);
  EXPECT_NEAR(limits.bias_correction, 0.12566134685507413, 1e-13);
  EXPECT_NEAR(limits.acceleration, 0.083887068167788861, 1e-15);
  EXPECT_NEAR(limits.bca.lower, 3.1213820467875335, 1e-13);
  EXPECT_NEAR(limits.bca.upper, 6.9870295048064177, 1e-13);
  EXPECT_NEAR(limits.percentile.lower, 2.8899999999999997, 1e-13);
  EXPECT_NEAR(limits.percentile.upper, 6.160000000000001, 1e-13);
  EXPECT_NEAR(limits.basic.lower, 2 * mean_of(all) - 6.160000000000001, 1e-13);
  EXPECT_NEAR(limits.basic.upper, 2 * mean_of(all) - 2.8899999999999997, 1e-13);
  EXPECT_NEAR(limits.se, 1.1164411267387475, 1e-14);
}

TEST(Bootstrap, MeanHasItsKnownErrorAndTheSameBytesOnAnyThreads) {
  ResampleSettings settings{4000, 3, 1, 0.95};
  const BootstrapLimits one = bootstrap(10, mean_of, settings);
  settings.threads = 3;
  const BootstrapLimits three = bootstrap(10, mean_of, settings);
  EXPECT_EQ(one.se, three.se);
  EXPECT_EQ(one.bca.lower, three.bca.lower);
  double mean = 0.0, squares = 0.0;
  for (const double value : kValues) mean += value / 10.0;
  for (const double value : kValues) squares += (value - mean) * (value - mean);
  EXPECT_NEAR(one.se, std::sqrt(squares) / 10.0, 0.05);
  EXPECT_EQ(one.estimate, mean_of({0, 1, 2, 3, 4, 5, 6, 7, 8, 9}));
  EXPECT_LT(one.percentile.lower, one.estimate);
  EXPECT_GT(one.bca.upper, one.percentile.upper);  // skewed to the right
  settings.seed = 4;
  EXPECT_NE(bootstrap(10, mean_of, settings).se, one.se);
}

// Sorted once, a C-index of drawn rows is one of weights: the two ways agree replicate by replicate.
TEST(Bootstrap, WeightsAreDrawnRows) {
  Random random(2);
  std::vector<double> time, score;
  std::vector<int> event;
  for (int i = 0; i < 60; ++i) {
    score.push_back(random.normal());
    time.push_back(std::ceil(10.0 * random.uniform()));
    event.push_back(random.uniform() < 0.7 ? 1 : 0);
  }
  const ConcordanceSample sample(time, event, score);
  for (std::size_t b = 0; b < 20; ++b) {
    const Rows rows = bootstrap_rows(60, 1, b);
    std::vector<double> t, s;
    std::vector<int> e;
    for (const std::size_t row : rows) {
      t.push_back(time[row]);
      e.push_back(event[row]);
      s.push_back(score[row]);
    }
    EXPECT_NEAR(sample.c(row_counts(rows, 60)), harrell_c(t, e, s).c, 1e-14);
  }
}

TEST(Bootstrap, RowsLeftOut) {
  EXPECT_EQ(rows_left_out({0, 0, 3}, 4), (Rows{1, 2}));
  EXPECT_EQ(row_counts({0, 0, 3}, 4), (std::vector<double>{2, 0, 0, 1}));
  const Rows rows = bootstrap_rows(50, 1, 0);
  EXPECT_EQ(rows, bootstrap_rows(50, 1, 0));
  EXPECT_NE(rows, bootstrap_rows(50, 1, 1));
}

TEST(Bootstrap, EndsSayWhy) {
  EXPECT_FALSE(bootstrap_limits(1.0, {1.0}, {}).reason.empty());
  EXPECT_FALSE(bootstrap_limits(kNaN, {1.0, 2.0}, {}).reason.empty());
  const BootstrapLimits no_jackknife = bootstrap_limits(1.5, {1.0, 2.0, kNaN}, {});
  EXPECT_EQ(no_jackknife.undefined, 1U);
  EXPECT_TRUE(std::isnan(no_jackknife.bca.lower) && std::isfinite(no_jackknife.percentile.lower));
  EXPECT_NE(no_jackknife.reason.find("jackknife"), std::string::npos);
  const BootstrapLimits side = bootstrap_limits(9.0, {1.0, 2.0, 3.0}, {1.0, 2.0, 3.0});
  EXPECT_NE(side.reason.find("one side"), std::string::npos);
  EXPECT_TRUE(std::isnan(side.bca.upper));
  EXPECT_FALSE(bootstrap_limits(1.5, {1.0, 2.0}, {1.0, 1.0}).reason.empty());
}

TEST(Bootstrap, Errors) {
  EXPECT_LARC_ERROR(bootstrap(0, mean_of), domain, "no rows");
  EXPECT_LARC_ERROR(bootstrap(10, mean_of, {0, 1, 1, 0.95}), domain, "replicates");
  EXPECT_LARC_ERROR(bootstrap_limits(1.0, {1.0, 2.0}, {}, 1.0), domain, "level");
}
