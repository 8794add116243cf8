#include <gtest/gtest.h>

#include <cmath>

#include "stats/cox.h"
#include "stats/cox_concordance.h"
#include "stats/cox_ph_test.h"
#include "stats/cox_predict.h"
#include "stats/cox_residuals.h"
#include "stats/cox_univariate.h"
#include "support/agreement.h"
#include "survival_reference.h"

using namespace larc;
using namespace larc::stats;
using namespace larc::test;

namespace {

Ties ties_of(const std::string& rule) {
  return rule == "efron" ? Ties::efron : Ties::breslow;
}

double ph(const PhTest& test, std::size_t i) {
  return i < test.terms.size() ? test.terms[i].chi2 : test.global.chi2;
}

const std::vector<std::pair<std::string, TimeTransform>> kTransforms{{"zph_km", TimeTransform::km},
                                                                     {"zph_identity", TimeTransform::identity},
                                                                     {"zph_rank", TimeTransform::rank},
                                                                     {"zph_log", TimeTransform::log}};

}  // namespace

// Oracle: coxph of R survival 3.5-3 run until its likelihood stands still (tools/reference_survival.R), so everything
// agrees to rounding; 1e-9 is what larc promises, and 16 digits were stored.
TEST(CoxReference, MatchesCoxphInEverything) {
  const SurvivalReference data;
  Agreement agreement("cox", "R survival 3.5-3");
  const double tolerance = 1e-9;
  for (const std::string rule : {"efron", "breslow"})
    for (const std::string model : {"plain", "strata", "entry", "all"}) {
      const Json& truth = data.json["cox"][rule][model];
      const SurvivalOutcome outcome = data.outcome(model);
      const std::string analysis = "cox " + rule;
      const auto check = [&](const std::string& quantity, const std::vector<double>& actual, double floor = 1e-3) {
        agreement.check(analysis, "simulated, " + model, quantity, actual, json_numbers(truth[quantity]), tolerance,
                        floor);
      };
      const CoxFit fit = fit_cox(data.x, outcome, {ties_of(rule), false});
      EXPECT_TRUE(fit.converged) << fit.reason;
      check("coef", to_vector(fit.coef));
      check("se", to_vector(fit.se));
      check("loglik", {fit.loglik_null, fit.loglik});
      check("score", {fit.score});
      check("wald", {fit.wald});
      if (model == "all") check("robust_score", {fit.robust_score});
      const std::vector<double> eta = linear_predictor(data.x, fit.coef);
      const CoxConcordance c = cox_concordance(outcome, eta);
      check("concordance", {c.c, c.se});
      EXPECT_NEAR(cox_log_likelihood(eta, outcome, ties_of(rule)), fit.loglik, 1e-10);

      const CoxResiduals residuals = cox_residuals(data.x, outcome, fit);
      check("martingale", residuals.martingale, 1.0);
      if (model == "all") {
        check("deviance", residuals.deviance, 1.0);
        check("score_residuals", by_rows(residuals.score), 1.0);
        check("dfbeta", by_rows(residuals.dfbeta));
        const SchoenfeldResiduals schoenfeld = schoenfeld_residuals(data.x, outcome, fit);
        check("schoenfeld", by_rows(schoenfeld.raw), 1.0);
        check("scaled", by_rows(schoenfeld.scaled), 1.0);
      }
      for (const auto& [name, transform] : kTransforms) {
        const PhTest test = ph_test(data.x, outcome, fit, {0, 1, 2}, {"a", "b", "c"}, transform);
        check(name, {ph(test, 0), ph(test, 1), ph(test, 2), ph(test, 3)});
      }
      std::vector<double> time, hazard;
      for (const StratumHazard& curve : baseline_hazards(eta, outcome, ties_of(rule))) {
        time.insert(time.end(), curve.hazard.time.begin(), curve.hazard.time.end());
        hazard.insert(hazard.end(), curve.hazard.cumulative.begin(), curve.hazard.cumulative.end());
      }
      // R lists censoring times too; the last step not later counts.
      const std::vector<double> all_times = json_numbers(truth["hazard_time"]), all = json_numbers(truth["hazard"]);
      std::vector<double> steps;
      for (std::size_t i = 0; i < all.size(); ++i)
        if (i == 0 || all[i] != all[i - 1]) steps.push_back(all[i]);
      agreement.check(analysis, "simulated, " + model, "hazard", hazard, steps, tolerance, 1e-12);
      const bool strata = !outcome.stratum.empty();
      std::vector<double> survival, se;
      for (const CoxPrediction& one : predict_cox(data.x, outcome, fit, data.x.topRows(2), {2, 7},
                                                  strata ? std::vector<int>{2, 2} : std::vector<int>{})) {
        survival.insert(survival.end(), one.survival.begin(), one.survival.end());
        se.insert(se.end(), one.se.begin(), one.se.end());
      }
      check("survival", survival);
      check("survival_se", se);
    }
  agreement.finish();
}

