#include <gtest/gtest.h>

#include <cmath>

#include "core/error.h"
#include "reference.h"
#include "stats/bland_altman.h"
#include "stats/kappa.h"
#include "support/agreement.h"

using namespace larc;
using namespace larc::stats;
using namespace larc::test;

namespace {

Eigen::MatrixXd counts() {
  Eigen::MatrixXd x(4, 4);
  x << 20, 5, 1, 0, 4, 15, 6, 2, 2, 7, 18, 3, 0, 1, 4, 12;
  return x;
}

double plain_value(const Eigen::MatrixXd& share, KappaWeights kind) {
  return cohen_kappa(share, kind).value;
}

}  // namespace

// Oracle: cohen.kappa of psych 2.2.9. Its standard error of the weighted form multiplies the margins of the first rater
// in the wrong place (rowSums(w * rs)); for that one the delta method below is the judge.
TEST(Kappa, AgreesWithPsych) {
  Agreement agreement("kappa", "R psych 2.2.9");
  const Kappa plain = cohen_kappa(counts());
  agreement.check("kappa", "100 subjects, 4 categories", "plain, se, limits",
                  {plain.value, plain.se, plain.lower, plain.upper},
                  {0.5276015656633825, 0.06499775493053828, 0.4002083069235667, 0.6549948244031982}, 1e-12);
  agreement.check(
      "kappa", "100 subjects, 4 categories", "quadratic and linear weights",
      {cohen_kappa(counts(), KappaWeights::quadratic).value, cohen_kappa(counts(), KappaWeights::linear).value},
      {0.7578581871345029, 0.6479477932337284}, 1e-12);
  agreement.finish();
}

TEST(Kappa, StandardErrorsAreTheDeltaMethods) {
  const Eigen::MatrixXd share = counts() / counts().sum();
  for (const KappaWeights kind : {KappaWeights::none, KappaWeights::linear, KappaWeights::quadratic}) {
    double first = 0.0, second = 0.0;
    for (Eigen::Index i = 0; i < 4; ++i)
      for (Eigen::Index j = 0; j < 4; ++j) {
        Eigen::MatrixXd more = share, less = share;
        more(i, j) += 1e-6;
        less(i, j) = std::max(0.0, less(i, j) - 1e-6);
        const double slope = (plain_value(more, kind) - plain_value(less, kind)) / (more(i, j) - less(i, j));
        first += share(i, j) * slope;
        second += share(i, j) * slope * slope;
      }
    EXPECT_NEAR(cohen_kappa(counts(), kind).se, std::sqrt((second - first * first) / 100.0), 1e-6);
  }
}

TEST(Kappa, CodesEqualCounts) {
  std::vector<int> first, second;
  for (Eigen::Index i = 0; i < 4; ++i)
    for (Eigen::Index j = 0; j < 4; ++j)
      for (int k = 0; k < static_cast<int>(counts()(i, j)); ++k) {
        first.push_back(static_cast<int>(i));
        second.push_back(static_cast<int>(j));
      }
  EXPECT_EQ(cohen_kappa_of_codes(first, second, 4, KappaWeights::linear).value,
            cohen_kappa(counts(), KappaWeights::linear).value);
  // Either rater may come first.
  EXPECT_NEAR(cohen_kappa_of_codes(second, first, 4, KappaWeights::quadratic).se,
              cohen_kappa(counts(), KappaWeights::quadratic).se, 1e-15);
  const Kappa agreed = cohen_kappa_of_codes({0, 1, 2, 0}, {0, 1, 2, 0}, 3);
  EXPECT_EQ(agreed.value, 1.0);
  EXPECT_NEAR(agreed.se, 0.0, 1e-12);
}

