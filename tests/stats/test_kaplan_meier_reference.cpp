#include <gtest/gtest.h>

#include <cmath>

#include "core/error.h"
#include "stats/kaplan_meier.h"
#include "stats/logrank.h"
#include "support/agreement.h"
#include "survival_reference.h"

using namespace larc;
using namespace larc::stats;
using namespace larc::test;

// Oracle: survfit and survdiff of R survival 3.5-3 (tools/reference_survival.R); the same arithmetic, so rounding only.
TEST(KaplanMeierReference, MatchesSurvfitAndSurvdiff) {
  const SurvivalReference data;
  Agreement agreement("kaplan_meier", "R survival 3.5-3");
  const std::vector<std::pair<std::string, ConfidenceScale>> scales{
      {"plain", ConfidenceScale::plain}, {"log", ConfidenceScale::log}, {"log-log", ConfidenceScale::log_log}};
  for (const std::string model : {"right", "weighted", "entry"})
    for (const auto& [scale, value] : scales) {
      if (!data.json["km"][model].contains(scale)) continue;
      const Json& truth = data.json["km"][model][scale];
      const KaplanMeier curve = kaplan_meier(data.outcome(model), {0.95, value});
      const auto check = [&](const std::string& quantity, const std::vector<double>& actual) {
        agreement.check("km " + scale, "simulated, " + model, quantity, actual, json_numbers(truth[quantity]), 1e-12);
      };
      check("time", curve.time);
      check("survival", curve.survival);
      check("se", curve.se);
      check("lower", curve.lower);
      check("upper", curve.upper);
      check("at_risk", curve.at_risk);
      check("hazard", curve.cumulative_hazard);
      check("hazard_se", curve.cumulative_hazard_se);
      std::vector<double> quantiles;
      for (const double p : {0.25, 0.5, 0.75}) {
        const SurvivalQuantile quantile = survival_quantile(curve, p);
        quantiles.insert(quantiles.end(), {quantile.value, quantile.lower, quantile.upper});
      }
      check("quantiles", quantiles);
      if (model == "entry") continue;
      const RestrictedMean mean = restricted_mean(curve, 9.0);
      check("rmean", {mean.mean, mean.se});
    }
  const Json& tests = data.json["tests"];
  const SurvivalOutcome plain = data.outcome("plain"), strata = data.outcome("strata");
  const auto check = [&](const std::string& quantity, const std::vector<double>& actual) {
    agreement.check("tests", "simulated", quantity, actual, json_numbers(tests[quantity]), 1e-12);
  };
  check("logrank", {logrank(plain, data.group).chi2});
  check("peto", {logrank(plain, data.group, LogrankWeight::peto).chi2});
  check("stratified", {logrank(strata, data.group).chi2});
  check("stratified_peto", {logrank(strata, data.group, LogrankWeight::peto).chi2});
  std::vector<double> adjusted;
  for (const LogrankPair& pair : pairwise_logrank(plain, data.group)) adjusted.push_back(pair.adjusted);
  check("pairwise_holm", adjusted);
  agreement.finish();
}

// Invariant: a weight of 2 is a row given twice; entry before everything is no entry at all.
TEST(KaplanMeierReference, WeightsAreRowsAndEarlyEntryIsNone) {
  const SurvivalReference data;
  SurvivalOutcome weighted = data.outcome("plain"), doubled = weighted;
  for (std::size_t i = 0; i < weighted.time.size(); ++i) {
    weighted.weight.push_back(i % 2 == 0 ? 2.0 : 1.0);
    if (i % 2 != 0) continue;
    doubled.time.push_back(weighted.time[i]);
    doubled.event.push_back(weighted.event[i]);
  }
  const KaplanMeier a = kaplan_meier(weighted), b = kaplan_meier(doubled);
  for (std::size_t i = 0; i < a.time.size(); ++i) {
    EXPECT_DOUBLE_EQ(a.survival[i], b.survival[i]);
    EXPECT_DOUBLE_EQ(a.at_risk[i], b.at_risk[i]);
  }
  SurvivalOutcome early = data.outcome("plain");
  early.entry.assign(early.time.size(), -1.0);
  EXPECT_EQ(kaplan_meier(early).survival, kaplan_meier(data.outcome("plain")).survival);
  for (const LogrankWeight weight : {LogrankWeight::logrank, LogrankWeight::gehan, LogrankWeight::tarone_ware})
    EXPECT_DOUBLE_EQ(logrank(early, data.group, weight).chi2, logrank(data.outcome("plain"), data.group, weight).chi2);
}

// Gehan's statistic of two groups without censoring is Wilcoxon's rank sum: worked by hand for (1, 3, 5) against (2,
// 4).
TEST(Logrank, GehanIsWilcoxonWithoutCensoring) {
  const LogrankResult result =
      logrank({{1, 2, 3, 4, 5}, {1, 1, 1, 1, 1}, {}, {}, {}, {}}, {"a", "b", "a", "b", "a"}, LogrankWeight::gehan);
  // Sums over times of weight * (observed - expected), weights 5, 4, 3, 2, 1: 2 - 2 + 1 - 1 + 0 = 0.
  EXPECT_NEAR(result.groups[0].observed - result.groups[0].expected, 0.0, 1e-12);
  EXPECT_NEAR(result.chi2, 0.0, 1e-12);
}

TEST(KaplanMeierReference, RoundingMakesNoNewTimes) {
  const KaplanMeier curve = kaplan_meier({0.1 + 0.2, 0.3, 1.0}, {1, 0, 1});
  ASSERT_EQ(curve.time.size(), 2u);
  EXPECT_EQ(curve.at_risk[0], 3.0);
  EXPECT_EQ(curve.events[0], 1.0);
}

TEST(KaplanMeierReference, EndsAndErrors) {
  const KaplanMeier curve = kaplan_meier({{2, 3}, {1, 0}, {0, 2.5}, {}, {}, {}});
  EXPECT_EQ(curve.survival.back(), 0.0);  // the only one at risk had the event before the other came
  EXPECT_EQ(curve.at_risk[0], 1.0);
  EXPECT_TRUE(std::isnan(restricted_mean(kaplan_meier(SurvivalOutcome{}), 1.0).mean));
  EXPECT_LARC_ERROR(restricted_mean(curve, 0.0), domain, "restricted mean");
  EXPECT_LARC_ERROR(survival_quantile(curve, 1.0), domain, "quantile");
  EXPECT_LARC_ERROR(kaplan_meier({{1, 2}, {1, 0}, {0, 2}, {}, {}, {}}), domain, "row 2");
  EXPECT_LARC_ERROR(kaplan_meier({{1, 2}, {1, 0}, {}, {1, 0}, {}, {}}), domain, "weight");
  EXPECT_LARC_ERROR(kaplan_meier({{1, 2}, {1, 0}, {}, {1}, {}, {}}), shape_mismatch, "weight");
  EXPECT_LARC_ERROR(kaplan_meier({{1, 1 + 1e-12}, {1, 0}, {0, 1}, {}, {}, {}}), domain, "rounding");
  EXPECT_LARC_ERROR(logrank({{1, 2}, {1, 0}, {}, {}, {1}, {}}, {"a", "b"}), shape_mismatch, "stratum");
}
