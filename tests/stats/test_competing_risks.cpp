#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "core/error.h"
#include "stats/cox.h"
#include "stats/cumulative_incidence.h"
#include "stats/fine_gray.h"
#include "support/agreement.h"
#include "survival_reference.h"

using namespace larc;
using namespace larc::stats;
using namespace larc::test;

// Oracle: cuminc and crr of R cmprsk 2.2-11 and survfit of survival 3.5-3 (tools/reference_survival.R); crr ran until
// its gradient stood still, so 1e-9 where larc promises 1e-6.
TEST(CompetingRisks, MatchesCmprskAndSurvfit) {
  const SurvivalReference data;
  Agreement agreement("competing_risks", "R cmprsk 2.2-11, survival 3.5-3");
  for (int cause = 1; cause <= 3; ++cause) {
    const Json& truth = data.json["competing"][static_cast<std::size_t>(cause - 1)];
    const std::string table = "simulated, cause " + std::to_string(cause);
    const auto check = [&](const std::string& analysis, const std::string& quantity, const std::vector<double>& actual,
                           double tolerance) {
      agreement.check(analysis, table, quantity, actual, json_numbers(truth[quantity]), tolerance, 1e-6);
    };
    const CumulativeIncidence curve = cumulative_incidence(data.full.time, data.cause, cause);
    std::vector<double> variance;
    for (const double se : curve.se) variance.push_back(se * se);
    check("cif", "cif_time", curve.time, 0.0);
    check("cif", "cif", curve.incidence, 1e-12);
    check("cif", "cif_var", variance, 1e-10);
    check("cif", "jackknife_se", curve.se_jackknife, 1e-10);
    check("gray", "gray", {gray_test(data.full.time, data.cause, cause, data.group).chi2}, 1e-10);
    check("gray", "gray_stratified", {gray_test(data.full.time, data.cause, cause, data.group, data.full.stratum).chi2},
          1e-10);
    const FineGrayFit fit = fit_fine_gray(data.x, data.full.time, data.cause, cause);
    EXPECT_TRUE(fit.converged) << fit.reason;
    check("finegray", "coef", to_vector(fit.coef), 1e-9);
    check("finegray", "se", to_vector(fit.se), 1e-9);
    check("finegray", "loglik", {fit.loglik_null, fit.loglik}, 1e-9);
    check("finegray", "time", fit.baseline[0].hazard.time, 0.0);
    check("finegray", "incidence", fine_gray_incidence(fit, data.x.row(0).transpose(), fit.baseline[0].hazard.time),
          1e-9);
  }
  for (std::size_t c = 0; c < 3; ++c)
    for (const std::string model : {"strata", "entry", "all"}) {
      if (!data.json["finegray"][c].contains(model)) continue;
      const Json& truth = data.json["finegray"][c][model];
      const FineGrayFit fit = fit_fine_gray(data.x, data.competing(model), static_cast<int>(c) + 1);
      EXPECT_TRUE(fit.converged) << fit.reason;
      std::vector<double> hazard;
      for (const StratumHazard& curve : fit.baseline)
        hazard.insert(hazard.end(), curve.hazard.cumulative.begin(), curve.hazard.cumulative.end());
      const std::string table = "simulated, cause " + std::to_string(c + 1) + ", " + model;
      const auto check = [&](const std::string& quantity, const std::vector<double>& actual, double tolerance) {
        agreement.check("finegray", table, quantity, actual, json_numbers(truth[quantity]), tolerance, 1e-6);
      };
      check("coef", to_vector(fit.coef), 1e-9);
      check("loglik", {fit.loglik_null, fit.loglik}, 1e-11);
      check("hazard", hazard, 1e-9);
      // coxph's robust errors take the weights as known; an entry before everything makes ours do so too.
      CompetingOutcome known = data.competing(model);
      if (known.entry.empty()) known.entry.assign(known.time.size(), -1.0);
      check("robust_se", to_vector(fit_fine_gray(data.x, known, static_cast<int>(c) + 1).se), 1e-9);
    }
  agreement.finish();
}