TEST(Kappa, EndsAndErrors) {
  EXPECT_EQ(cohen_kappa_of_codes({}, {}, 2).reason, "no subjects");
  EXPECT_TRUE(std::isnan(cohen_kappa_of_codes({1, 1}, {1, 1}, 2).value));
  EXPECT_FALSE(cohen_kappa_of_codes({1, 1}, {1, 1}, 2).reason.empty());
  const Kappa lazy = cohen_kappa_of_codes({1, 1, 1}, {1, 0, 1}, 2);
  EXPECT_EQ(lazy.value, 0.0);
  EXPECT_FALSE(lazy.reason.empty());
  EXPECT_LARC_ERROR(cohen_kappa_of_codes({1}, {1, 0}, 2), shape_mismatch, "second");
  EXPECT_LARC_ERROR(cohen_kappa_of_codes({1, 2}, {1, 0}, 2), domain, "row 2");
  EXPECT_LARC_ERROR(cohen_kappa_of_codes({}, {}, 0), domain, "categories");
  EXPECT_LARC_ERROR(cohen_kappa(Eigen::MatrixXd(2, 3)), shape_mismatch, "columns");
  EXPECT_LARC_ERROR(cohen_kappa(-counts()), domain, "negative");
}

// Oracle: the formulas written out in R 4.2.2, and ref08.
TEST(BlandAltman, AgreesWithR) {
  const std::vector<double> a{1.2, 3.4, 2.2, 5.1, 4.4, 3.9, 2.7, 6.1}, b{1.0, 3.9, 2.0, 5.6, 4.1, 4.4, 2.2, 6.8};
  const BlandAltman apart = bland_altman(a, b);
  EXPECT_NEAR(apart.bias, -0.125, 1e-15);
  EXPECT_NEAR(apart.sd, 0.4682795258023935, 1e-14);
  EXPECT_NEAR(apart.bias_limits.lower, -0.5164914807416411, 1e-12);
  EXPECT_NEAR(apart.bias_limits.upper, 0.2664914807416412, 1e-12);
  EXPECT_NEAR(apart.upper - apart.lower, 2.0 * 1.959963984540054 * apart.sd, 1e-13);
  EXPECT_LT(apart.lower_limits.lower, apart.lower);
  EXPECT_GT(apart.lower_limits.upper, apart.lower);
  EXPECT_NEAR(apart.upper_limits.upper - apart.upper, apart.lower - apart.lower_limits.lower, 1e-13);
  const LinConcordance lin = lin_concordance(a, b);
  EXPECT_NEAR(lin.value, 0.9624773960216997, 1e-13);
  EXPECT_NEAR(lin.lower, 0.8894062802512176, 1e-12);
  EXPECT_NEAR(lin.upper, 0.9875864064921518, 1e-12);
  EXPECT_NEAR(lin.pearson, 0.9837476837105008, 1e-13);
}

TEST(BlandAltman, MatchesReference) {
  LARC_NEEDS_DATA("reference/ref08_icc_fdr_tests.json");
  const Json truth = reference("ref08_icc_fdr_tests");
  const CsvTable data = table("agreement/synthetic_icc_40x3x50.csv");
  const auto first = numbers(data, "f50_r1"), second = numbers(data, "f50_r2");
  EXPECT_NEAR(lin_concordance(first, second).value, truth["ccc_f50_r1r2"].get<double>(), 1e-12);
  EXPECT_NEAR(bland_altman(first, second).bias, truth["ba"]["bias"].get<double>(), 1e-12);
  EXPECT_NEAR(bland_altman(first, second).sd, truth["ba"]["sd"].get<double>(), 1e-12);
}

TEST(BlandAltman, EndsAndErrors) {
  EXPECT_EQ(bland_altman({}, {}).reason, "no subjects");
  EXPECT_FALSE(bland_altman({1}, {2}).reason.empty());
  EXPECT_EQ(bland_altman({1}, {2}).bias, -1.0);
  const LinConcordance same = lin_concordance({1, 2, 3, 4}, {1, 2, 3, 4});
  EXPECT_EQ(same.value, 1.0);
  EXPECT_EQ(same.lower, 1.0);
  EXPECT_FALSE(lin_concordance({1, 1, 1}, {1, 2, 3}).reason.empty());
  EXPECT_FALSE(lin_concordance({1, 2, 4}, {1, 2, 3}).reason.empty());
  EXPECT_TRUE(std::isnan(lin_concordance({}, {}).value));
  EXPECT_LARC_ERROR(bland_altman({1}, {1, 2}), shape_mismatch, "second");
  EXPECT_LARC_ERROR(lin_concordance({1, kNaN}, {1, 2}), domain, "first");
}
