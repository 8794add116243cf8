#include <gtest/gtest.h>

#include <cmath>

#include "accuracy_data.h"
#include "core/error.h"
#include "core/random.h"
#include "stats/censoring.h"
#include "stats/time_auc.h"
#include "support/agreement.h"

using namespace larc;
using namespace larc::stats;
using namespace larc::test;

namespace {

// The rows of one model in a table that Score gives.
std::vector<Json> rows_of(const Json& rows, const std::string& model) {
  std::vector<Json> found;
  for (const Json& row : rows)
    if (row["model"] == model) found.push_back(row);
  return found;
}

void check_auc(Agreement& agreement, const std::string& where, const TimeAuc& value, const Json& row) {
  agreement.check("timeauc", where, "auc", value.auc, row["AUC"].get<double>(), 1e-12);
  agreement.check("timeauc", where, "se", value.se, row["se"].get<double>(), 1e-12);
  agreement.check("timeauc", where, "limits", {value.lower, value.upper},
                  {row["lower"].get<double>(), row["upper"].get<double>()}, 1e-12);
}

// n log n and n^2 give the same: the definition over pairs, and its derivative in each patient's weight, G's included.
double by_definition(const std::vector<double>& time, const std::vector<int>& cause, const std::vector<double>& score,
                     double horizon, int of) {
  const IpcwSample patients(time, cause);
  const std::vector<double> weight = patients.weights(horizon);
  double top = 0.0, bottom = 0.0;
  for (std::size_t i = 0; i < time.size(); ++i)
    for (std::size_t j = 0; j < time.size(); ++j) {
      const bool case_i = time[i] <= horizon && cause[i] == of;
      const bool case_j = time[j] <= horizon && cause[j] == of;
      if (!case_i || case_j) continue;
      bottom += weight[i] * weight[j];
      top += weight[i] * weight[j] * (score[i] > score[j] ? 1.0 : score[i] == score[j] ? 0.5 : 0.0);
    }
  return top / bottom;
}

}  // namespace

// Oracle: Score(se.fit = TRUE, cens.model = "km") of R riskRegression 2022.11.28. Values and standard errors both to
// 1e-12: the same formulas, added in another order.
TEST(TimeAuc, MatchesR) {
  Agreement agreement("stats_time_auc", "R riskRegression 2022.11.28");
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
    const auto a = time_auc(patients, data.a, times, one.of), b = time_auc(patients, data.b, times, one.of);
    const auto rows_a = rows_of(expected["auc"], "a"), rows_b = rows_of(expected["auc"], "b");
    ASSERT_EQ(rows_a.size(), times.size());
    for (std::size_t h = 0; h < times.size(); ++h) {
      check_auc(agreement, "simulated ties, " + one.name, a[h], rows_a[h]);
      check_auc(agreement, "simulated ties, " + one.name, b[h], rows_b[h]);
      const PairedResult paired = paired_time_auc(b[h], a[h]);
      const Json& row = expected["auc_difference"][h];
      agreement.check("timeauc", "simulated ties, " + one.name, "difference of two scores, se and p",
                      {paired.difference, paired.se, paired.lower, paired.upper, paired.p},
                      {row["delta.AUC"], row["se"], row["lower"], row["upper"], row["p"]}, 1e-11);
    }
  }
  agreement.finish();
}

// Oracle: the same on real tables. The reference's own scores differ from these by the convergence of its Cox fit.
TEST(TimeAuc, MatchesROnBreastCancer) {
  LARC_NEEDS_DATA("reference/ref05_survival_metrics.json");
  Agreement agreement("stats_time_auc_real", "R riskRegression 2022.11.28");
  const ExternalCox data = external_cox();
  const Json truth = reference("ref05_survival_metrics");
  const auto values = time_auc({data.test.time, data.test.event}, data.score, doubles(truth["manual"]["times"]));
  for (std::size_t h = 0; h < values.size(); ++h) {
    check_auc(agreement, "Rotterdam to GBSG", values[h], truth["score_auc"][h]);
    agreement.check("timeauc", "Rotterdam to GBSG", "auc by the written-out formula", values[h].auc,
                    truth["manual"]["auc_cd_uno"][h].get<double>(), 1e-12);
  }
  agreement.finish();
}

TEST(TimeAuc, EqualsTheDefinitionOverPairs) {
  const TiesData data = ties_data();
  for (const double horizon : {0.3, 0.5, 1.0})
    for (const int of : {1, 2}) {
      const IpcwSample patients(data.time, data.cause);
      EXPECT_NEAR(time_auc(patients, data.a, {horizon}, of)[0].auc,
                  by_definition(data.time, data.cause, data.a, horizon, of), 1e-13);
    }
}

