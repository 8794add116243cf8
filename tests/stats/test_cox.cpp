#include <gtest/gtest.h>

#include <cmath>

#include "core/error.h"
#include "core/random.h"
#include "reference.h"
#include "stats/concordance.h"
#include "stats/cox.h"

using namespace larc;
using namespace larc::stats;
using namespace larc::test;

// Oracle: coxph of R survival 3.5-3. R stops at a relative change of the log likelihood of 1e-9, which leaves up to
// about 1e-7 in the coefficients of the worst conditioned set; likelihoods agree to 1e-10.
TEST(Cox, MatchesCoxph) {
  LARC_NEEDS_DATA("reference/ref02_cox.json");
  const Json truth = reference("ref02_cox");
  for (const std::string name : {"lung", "veteran", "colon", "rotterdam", "gbsg", "whas500"}) {
    const CsvTable data = table(truth[name]["file"].get<std::string>());
    for (const std::string rule : {"efron", "breslow"}) {
      const Json& wanted = truth[name][rule];
      const SurvivalData rows = survival_data(data, wanted["terms"].get<std::vector<std::string>>());
      const Ties ties = rule == "efron" ? Ties::efron : Ties::breslow;
      ASSERT_EQ(rows.time.size(), wanted["n"].get<std::size_t>()) << name;
      const CoxFit fit = fit_cox(rows.x, rows.time, rows.event, ties);
      EXPECT_TRUE(fit.converged) << name << rule << fit.reason;
      EXPECT_EQ(fit.events, wanted["nevent"].get<std::size_t>());
      ASSERT_EQ(static_cast<std::size_t>(fit.coef.size()), wanted["coef"].size());
      for (Eigen::Index j = 0; j < fit.coef.size(); ++j) {
        const double se = wanted["se"][j].get<double>();
        EXPECT_NEAR(fit.coef[j], wanted["coef"][j].get<double>(), 1e-6 * se) << name << rule << j;
        EXPECT_NEAR(fit.se[j] / se, 1.0, 1e-6) << name << rule << j;
      }
      expect_close(fit.loglik_null, wanted["loglik"][0].get<double>(), 1e-11, name);
      expect_close(fit.loglik, wanted["loglik"][1].get<double>(), 1e-11, name);
      expect_close(fit.score, wanted["score"].get<double>(), 1e-9, name);
      expect_close(fit.wald, wanted["wald"].get<double>(), 1e-6, name);
      const std::vector<double> eta = to_vector(rows.x * fit.coef);
      EXPECT_NEAR(cox_log_likelihood(eta, rows.time, rows.event, ties), fit.loglik, 1e-8);
      const BaselineHazard baseline = baseline_hazard(eta, rows.time, rows.event, ties);
      const Json& hazard = wanted["basehaz_uncentered"];
      for (std::size_t i = 0; i < hazard["time"].size(); ++i)
        expect_close(baseline.at(hazard["time"][i].get<double>()), hazard["hazard"][i].get<double>(), 2e-6, name);
      const Concordance c = harrell_c(rows.time, rows.event, eta);
      EXPECT_NEAR(c.c, wanted["concordance"].get<double>(), 1e-12) << name << rule;
      EXPECT_NEAR(c.se, wanted["concordance_se"].get<double>(), 1e-10) << name << rule;
    }
  }
}

TEST(Cox, PredictsAsSurvfitDoes) {
  LARC_NEEDS_DATA("reference/ref02_cox.json");
  const Json truth = reference("ref02_cox")["lung"];
  const SurvivalData rows =
      survival_data(table(truth["file"].get<std::string>()), truth["efron"]["terms"].get<std::vector<std::string>>());
  const CoxFit fit = fit_cox(rows.x, rows.time, rows.event, Ties::efron);
  const std::vector<double> eta = to_vector(rows.x * fit.coef);
  const BaselineHazard baseline = baseline_hazard(eta, rows.time, rows.event, Ties::efron);
  const Json& pred = truth["pred"];
  for (std::size_t t = 0; t < 3; ++t)
    for (std::size_t i = 0; i < 3; ++i) {
      // Rows 2, 3, 4 of the table are the first three complete ones.
      const double survival = cox_survival(baseline, eta[i], pred["times"][t].get<double>());
      EXPECT_NEAR(survival, pred["surv_efron"][t][i].get<double>(), 1e-7) << t << i;
    }
}

