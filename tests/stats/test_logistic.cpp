#include <gtest/gtest.h>

#include <cmath>

#include "core/error.h"
#include "core/random.h"
#include "logistic_table.h"
#include "reference.h"
#include "stats/logistic.h"
#include "support/agreement.h"

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

// Oracle: glm(binomial, epsilon = 1e-15) of R 4.2.2, summary, anova(test = "Rao"), with and without weights.
TEST(Logistic, AgreesWithGlm) {
  Agreement agreement("logistic", "R 4.2.2 glm, epsilon 1e-15");
  const LogisticTable table;
  const auto compare = [&](const std::string& name, const LogisticFit& fit, const std::vector<double>& coef,
                           const std::vector<double>& se, const std::vector<double>& whole) {
    ASSERT_TRUE(fit.converged);
    EXPECT_TRUE(fit.reason.empty());
    agreement.check("logistic", name, "coefficients", {fit.intercept, fit.coef[0], fit.coef[1]}, coef, 1e-9);
    agreement.check("logistic", name, "standard errors", {fit.intercept_se, fit.se[0], fit.se[1]}, se, 1e-9);
    agreement.check("logistic", name, "deviance, null deviance, log likelihood, Wald, score",
                    {fit.deviance, -2.0 * fit.loglik_null, fit.loglik, fit.wald, fit.score}, whole, 1e-9);
    EXPECT_NEAR(fit.likelihood_ratio, whole[1] - whole[0], 1e-9);
  };
  compare("30 patients", fit_logistic(table.x(), table.y), {-764.2761312190247, 0.382388883137018, 1.828377531660835},
          {487.5247727155239, 0.2438155113901764, 1.06369258507575},
          {30.77123293121176, 36.65185812329361, -15.38561646560588, 3.791849202188523, 4.841801142365199});
  compare("30 patients, weights", fit_logistic(table.x(), table.y, {}, table.w),
          {-643.2503067222812, 0.3218028105651989, 1.416519646890146},
          {285.4887937563195, 0.1427732618163597, 0.6466010990289719},
          {69.58554072638424, 80.20078520514642, -34.79277036319212, 7.287588625011317, 9.007325411925763});
  agreement.finish();
}

TEST(Logistic, WeightsAreCopies) {
  const LogisticTable table;
  std::vector<double> weights = table.w, labels;
  weights[4] = weights[9] = 0.0;
  std::vector<Eigen::Index> rows;
  for (std::size_t i = 0; i < 30; ++i)
    for (int copy = 0; copy < static_cast<int>(weights[i]); ++copy) {
      rows.push_back(static_cast<Eigen::Index>(i));
      labels.push_back(table.y[i]);
    }
  const LogisticFit copied = fit_logistic(table.x()(rows, Eigen::all), labels);
  const LogisticFit weighted = fit_logistic(table.x(), table.y, {}, weights);
  for (Eigen::Index j = 0; j < 2; ++j) {
    EXPECT_NEAR(weighted.coef[j], copied.coef[j], 1e-10);
    EXPECT_NEAR(weighted.se[j], copied.se[j], 1e-10);
  }
  EXPECT_NEAR(weighted.loglik, copied.loglik, 1e-10);
  EXPECT_NEAR(weighted.score, copied.score, 1e-10);
  EXPECT_EQ(fit_logistic(table.x(), table.y, {}, std::vector<double>(30, 0.0)).reason, "all weights are 0");
  EXPECT_LARC_ERROR(fit_logistic(table.x(), table.y, {}, {1.0}), shape_mismatch, "weights");
  EXPECT_LARC_ERROR(fit_logistic(table.x(), table.y, {}, std::vector<double>(30, -1.0)), domain, "weights");
}

// An outlier may have a linear predictor of hundreds without the classes being separated.
TEST(Logistic, OutliersAreNotSeparation) {
  Random random(4);
  Eigen::MatrixXd x(200, 1);
  std::vector<double> labels;
  for (Eigen::Index i = 0; i < 200; ++i) {
    x(i, 0) = random.normal();
    labels.push_back(random.uniform() < logistic(x(i, 0)) ? 1.0 : 0.0);
  }
  x(0, 0) = 500.0;
  labels[0] = 1.0;
  const LogisticFit fit = fit_logistic(x, labels);
  EXPECT_TRUE(fit.converged) << fit.reason;
  EXPECT_FALSE(fit.separated);
  EXPECT_GT(500.0 * fit.coef[0], 100.0);
}

TEST(Logistic, QuasiSeparationIsSeen) {
  // One level of a class without an event, the rest ordinary.
  Eigen::MatrixXd x(20, 2);
  std::vector<double> labels;
  for (int i = 0; i < 20; ++i) {
    x(i, 0) = i < 6 ? 1.0 : 0.0;
    x(i, 1) = (i * 7) % 5;
    labels.push_back(i >= 6 && i % 2 == 0 ? 1.0 : 0.0);
  }
  const LogisticFit fit = fit_logistic(x, labels);
  EXPECT_FALSE(fit.converged);
  EXPECT_TRUE(fit.separated);
  EXPECT_NE(fit.reason.find("separate"), std::string::npos);
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
