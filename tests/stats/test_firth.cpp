#include <gtest/gtest.h>

#include <cmath>

#include "core/error.h"
#include "logistic_table.h"
#include "reference.h"
#include "stats/firth.h"
#include "stats/logistic.h"
#include "support/agreement.h"

using namespace larc;
using namespace larc::stats;
using namespace larc::test;

// Oracle: glm(method = "brglmFit", type = "AS_mean", epsilon = 1e-14) of brglm2 0.9 for estimates and errors. Its
// scoring stops at rounding of uncentred columns around 2000, hence 1e-8. Limits and the likelihood ratio: optim and
// uniroot of R 4.2.2 on the penalised likelihood written out, good to about 1e-7.
TEST(Firth, AgreesWithBrglm2) {
  Agreement agreement("firth", "R brglm2; optim of R 4.2.2 for limits");
  const LogisticTable table;
  const FirthFit plain = fit_firth_logistic(table.x(), table.y);
  ASSERT_TRUE(plain.converged);
  EXPECT_TRUE(plain.reason.empty());
  const FirthFit weighted = fit_firth_logistic(table.x(), table.y, table.w);
  const auto compare = [&](const FirthFit& fit, const std::string& name, const std::vector<double>& coef,
                           const std::vector<double>& se, const std::vector<double>& limits,
                           const std::vector<double>& chi2) {
    agreement.check("Firth logistic", name, "coefficients", {fit.intercept.value, fit.coef[0].value, fit.coef[1].value},
                    coef, 1e-8);
    agreement.check("Firth logistic", name, "standard errors", {fit.intercept.se, fit.coef[0].se, fit.coef[1].se}, se,
                    1e-8);
    agreement.check("Firth logistic", name, "profile limits",
                    {fit.coef[0].lower, fit.coef[0].upper, fit.coef[1].lower, fit.coef[1].upper}, limits, 1e-6, 0.1);
    agreement.check("Firth logistic", name, "likelihood ratios", {fit.coef[0].chi2, fit.coef[1].chi2}, chi2, 1e-8);
  };
  compare(plain, "30 patients", {-584.6382067980928, 0.2925386887236007, 1.461004558002585},
          {421.2237169060724, 0.2106551328698957, 0.9603434665743812},
          {-0.05596216282439612, 0.8165006295364343, -0.2289002394255333, 3.591390684103453},
          {2.595857832475691, 2.820401572736785});
  compare(weighted, "30 patients, weights", {-573.6651367183762, 0.2869993254629212, 1.286483878311584},
          {269.5092280003268, 0.1347813499772892, 0.623619985075086},
          {0.05050479048320048, 0.5887308766667588, 0.1371788315564644, 2.5905883235402},
          {5.884579244748203, 4.857120516956279});
  agreement.check("Firth logistic", "30 patients", "penalised log likelihoods",
                  {plain.penalised_loglik, plain.penalised_loglik_null, plain.likelihood_ratio},
                  {-12.98026336497201, -15.29611453828795, 2 * 2.315851173315943}, 1e-9);
  agreement.finish();
}

TEST(Firth, MatchesReferenceTable) {
  LARC_NEEDS_DATA("reference/ref04_binary_metrics.json");
  const Json references = reference("ref04_binary_metrics");
  const Json truth = references["logistic"], firth = references["firth"];
  const CsvTable data = table("multicentre/hosny2018_nsclc_3centres_radiomics.csv");
  const auto centre = texts(data, "centre");
  const auto outcome = numbers(data, "surv2yr");
  std::vector<double> labels;
  std::vector<std::vector<double>> columns;
  for (const auto& feature : truth["features"]) columns.push_back(numbers(data, feature.get<std::string>()));
  Eigen::MatrixXd x(static_cast<Eigen::Index>(centre.size()), 5);
  Eigen::Index used = 0;
  for (std::size_t i = 0; i < centre.size(); ++i) {
    if (centre[i] != "HarvardRT" || !std::isfinite(columns[0][i])) continue;
    labels.push_back(outcome[i]);
    for (std::size_t j = 0; j < 5; ++j)
      x(used, static_cast<Eigen::Index>(j)) =
          (columns[j][i] - truth["mean"][j].get<double>()) / truth["sd"][j].get<double>();
    ++used;
  }
  const FirthFit fit = fit_firth_logistic(x.topRows(used), labels);
  EXPECT_NEAR(fit.intercept.value, firth["coef"][0].get<double>(), 1e-7);
  EXPECT_NEAR(fit.intercept.se, firth["se"][0].get<double>(), 1e-7);
  for (std::size_t j = 0; j < 5; ++j) {
    EXPECT_NEAR(fit.coef[j].value, firth["coef"][j + 1].get<double>(), 1e-7);
    EXPECT_NEAR(fit.coef[j].se, firth["se"][j + 1].get<double>(), 1e-7);
  }
}

