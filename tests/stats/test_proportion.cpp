#include <gtest/gtest.h>

#include <cmath>

#include "core/error.h"
#include "reference.h"
#include "stats/proportion.h"
#include "stats/student_t.h"

using namespace larc;
using namespace larc::stats;
using namespace larc::test;

// Oracle: binom.test(x, n)$conf.int of R 4.2.2; Wilson's limits from ref08. Quantiles of F are good to about 1e-12.
TEST(Proportion, AgreesWithR) {
  const Interval some = clopper_pearson_interval(7, 9);
  EXPECT_NEAR(some.lower, 0.3999064262836879, 1e-12);
  EXPECT_NEAR(some.upper, 0.9718550265221018, 1e-12);
  const Proportion share = proportion(19, 42);
  EXPECT_NEAR(share.value, 19.0 / 42.0, 1e-16);
  EXPECT_NEAR(share.exact.lower, 0.2984588131963176, 1e-12);
  EXPECT_NEAR(share.exact.upper, 0.6132682127621287, 1e-12);
  EXPECT_NEAR(share.wilson.lower, 0.312233932334545, 1e-13);
  EXPECT_NEAR(share.wilson.upper, 0.600508809652665, 1e-13);
}

TEST(Proportion, Ends) {
  const Interval none = clopper_pearson_interval(0, 9);
  EXPECT_EQ(none.lower, 0.0);
  EXPECT_NEAR(none.upper, 1.0 - std::pow(0.025, 1.0 / 9.0), 1e-13);
  const Interval all = clopper_pearson_interval(9, 9);
  EXPECT_EQ(all.upper, 1.0);
  EXPECT_NEAR(all.lower, std::pow(0.025, 1.0 / 9.0), 1e-13);
  EXPECT_TRUE(std::isnan(proportion(0, 0).value));
  EXPECT_TRUE(std::isnan(proportion(0, 0).exact.lower));
  // Symmetry: failures counted instead of successes.
  const Interval few = clopper_pearson_interval(3, 17, 0.9), many = clopper_pearson_interval(14, 17, 0.9);
  EXPECT_NEAR(few.lower, 1.0 - many.upper, 1e-13);
  EXPECT_NEAR(few.upper, 1.0 - many.lower, 1e-13);
}

TEST(Proportion, Errors) {
  EXPECT_LARC_ERROR(clopper_pearson_interval(3, 2), domain, "3 of 2");
  EXPECT_LARC_ERROR(proportion(-1, 2), domain, "-1 of 2");
  EXPECT_LARC_ERROR(clopper_pearson_interval(1, 2, 1.0), domain, "level");
}

// Oracle: 2 * pt(-2.3, 7.5) and qt(0.975, 7.5) of R 4.2.2.
TEST(StudentT, AgreesWithR) {
  EXPECT_NEAR(student_two_sided_p(2.3, 7.5), 0.05257289610436902, 1e-14);
  EXPECT_NEAR(student_two_sided_p(-2.3, 7.5), 0.05257289610436902, 1e-14);
  EXPECT_NEAR(student_critical_value(0.95, 7.5), 2.333039626864974, 1e-12);
  EXPECT_NEAR(student_two_sided_p(student_critical_value(0.9, 3.0), 3.0), 0.1, 1e-13);
  EXPECT_EQ(student_two_sided_p(0.0, 5.0), 1.0);
  EXPECT_TRUE(std::isnan(student_two_sided_p(1.0, 0.0)));
  EXPECT_TRUE(std::isnan(student_critical_value(0.95, -1.0)));
  EXPECT_LARC_ERROR(student_critical_value(1.0, 5.0), domain, "level");
}