// The derivative of the log likelihood vanishes at the estimate: checked by differences, not by the fit's own formulas.
TEST(Cox, GradientVanishes) {
  Random random(5);
  const Eigen::Index n = 80;
  Eigen::MatrixXd x(n, 3);
  std::vector<double> time;
  std::vector<int> event;
  for (Eigen::Index i = 0; i < n; ++i) {
    for (Eigen::Index j = 0; j < 3; ++j) x(i, j) = random.normal();
    time.push_back(1.0 + std::floor(-10.0 * std::log(1.0 - random.uniform()) * std::exp(-0.5 * x(i, 0))));
    event.push_back(random.uniform() < 0.7 ? 1 : 0);
  }
  for (const Ties ties : {Ties::efron, Ties::breslow}) {
    const CoxFit fit = fit_cox(x, time, event, ties);
    ASSERT_TRUE(fit.converged);
    for (Eigen::Index j = 0; j < 3; ++j) {
      Eigen::VectorXd up = fit.coef;
      Eigen::VectorXd down = fit.coef;
      up[j] += 1e-5;
      down[j] -= 1e-5;
      const double slope = (cox_log_likelihood(to_vector(x * up), time, event, ties) -
                            cox_log_likelihood(to_vector(x * down), time, event, ties)) /
                           2e-5;
      EXPECT_NEAR(slope, 0.0, 1e-6);
      EXPECT_LT(cox_log_likelihood(to_vector(x * up), time, event, ties), fit.loglik + 1e-12);
    }
    const CoxFit moved = fit_cox((3.0 * x).array() + 7.0, time, event, ties);
    EXPECT_NEAR(moved.coef[0], fit.coef[0] / 3.0, 1e-10);
  }
}

TEST(Cox, RedundantAndConstantColumns) {
  Eigen::MatrixXd x(6, 3);
  x << 1, 2, 5, 0, 0, 5, 1, 2, 5, 2, 4, 5, 0, 0, 5, 3, 6, 5;
  const CoxFit fit = fit_cox(x, {5, 4, 6, 2, 3, 1}, {1, 1, 0, 1, 0, 1});
  EXPECT_TRUE(std::isfinite(fit.coef[0]));
  EXPECT_TRUE(std::isnan(fit.coef[1]));
  EXPECT_TRUE(std::isnan(fit.coef[2]));
  EXPECT_NE(fit.reason.find("column 2, column 3"), std::string::npos) << fit.reason;
}

TEST(Cox, UndefinedSaysWhy) {
  Eigen::MatrixXd x(3, 1);
  x << 1, 2, 3;
  const CoxFit censored = fit_cox(x, {1, 2, 3}, {0, 0, 0});
  EXPECT_EQ(censored.reason, "no events");
  EXPECT_TRUE(std::isnan(censored.coef[0]));
  const CoxFit monotone = fit_cox(x, {3, 2, 1}, {1, 1, 1});
  EXPECT_FALSE(monotone.converged);
  EXPECT_NE(monotone.reason.find("infinity"), std::string::npos) << monotone.reason;
  const CoxFit one = fit_cox(x.topRows(1), {1}, {1});
  EXPECT_TRUE(std::isnan(one.coef[0]));
  EXPECT_EQ(fit_cox(Eigen::MatrixXd(0, 1), SurvivalOutcome{}).reason, "no patients");
  const CoxFit empty = fit_cox(Eigen::MatrixXd(3, 0), {1, 2, 3}, {1, 0, 1});
  EXPECT_EQ(empty.loglik, empty.loglik_null);
}

TEST(Cox, Errors) {
  Eigen::MatrixXd x(2, 1);
  x << 1, kNaN;
  EXPECT_LARC_ERROR(fit_cox(x, {1, 2}, {1, 0}), domain, "missing");
  EXPECT_LARC_ERROR(fit_cox(x, {1}, {1}), shape_mismatch, "covariates");
  EXPECT_LARC_ERROR(baseline_hazard({1.0}, {1, 2}, {1, 1}), shape_mismatch, "eta");
  EXPECT_LARC_ERROR(cox_log_likelihood({1.0, kNaN}, {1, 2}, {1, 1}), domain, "eta");
}

TEST(BaselineHazard, NelsonAalenWhenNobodyDiffers) {
  const BaselineHazard baseline = baseline_hazard({0, 0, 0, 0}, {1, 2, 2, 3}, {1, 1, 1, 0});
  EXPECT_EQ(baseline.at(0.5), 0.0);
  EXPECT_DOUBLE_EQ(baseline.at(1.0), 0.25);
  EXPECT_DOUBLE_EQ(baseline.at(2.0), 0.25 + 2.0 / 3.0);
  EXPECT_DOUBLE_EQ(baseline.at(99.0), 0.25 + 2.0 / 3.0);
  EXPECT_DOUBLE_EQ(cox_survival(baseline, 0.0, 1.0), std::exp(-0.25));
}
