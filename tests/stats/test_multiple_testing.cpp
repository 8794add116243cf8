#include <gtest/gtest.h>

#include "core/error.h"
#include "reference.h"
#include "stats/multiple_testing.h"
#include "support/agreement.h"

using namespace larc;
using namespace larc::stats;
using namespace larc::test;

// Oracle: p.adjust of R 4.2.2, on 851 p values of ref08 (15 digits stored) and on nine with a missing one.
TEST(MultipleTesting, AgreesWithR) {
  LARC_NEEDS_DATA("reference/ref08_icc_fdr_tests.json");
  Agreement agreement("multiple_testing", "R 4.2.2 p.adjust");
  const Json truth = reference("ref08_icc_fdr_tests")["dai_wilcoxon"];
  const auto p = truth["p"].get<std::vector<double>>();
  for (const auto& [key, method] : {std::pair{"BH", "BH"}, {"BY", "BY"}, {"holm", "holm"}, {"bonf", "bonferroni"}})
    agreement.check("adjusted p", "Dai2023, 851 features", method, adjust_p(p, parse_adjustment(method)),
                    truth[key].get<std::vector<double>>(), 1e-13);
  const std::vector<double> few{.01, .04, kNaN, .03, .2, .0005, 1, .04, 0};
  const std::map<std::string, std::vector<double>> expected{
      {"BH",
       {0.02666666666666666, 0.05333333333333333, kNaN, 0.05333333333333333, 0.2285714285714286, 0.002, 1,
        0.05333333333333333, 0}},
      {"BY",
       {0.07247619047619047, 0.1449523809523809, kNaN, 0.1449523809523809, 0.6212244897959184, 0.005435714285714286, 1,
        0.1449523809523809, 0}},
      {"holm", {0.06, 0.16, kNaN, 0.15, 0.4, 0.0035, 1, 0.16, 0}},
      {"hochberg", {0.06, 0.12, kNaN, 0.12, 0.4, 0.0035, 1, 0.12, 0}},
      {"bonferroni", {0.08, 0.32, kNaN, 0.24, 1, 0.004, 1, 0.32, 0}}};
  for (const auto& [method, values] : expected)
    agreement.check("adjusted p", "nine with a missing one", method, adjust_p(few, parse_adjustment(method)), values,
                    1e-14);
  agreement.finish();
}

TEST(MultipleTesting, EndsAndErrors) {
  EXPECT_TRUE(adjust_p({}).empty());
  EXPECT_EQ(adjust_p({0.3}, Adjustment::benjamini_yekutieli)[0], 0.3);
  EXPECT_TRUE(std::isnan(adjust_p({kNaN})[0]));
  for (const double value : adjust_p({0.02, 0.02, 0.02})) EXPECT_DOUBLE_EQ(value, 0.02);
  EXPECT_LARC_ERROR(adjust_p({0.5, 1.5}), domain, "row 2");
  EXPECT_LARC_ERROR(adjust_p({-0.1}), domain, "row 1");
  EXPECT_LARC_ERROR(parse_adjustment("fdr2"), usage, "fdr2");
}