// Oracle: mgus2 in ref06; crr ran there with a gradient tolerance of 1e-12.
TEST(CompetingRisks, MatchesRealTable) {
  LARC_NEEDS_DATA("reference/ref06_competing.json");
  const Json truth = reference("ref06_competing")["mgus2"];
  const CsvTable rows = table(truth["file"].get<std::string>());
  const std::vector<std::string> columns{"time", "cause", "age", "hgb", "creat", "mspike"};
  std::vector<std::vector<double>> values;
  for (const std::string& column : columns) values.push_back(numbers(rows, column));
  const std::vector<std::string> sex = texts(rows, "sex");
  std::vector<double> time;
  std::vector<int> cause;
  std::vector<std::string> group;
  std::vector<std::array<double, 5>> covariates;
  for (std::size_t i = 0; i < sex.size(); ++i) {
    bool complete = true;
    for (const auto& column : values) complete = complete && std::isfinite(column[i]);
    if (!complete) continue;
    time.push_back(values[0][i]);
    cause.push_back(static_cast<int>(values[1][i]));
    group.push_back(sex[i]);
    covariates.push_back({values[2][i], sex[i] == "M" ? 1.0 : 0.0, values[3][i], values[4][i], values[5][i]});
  }
  ASSERT_EQ(time.size(), truth["n"].get<std::size_t>());
  Eigen::MatrixXd x(static_cast<Eigen::Index>(time.size()), 5);
  for (std::size_t i = 0; i < covariates.size(); ++i)
    for (std::size_t j = 0; j < 5; ++j)
      x(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j)) = covariates[i][j];
  const auto when = json_numbers(truth["cif_all"]["times"]);
  for (std::size_t c = 0; c < 2; ++c) {
    const int wanted = static_cast<int>(c) + 1;
    const auto points = incidence_at(cumulative_incidence(time, cause, wanted), when);
    for (std::size_t i = 0; i < when.size(); ++i) {
      EXPECT_NEAR(points[i].incidence, truth["cif_all"]["est"][c][i].get<double>(), 1e-12);
      EXPECT_NEAR(points[i].se * points[i].se, truth["cif_all"]["var_aalen"][c][i].get<double>(), 1e-12);
      EXPECT_NEAR(points[i].se_jackknife, truth["survfit_aj"]["se"][i][c + 1].get<double>(), 1e-12);
    }
    EXPECT_NEAR(gray_test(time, cause, wanted, group).chi2, truth["gray"]["tests"][c][0].get<double>(), 1e-9);
    const Json& wanted_fit = truth["cause" + std::to_string(wanted)];
    const FineGrayFit fit = fit_fine_gray(x, time, cause, wanted);
    for (std::size_t j = 0; j < 5; ++j) {
      EXPECT_NEAR(fit.coef[static_cast<Eigen::Index>(j)], wanted_fit["fg_coef"][j].get<double>(), 1e-9);
      EXPECT_NEAR(fit.se[static_cast<Eigen::Index>(j)] / wanted_fit["fg_se"][j].get<double>(), 1.0, 1e-8);
    }
    EXPECT_NEAR(fit.loglik, wanted_fit["fg_loglik"].get<double>(), 1e-8);
    SurvivalOutcome specific{time, {}, {}, {}, {}, {}};
    for (const int one : cause) specific.event.push_back(one == wanted ? 1 : 0);
    const CoxFit cox = fit_cox(x, specific);
    for (std::size_t j = 0; j < 5; ++j)
      EXPECT_NEAR(cox.coef[static_cast<Eigen::Index>(j)], wanted_fit["cs_coef"][j].get<double>(), 1e-7);
  }
}

// mgus2 without ties, on the time of follow-up or on that of age.
struct Mgus2 {
  Eigen::MatrixXd x;  // age, hgb, creat, mspike
  CompetingOutcome outcome;
  Mgus2(bool by_age) {
    const CsvTable rows = table("competing/mgus2.csv");
    std::vector<std::vector<double>> values;
    for (const char* column : {"time", "cause", "age", "hgb", "creat", "mspike"})
      values.push_back(numbers(rows, column));
    const std::vector<std::string> sex = texts(rows, "sex");
    std::vector<std::size_t> kept;
    for (std::size_t i = 0; i < sex.size(); ++i)
      if (std::all_of(values.begin(), values.end(), [&](const auto& column) { return std::isfinite(column[i]); }))
        kept.push_back(i);
    x.resize(static_cast<Eigen::Index>(kept.size()), 4);
    const double n = static_cast<double>(kept.size());
    for (std::size_t k = 0; k < kept.size(); ++k) {
      const std::size_t i = kept[k];
      for (Eigen::Index j = 0; j < 4; ++j)
        x(static_cast<Eigen::Index>(k), j) = values[static_cast<std::size_t>(j) + 2][i];
      const double shift = std::fmod(617.0 * static_cast<double>(k + 1), n) / n;
      outcome.time.push_back(by_age ? values[2][i] + std::max(values[0][i], 0.5) / 12.0 : values[0][i] + shift);
      outcome.cause.push_back(static_cast<int>(values[1][i]));
      if (by_age) outcome.entry.push_back(values[2][i]);
      outcome.stratum.push_back(sex[i] == "M" ? 1 : 0);
    }
    if (by_age) x = x.rightCols(3).eval();
  }
};

