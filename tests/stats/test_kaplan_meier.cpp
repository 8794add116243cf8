#include <gtest/gtest.h>

#include <cmath>

#include "core/error.h"
#include "reference.h"
#include "stats/censoring.h"
#include "stats/kaplan_meier.h"
#include "stats/logrank.h"

using namespace larc;
using namespace larc::stats;
using namespace larc::test;

// Oracle: survfit of R survival 3.5-3; 15 digits were stored. The reverse curve's median is that of R's survfit with
// the event turned around.
TEST(KaplanMeier, MatchesSurvfit) {
  LARC_NEEDS_DATA("reference/ref01_km_logrank.json");
  const Json truth = reference("ref01_km_logrank");
  for (const std::string name : {"lung", "veteran", "colon", "gbsg", "rotterdam"}) {
    const CsvTable data = table(truth[name]["file"].get<std::string>());
    const auto time = numbers(data, "time");
    const auto event = integers(numbers(data, "event"));
    const CsvTable expected = read_csv(data_root() / "reference" / ("km_" + name + ".csv"));
    const auto surv = numbers(expected, "surv");
    const auto se = numbers(expected, "se_surv");
    const auto at_risk = numbers(expected, "n.risk");
    const std::vector<std::pair<ConfidenceScale, std::string>> scales = {
        {ConfidenceScale::log, "log"}, {ConfidenceScale::log_log, "ll"}, {ConfidenceScale::plain, "pl"}};
    for (const auto& [scale, suffix] : scales) {
      const KaplanMeier curve = kaplan_meier(time, event, {0.95, scale});
      ASSERT_EQ(curve.time.size(), surv.size()) << name;
      const auto lower = numbers(expected, "lo_" + suffix);
      const auto upper = numbers(expected, "hi_" + suffix);
      for (std::size_t i = 0; i < surv.size(); ++i) {
        ASSERT_NEAR(curve.survival[i], surv[i], 1e-13) << name << i;
        ASSERT_EQ(static_cast<double>(curve.at_risk[i]), at_risk[i]) << name << i;
        if (std::isfinite(se[i])) {
          ASSERT_NEAR(curve.se[i], se[i], 1e-13) << name << i;
        }
        if (std::isfinite(lower[i])) {
          ASSERT_NEAR(curve.lower[i], lower[i], 1e-12) << name << i << suffix;
        }
        if (std::isfinite(upper[i])) {
          ASSERT_NEAR(curve.upper[i], upper[i], 1e-12) << name << i << suffix;
        }
      }
    }
    const KaplanMeier curve = kaplan_meier(time, event);
    EXPECT_EQ(curve.total_events, truth[name]["events"].get<std::size_t>());
    EXPECT_EQ(curve.median, truth[name]["median"].get<double>());
    const auto check = [&](double actual, const Json& wanted, const std::string& what) {
      if (wanted.is_number()) {
        EXPECT_EQ(actual, wanted.get<double>()) << name << " " << what;
      } else {
        EXPECT_TRUE(std::isnan(actual)) << name << " " << what << " " << actual;
      }
    };
    check(curve.median_lower, truth[name]["median_ci_loglog"][0], "lower");
    check(curve.median_upper, truth[name]["median_ci_loglog"][1], "upper");
    const KaplanMeier on_log = kaplan_meier(time, event, {0.95, ConfidenceScale::log});
    check(on_log.median_lower, truth[name]["median_ci_log"][0], "log lower");
    check(on_log.median_upper, truth[name]["median_ci_log"][1], "log upper");
    check(reverse_kaplan_meier(time, event).median, truth[name]["reverse_km_median_fu"], "follow-up");
  }
}

// Oracle: survdiff of R survival 3.5-3.
TEST(Logrank, MatchesSurvdiff) {
  LARC_NEEDS_DATA("reference/ref01_km_logrank.json");
  const Json truth = reference("ref01_km_logrank");
  for (const auto& [name, entry] : truth.items()) {
    const CsvTable data = table(entry["file"].get<std::string>());
    const LogrankResult result = logrank(numbers(data, "time"), integers(numbers(data, "event")),
                                         texts(data, entry["group"].get<std::string>()));
    const Json& wanted = entry["logrank"];
    EXPECT_NEAR(result.chi2 / wanted["chisq"].get<double>(), 1.0, 1e-10) << name;
    EXPECT_EQ(result.df, wanted["df"].get<int>()) << name;
    EXPECT_NEAR(result.p / wanted["p"].get<double>(), 1.0, 1e-8) << name;
    double observed = 0.0;
    double expected = 0.0;
    for (const auto& group : result.groups) {
      observed += group.observed;
      expected += group.expected;
    }
    EXPECT_NEAR(observed, expected, 1e-8) << name;
    if (name == "lung") {
      EXPECT_NEAR(result.groups[0].expected, wanted["exp"][0].get<double>(), 1e-11);
    }
  }
}

