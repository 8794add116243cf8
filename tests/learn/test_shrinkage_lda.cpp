#include <gtest/gtest.h>

#include <cmath>

#include "learn/shrinkage_lda.h"
#include "learn_data.h"

using namespace larc;
using namespace larc::learn;
using namespace larc::test;

namespace {

// Numbers that any language computes alike.
Eigen::MatrixXd waves(Eigen::Index n, Eigen::Index p) {
  Eigen::MatrixXd x(n, p);
  for (Eigen::Index i = 0; i < n; ++i)
    for (Eigen::Index j = 0; j < p; ++j)
      x(i, j) = std::sin(1.7 * static_cast<double>((i + 1) * (j + 1))) +
                std::cos(0.3 * static_cast<double>((i + 2) * (j + 3)));
  return x;
}

std::vector<double> labels(int n) {
  std::vector<double> label;
  for (int i = 0; i < n; ++i) label.push_back(i * 7 % 5 < 2 ? 1.0 : 0.0);
  return label;
}

}  // namespace

// Oracle: scikit-learn 1.2.1, LinearDiscriminantAnalysis(solver = "lsqr", shrinkage = "auto") on `waves` with column 1
// times 10; direct and, with more columns than rows, Woodbury's way.
TEST(ShrinkageLda, AgreesWithScikitLearn) {
  for (const Eigen::Index p : {3, 20}) {
    Eigen::MatrixXd x = waves(14, p);
    x.col(1) *= 10.0;
    const ShrinkageLda model = fit_shrinkage_lda(x, labels(14));
    ASSERT_TRUE(model.defined());
    const std::vector<double> expected =
        p == 3 ? std::vector<double>{0.0464896555816602, 0.0591541588455902, -0.217147499984858}
               : std::vector<double>{0.0166652856206115, 0.071396767176526,  -0.250979013077622,  -0.327260589376736,
                                     4.74025982989195,   -1.0771441883676,   0.596173533033413,   -0.201060083487693,
                                     -0.544711750471031, 0.103598369028373,  -0.0569482061463589, 0.130438419465187,
                                     -0.546915152709029, -0.789809685671546, 0.428984872822337,   0.18512461864474,
                                     0.0700426074352762, 0.273768609566593,  0.14476286385649,    -0.667941958945665};
    for (Eigen::Index j = 0; j < p; ++j) EXPECT_NEAR(model.coef[j], expected[static_cast<std::size_t>(j)], 1e-11);
    EXPECT_NEAR(model.intercept, p == 3 ? -0.283106306940473 : -1.00802415025638, 1e-11);
    EXPECT_GT(model.shrinkage, 0.0);
    EXPECT_LE(model.shrinkage, 1.0);
    const std::vector<double> odds = lda_log_odds(model, x.topRows(2));
    EXPECT_NEAR(odds[1], x.row(1).dot(model.coef) + model.intercept, 1e-12);
  }
}

// Oracle: sklearn.covariance.ledoit_wolf_shrinkage, scikit-learn 1.2.1.
TEST(ShrinkageLda, LedoitWolfAgreesWithScikitLearn) {
  for (const Eigen::Index p : {3, 20}) {
    Eigen::MatrixXd x = waves(14, p);
    x.rowwise() -= Eigen::RowVectorXd(x.colwise().mean());
    EXPECT_NEAR(ledoit_wolf_shrinkage(x), p == 3 ? 1.0 : 0.99525075330932, 1e-12);
  }
  EXPECT_EQ(ledoit_wolf_shrinkage(Eigen::MatrixXd::Zero(4, 2)), 0.0);
}

TEST(ShrinkageLda, ScalingAndShiftingColumnsChangesNoPrediction) {
  const Eigen::MatrixXd x = waves(30, 6);
  Eigen::MatrixXd other = x;
  other.col(2) = 1000.0 * other.col(2).array() + 5.0;
  const auto a = lda_log_odds(fit_shrinkage_lda(x, labels(30)), x);
  const auto b = lda_log_odds(fit_shrinkage_lda(other, labels(30)), other);
  for (std::size_t i = 0; i < a.size(); ++i) EXPECT_NEAR(a[i], b[i], 1e-9);
}

TEST(ShrinkageLda, EndsAndErrors) {
  Eigen::MatrixXd x = waves(14, 3);
  EXPECT_NE(fit_shrinkage_lda(x, std::vector<double>(14, 0.0)).reason.find("with the outcome"), std::string::npos);
  std::vector<double> one(14, 1.0);
  one[0] = 0.0;
  EXPECT_FALSE(fit_shrinkage_lda(x, one).defined());
  EXPECT_LARC_ERROR(lda_log_odds(fit_shrinkage_lda(x, one), x), domain, "no coefficients");
  EXPECT_LARC_ERROR(fit_shrinkage_lda(x, labels(13)), shape_mismatch, "label");
  EXPECT_LARC_ERROR(lda_log_odds(fit_shrinkage_lda(x, labels(14)), waves(3, 4)), shape_mismatch, "columns");
  x.col(0).setConstant(3.0);
  const ShrinkageLda constant = fit_shrinkage_lda(x, labels(14));
  ASSERT_TRUE(constant.defined());
  EXPECT_NEAR(constant.coef[0], 0.0, 1e-12);
  x(2, 1) = kNaN;
  EXPECT_LARC_ERROR(fit_shrinkage_lda(x, labels(14)), domain, "missing");
}