void expect_fit(const FineGrayFit& fit, const std::vector<double>& coef, const std::vector<double>& se,
                double tolerance) {
  for (std::size_t j = 0; j < coef.size(); ++j) {
    EXPECT_NEAR(fit.coef[static_cast<Eigen::Index>(j)] / coef[j], 1.0, tolerance);
    EXPECT_NEAR(fit.se[static_cast<Eigen::Index>(j)] / se[j], 1.0, tolerance);
  }
}

// Oracle: crrs of R crrSC 1.1-2 with a censoring curve for each stratum, gradient tolerance 1e-12, on times made
// distinct (month + 617 i mod n / n): its rule for ties is another. coxph after finegray has the same coefficients.
TEST(CompetingRisks, StrataMatchCrrs) {
  LARC_NEEDS_DATA("tabular/competing/mgus2.csv");
  const Mgus2 data(false);
  ASSERT_EQ(data.outcome.time.size(), 1338U);
  expect_fit(fit_fine_gray(data.x, data.outcome, 1),
             {-0.017906248881445399, -0.035077123792509879, -0.306947396306743558, 0.903316994292491682},
             {0.0062596970547692671, 0.0505019956978665988, 0.2400189342060106146, 0.1563286713713621379}, 1e-10);
  expect_fit(fit_fine_gray(data.x, data.outcome, 2),
             {0.053825016563045079, -0.099409389433968320, 0.066536794723904516, -0.149642119491573578},
             {0.0039484085010200341, 0.0232878568304372528, 0.0357242548471474672, 0.0679320268446820252}, 1e-10);
}

// Oracle: coxph(robust, Breslow) after finegray of survival 3.5-3 on the scale of age, late entry at the diagnosis.
TEST(CompetingRisks, LateEntryMatchesFinegray) {
  LARC_NEEDS_DATA("tabular/competing/mgus2.csv");
  const Mgus2 data(true);
  const FineGrayFit first = fit_fine_gray(data.x, data.outcome, 1), second = fit_fine_gray(data.x, data.outcome, 2);
  EXPECT_TRUE(first.weights_known);
  expect_fit(first, {0.08694834528475430, -0.40191441624987018, 1.51836565344019570},
             {0.062325894999213934, 0.366277161914765281, 0.212814659066028117}, 1e-10);
  expect_fit(second, {-0.145824385665341838, 0.079308996660860304, -0.103684483469168864},
             {0.047893817259102231, 0.040999206549465608, 0.292785758396371665}, 1e-10);
  EXPECT_NEAR(first.loglik, -695.68582570154808, 1e-9);
  EXPECT_NEAR(second.loglik, -4698.8879354803748, 1e-7);
}

// Invariants: with one cause the incidence is 1 - Kaplan-Meier and Fine-Gray is Cox with Breslow's ties.
TEST(CompetingRisks, OneCauseIsOrdinarySurvival) {
  const SurvivalReference data;
  const KaplanMeier km = kaplan_meier(data.full.time, data.full.event);
  const CumulativeIncidence curve = cumulative_incidence(data.full.time, data.full.event, 1);
  for (std::size_t i = 0; i < km.time.size(); ++i) EXPECT_NEAR(curve.incidence[i], 1.0 - km.survival[i], 1e-14);
  const FineGrayFit fine_gray = fit_fine_gray(data.x, data.full.time, data.full.event, 1);
  const CoxFit cox = fit_cox(data.x, {data.full.time, data.full.event, {}, {}, {}, {}}, {Ties::breslow, true});
  for (Eigen::Index j = 0; j < 3; ++j) {
    EXPECT_NEAR(fine_gray.coef[j], cox.coef[j], 1e-11);
    EXPECT_NEAR(fine_gray.se[j] / cox.se[j], 1.0, 1e-10);
  }
}

// Invariant: with one cause no weight differs from 1.
TEST(CompetingRisks, OneCauseWithStrataAndLateEntryIsCox) {
  const SurvivalReference data;
  CompetingOutcome outcome = data.competing("all");
  outcome.cause = data.full.event;
  const FineGrayFit fine_gray = fit_fine_gray(data.x, outcome, 1);
  const CoxFit cox =
      fit_cox(data.x, {outcome.time, outcome.cause, outcome.entry, {}, outcome.stratum, {}}, {Ties::breslow, true});
  for (Eigen::Index j = 0; j < 3; ++j) {
    EXPECT_NEAR(fine_gray.coef[j], cox.coef[j], 1e-11);
    EXPECT_NEAR(fine_gray.se[j] / cox.se[j], 1.0, 1e-10);
  }
  EXPECT_NEAR(fine_gray.loglik, cox.loglik, 1e-11);
}