TEST(KaplanMeier, HandWorked) {
  // 1, 2+, 3, 3, 4+: S = 4/5 at 1, 4/5 * 1/3 at 3.
  const KaplanMeier curve = kaplan_meier({3, 1, 2, 3, 4}, {1, 1, 0, 1, 0});
  EXPECT_EQ(curve.time, (std::vector<double>{1, 2, 3, 4}));
  EXPECT_EQ(curve.at_risk, (std::vector<double>{5, 4, 3, 1}));
  EXPECT_EQ(curve.censored, (std::vector<double>{0, 1, 0, 1}));
  EXPECT_NEAR(curve.survival[2], 0.8 / 3.0, 1e-15);
  EXPECT_EQ(curve.median, 3.0);
  const auto points = survival_at(curve, {0.5, 1.0, 2.9, 4.0, 5.0});
  EXPECT_EQ(points[0].survival, 1.0);
  EXPECT_NEAR(points[1].survival, 0.8, 1e-15);
  EXPECT_NEAR(points[2].survival, 0.8, 1e-15);
  EXPECT_EQ(points[2].at_risk, 3u);
  EXPECT_NEAR(points[3].survival, 0.8 / 3.0, 1e-15);
  EXPECT_TRUE(std::isnan(points[4].survival));
  EXPECT_FALSE(points[4].reason.empty());
}

TEST(KaplanMeier, MedianOfAFlatStretchIsItsMiddle) {
  EXPECT_EQ(kaplan_meier({1, 2, 3, 4}, {1, 1, 1, 1}).median, 2.5);
  EXPECT_EQ(kaplan_meier({1, 2, 3, 8}, {1, 1, 0, 0}).median, 5.0);
}

TEST(KaplanMeier, Ends) {
  const KaplanMeier censored = kaplan_meier({1, 2, 3}, {0, 0, 0});
  EXPECT_EQ(censored.survival.back(), 1.0);
  EXPECT_TRUE(std::isnan(censored.median));
  EXPECT_FALSE(censored.reason.empty());
  EXPECT_EQ(survival_at(censored, {2.0}).front().lower, 1.0);
  const KaplanMeier one = kaplan_meier({2}, {1});
  EXPECT_EQ(one.survival.front(), 0.0);
  EXPECT_EQ(one.median, 2.0);
  EXPECT_EQ(survival_at(one, {9.0}).front().survival, 0.0);
  const KaplanMeier none = kaplan_meier(SurvivalOutcome{});
  EXPECT_EQ(none.reason, "no patients");
  EXPECT_TRUE(std::isnan(survival_at(none, {1.0}).front().survival));
}

TEST(KaplanMeier, Errors) {
  EXPECT_LARC_ERROR(kaplan_meier({1, 2}, {1}), shape_mismatch, "event has 1");
  EXPECT_LARC_ERROR(kaplan_meier({1, -2}, {1, 0}), domain, "row 2");
  EXPECT_LARC_ERROR(kaplan_meier({1, 2}, {1, 3}), domain, "event has 3 in row 2");
  EXPECT_LARC_ERROR(survival_at(kaplan_meier({1}, {1}), {-1.0}), domain, "time >= 0");
}

TEST(Logrank, Ends) {
  EXPECT_FALSE(logrank({1, 2}, {1, 1}, {"a", "a"}).reason.empty());
  const LogrankResult censored = logrank({1, 2}, {0, 0}, {"a", "b"});
  EXPECT_EQ(censored.reason, "no events");
  EXPECT_TRUE(std::isnan(censored.p));
  EXPECT_LARC_ERROR(logrank({1, 2}, {1, 1}, {"a"}), shape_mismatch, "group");
  const LogrankResult same = logrank({1, 1, 2, 2, 3, 3}, {1, 1, 1, 1, 0, 0}, {"a", "b", "a", "b", "a", "b"});
  EXPECT_NEAR(same.chi2, 0.0, 1e-15);
  EXPECT_NEAR(same.p, 1.0, 1e-12);
}

TEST(CensoringSurvival, EventsComeBeforeCensorings) {
  // At 2 one event and one censoring: only the two not having the event can be censored.
  const CensoringSurvival g({1, 2, 2, 3}, {0, 1, 0, 1});
  EXPECT_EQ(g.before(1.0), 1.0);
  EXPECT_DOUBLE_EQ(g.at(1.0), 0.75);
  EXPECT_DOUBLE_EQ(g.before(2.0), 0.75);
  EXPECT_DOUBLE_EQ(g.at(2.0), 0.375);
  EXPECT_DOUBLE_EQ(g.at(9.0), 0.375);
}
