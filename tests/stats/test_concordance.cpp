#include <gtest/gtest.h>

#include <cmath>

#include "core/error.h"
#include "core/random.h"
#include "reference.h"
#include "stats/censoring.h"
#include "stats/concordance.h"
#include "stats/cox.h"
#include "stats/survival_calibration.h"

using namespace larc;
using namespace larc::stats;
using namespace larc::test;

namespace {

const std::vector<std::string> kTerms = {"age", "s20", "s50", "n3", "pg", "ho", "g3"};

struct External {
  SurvivalData train;
  SurvivalData test;
  CoxFit fit;
  std::vector<double> score;  // of the test patients
};

// The model trained on one breast cancer series and applied to another, as the reference numbers were made.
External external() {
  External result;
  result.train = survival_data(table("survival/derived_rotterdam_nodepos_train.csv"), kTerms);
  result.test = survival_data(table("survival/derived_gbsg_test.csv"), kTerms);
  result.fit = fit_cox(result.train.x, result.train.time, result.train.event);
  result.score = to_vector(result.test.x * result.fit.coef);
  return result;
}

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

// Oracle: concordance() of R survival 3.5-3, timewt "n" and "n/G2", with and without ymax.
TEST(Concordance, MatchesR) {
  LARC_NEEDS_DATA("reference/ref05_survival_metrics.json");
  const Json truth = reference("ref05_survival_metrics");
  const External data = external();
  for (std::size_t i = 0; i < 7; ++i) EXPECT_NEAR(data.fit.coef[i], truth["coef"][i].get<double>(), 1e-8);
  const auto check = [&](const Concordance& result, const std::string& key) {
    EXPECT_NEAR(result.c, truth[key]["c"].get<double>(), 1e-13) << key;
    EXPECT_NEAR(result.se, truth[key]["se"].get<double>(), 1e-13) << key;
  };
  const Concordance harrell = harrell_c(data.test.time, data.test.event, data.score);
  check(harrell, "harrell");
  EXPECT_EQ(harrell.concordant, truth["harrell"]["counts"]["concordant"].get<double>());
  EXPECT_EQ(harrell.discordant, truth["harrell"]["counts"]["discordant"].get<double>());
  EXPECT_EQ(harrell.tied_score, truth["harrell"]["counts"]["tied.x"].get<double>());
  EXPECT_EQ(harrell.tied_time, truth["harrell"]["counts"]["tied.y"].get<double>());
  check(harrell_c(data.test.time, data.test.event, data.score, 1825), "harrell_tau1825");
  check(uno_c(data.test.time, data.test.event, data.score), "uno_nG2");
  const Concordance uno = uno_c(data.test.time, data.test.event, data.score, 1825);
  check(uno, "uno_tau1825");
  EXPECT_NEAR(uno.concordant, truth["uno_tau1825"]["counts"]["concordant"].get<double>(), 1e-7);
}

// Oracle: IPCW Brier and weights by the written-out formula in R (agreeing with riskRegression to 1e-15), calibration
// slope by coxph, observed over expected by survfit.
TEST(SurvivalCalibration, MatchesR) {
  LARC_NEEDS_DATA("reference/ref05_survival_metrics.json");
  const Json truth = reference("ref05_survival_metrics");
  const External data = external();
  const BaselineHazard baseline =
      baseline_hazard(to_vector(data.train.x * data.fit.coef), data.train.time, data.train.event, Ties::efron);
  const CensoringSurvival uncensored(data.test.time, data.test.event);
  for (std::size_t t = 0; t < truth["manual"]["times"].size(); ++t) {
    const double horizon = truth["manual"]["times"][t].get<double>();
    std::vector<double> survival;
    for (const double eta : data.score) survival.push_back(cox_survival(baseline, eta, horizon));
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
