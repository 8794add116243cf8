#include <gtest/gtest.h>

#include <cmath>

#include "accuracy_data.h"
#include "core/error.h"
#include "stats/prognostic_separation.h"
#include "support/agreement.h"

using namespace larc;
using namespace larc::stats;
using namespace larc::test;

// Oracle: survival::royston, tied and untied scores. D to 1e-8: R's Newton steps stop at 1e-9 of the likelihood.
TEST(PrognosticSeparation, MatchesR) {
  Agreement agreement("stats_prognostic_separation", "R survival 3.5-3");
  const TiesData data = ties_data();
  const Json truth = ties_truth();
  const RoystonD d = royston_d(data.time, data.event, data.a);
  const Json& expected = truth["royston"];
  agreement.check("royston", "simulated ties", "D, se, R2_D", {d.d.value, d.d.se, d.r2},
                  {expected["D"], expected["se(D)"], expected["R.D"]}, 1e-8);
  std::vector<double> predictor;
  for (const double a : data.a) predictor.push_back(a * truth["royston_coef"].get<double>());
  agreement.check("gonen_heller", "simulated ties", "K", gonen_heller_k(predictor), expected["C.GH"].get<double>(),
                  1e-12);
  agreement.finish();
}

TEST(PrognosticSeparation, MatchesROnBreastCancer) {
  LARC_NEEDS_DATA("reference/ref05_survival_metrics.json");
  Agreement agreement("stats_prognostic_separation_real", "R survival 3.5-3");
  const ExternalCox data = external_cox();
  const Json truth = reference("ref05_survival_metrics");
  const RoystonD d = royston_d(data.test.time, data.test.event, data.score);
  const Json& expected = truth["royston_D"];
  agreement.check("royston", "Rotterdam to GBSG", "D, se, R2_D", {d.d.value, d.d.se, d.r2},
                  {expected["D"], expected["se"], expected["R2_D"]}, 1e-7);
  agreement.check("gonen_heller", "Rotterdam to GBSG", "K without ties", gonen_heller_k(data.score, TiedPairs::nothing),
                  truth["gonen_heller"].get<double>(), 1e-9);
  agreement.finish();
}

TEST(PrognosticSeparation, Invariants) {
  const TiesData data = ties_data();
  std::vector<double> monotone, shifted;
  for (const double b : data.b) {
    monotone.push_back(std::exp(b));
    shifted.push_back(b + 5.0);
  }
  EXPECT_NEAR(royston_d(data.time, data.event, monotone).d.value, royston_d(data.time, data.event, data.b).d.value,
              1e-9);
  EXPECT_NEAR(gonen_heller_k(shifted), gonen_heller_k(data.b), 1e-13);
  EXPECT_EQ(gonen_heller_k({1, 1, 1}), 0.5);
  EXPECT_EQ(gonen_heller_k({1, 1, 1}, TiedPairs::nothing), 0.0);
  EXPECT_NEAR(gonen_heller_k({0, 1000}), 1.0, 1e-15);
}

TEST(PrognosticSeparation, EndsAndErrors) {
  EXPECT_EQ(royston_d({1, 2}, {1, 1}, {3, 3}).reason, "all predictions are equal");
  EXPECT_FALSE(royston_d({1, 2, 3}, {0, 0, 0}, {1, 2, 3}).reason.empty());
  EXPECT_EQ(royston_d({}, {}, {}).reason, "no patients");
  EXPECT_TRUE(std::isnan(gonen_heller_k({1})));
  EXPECT_LARC_ERROR(royston_d({1, 2}, {1, 1}, {3}), shape_mismatch, "linear_predictor");
  EXPECT_LARC_ERROR(royston_d({1, 2}, {1, 1}, {3, kNaN}), domain, "linear_predictor");
  EXPECT_LARC_ERROR(gonen_heller_k({1, kNaN}), domain, "linear_predictor");
}
