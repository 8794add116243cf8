#include <gtest/gtest.h>

#include <array>
#include <cmath>

#include "accuracy_data.h"
#include "core/error.h"
#include "core/random.h"
#include "stats/censoring.h"
#include "stats/concordance.h"
#include "stats/cox.h"
#include "stats/survival_calibration.h"
#include "support/agreement.h"

using namespace larc;
using namespace larc::stats;
using namespace larc::test;

namespace {

struct RandomSurvival {
  std::vector<double> time;
  std::vector<int> event;
  std::vector<double> score;
};

RandomSurvival random_survival(std::size_t n, std::uint64_t seed) {
  Random random(seed);
  RandomSurvival data;
  for (std::size_t i = 0; i < n; ++i) {
    data.score.push_back(std::floor(5.0 * random.uniform()));
    data.time.push_back(1.0 + std::floor(20.0 * random.uniform() / (1.0 + 0.2 * data.score.back())));
    data.event.push_back(random.uniform() < 0.6 ? 1 : 0);
  }
  return data;
}

// The definition, pair by pair, with a weight per patient.
double by_definition(const RandomSurvival& data, const std::vector<double>& weight, bool uno, double tau) {
  const CensoringSurvival uncensored(data.time, data.event);
  double top = 0.0;
  double bottom = 0.0;
  for (std::size_t i = 0; i < data.time.size(); ++i) {
    if (data.event[i] == 0 || data.time[i] > tau) continue;
    const double g = uno ? uncensored.before(data.time[i]) : 1.0;
    for (std::size_t j = 0; j < data.time.size(); ++j) {
      const bool longer = data.time[j] > data.time[i] || (data.time[j] == data.time[i] && data.event[j] == 0);
      if (!longer) continue;
      const double w = weight[i] * weight[j] / (g * g);
      bottom += w;
      top += w * (data.score[i] > data.score[j] ? 1.0 : data.score[i] == data.score[j] ? 0.5 : 0.0);
    }
  }
  return top / bottom;
}

}  // namespace

// Oracle: concordance() of R survival 3.5-3, timewt "n" and "n/G2", with and without ymax and weights. The counts of
// Harrell are whole numbers and equal; the rest differs by the order of additions.
TEST(Concordance, MatchesR) {
  Agreement agreement("stats_concordance", "R survival 3.5-3");
  const TiesData data = ties_data();
  const Json truth = ties_truth()["c"];
  const auto check = [&](const std::string& key, const Concordance& result) {
    const Json& expected = truth[key];
    agreement.check("concordance", "simulated ties, " + key, "c", result.c, expected["c"].get<double>(), 1e-13);
    agreement.check("concordance", "simulated ties, " + key, "se", result.se, expected["se"].get<double>(), 1e-12);
    const std::vector<double> count = doubles(expected["count"]);
    agreement.check("concordance", "simulated ties, " + key, "pairs",
                    {result.concordant, result.discordant, result.tied_score, result.tied_time},
                    {count[0], count[1], count[2], count[3] + count[4]}, 1e-12);
  };
  check("harrell", harrell_c(data.time, data.event, data.a));
  check("uno", uno_c(data.time, data.event, data.a));
  check("harrell_tau", harrell_c(data.time, data.event, data.a, 0.75));
  check("uno_tau", uno_c(data.time, data.event, data.a, 0.75));
  check("harrell_weights", harrell_c(data.time, data.event, data.a, kNoLimit, kLevel95, data.weight));
  check("uno_weights", uno_c(data.time, data.event, data.a, kNoLimit, kLevel95, data.weight));
  const Json& pair = truth["pair"];
  const PairedResult harrell =
      paired_concordance(harrell_c(data.time, data.event, data.a), harrell_c(data.time, data.event, data.b));
  agreement.check("concordance", "simulated ties", "difference of two scores and its se",
                  {harrell.difference, harrell.se},
                  {pair["c"][0].get<double>() - pair["c"][1].get<double>(), pair["se"]}, 1e-12);
  const PairedResult uno =
      paired_concordance(uno_c(data.time, data.event, data.a), uno_c(data.time, data.event, data.b));
  agreement.check("concordance", "simulated ties", "se of a difference, Uno", uno.se, pair["se_uno"].get<double>(),
                  1e-12);
  agreement.finish();
}

