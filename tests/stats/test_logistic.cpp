#include <gtest/gtest.h>

#include <cmath>

#include "core/error.h"
#include "reference.h"
#include "stats/logistic.h"

using namespace larc;
using namespace larc::stats;
using namespace larc::test;

// Oracle: glm(family = binomial) of R 4.2.2 on one centre's five features scaled to sd 1 (n - 1). R's glm stops at a
// relative deviance change of 1e-8 and takes the errors from the step before the last, so errors agree to 1e-7 only.
TEST(Logistic, MatchesGlm) {
  LARC_NEEDS_DATA("reference/ref04_binary_metrics.json");
  const Json truth = reference("ref04_binary_metrics")["logistic"];
  const CsvTable data = table("multicentre/hosny2018_nsclc_3centres_radiomics.csv");
  const auto centre = texts(data, "centre");
  const auto outcome = numbers(data, "surv2yr");
  std::vector<std::vector<double>> columns;
  for (const auto& feature : truth["features"]) columns.push_back(numbers(data, feature.get<std::string>()));
  std::vector<double> labels;
  std::vector<std::size_t> rows;
  for (std::size_t i = 0; i < centre.size(); ++i) {
    if (centre[i] != "HarvardRT" || !std::isfinite(columns[0][i])) continue;
    rows.push_back(i);
    labels.push_back(outcome[i]);
  }
  ASSERT_EQ(rows.size(), 291u);
  Eigen::MatrixXd x(291, 5);
  for (std::size_t r = 0; r < rows.size(); ++r)
    for (std::size_t j = 0; j < 5; ++j)
      x(static_cast<Eigen::Index>(r), static_cast<Eigen::Index>(j)) =
          (columns[j][rows[r]] - truth["mean"][j].get<double>()) / truth["sd"][j].get<double>();
  const LogisticFit fit = fit_logistic(x, labels);
  ASSERT_TRUE(fit.converged);
  EXPECT_NEAR(fit.intercept, truth["coef"][0].get<double>(), 1e-8);
  EXPECT_NEAR(fit.intercept_se, truth["se"][0].get<double>(), 1e-7);
  for (Eigen::Index j = 0; j < 5; ++j) {
    EXPECT_NEAR(fit.coef[j], truth["coef"][j + 1].get<double>(), 1e-8);
    EXPECT_NEAR(fit.se[j], truth["se"][j + 1].get<double>(), 1e-7);
  }
  EXPECT_NEAR(fit.deviance, truth["deviance"].get<double>(), 1e-9);
  EXPECT_NEAR(-2.0 * fit.loglik_null, truth["null"].get<double>(), 1e-9);
}

// A binary covariate has a closed form: the log odds ratio, with variance the sum of reciprocal counts.
TEST(Logistic, TwoByTwoTable) {
  Eigen::MatrixXd x(20, 1);
  std::vector<double> labels;
  for (int i = 0; i < 20; ++i) {
    x(i, 0) = i < 12 ? 1.0 : 0.0;
    labels.push_back(i < 9 || i >= 17 ? 1.0 : 0.0);  // 9 of 12 exposed, 3 of 8 not
  }
  const LogisticFit fit = fit_logistic(x, labels);
  EXPECT_NEAR(fit.coef[0], std::log((9.0 / 3.0) / (3.0 / 5.0)), 1e-12);
  EXPECT_NEAR(fit.se[0], std::sqrt(1.0 / 9 + 1.0 / 3 + 1.0 / 3 + 1.0 / 5), 1e-12);
  EXPECT_NEAR(fit.intercept, std::log(3.0 / 5.0), 1e-12);
  const LogisticFit shifted = fit_logistic(x, labels, std::vector<double>(20, 0.7));
  EXPECT_NEAR(shifted.intercept, fit.intercept - 0.7, 1e-12);
  EXPECT_NEAR(shifted.coef[0], fit.coef[0], 1e-12);
  const LogisticFit scaled = fit_logistic((10.0 * x).array() - 4.0, labels);
  EXPECT_NEAR(scaled.coef[0], fit.coef[0] / 10.0, 1e-12);
  EXPECT_NEAR(scaled.loglik, fit.loglik, 1e-12);
}

TEST(Logistic, UndefinedSaysWhy) {
  Eigen::MatrixXd x(4, 1);
  x << 1, 2, 3, 4;
  EXPECT_EQ(fit_logistic(x, {1, 1, 1, 1}).reason, "one class only");
  EXPECT_EQ(fit_logistic(Eigen::MatrixXd(0, 1), {}).reason, "no patients");
  EXPECT_EQ(fit_logistic(x.topRows(1), {1}).reason, "one class only");
  const LogisticFit separated = fit_logistic(x, {0, 0, 1, 1});
  EXPECT_FALSE(separated.converged);
  EXPECT_NE(separated.reason.find("separate"), std::string::npos) << separated.reason;
  Eigen::MatrixXd twice(4, 2);
  twice << 1, 2, 2, 4, 3, 6, 4, 8;
  const LogisticFit collinear = fit_logistic(twice, {0, 1, 0, 1});
  EXPECT_TRUE(std::isfinite(collinear.coef[0]));
  EXPECT_TRUE(std::isnan(collinear.coef[1]));
  EXPECT_NE(collinear.reason.find("column 2"), std::string::npos);
}

TEST(Logistic, Errors) {
  Eigen::MatrixXd x(2, 1);
  x << 1, 2;
  EXPECT_LARC_ERROR(fit_logistic(x, {0, 1, 1}), shape_mismatch, "covariates");
  EXPECT_LARC_ERROR(fit_logistic(x, {0, 0.5}), domain, "labels");
  EXPECT_LARC_ERROR(fit_logistic(x, {0, 1}, {0.0}), shape_mismatch, "offset");
  EXPECT_LARC_ERROR(fit_logistic(x, {0, 1}, {0.0, kNaN}), domain, "offset");
}

TEST(Logistic, LinkFunctionsAtTheEnds) {
  EXPECT_EQ(logistic(800.0), 1.0);
  EXPECT_EQ(logistic(-800.0), 0.0);
  EXPECT_EQ(log1p_exp(800.0), 800.0);
  EXPECT_NEAR(logit(logistic(1.3)), 1.3, 1e-14);
}
