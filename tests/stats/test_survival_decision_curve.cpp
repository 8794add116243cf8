#include <gtest/gtest.h>

#include <cmath>

#include "accuracy_data.h"
#include "core/error.h"
#include "stats/survival_decision_curve.h"
#include "support/agreement.h"

using namespace larc;
using namespace larc::stats;
using namespace larc::test;

// Oracle: survfit among those at or above the threshold (tests/data/accuracy/accuracy.R; ref05).
TEST(SurvivalDecisionCurve, MatchesR) {
  LARC_NEEDS_DATA("reference/ref05_survival_metrics.json");
  Agreement agreement("stats_survival_decision_curve", "R survival 3.5-3");
  const TiesData data = ties_data();
  const Json truth = ties_truth()["dca"];
  const std::vector<double> thresholds = doubles(truth["thresholds"]);
  const auto survival = survival_decision_curve(data.time, data.event, data.a, 0.75, thresholds);
  const auto competing = survival_decision_curve(data.time, data.cause, data.a, 0.75, thresholds);
  for (std::size_t k = 0; k < thresholds.size(); ++k) {
    agreement.check("dca", "simulated ties, survival", "net benefit", survival[k].net_benefit,
                    truth["survival"][k].get<double>(), 1e-12);
    agreement.check("dca", "simulated ties, survival", "treat all", survival[k].treat_all,
                    truth["all"][k].get<double>(), 1e-12);
    agreement.check("dca", "simulated ties, cause 1", "net benefit", competing[k].net_benefit,
                    truth["cause1"][k].get<double>(), 1e-12);
  }
  const ExternalCox cox = external_cox();
  const Json real = reference("ref05_survival_metrics")["dca_1825"];
  std::vector<double> risk;
  for (const double value : cox.survival(1825)) risk.push_back(1.0 - value);
  const auto curve = survival_decision_curve(cox.test.time, cox.test.event, risk, 1825, doubles(real["th"]));
  for (std::size_t k = 0; k < curve.size(); ++k)
    agreement.check("dca", "Rotterdam to GBSG", "net benefit, treat all", {curve[k].net_benefit, curve[k].treat_all},
                    {real["nb"][k], real["all"][k]}, 1e-11);
  agreement.finish();
}

TEST(SurvivalDecisionCurve, WithoutCensoringItIsTheBinaryOne) {
  // Treated 0.8 and 0.6: one event by 2.5, one not.
  const auto curve = survival_decision_curve({1, 2, 3, 4}, {1, 1, 1, 1}, {0.8, 0.3, 0.6, 0.1}, 2.5, {0.5});
  EXPECT_NEAR(curve[0].net_benefit, 0.25 - 0.25 * 1.0, 1e-15);
  EXPECT_NEAR(curve[0].treat_all, 0.0, 1e-15);
  EXPECT_EQ(curve[0].treated, 2U);
  EXPECT_EQ(curve[0].treat_none, 0.0);
  EXPECT_TRUE(curve[0].reason.empty());
}

TEST(SurvivalDecisionCurve, EndsAndErrors) {
  const auto nobody = survival_decision_curve({1, 2}, {1, 0}, {0.1, 0.2}, 1.5, {0.5});
  EXPECT_EQ(nobody[0].net_benefit, 0.0);
  EXPECT_EQ(nobody[0].reason, "nobody is treated");
  const auto late = survival_decision_curve({1, 2}, {1, 0}, {0.1, 0.2}, 5, {0.1});
  EXPECT_TRUE(std::isnan(late[0].net_benefit) && std::isnan(late[0].treat_all));
  EXPECT_FALSE(late[0].reason.empty());
  const auto ends = survival_decision_curve({1, 1, 2}, {1, 0, 0}, {0.9, 0.8, 0.2}, 1.5, {0.5});
  EXPECT_FALSE(ends[0].reason.empty());
  EXPECT_NEAR(ends[0].incidence, 0.5, 1e-15);
  EXPECT_LARC_ERROR(survival_decision_curve({1, 2}, {1, 0}, {0.1}, 1, {0.5}), shape_mismatch, "risk");
  EXPECT_LARC_ERROR(survival_decision_curve({1, 2}, {1, 0}, {0.1, 0.2}, 1, {1.0}), domain, "threshold");
  EXPECT_LARC_ERROR(survival_decision_curve({1, 2}, {1, 0}, {0.1, 1.2}, 1, {0.5}), domain, "risk");
  EXPECT_LARC_ERROR(survival_decision_curve({1, 2}, {1, 0}, {0.1, 0.2}, -1, {0.5}), domain, "horizon");
}