// Oracle: the same on a real table (ref05).
TEST(Concordance, MatchesROnBreastCancer) {
  LARC_NEEDS_DATA("reference/ref05_survival_metrics.json");
  Agreement agreement("stats_concordance_real", "R survival 3.5-3");
  const Json truth = reference("ref05_survival_metrics");
  const ExternalCox data = external_cox();
  for (std::size_t i = 0; i < 7; ++i)
    EXPECT_NEAR(data.fit.coef[static_cast<Eigen::Index>(i)], truth["coef"][i].get<double>(), 1e-8);
  const auto check = [&](const std::string& key, const Concordance& result) {
    const Json &expected = truth[key], &counts = expected["counts"];
    agreement.check("concordance", "Rotterdam to GBSG, " + key, "c and se", {result.c, result.se},
                    {expected["c"], expected["se"]}, 1e-12);
    agreement.check("concordance", "Rotterdam to GBSG, " + key, "pairs",
                    {result.concordant, result.discordant, result.tied_score, result.tied_time},
                    {counts["concordant"], counts["discordant"], counts["tied.x"], counts["tied.y"]}, 1e-12);
  };
  check("harrell", harrell_c(data.test.time, data.test.event, data.score));
  check("harrell_tau1825", harrell_c(data.test.time, data.test.event, data.score, 1825));
  check("uno_nG2", uno_c(data.test.time, data.test.event, data.score));
  check("uno_tau1825", uno_c(data.test.time, data.test.event, data.score, 1825));
  agreement.finish();
}

// Oracle: IPCW Brier and weights by the written-out formula in R (agreeing with riskRegression to 1e-15), calibration
// slope by coxph, observed over expected by survfit.
TEST(SurvivalCalibration, MatchesR) {
  LARC_NEEDS_DATA("reference/ref05_survival_metrics.json");
  const Json truth = reference("ref05_survival_metrics");
  const ExternalCox data = external_cox();
  const CensoringSurvival uncensored(data.test.time, data.test.event);
  for (std::size_t t = 0; t < truth["manual"]["times"].size(); ++t) {
    const double horizon = truth["manual"]["times"][t].get<double>();
    const std::vector<double> survival = data.survival(horizon);
    for (std::size_t i = 0; i < 5; ++i) EXPECT_NEAR(survival[i], truth["surv_first5"][i][t].get<double>(), 1e-8);
    EXPECT_NEAR(uncensored.at(horizon), truth["manual"]["G_t"][t].get<double>(), 1e-13);
    const SurvivalBrier brier = survival_brier(data.test.time, data.test.event, survival, horizon);
    EXPECT_NEAR(brier.brier, truth["manual"]["brier"][t].get<double>(), 1e-8);
    EXPECT_NEAR(brier.brier_null, truth["manual"]["brier_null_km"][t].get<double>(), 1e-12);
    EXPECT_NEAR(brier.scaled, truth["manual"]["ipa"][t].get<double>(), 1e-7);
    const ObservedExpected ratio = observed_expected(data.test.time, data.test.event, survival, horizon);
    EXPECT_NEAR(ratio.observed, truth["OE"][t]["O_km"].get<double>(), 1e-12);
    EXPECT_NEAR(ratio.expected, truth["OE"][t]["E"].get<double>(), 1e-8);
    EXPECT_NEAR(ratio.ratio.value, truth["OE"][t]["OE"].get<double>(), 1e-7);
    EXPECT_LT(ratio.ratio.lower, ratio.ratio.value);
    EXPECT_GT(ratio.ratio.upper, ratio.ratio.value);
  }
  const Estimate slope = survival_calibration_slope(data.test.time, data.test.event, data.score);
  EXPECT_NEAR(slope.value, truth["calibration_slope"]["slope"].get<double>(), 1e-7);
  EXPECT_NEAR(slope.se, truth["calibration_slope"]["se"].get<double>(), 1e-7);
}

TEST(Concordance, EqualsDefinitionAndItsDerivative) {
  for (const bool uno : {false, true})
    for (const double tau : {kNoLimit, 8.0}) {
      const RandomSurvival data = random_survival(50, 11);
      const Concordance result =
          uno ? uno_c(data.time, data.event, data.score, tau) : harrell_c(data.time, data.event, data.score, tau);
      std::vector<double> weight(50, 1.0);
      EXPECT_NEAR(result.c, by_definition(data, weight, uno, tau), 1e-13);
      double sum = 0.0;
      for (std::size_t i = 0; i < 50; ++i) {
        weight[i] = 1.0 + 1e-5;
        const double up = by_definition(data, weight, uno, tau);
        weight[i] = 1.0 - 1e-5;
        const double down = by_definition(data, weight, uno, tau);
        weight[i] = 1.0;
        EXPECT_NEAR(result.influence[i], (up - down) / 2e-5, 1e-9);
        sum += result.influence[i] * result.influence[i];
      }
      EXPECT_NEAR(result.se, std::sqrt(sum), 1e-14);
    }
}

