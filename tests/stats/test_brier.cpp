#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "accuracy_data.h"
#include "core/error.h"
#include "stats/brier.h"
#include "support/agreement.h"

using namespace larc;
using namespace larc::stats;
using namespace larc::test;

namespace {

void check_brier(Agreement& agreement, const std::string& where, const BrierScore& value, const Json& row,
                 const Json& null_row) {
  agreement.check("brier", where, "brier", value.brier, row["Brier"].get<double>(), 1e-12);
  agreement.check("brier", where, "se", value.se, row["se"].get<double>(), 1e-12);
  agreement.check("brier", where, "limits", {value.lower, value.upper}, {row["lower"], row["upper"]}, 1e-12);
  agreement.check("brier", where, "null model", value.brier_null, null_row["Brier"].get<double>(), 1e-12);
  agreement.check("brier", where, "se of the null model", value.null_se, null_row["se"].get<double>(), 1e-12);
}

}  // namespace

// Oracle: Score(se.fit = TRUE, cens.model = "km", null.model = TRUE) of R riskRegression 2022.11.28.
TEST(Brier, MatchesR) {
  Agreement agreement("stats_brier", "R riskRegression 2022.11.28");
  const TiesData data = ties_data();
  const Json truth = ties_truth();
  const std::vector<int> all(data.time.size(), 1);
  struct Case {
    std::string name;
    const std::vector<int>& cause;
    int of;
  };
  for (const Case& one : {Case{"survival", data.event, 1}, Case{"cause1", data.cause, 1}, Case{"cause2", data.cause, 2},
                          Case{"uncensored", all, 1}}) {
    const Json& expected = truth[one.name];
    const std::vector<double> times = doubles(expected["times"]);
    const IpcwSample patients(data.time, one.cause);
    const std::string where = "simulated ties, " + one.name;
    const auto count = times.size();
    ASSERT_EQ(expected["brier"].size(), 3 * count);  // null model, a, b
    for (std::size_t h = 0; h < count; ++h) {
      const BrierScore a = brier_score(patients, data.a, times[h], one.of);
      const BrierScore b = brier_score(patients, data.b, times[h], one.of);
      ASSERT_EQ(expected["brier"][h]["model"], "Null model");
      check_brier(agreement, where, a, expected["brier"][count + h], expected["brier"][h]);
      check_brier(agreement, where, b, expected["brier"][2 * count + h], expected["brier"][h]);
      for (const Json& row : expected["brier_difference"]) {
        if (row["times"] != times[h] || row["model"] != "b" || row["reference"] != "a") continue;
        const PairedResult paired = paired_brier(b, a);
        agreement.check("brier", where, "difference of two predictions, se and p",
                        {paired.difference, paired.se, paired.lower, paired.upper, paired.p},
                        {row["delta.Brier"], row["se"], row["lower"], row["upper"], row["p"]}, 1e-11);
      }
    }
  }
  agreement.finish();
}