// Oracle: the real tables; R ran there with its default tolerance, which leaves up to 1e-7 in coefficients.
TEST(CoxReference, MatchesCoxphOnRealTables) {
  LARC_NEEDS_DATA("reference/ref02_cox.json");
  const Json truth = reference("ref02_cox");
  for (const std::string name : {"lung", "veteran", "gbsg", "whas500", "rotterdam"}) {
    const Json& wanted = truth[name];
    const SurvivalData rows = survival_data(table(wanted["file"].get<std::string>()),
                                            wanted["efron"]["terms"].get<std::vector<std::string>>());
    const SurvivalOutcome outcome{rows.time, rows.event, {}, {}, {}, {}};
    CoxFit fit = fit_cox(rows.x, outcome, {Ties::efron, true});
    ASSERT_TRUE(fit.converged) << name;
    const auto robust = json_numbers(wanted["robust_se"]);
    for (std::size_t j = 0; j < robust.size(); ++j)
      EXPECT_NEAR(fit.se[static_cast<Eigen::Index>(j)] / robust[j], 1.0, 1e-6) << name << j;
    const CoxResiduals residuals = cox_residuals(rows.x, outcome, fit);
    const auto martingale = json_numbers(wanted["martingale10"]), deviance = json_numbers(wanted["deviance10"]);
    for (std::size_t i = 0; i < 10; ++i) {
      EXPECT_NEAR(residuals.martingale[i], martingale[i], 1e-6) << name << i;
      EXPECT_NEAR(residuals.deviance[i], deviance[i], 1e-6) << name << i;
    }
    std::vector<int> term;
    std::vector<std::string> names;
    for (Eigen::Index j = 0; j < rows.x.cols(); ++j) {
      term.push_back(static_cast<int>(j));
      names.push_back("x" + std::to_string(j));
    }
    const PhTest km = ph_test(rows.x, outcome, fit, term, names, TimeTransform::km);
    const auto zph = json_numbers(wanted["zph_km"]["chisq"]);
    if (zph.size() != names.size() + 1) continue;
    for (std::size_t i = 0; i < zph.size(); ++i) EXPECT_NEAR(ph(km, i), zph[i], 1e-5 * (1.0 + zph[i])) << name << i;
  }
}

// Oracle: R's coxph of recurrent events (readmission of frailtypack), start-stop rows with clusters.
TEST(CoxReference, AndersenGillWithClusters) {
  LARC_NEEDS_DATA("reference/ref02_cox.json");
  const Json truth = reference("ref02_cox")["readmission_AG"];
  const CsvTable rows = table("survival/crc_readmission_frailtypack.csv");
  SurvivalOutcome outcome;
  outcome.time = numbers(rows, "t.stop");
  outcome.entry = numbers(rows, "t.start");
  outcome.event = integers(numbers(rows, "event"));
  outcome.cluster = integers(numbers(rows, "id"));
  const std::vector<std::pair<std::string, std::string>> levels{
      {"chemo", "Treated"}, {"sex", "Male"}, {"dukes", "C"}, {"dukes", "D"}, {"charlson", "1-2"}, {"charlson", "3"}};
  Eigen::MatrixXd x(static_cast<Eigen::Index>(rows.rows.size()), 6);
  for (std::size_t j = 0; j < levels.size(); ++j) {
    const auto cells = texts(rows, levels[j].first);
    for (std::size_t i = 0; i < cells.size(); ++i)
      x(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j)) = cells[i] == levels[j].second ? 1.0 : 0.0;
  }
  const CoxFit fit = fit_cox(x, outcome);
  for (Eigen::Index j = 0; j < 6; ++j) {
    const auto i = static_cast<std::size_t>(j);
    EXPECT_NEAR(fit.coef[j], truth["coef"][i].get<double>(), 1e-7);
    EXPECT_NEAR(fit.se[j] / truth["robust_se"][i].get<double>(), 1.0, 1e-6);
    EXPECT_NEAR(std::sqrt(fit.model_covariance(j, j)) / truth["naive_se"][i].get<double>(), 1.0, 1e-6);
  }
  EXPECT_NEAR(fit.loglik, truth["loglik"][1].get<double>(), 1e-7);
}

TEST(CoxReference, UnivariateEqualsOneColumnAtATime) {
  const SurvivalReference data;
  Eigen::MatrixXd x(data.x.rows(), 6);
  x << data.x, data.x.col(0).array().square().matrix(), Eigen::VectorXd::Ones(data.x.rows()), data.x.col(2);
  for (const Ties ties : {Ties::efron, Ties::breslow}) {
    const UnivariateCox all = univariate_cox(x, data.full.time, data.full.event, ties);
    for (Eigen::Index j = 0; j < x.cols(); ++j) {
      const auto i = static_cast<std::size_t>(j);
      const CoxFit one = fit_cox(x.col(j), data.full.time, data.full.event, ties);
      if (j == 4) {
        EXPECT_TRUE(std::isnan(all.coef[i]));
        continue;
      }
      EXPECT_NEAR(all.coef[i] / one.coef[0], 1.0, 1e-11);
      EXPECT_NEAR(all.se[i] / one.se[0], 1.0, 1e-11);
      EXPECT_NEAR(all.loglik[i], one.loglik, 1e-10);
      EXPECT_NEAR(all.score[i], one.score, 1e-10);
      EXPECT_NEAR(all.loglik_null, one.loglik_null, 1e-10);
    }
  }
}