// One class against another without covariates: a half is added to both counts.
TEST(Firth, InterceptOnlyHasAClosedForm) {
  const FirthFit fit = fit_firth_logistic(Eigen::MatrixXd(10, 0), {1, 1, 1, 0, 0, 0, 0, 0, 0, 0});
  EXPECT_NEAR(fit.intercept.value, std::log(3.5 / 7.5), 1e-10);
  EXPECT_TRUE(fit.coef.empty());
  EXPECT_LT(fit.intercept.lower, fit.intercept.value);
  EXPECT_GT(fit.intercept.upper, fit.intercept.value);
}

// A separated two by two table: one half added to every cell, as for any saturated model.
TEST(Firth, SeparatedTableIsFinite) {
  Eigen::MatrixXd x(12, 1);
  std::vector<double> labels;
  for (int i = 0; i < 12; ++i) {
    x(i, 0) = i < 5 ? 1 : 0;
    labels.push_back(i < 5 || i >= 10 ? 1 : 0);  // 5 of 5 exposed, 2 of 7 not
  }
  EXPECT_TRUE(fit_logistic(x, labels).separated);
  const FirthFit fit = fit_firth_logistic(x, labels);
  ASSERT_TRUE(fit.converged);
  EXPECT_NEAR(fit.coef[0].value, std::log((5.5 / 0.5) / (2.5 / 5.5)), 1e-9);
  EXPECT_NEAR(fit.intercept.value, std::log(2.5 / 5.5), 1e-9);
  EXPECT_LT(fit.coef[0].lower, fit.coef[0].value);
  EXPECT_GT(fit.coef[0].upper, fit.coef[0].value);
  // At a limit the profile has fallen by the quantile: a p of 5% against that value.
  const FirthFit moved = fit_firth_logistic(x, labels, {}, 1.0 - fit.coef[0].p);
  EXPECT_NEAR(moved.coef[0].lower, 0.0, 1e-7);
}

TEST(Firth, ScaleAndShiftOfAColumn) {
  const LogisticTable table;
  Eigen::MatrixXd moved = table.x();
  moved.col(0) = (moved.col(0).array() - 2000.0) * 10.0;
  const FirthFit a = fit_firth_logistic(table.x(), table.y), b = fit_firth_logistic(moved, table.y);
  EXPECT_NEAR(a.coef[0].value, 10.0 * b.coef[0].value, 1e-10);
  EXPECT_NEAR(a.coef[0].lower, 10.0 * b.coef[0].lower, 1e-8);
  EXPECT_NEAR(a.coef[1].p, b.coef[1].p, 1e-10);
  EXPECT_NEAR(a.intercept.value, b.intercept.value - 2000.0 * a.coef[0].value, 1e-7);
}

TEST(Firth, UndefinedAndErrors) {
  Eigen::MatrixXd x(4, 2);
  x << 1, 2, 2, 4, 3, 6, 4, 8;
  EXPECT_EQ(fit_firth_logistic(x, {1, 1, 1, 1}).reason, "one class only");
  EXPECT_EQ(fit_firth_logistic(Eigen::MatrixXd(0, 2), {}).reason, "no patients");
  EXPECT_EQ(fit_firth_logistic(x, {1, 0, 1, 0}, {0, 0, 0, 0}).reason, "all weights are 0");
  const FirthFit collinear = fit_firth_logistic(x, {0, 1, 0, 1});
  EXPECT_TRUE(std::isfinite(collinear.coef[0].value));
  EXPECT_TRUE(std::isnan(collinear.coef[1].value));
  EXPECT_NE(collinear.reason.find("column 2"), std::string::npos);
  Eigen::MatrixXd wide(3, 3);
  wide << 1, 0, 0, 0, 1, 0, 0, 0, 1;
  EXPECT_FALSE(fit_firth_logistic(wide, {0, 1, 0}).reason.empty());
  EXPECT_LARC_ERROR(fit_firth_logistic(x, {0, 1, 1}), shape_mismatch, "covariates");
  EXPECT_LARC_ERROR(fit_firth_logistic(x, {0, 1, 1, 2}), domain, "labels");
  EXPECT_LARC_ERROR(fit_firth_logistic(x, {0, 1, 1, 0}, {1, -1, 1, 1}), domain, "row 2");
  EXPECT_LARC_ERROR(fit_firth_logistic(x, {0, 1, 1, 0}, {1, 1}), shape_mismatch, "weights");
  EXPECT_LARC_ERROR(fit_firth_logistic(x, {0, 1, 1, 0}, {}, 2.0), domain, "level");
}
