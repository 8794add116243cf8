#include <gtest/gtest.h>

#include <cmath>

#include "core/error.h"
#include "core/random.h"
#include "reference.h"
#include "stats/roc.h"

using namespace larc;
using namespace larc::stats;
using namespace larc::test;

// Oracle: pROC 1.18.0 roc/var/ci.auc/roc.test (DeLong) on the aSAH table of that package; 15 digits were stored.
TEST(Roc, MatchesPRoc) {
  LARC_NEEDS_DATA("reference/ref04_binary_metrics.json");
  const Json truth = reference("ref04_binary_metrics")["aSAH"];
  const CsvTable data = table("radiomics_binary/pROC_aSAH.csv");
  const auto labels = numbers(data, "outcome");
  for (const std::string name : {"s100b", "wfns", "ndka"}) {
    const RocResult result = roc(labels, numbers(data, name));
    EXPECT_NEAR(result.auc, truth[name]["auc"].get<double>(), 1e-14) << name;
    EXPECT_NEAR(result.se * result.se, truth[name]["var"].get<double>(), 1e-15) << name;
    EXPECT_NEAR(result.lower, truth[name]["ci"][0].get<double>(), 1e-13) << name;
    EXPECT_NEAR(result.upper, truth[name]["ci"][2].get<double>(), 1e-13) << name;
    EXPECT_TRUE(result.reason.empty());
  }
  for (const std::string other : {"wfns", "ndka"}) {
    const PairedResult result = paired_delong(labels, numbers(data, "s100b"), numbers(data, other));
    EXPECT_NEAR(result.z, truth["delong_s100b_" + other]["z"].get<double>(), 1e-12) << other;
    EXPECT_NEAR(result.p, truth["delong_s100b_" + other]["p"].get<double>(), 1e-13) << other;
  }
}

TEST(Roc, EqualsCountOfPairs) {
  Random random(3);
  std::vector<double> labels;
  std::vector<double> scores;
  for (int i = 0; i < 60; ++i) {
    labels.push_back(random.uniform() < 0.4 ? 1.0 : 0.0);
    scores.push_back(std::floor(6.0 * random.uniform()) + labels.back());
  }
  double sum = 0.0;
  double pairs = 0.0;
  for (std::size_t i = 0; i < labels.size(); ++i)
    for (std::size_t j = 0; j < labels.size(); ++j)
      if (labels[i] == 1.0 && labels[j] == 0.0) {
        pairs += 1.0;
        sum += scores[i] > scores[j] ? 1.0 : scores[i] == scores[j] ? 0.5 : 0.0;
      }
  const RocResult result = roc(labels, scores);
  EXPECT_NEAR(result.auc, sum / pairs, 1e-14);

  std::vector<double> negated;
  for (const double score : scores) negated.push_back(std::exp(-score));
  EXPECT_NEAR(roc(labels, negated).auc, 1.0 - result.auc, 1e-14);
  EXPECT_NEAR(roc(labels, negated).se, result.se, 1e-14);

  double trapezoids = 0.0;
  for (std::size_t i = 1; i < result.curve.size(); ++i)
    trapezoids += (result.curve[i].false_positive_rate - result.curve[i - 1].false_positive_rate) * 0.5 *
                  (result.curve[i].true_positive_rate + result.curve[i - 1].true_positive_rate);
  EXPECT_NEAR(trapezoids, result.auc, 1e-14);
  EXPECT_EQ(result.curve.back().true_positive_rate, 1.0);
  EXPECT_EQ(result.curve.back().false_positive_rate, 1.0);
}

TEST(Roc, LimitsStayInUnitInterval) {
  const RocResult result = roc({0, 0, 0, 1, 0, 1, 1, 1}, {1, 2, 3, 3.5, 4, 5, 6, 7});
  EXPECT_EQ(result.upper, 1.0);
  EXPECT_LT(result.lower, result.auc);
  const RocResult perfect = roc({0, 0, 1, 1}, {1, 2, 3, 4});
  EXPECT_EQ(perfect.auc, 1.0);
  EXPECT_EQ(perfect.se, 0.0);
}

TEST(Roc, UndefinedSaysWhy) {
  for (const auto& labels : {std::vector<double>{1, 1, 1}, std::vector<double>{0, 0, 0}}) {
    const RocResult result = roc(labels, {1, 2, 3});
    EXPECT_TRUE(std::isnan(result.auc));
    EXPECT_FALSE(result.reason.empty());
    EXPECT_TRUE(std::isnan(paired_delong(labels, {1, 2, 3}, {3, 2, 1}).difference));
  }
  EXPECT_EQ(roc({}, {}).reason, "no patients");
  EXPECT_TRUE(std::isnan(roc({1}, {0.3}).auc));
  const RocResult two = roc({0, 1}, {1, 2});
  EXPECT_EQ(two.auc, 1.0);
  EXPECT_TRUE(std::isnan(two.se));
  EXPECT_FALSE(two.reason.empty());
  EXPECT_DOUBLE_EQ(roc({0, 1, 0, 1}, {2, 2, 2, 2}).auc, 0.5);
}

TEST(Roc, PairedIdenticalRankings) {
  const PairedResult result = paired_delong({0, 1, 0, 1, 1}, {1, 2, 3, 4, 5}, {2, 4, 6, 8, 10});
  EXPECT_EQ(result.difference, 0.0);
  EXPECT_EQ(result.p, 1.0);
}

TEST(Roc, Errors) {
  EXPECT_LARC_ERROR(roc({0, 1}, {1}), shape_mismatch, "scores has 1 rows");
  EXPECT_LARC_ERROR(roc({0, 2}, {1, 2}), domain, "labels has 2 in row 2");
  EXPECT_LARC_ERROR(roc({0, 1}, {1, kNaN}), domain, "scores has nan in row 2");
  EXPECT_LARC_ERROR(roc({0, 1}, {1, 2}, 0.0), domain, "confidence level");
  EXPECT_LARC_ERROR(paired_delong({0, 1}, {1, 2}, {1}), shape_mismatch, "score_b");
}