// Oracle: ref05, riskRegression and pec on another series. The predictions come from larc's own Cox fit, which is
// closer to the maximum than the reference's (1e-11 in the coefficients): 1e-10.
TEST(Brier, MatchesROnBreastCancer) {
  LARC_NEEDS_DATA("reference/ref05_survival_metrics.json");
  Agreement agreement("stats_brier_real", "R riskRegression 2022.11.28, pec 2022.5.4");
  const ExternalCox data = external_cox();
  const Json truth = reference("ref05_survival_metrics");
  const IpcwSample patients(data.test.time, data.test.event);
  const std::vector<double> times = doubles(truth["manual"]["times"]);
  for (std::size_t h = 0; h < times.size(); ++h) {
    std::vector<double> risk;
    for (const double survival : data.survival(times[h])) risk.push_back(1.0 - survival);
    const BrierScore value = brier_score(patients, risk, times[h]);
    const Json &row = truth["score_brier"][times.size() + h], &null_row = truth["score_brier"][h];
    agreement.check("brier", "Rotterdam to GBSG", "brier", value.brier, row["Brier"].get<double>(), 1e-10);
    agreement.check("brier", "Rotterdam to GBSG", "se", value.se, row["se"].get<double>(), 1e-10);
    agreement.check("brier", "Rotterdam to GBSG", "index of prediction accuracy", value.scaled,
                    row["IPA"].get<double>(), 1e-9);
    agreement.check("brier", "Rotterdam to GBSG", "null model", {value.brier_null, value.null_se},
                    {null_row["Brier"], null_row["se"]}, 1e-12);
  }
  // pec's grid: 0 and every follow-up time; the curve goes on to the horizon.
  std::vector<double> grid;
  for (const double t : data.test.time)
    if (t <= 1825) grid.push_back(t);
  std::sort(grid.begin(), grid.end());
  grid.erase(std::unique(grid.begin(), grid.end()), grid.end());
  const std::vector<double> tau{1095, 1825};
  for (std::size_t k = 0; k < tau.size(); ++k) {
    std::vector<double> at, values, null_values;
    for (const double t : grid) {
      if (t > tau[k]) break;
      std::vector<double> risk;
      for (const double survival : data.survival(t)) risk.push_back(1.0 - survival);
      const BrierScore value = brier_score(patients, risk, t);
      at.push_back(t);
      values.push_back(value.brier);
      null_values.push_back(value.brier_null);
    }
    if (at.back() < tau[k]) {
      at.push_back(tau[k]);
      values.push_back(kNaN);  // has no weight
      null_values.push_back(kNaN);
    }
    agreement.check("brier", "Rotterdam to GBSG", "integrated, pec", integrated_score(at, values),
                    truth["pec_ibs"]["values"][1][k].get<double>(), 1e-10);
    agreement.check("brier", "Rotterdam to GBSG", "integrated null model, pec", integrated_score(at, null_values),
                    truth["pec_ibs"]["values"][0][k].get<double>(), 1e-12);
  }
  agreement.finish();
}

// Oracle: pec(exact = FALSE, times) and crps.
TEST(Brier, IntegratesAsPec) {
  const TiesData data = ties_data();
  const Json truth = ties_truth()["pec"];
  const IpcwSample patients(data.time, data.event);
  std::vector<double> times, values, null_values;
  for (std::size_t k = 0; k < truth["times"].size(); ++k) {
    const double t = truth["times"][k].get<double>();
    if (t == 0.0 || t > 1.25) continue;
    std::vector<double> risk;
    for (const double a : data.a) risk.push_back(1.0 - std::exp(-a * t));
    const BrierScore value = brier_score(patients, risk, t);
    EXPECT_NEAR(value.brier, truth["brier"][k].get<double>(), 1e-13);
    EXPECT_NEAR(value.brier_null, truth["reference"][k].get<double>(), 1e-13);
    times.push_back(t);
    values.push_back(value.brier);
    null_values.push_back(value.brier_null);
  }
  ASSERT_EQ(times.back(), 1.25);
  EXPECT_NEAR(integrated_score(times, null_values), truth["ibs"][0].get<double>(), 1e-13);
  EXPECT_NEAR(integrated_score(times, values), truth["ibs"][1].get<double>(), 1e-13);
}

// Oracle: ref06, a cause-specific Cox model on mgus2; its predictions are not in the reference, the null model is.
TEST(Brier, NullModelOfCompetingRisksMatchesR) {
  LARC_NEEDS_DATA("reference/ref06_competing.json");
  const Json truth = reference("ref06_competing")["mgus2_csc"]["brier"];
  CsvTable mgus2 = table("competing/mgus2.csv");
  const auto missing = [&](const std::vector<std::string>& row) {
    for (const char* covariate : {"age", "hgb", "creat", "mspike"})
      if (!parse_double(row[mgus2.column(covariate)])) return true;
    return false;
  };
  mgus2.rows.erase(std::remove_if(mgus2.rows.begin(), mgus2.rows.end(), missing), mgus2.rows.end());
  ASSERT_EQ(mgus2.rows.size(), 1338U);
  const std::vector<int> cause = integers(numbers(mgus2, "cause"));
  const std::vector<double> time = numbers(mgus2, "time");
  const IpcwSample patients(time, cause);
  int compared = 0;
  for (const Json& row : truth) {
    if (row["model"] != "Null model") continue;
    const BrierScore value =
        brier_score(patients, std::vector<double>(time.size(), 0.0), row["times"].get<double>(), 1);
    EXPECT_NEAR(value.brier_null, row["Brier"].get<double>(), 1e-12);
    EXPECT_NEAR(value.null_se, row["se"].get<double>(), 1e-12);
    ++compared;
  }
  EXPECT_EQ(compared, 3);
}