TEST(Concordance, WithoutCensoringAndTiesItIsTheAreaUnderTheCurveOfOrder) {
  const Concordance perfect = harrell_c({1, 2, 3, 4}, {1, 1, 1, 1}, {4, 3, 2, 1});
  EXPECT_EQ(perfect.c, 1.0);
  EXPECT_EQ(perfect.se, 0.0);
  const RandomSurvival data = random_survival(70, 2);
  std::vector<double> negated;
  for (const double score : data.score) negated.push_back(-score);
  const double c = harrell_c(data.time, data.event, data.score).c;
  EXPECT_NEAR(harrell_c(data.time, data.event, negated).c, 1.0 - c, 1e-13);
  const std::vector<int> all(70, 1);
  EXPECT_NEAR(uno_c(data.time, all, data.score).c, harrell_c(data.time, all, data.score).c, 1e-13);
}

TEST(Concordance, Paired) {
  const RandomSurvival data = random_survival(90, 8);
  RandomSurvival other = random_survival(90, 9);
  const Concordance a = harrell_c(data.time, data.event, data.score);
  const Concordance b = harrell_c(data.time, data.event, other.score);
  const PairedResult result = paired_concordance(a, b);
  EXPECT_NEAR(result.difference, a.c - b.c, 1e-15);
  EXPECT_GT(result.se, 0.0);
  EXPECT_LE(result.se, a.se + b.se);
  EXPECT_NEAR(result.z, result.difference / result.se, 1e-14);
  const PairedResult same = paired_concordance(a, a);
  EXPECT_EQ(same.se, 0.0);
  EXPECT_EQ(same.p, 1.0);
  Concordance shorter = b;
  shorter.influence.pop_back();
  EXPECT_LARC_ERROR(paired_concordance(a, shorter), shape_mismatch, "second");
}

// Limits cover the difference of two independent noise scores, truth 0, about 95% of the time.
TEST(Concordance, PairedLimitsCover) {
  int covered = 0;
  const int runs = 400;
  for (int run = 0; run < runs; ++run) {
    Random random(derive_seed(4, "cover", static_cast<std::uint64_t>(run)));
    RandomSurvival data;
    std::vector<double> other;
    for (int i = 0; i < 100; ++i) {
      data.score.push_back(random.normal());
      other.push_back(random.normal());
      data.time.push_back(1.0 + random.uniform());
      data.event.push_back(random.uniform() < 0.6 ? 1 : 0);
    }
    const PairedResult result =
        paired_concordance(harrell_c(data.time, data.event, data.score), harrell_c(data.time, data.event, other));
    covered += result.lower <= 0.0 && result.upper >= 0.0 ? 1 : 0;
  }
  EXPECT_GE(covered, 365);  // 400 * 0.95 = 380, binomial sd 4.4
  EXPECT_LE(covered, 395);
}

// A resample is a vector of counts: the same as the C of the rows drawn.
TEST(Concordance, CountsAreAResample) {
  const RandomSurvival data = random_survival(40, 3);
  Random random(7);
  for (const auto method : {ConcordanceMethod::harrell, ConcordanceMethod::uno})
    for (const double tau : {kNoLimit, 8.0}) {
      const ConcordanceSample sample(data.time, data.event, data.score, method, tau);
      RandomSurvival drawn;
      std::vector<double> count(40, 0.0);
      for (int k = 0; k < 40; ++k) {
        const std::size_t i = random.below(40);
        count[i] += 1.0;
        drawn.time.push_back(data.time[i]);
        drawn.event.push_back(data.event[i]);
        drawn.score.push_back(data.score[i]);
      }
      const Concordance expected = ConcordanceSample(drawn.time, drawn.event, drawn.score, method, tau).concordance();
      EXPECT_NEAR(sample.c(count), expected.c, 1e-14);
      EXPECT_NEAR(sample.concordance(count).c, expected.c, 1e-14);
      EXPECT_NEAR(sample.concordance(count).concordant, expected.concordant, 1e-9);
      EXPECT_TRUE(std::isnan(sample.c(std::vector<double>(40, 0.0))));
    }
}

// One event only: Uno's weight is a common factor, left out as R does.
TEST(Concordance, UnoWithOneEvent) {
  const Concordance uno = uno_c({1, 2, 3}, {0, 1, 0}, {1, 3, 2}), harrell = harrell_c({1, 2, 3}, {0, 1, 0}, {1, 3, 2});
  EXPECT_EQ(uno.concordant, 1.0);
  EXPECT_EQ(uno.c, harrell.c);
}

TEST(Concordance, UndefinedSaysWhy) {
  for (const auto& result : {harrell_c({1, 2, 3}, {0, 0, 0}, {1, 2, 3}), uno_c({1, 2, 3}, {0, 0, 0}, {1, 2, 3}),
                             harrell_c({1}, {1}, {1}), harrell_c({}, {}, {}), harrell_c({2, 2}, {1, 1}, {1, 2})}) {
    EXPECT_TRUE(std::isnan(result.c));
    EXPECT_FALSE(result.reason.empty());
  }
  EXPECT_FALSE(paired_concordance(harrell_c({1}, {1}, {1}), harrell_c({1}, {1}, {1})).reason.empty());
}

