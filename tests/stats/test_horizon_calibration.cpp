#include <gtest/gtest.h>

#include <cmath>

#include "accuracy_data.h"
#include "core/error.h"
#include "core/random.h"
#include "stats/horizon_calibration.h"
#include "stats/pseudo_values.h"
#include "support/agreement.h"

using namespace larc;
using namespace larc::stats;
using namespace larc::test;

namespace {

std::vector<double> risks_of(const TiesData& data) {
  std::vector<double> risk;
  for (const double b : data.b) risk.push_back(b * 0.8 + 0.1);
  return risk;
}

}  // namespace

// Oracle: prodlim::jackknife for the pseudo-values, the estimating equation and sandwich of a complementary log-log
// model written out in R, coxph with a spline of three knots (tests/data/accuracy/accuracy.R).
TEST(HorizonCalibration, MatchesR) {
  Agreement agreement("stats_horizon_calibration", "R survival 3.5-3, prodlim 2019.11.13");
  const TiesData data = ties_data();
  const Json truth = ties_truth();
  const std::vector<double> risk = risks_of(data);
  for (const std::string name : {"survival", "cause1"}) {
    const std::vector<int>& cause = name == "survival" ? data.event : data.cause;
    const std::string where = "simulated ties, " + name;
    agreement.check("calibration", where, "pseudo-values", pseudo_incidence(data.time, cause, 0.75),
                    doubles(truth["pseudo"][name]), 1e-11);
    const HorizonCalibration result = horizon_calibration(data.time, cause, risk, 0.75);
    const Json& expected = truth["calibration"][name];
    agreement.check("calibration", where, "intercept and slope", {result.intercept.value, result.slope.value},
                    doubles(expected["both"]["coef"]), 1e-9);
    agreement.check("calibration", where, "their se", {result.intercept.se, result.slope.se},
                    doubles(expected["both"]["se"]), 1e-9);
    agreement.check("calibration", where, "in the large and its se",
                    {result.in_the_large.value, result.in_the_large.se},
                    {expected["large"]["coef"], expected["large"]["se"]}, 1e-9);
  }
  const HorizonCalibration result = horizon_calibration(data.time, data.event, risk, 0.75);
  const Json& smooth = truth["smooth"];
  agreement.check("calibration", "simulated ties, survival", "ICI, E50, E90, Emax",
                  {result.ici, result.e50, result.e90, result.emax},
                  {smooth["ici"], smooth["e50"], smooth["e90"], smooth["emax"]}, 1e-9);
  agreement.finish();
}

// Oracle: ref05, five years: ICI, observed and expected. The predictions are larc's own Cox fit: 1e-9.
TEST(HorizonCalibration, MatchesROnBreastCancer) {
  LARC_NEEDS_DATA("reference/ref05_survival_metrics.json");
  Agreement agreement("stats_horizon_calibration_real", "R survival 3.5-3, Hmisc");
  const ExternalCox data = external_cox();
  const Json truth = reference("ref05_survival_metrics");
  for (const Json& row : truth["OE"]) {
    const double horizon = row["t"].get<double>();
    std::vector<double> risk;
    for (const double survival : data.survival(horizon)) risk.push_back(1.0 - survival);
    const HorizonCalibration result = horizon_calibration(data.test.time, data.test.event, risk, horizon);
    agreement.check("calibration", "Rotterdam to GBSG", "observed", result.observed, row["O_km"].get<double>(), 1e-12);
    agreement.check("calibration", "Rotterdam to GBSG", "expected, ratio",
                    {result.expected, result.observed_expected.value}, {row["E"], row["OE"]}, 1e-9);
    if (horizon == 1825)
      agreement.check("calibration", "Rotterdam to GBSG", "ICI at five years", result.ici,
                      truth["ICI_1825_rcs3"].get<double>(), 1e-9);
  }
  agreement.finish();
}