// The censoring curve used here is that of the other statistics.
TEST(TimeAuc, WeightsAreThoseOfTheCensoringCurve) {
  const TiesData data = ties_data();
  const IpcwSample patients(data.time, data.event);
  const CensoringSurvival curve(data.time, data.event);
  const std::vector<double> weight = patients.weights(0.6);
  for (std::size_t i = 0; i < weight.size(); ++i) {
    const double expected = data.time[i] > 0.6   ? 1.0 / curve.at(0.6)
                            : data.event[i] == 1 ? 1.0 / curve.before(data.time[i])
                                                 : 0.0;
    EXPECT_DOUBLE_EQ(weight[i], expected);
  }
  for (const double t : {0.0, 0.125, 0.13, 1.0, 99.0}) EXPECT_DOUBLE_EQ(patients.uncensored(t), curve.at(t));
}

// The standard error is that of repeated sampling: simulated spread against the mean of the estimates.
TEST(TimeAuc, StandardErrorIsTheSpreadOfRepeatedSamples) {
  const int runs = 400;
  double sum = 0.0, squares = 0.0, variance = 0.0;
  for (int run = 0; run < runs; ++run) {
    Random random(derive_seed(5, "auc", static_cast<std::uint64_t>(run)));
    std::vector<double> time, score;
    std::vector<int> event;
    for (int i = 0; i < 150; ++i) {
      score.push_back(random.normal());
      const double death = -std::log(1.0 - random.uniform()) / std::exp(score.back());
      const double end = -1.5 * std::log(1.0 - random.uniform());
      time.push_back(std::min(death, end));
      event.push_back(death <= end ? 1 : 0);
    }
    const TimeAuc value = time_auc({time, event}, score, {0.7})[0];
    sum += value.auc / runs;
    squares += value.auc * value.auc / runs;
    variance += value.se * value.se / runs;
  }
  EXPECT_NEAR(std::sqrt(variance) / std::sqrt(squares - sum * sum), 1.0, 0.12);  // 3 standard errors of a spread of 400
}

TEST(TimeAuc, InvariantToMonotoneScoresAndOrderOfRows) {
  const TiesData data = ties_data();
  const TimeAuc plain = time_auc({data.time, data.event}, data.b, {0.5})[0];
  std::vector<double> turned, time(data.time.rbegin(), data.time.rend());
  std::vector<int> event(data.event.rbegin(), data.event.rend());
  for (auto value = data.b.rbegin(); value != data.b.rend(); ++value) turned.push_back(-std::exp(*value));
  const TimeAuc other = time_auc({time, event}, turned, {0.5})[0];
  EXPECT_NEAR(other.auc, 1.0 - plain.auc, 1e-13);
  EXPECT_NEAR(other.se, plain.se, 1e-13);
  EXPECT_EQ(other.cases, plain.cases);
}

TEST(TimeAuc, EndsSayWhy) {
  const IpcwSample patients({1, 2, 3, 4}, {1, 0, 1, 0});
  const auto values = time_auc(patients, {4, 3, 2, 1}, {0.5, 3.5, 4.0, 5.0});
  EXPECT_EQ(values[0].reason, "no event by the horizon");
  EXPECT_TRUE(values[1].reason.empty());
  EXPECT_EQ(values[1].auc, 1.0);
  EXPECT_EQ(values[2].reason, "nobody is event free beyond the horizon");
  EXPECT_EQ(values[3].reason, "nobody is followed to the horizon");
  for (const std::size_t h : {0U, 2U, 3U}) EXPECT_TRUE(std::isnan(values[h].auc) && std::isnan(values[h].se));
  EXPECT_FALSE(time_auc({std::vector<double>{}, {}}, {}, {1.0})[0].reason.empty());
  EXPECT_EQ(time_auc({{1, 2}, {0, 0}}, {1, 2}, {1.5})[0].reason, "no event by the horizon");
  EXPECT_EQ(time_auc(patients, {4, 3, 2, 1}, {2.0}, 7)[0].reason, "no event by the horizon");
  EXPECT_FALSE(paired_time_auc(values[0], values[1]).reason.empty());
  const PairedResult same = paired_time_auc(values[1], values[1]);
  EXPECT_EQ(same.difference, 0.0);
  EXPECT_EQ(same.p, 1.0);
  // With competing events a control may have had the other event, so the last follow-up is a horizon too.
  EXPECT_TRUE(time_auc({{1, 2, 3}, {1, 2, 0}}, {3, 2, 1}, {3.0})[0].reason.empty());
}

TEST(TimeAuc, Errors) {
  const IpcwSample patients({1, 2, 3, 4}, {1, 0, 1, 0});
  EXPECT_LARC_ERROR(IpcwSample({1, 2}, {1, -1}), domain, "row 2");
  EXPECT_LARC_ERROR(IpcwSample({1, -2}, {1, 1}), domain, "time");
  EXPECT_LARC_ERROR(IpcwSample({1, 2}, {1}), shape_mismatch, "event");
  EXPECT_LARC_ERROR(time_auc(patients, {1, 2}, {1}), shape_mismatch, "score");
  EXPECT_LARC_ERROR(time_auc(patients, {1, 2, kNaN, 4}, {1}), domain, "row 3");
  EXPECT_LARC_ERROR(time_auc(patients, {1, 2, 3, 4}, {0}), domain, "horizon");
  EXPECT_LARC_ERROR(time_auc(patients, {1, 2, 3, 4}, {1}, 1, 1.0), domain, "level");
}