TEST(Concordance, Errors) {
  EXPECT_LARC_ERROR(harrell_c({1, 2}, {1, 1}, {1}), shape_mismatch, "score");
  EXPECT_LARC_ERROR(harrell_c({1, 2}, {1, 1}, {1, kNaN}), domain, "score");
  EXPECT_LARC_ERROR(uno_c({1, 2}, {1, 1}, {1, 2}, 0.0), domain, "tau");
  EXPECT_LARC_ERROR(harrell_c({1, 2}, {1, 1}, {1, 2}, kNoLimit, 1.0), domain, "level");
  EXPECT_LARC_ERROR(harrell_c({1, 2}, {1, 1}, {1, 2}, kNoLimit, 0.9, {1, -1}), domain, "weights has -1 in row 2");
  EXPECT_LARC_ERROR(harrell_c({1, 2}, {1, 1}, {1, 2}, kNoLimit, 0.9, {1}), shape_mismatch, "weights");
  EXPECT_LARC_ERROR(ConcordanceSample({1, 2}, {1, 1}, {1, 2}).c({1}), shape_mismatch, "weights");
}

TEST(SurvivalCalibration, Ends) {
  EXPECT_FALSE(survival_calibration_slope({1, 2, 3}, {1, 1, 0}, {2, 2, 2}).reason.empty());
  EXPECT_EQ(survival_calibration_slope({1, 2, 3}, {0, 0, 0}, {1, 2, 3}).reason, "no events");
  EXPECT_FALSE(survival_brier({1, 2}, {1, 1}, {0.5, 0.5}, 9.0).reason.empty());
  EXPECT_FALSE(observed_expected({1, 2}, {1, 0}, {0.5, 0.5}, 9.0).ratio.reason.empty());
  EXPECT_FALSE(observed_expected({}, {}, {}, 9.0).ratio.reason.empty());
  const ObservedExpected none = observed_expected({5, 6}, {0, 0}, {0.5, 0.7}, 3.0);
  EXPECT_EQ(none.ratio.value, 0.0);
  EXPECT_FALSE(none.ratio.reason.empty());
  EXPECT_LARC_ERROR(survival_brier({1, 2}, {1, 1}, {0.5, 1.5}, 1.0), domain, "survival");
  EXPECT_LARC_ERROR(survival_brier({1, 2}, {1, 1}, {0.5, 0.5}, 0.0), domain, "horizon");
}

TEST(SurvivalBrier, WithoutCensoringItIsTheMeanSquare) {
  const SurvivalBrier result = survival_brier({1, 2, 3, 4}, {1, 1, 1, 1}, {0.1, 0.6, 0.7, 0.9}, 2.5);
  EXPECT_NEAR(result.brier, (0.01 + 0.36 + 0.09 + 0.01) / 4.0, 1e-15);
  EXPECT_NEAR(result.brier_null, 0.25, 1e-15);
}

TEST(Concordance, FourWeightingsAtOnceAreOneAfterTheOther) {
  const std::vector<double> time{5, 3, 3, 8, 1, 9, 4}, score{1, 2, 2, 0, 3, 2.5, 1}, other{3, 1, 2, 2, 0, 1, 5};
  const std::vector<int> event{1, 0, 1, 1, 1, 0, 1};
  const std::vector<std::vector<double>> weights{
      {1, 1, 1, 1, 1, 1, 1}, {0, 2, 1, 0, 3, 1, 1}, {1, 0, 0, 0, 1, 0, 0}, {0, 0, 0, 0, 0, 0, 0}};
  std::vector<std::array<double, 4>> rows(time.size());
  for (std::size_t i = 0; i < rows.size(); ++i)
    for (std::size_t l = 0; l < 4; ++l) rows[i][l] = weights[l][i];
  ConcordanceSample sample(time, event, score);
  sample.rescore(other);
  const std::array<double, 4> c = sample.c_of_four(rows);
  for (std::size_t l = 0; l < 3; ++l) EXPECT_EQ(c[l], ConcordanceSample(time, event, other).c(weights[l]));
  EXPECT_TRUE(std::isnan(c[3]));
  rows.pop_back();
  EXPECT_LARC_ERROR(sample.c_of_four(rows), shape_mismatch, "weights");
  EXPECT_LARC_ERROR(sample.rescore({1.0}), shape_mismatch, "score");
  EXPECT_LARC_ERROR(ConcordanceSample(time, event, score, ConcordanceMethod::uno).c_of_four({}), unsupported,
                    "Harrell");
}
