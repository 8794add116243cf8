#include <gtest/gtest.h>

#include <cmath>

#include "core/error.h"
#include "reference.h"
#include "stats/equivalence.h"

using namespace larc;
using namespace larc::stats;
using namespace larc::test;

// Oracle: R 4.2.2, t.test(d, mu = -0.02, alternative = "greater"), t.test(d, mu = 0.02, alternative = "less"),
// t.test(d, conf.level = 0.9)$conf.int. 1e-10: larc's F quantile.
TEST(Equivalence, PairedMatchesR) {
  const Equivalence result = paired_equivalence({.02, -.01, .03, .00, .015, -.02, .01, .025, -.005, .012}, -0.02, 0.02);
  EXPECT_NEAR(result.p_lower, 0.00020319686003761653, 1e-13);
  EXPECT_NEAR(result.p_upper, 0.01932352674619238972, 1e-13);
  EXPECT_EQ(result.p, result.p_upper);
  EXPECT_NEAR(result.lower, -0.00161927564175313966, 1e-11);
  EXPECT_NEAR(result.upper, 0.01701927564175314059, 1e-11);
  EXPECT_EQ(result.df, 9.0);
  EXPECT_TRUE(result.equivalent);
}

// Oracle: R 4.2.2, pnorm(-(0.01 + 0.05) / 0.02), pnorm(-(0.05 - 0.01) / 0.02), 0.01 -+ qnorm(0.95) * 0.02.
TEST(Equivalence, NormalMatchesR) {
  const Equivalence result = equivalence(0.01, 0.02, -0.05, 0.05);
  EXPECT_NEAR(result.p_lower, 0.0013498980316300946, 1e-15);
  EXPECT_NEAR(result.p_upper, 0.0227501319481792121, 1e-15);
  EXPECT_NEAR(result.lower, -0.0228970725390294297, 1e-14);
  EXPECT_NEAR(result.upper, 0.0428970725390294336, 1e-14);
  EXPECT_TRUE(result.equivalent);
  EXPECT_FALSE(equivalence(0.03, 0.02, -0.05, 0.05).equivalent);
}

TEST(Equivalence, LimitsInsideTheMarginsIsTheTest) {
  for (const double difference : {-0.02, 0.0, 0.012, 0.0171, 0.0172, 0.04}) {
    const Equivalence result = equivalence(difference, 0.02, -0.05, 0.05);
    EXPECT_EQ(result.equivalent, result.lower > -0.05 && result.upper < 0.05) << difference;
  }
}

// Oracle: R 4.2.2, (qnorm(0.975) + qnorm(0.8)) * 0.02.
TEST(MinimumDetectableDifference, MatchesR) {
  EXPECT_NEAR(minimum_detectable_difference(0.02), 0.0560317043622593561, 1e-14);
  EXPECT_EQ(minimum_detectable_difference(0.0), 0.0);
  EXPECT_LARC_ERROR(minimum_detectable_difference(-1.0), domain, "se");
  EXPECT_LARC_ERROR(minimum_detectable_difference(1.0, 0.05, 1.0), domain, "power");
}

TEST(Equivalence, EndsAndErrors) {
  EXPECT_EQ(paired_equivalence({0.1}, -1, 1).reason, "fewer than two differences");
  EXPECT_EQ(paired_equivalence({}, -1, 1).reason, "fewer than two differences");
  EXPECT_EQ(paired_equivalence({0.1, 0.1}, -1, 1).reason, "the standard error is 0");
  EXPECT_TRUE(std::isnan(equivalence(kNaN, 1, -1, 1).p));
  EXPECT_LARC_ERROR(equivalence(0, 1, 1, -1), domain, "margins");
  EXPECT_LARC_ERROR(equivalence(0, 1, -1, 1, 0.5), domain, "alpha");
  EXPECT_LARC_ERROR(paired_equivalence({0.1, kNaN}, -1, 1), domain, "row 2");
}