TEST(Brier, WithoutCensoringItIsTheMeanSquare) {
  const BrierScore value = brier_score({{1, 2, 3, 4}, {1, 1, 1, 1}}, {0.9, 0.4, 0.3, 0.1}, 2.5);
  EXPECT_NEAR(value.brier, (0.01 + 0.36 + 0.09 + 0.01) / 4.0, 1e-15);
  EXPECT_NEAR(value.brier_null, 0.25, 1e-15);
  EXPECT_NEAR(value.scaled, 1.0 - value.brier / 0.25, 1e-15);
}

TEST(Brier, EndsSayWhy) {
  const IpcwSample patients({1, 2, 3, 4}, {1, 0, 1, 0});
  const std::vector<double> risk{0.4, 0.3, 0.2, 0.1};
  const BrierScore early = brier_score(patients, risk, 0.5);
  EXPECT_NEAR(early.brier, (0.16 + 0.09 + 0.04 + 0.01) / 4.0, 1e-15);
  EXPECT_EQ(early.brier_null, 0.0);
  EXPECT_TRUE(std::isnan(early.scaled));
  EXPECT_FALSE(early.reason.empty());
  const BrierScore last = brier_score(patients, risk, 4.0);  // G is 0, but nobody needs it
  EXPECT_TRUE(std::isfinite(last.brier) && std::isfinite(last.se));
  const BrierScore late = brier_score(patients, risk, 4.5);
  EXPECT_TRUE(std::isnan(late.brier) && std::isnan(late.se) && std::isnan(late.brier_null));
  EXPECT_EQ(late.reason, "nobody is followed to the horizon");
  EXPECT_FALSE(paired_brier(early, late).reason.empty());
  EXPECT_EQ(paired_brier(last, last).p, 1.0);
  EXPECT_FALSE(brier_score({std::vector<double>{}, {}}, {}, 1.0).reason.empty());
  const BrierScore one = brier_score({std::vector<double>{2.0}, {1}}, {0.25}, 2.0);
  EXPECT_EQ(one.brier, 0.5625);
  EXPECT_TRUE(std::isnan(one.se));
}

TEST(Brier, IntegratedScore) {
  EXPECT_DOUBLE_EQ(integrated_score({1, 3, 4}, {0.1, 0.2, 0.3}), (0.1 * 2 + 0.2 * 1) / 4);
  EXPECT_DOUBLE_EQ(integrated_score({1, 3, 4}, {0.1, 0.2, kNaN}), (0.1 * 2 + 0.2 * 1) / 4);
  EXPECT_TRUE(std::isnan(integrated_score({1, 3}, {kNaN, 0.2})));
  EXPECT_TRUE(std::isnan(integrated_score({1}, {0.2})));
  EXPECT_LARC_ERROR(integrated_score({1, 1}, {0.1, 0.2}), domain, "ascending");
  EXPECT_LARC_ERROR(integrated_score({0, 1}, {0.1, 0.2}), domain, "horizon");
  EXPECT_LARC_ERROR(integrated_score({1}, {}), shape_mismatch, "values");
}

TEST(Brier, Errors) {
  const IpcwSample patients({1, 2}, {1, 0});
  EXPECT_LARC_ERROR(brier_score(patients, {0.1}, 1), shape_mismatch, "risk");
  EXPECT_LARC_ERROR(brier_score(patients, {0.1, 1.1}, 1), domain, "row 2");
  EXPECT_LARC_ERROR(brier_score(patients, {0.1, 0.2}, -1), domain, "horizon");
  EXPECT_LARC_ERROR(brier_score(patients, {0.1, 0.2}, 1, 1, 2.0), domain, "level");
}