// Predictions that are true give slope 1, intercept 0, ratio 1 within their limits, and a small ICI; halved risks do
// not.
TEST(HorizonCalibration, TruePredictions) {
  Random random(8);
  std::vector<double> time, risk, halved;
  std::vector<int> event;
  for (int i = 0; i < 4000; ++i) {
    const double rate = std::exp(0.8 * random.normal());
    const double death = -std::log(1.0 - random.uniform()) / rate, end = -2.0 * std::log(1.0 - random.uniform());
    time.push_back(std::min(death, end));
    event.push_back(death <= end ? 1 : 0);
    risk.push_back(-std::expm1(-0.8 * rate));
    halved.push_back(0.5 * risk.back());
  }
  const HorizonCalibration right = horizon_calibration(time, event, risk, 0.8);
  EXPECT_NEAR(right.slope.value, 1.0, 3.0 * right.slope.se);
  EXPECT_NEAR(right.in_the_large.value, 0.0, 3.0 * right.in_the_large.se);
  EXPECT_LT(right.observed_expected.lower, 1.0);
  EXPECT_GT(right.observed_expected.upper, 1.0);
  EXPECT_LT(right.ici, 0.03);
  EXPECT_TRUE(right.notes.empty());
  ASSERT_EQ(right.bins.size(), 10U);
  for (const auto& bin : right.bins) {
    EXPECT_EQ(bin.patients, 400U);
    EXPECT_NEAR(bin.observed, bin.predicted, 0.1);
    EXPECT_LT(bin.lower, bin.upper);
  }
  const HorizonCalibration wrong = horizon_calibration(time, event, halved, 0.8);
  EXPECT_GT(wrong.in_the_large.lower, 0.0);
  EXPECT_GT(wrong.observed_expected.lower, 1.5);
  EXPECT_GT(wrong.ici, 0.15);
}

// Without censoring the pseudo-value is the outcome itself; with it, their mean stays near the incidence.
TEST(PseudoValues, WithoutCensoringTheyAreTheOutcome) {
  const std::vector<double> pseudo = pseudo_incidence({1, 2, 2, 3, 4}, {1, 2, 1, 1, 2}, 2.5);
  const std::vector<double> expected{1, 0, 1, 0, 0};
  for (std::size_t i = 0; i < 5; ++i) EXPECT_NEAR(pseudo[i], expected[i], 1e-13);
}

TEST(HorizonCalibration, EndsSayWhy) {
  const HorizonCalibration late = horizon_calibration({1, 2}, {1, 0}, {0.5, 0.5}, 3);
  EXPECT_TRUE(std::isnan(late.observed) && std::isnan(late.ici));
  EXPECT_EQ(late.notes.size(), 1U);
  const std::vector<double> time{1, 2, 3, 4, 5, 6, 7, 8};
  const std::vector<int> event{1, 0, 1, 1, 0, 1, 0, 0};
  const HorizonCalibration equal = horizon_calibration(time, event, std::vector<double>(8, 0.4), 4.5);
  EXPECT_TRUE(std::isnan(equal.slope.value));
  EXPECT_NEAR(equal.ici, std::abs(equal.smooth[0] - 0.4), 1e-15);
  EXPECT_TRUE(std::isfinite(equal.in_the_large.value));
  EXPECT_EQ(equal.bins.size(), 1U);
  EXPECT_EQ(equal.notes.size(), 1U);
  const HorizonCalibration edges = horizon_calibration(time, event, {0, 1, .9, .8, .2, .6, .3, .1}, 4.5);
  ASSERT_FALSE(edges.notes.empty());
  EXPECT_NE(edges.notes[0].find("2 predictions"), std::string::npos);
  const HorizonCalibration none =
      horizon_calibration(time, std::vector<int>(8, 0), {.1, .2, .3, .4, .5, .6, .7, .8}, 4);
  EXPECT_EQ(none.observed, 0.0);
  EXPECT_TRUE(std::isnan(none.observed_expected.lower));
  EXPECT_TRUE(std::isnan(none.ici));
}

TEST(HorizonCalibration, Errors) {
  EXPECT_LARC_ERROR(horizon_calibration({1, 2}, {1, 0}, {0.5}, 1), shape_mismatch, "risk");
  EXPECT_LARC_ERROR(horizon_calibration({1, 2}, {1, 0}, {0.5, 2}, 1), domain, "risk");
  EXPECT_LARC_ERROR(horizon_calibration({1, 2}, {1, 0}, {0.5, 0.5}, 0), domain, "horizon");
  EXPECT_LARC_ERROR(horizon_calibration({1, 2}, {1, 0}, {0.5, 0.5}, 1, 1, 0), domain, "bins");
  EXPECT_LARC_ERROR(horizon_calibration({1, 2}, {1, 0}, {0.5, 0.5}, 1, 1, 5, 0), domain, "level");
  EXPECT_LARC_ERROR(pseudo_incidence({1, 2}, {1}, 1), shape_mismatch, "event");
  EXPECT_LARC_ERROR(fit_pseudo_values(Eigen::MatrixXd::Ones(2, 1), {0.1}), shape_mismatch, "pseudo");
  EXPECT_LARC_ERROR(fit_pseudo_values(Eigen::MatrixXd::Ones(1, 1), {kNaN}), domain, "pseudo");
  EXPECT_LARC_ERROR(fit_pseudo_values(Eigen::MatrixXd::Ones(1, 1), {0.1}, {1, 2}), shape_mismatch, "offset");
}