TEST(CompetingRisks, LateEntryWithoutAnybodyBefore) {
  Eigen::MatrixXd x(5, 1);
  x << 1, 3, 2, 5, 4;
  // After the death at 2 nobody is left; those of 3 have no past to be compared with.
  const FineGrayFit broken = fit_fine_gray(x, {{1, 2, 5, 6, 7}, {1, 2, 1, 0, 1}, {0, 0, 3, 3, 3}, {}}, 1);
  EXPECT_NE(broken.reason.find("weights of late entry are undefined"), std::string::npos) << broken.reason;
  EXPECT_TRUE(std::isnan(broken.coef[0]));
  const FineGrayFit no_other = fit_fine_gray(x, {{1, 2, 5, 6, 7}, {1, 0, 1, 2, 1}, {0, 0, 3, 3, 3}, {}}, 1);
  EXPECT_EQ(no_other.reason.find("undefined"), std::string::npos) << no_other.reason;
}

TEST(CompetingRisks, Ends) {
  const std::vector<double> time{1, 2, 3, 4};
  EXPECT_EQ(gray_test(time, {1, 1, 0, 2}, 1, {"a", "a", "a", "a"}).reason, "the test needs two groups or more");
  EXPECT_EQ(gray_test(time, {2, 2, 0, 2}, 1, {"a", "b", "a", "b"}).reason, "no event of the cause");
  EXPECT_EQ(cumulative_incidence({}, {}, 1).reason, "no patients");
  const FineGrayFit none = fit_fine_gray(Eigen::MatrixXd::Ones(4, 1), time, {2, 0, 2, 0}, 1);
  EXPECT_EQ(none.reason, "no event of the cause");
  EXPECT_TRUE(std::isnan(none.coef[0]));
  const FineGrayFit constant = fit_fine_gray(Eigen::MatrixXd::Ones(4, 1), time, {1, 0, 2, 1}, 1);
  EXPECT_TRUE(std::isnan(constant.coef[0]));
  EXPECT_NE(constant.reason.find("column 1"), std::string::npos);
  Eigen::MatrixXd perfect(4, 1);
  perfect << 4, 3, 2, 1;
  const FineGrayFit infinite = fit_fine_gray(perfect, time, {1, 1, 1, 1}, 1);
  EXPECT_FALSE(infinite.converged);
  EXPECT_NE(infinite.reason.find("infinity"), std::string::npos) << infinite.reason;
  const auto closed = incidence_at(cumulative_incidence(time, {1, 0, 2, 1}, 1), {4.0, 9.0});
  EXPECT_EQ(closed[1].incidence, closed[0].incidence);
  EXPECT_EQ(closed[1].se, closed[0].se);
  const auto beyond = incidence_at(cumulative_incidence(time, {1, 1, 2, 0}, 1), {0.0, 9.0});
  EXPECT_EQ(beyond[0].incidence, 0.0);
  EXPECT_TRUE(std::isnan(beyond[1].incidence));
  EXPECT_FALSE(beyond[1].reason.empty());
}

TEST(CompetingRisks, Errors) {
  EXPECT_LARC_ERROR(cumulative_incidence({1}, {1, 2}, 1), shape_mismatch, "cause");
  EXPECT_LARC_ERROR(cumulative_incidence({-1}, {1}, 1), domain, "row 1");
  EXPECT_LARC_ERROR(cumulative_incidence({1}, {-1}, 1), domain, "causes count from 1");
  EXPECT_LARC_ERROR(cumulative_incidence({1}, {1}, 0), domain, "cause of interest");
  EXPECT_LARC_ERROR(incidence_at(cumulative_incidence({1}, {1}, 1), {-1.0}), domain, "time >= 0");
  EXPECT_LARC_ERROR(gray_test({1}, {1}, 1, {"a", "b"}), shape_mismatch, "group");
  EXPECT_LARC_ERROR(gray_test({1}, {1}, 1, {"a"}, {1, 2}), shape_mismatch, "stratum");
  EXPECT_LARC_ERROR(fit_fine_gray(Eigen::MatrixXd::Ones(2, 1), {1}, {1}, 1), shape_mismatch, "covariates");
  EXPECT_LARC_ERROR(fit_fine_gray(Eigen::MatrixXd::Constant(1, 1, kNaN), {1}, {1}, 1), domain, "missing");
  const Eigen::MatrixXd one = Eigen::MatrixXd::Ones(2, 1);
  EXPECT_LARC_ERROR(fit_fine_gray(one, {{1, 2}, {1, 0}, {0}, {}}, 1), shape_mismatch, "entry");
  EXPECT_LARC_ERROR(fit_fine_gray(one, {{1, 2}, {1, 0}, {0, 2}, {}}, 1), domain, "row 2");
  EXPECT_LARC_ERROR(fit_fine_gray(one, {{1, 2}, {1, 0}, {}, {1}}, 1), shape_mismatch, "stratum");
  EXPECT_LARC_ERROR(fine_gray_incidence(fit_fine_gray(one, {1, 2}, {1, 0}, 1), one.row(0).transpose(), {1}, 1), domain,
                    "stratum 2");
}
