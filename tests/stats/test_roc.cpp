#include <gtest/gtest.h>

#include <cmath>

#include "core/error.h"
#include "core/random.h"
#include "reference.h"
#include "stats/roc.h"
#include "support/agreement.h"

using namespace larc;
using namespace larc::stats;
using namespace larc::test;

namespace {

/// Twenty patients with many ties, and a second score of the same patients.
const std::vector<double> kLabels{1, 0, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 1, 0, 0, 1};
const std::vector<double> kScore{3, 1, 2, 3, 4, 1, 2, 2, 1, 5, 3, 3, 4, 2, 2, 0, 5, 1, 4, 3};
const std::vector<double> kOther{2.5, 1, 1, 3, 2, 2, 0, 4, 1, 3, 4, 2, 5, 3, 1, 1, 2, 2, 3, 6};

}  // namespace

// Oracle: roc, var, ci.auc, roc.test(method = "delong") and auc(partial.auc =) of pROC, on its own table aSAH (15
// digits stored) and on the twenty patients above (16 digits). The issue asks 1e-12.
TEST(Roc, AgreesWithPRoc) {
  LARC_NEEDS_DATA("reference/ref04_binary_metrics.json");
  Agreement agreement("roc", "R pROC 1.18.0");
  const Json truth = reference("ref04_binary_metrics")["aSAH"];
  const CsvTable data = table("radiomics_binary/pROC_aSAH.csv");
  const auto labels = numbers(data, "outcome");
  for (const std::string name : {"s100b", "wfns", "ndka"}) {
    const RocResult result = roc(labels, numbers(data, name));
    agreement.check("ROC", "aSAH", "area", result.auc, truth[name]["auc"], 1e-12);
    agreement.check("ROC", "aSAH", "variance", result.se * result.se, truth[name]["var"], 1e-12);
    agreement.check("ROC", "aSAH", "limits", {result.lower, result.upper}, {truth[name]["ci"][0], truth[name]["ci"][2]},
                    1e-12);
    agreement.check("ROC", "aSAH", "area, specificity 0.9 to 1", partial_area(result.curve, 0.9, 1.0).area,
                    truth[name]["pauc_spec_1_0.9"], 1e-12);
    EXPECT_TRUE(result.reason.empty());
  }
  for (const std::string other : {"wfns", "ndka"}) {
    const PairedResult result = paired_delong(labels, numbers(data, "s100b"), numbers(data, other));
    const Json& test = truth["delong_s100b_" + other];
    agreement.check("paired DeLong test", "aSAH", "z", result.z, test["z"], 1e-12);
    agreement.check("paired DeLong test", "aSAH", "p", result.p, test["p"], 1e-12);
  }

  const RocResult tied = roc(kLabels, kScore);
  agreement.check("ROC", "20 patients with ties", "area, se, lower", {tied.auc, tied.se, tied.lower},
                  {0.8383838383838383, 0.08563547958491499, 0.67054138259859}, 1e-12);
  const PairedResult paired = paired_delong(kLabels, kScore, kOther);
  agreement.check("paired DeLong test", "20 patients with ties", "z, p, limits",
                  {paired.z, paired.p, paired.lower, paired.upper},
                  {-0.218903034434373, 0.8267255826577915, -0.2010822538324993, 0.1606782134284589}, 1e-12);
  std::vector<double> odd_labels, odd_score, even_labels, even_score;
  for (std::size_t i = 0; i < kLabels.size(); ++i) {
    (i % 2 == 0 ? odd_labels : even_labels).push_back(kLabels[i]);
    (i % 2 == 0 ? odd_score : even_score).push_back(kScore[i]);
  }
  const UnpairedResult apart = unpaired_delong(roc(odd_labels, odd_score), roc(even_labels, even_score));
  agreement.check("unpaired DeLong test", "20 patients with ties", "t, df, p", {apart.t, apart.df, apart.p},
                  {0.09967563856308256, 16.92249693403251, 0.9217731380890712}, 1e-12);
  const double expected[2][3][2] = {{{0.0344191919191919, 0.6548378522062732},
                                     {0.3786174242424242, 0.8730976430976432},
                                     {0.6986868686868687, 0.9195088136264606}},
                                    {{0.05159090909090908, 0.7452153110047847},
                                     {0.3628598484848484, 0.845084175084175},
                                     {0.6729292929292929, 0.8791047732224203}}};
  const double range[3][2] = {{0.9, 1.0}, {0.4, 0.85}, {0.05, 0.8}};
  for (int focus = 0; focus < 2; ++focus)
    for (int r = 0; r < 3; ++r) {
      const PartialArea part = partial_area(tied.curve, range[r][0], range[r][1],
                                            focus == 0 ? PartialFocus::specificity : PartialFocus::sensitivity);
      agreement.check("ROC", "20 patients with ties", "partial area, standardised", {part.area, part.standardised},
                      {expected[focus][r][0], expected[focus][r][1]}, 1e-12);
    }
  agreement.finish();
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

TEST(Roc, LongVectorsEqualShortOnes) {
  // Above the length where the sort changes its way, the numbers are those of an order made by comparison.
  Random random(11);
  std::vector<double> labels, scores, other;
  for (int i = 0; i < 5000; ++i) {
    labels.push_back(random.uniform() < 0.3 ? 1.0 : 0.0);
    scores.push_back(std::floor(200.0 * random.normal()) / 50.0 + labels.back());
    other.push_back(random.normal() + 0.5 * labels.back());
  }
  double right = 0.0, pairs = 0.0;
  for (std::size_t i = 0; i < 5000; ++i)
    for (std::size_t j = 0; j < 5000; ++j)
      if (labels[i] == 1.0 && labels[j] == 0.0) {
        pairs += 1.0;
        right += scores[i] > scores[j] ? 1.0 : scores[i] == scores[j] ? 0.5 : 0.0;
      }
  EXPECT_NEAR(roc(labels, scores).auc, right / pairs, 1e-13);
  const PairedResult forth = paired_delong(labels, scores, other), back = paired_delong(labels, other, scores);
  EXPECT_EQ(forth.difference, -back.difference);
  EXPECT_NEAR(forth.se, back.se, 1e-16);
  const RocResult mirrored = roc(labels, other);
  for (double& score : other) score = -score;
  EXPECT_NEAR(roc(labels, other).auc, 1.0 - mirrored.auc, 1e-14);
}

TEST(Roc, PartialAreasAddUp) {
  const RocResult result = roc(kLabels, kScore);
  for (const PartialFocus focus : {PartialFocus::specificity, PartialFocus::sensitivity}) {
    double sum = 0.0;
    for (const double edge : {0.0, 0.3, 0.45})
      sum += partial_area(result.curve, edge, edge == 0.3 ? 0.45 : edge == 0.0 ? 0.3 : 1.0, focus).area;
    EXPECT_NEAR(sum, result.auc, 1e-14);
    EXPECT_NEAR(partial_area(result.curve, 0.0, 1.0, focus).standardised, result.auc, 1e-14);
  }
  const RocResult bad = roc({1, 1, 0, 0}, {1, 2, 3, 4});
  const PartialArea below = partial_area(bad.curve, 0.5, 1.0);
  EXPECT_EQ(below.area, 0.0);
  EXPECT_TRUE(std::isnan(below.standardised));
  EXPECT_NE(below.reason.find("below chance"), std::string::npos);
  EXPECT_FALSE(partial_area({}, 0.5, 1.0).reason.empty());
  EXPECT_LARC_ERROR(partial_area(bad.curve, 0.9, 0.5), domain, "0.9");
  EXPECT_LARC_ERROR(partial_area(bad.curve, 0.9, 1.5), domain, "1.5");
}

TEST(Roc, UnpairedAtTheEnds) {
  const RocResult perfect = roc({0, 0, 1, 1}, {1, 2, 3, 4});
  const UnpairedResult same = unpaired_delong(perfect, perfect);
  EXPECT_EQ(same.difference, 0.0);
  EXPECT_EQ(same.p, 1.0);
  const UnpairedResult apart = unpaired_delong(perfect, roc({1, 1, 0, 0}, {1, 2, 3, 4}));
  EXPECT_EQ(apart.difference, 1.0);
  EXPECT_TRUE(std::isnan(apart.p));
  EXPECT_EQ(apart.reason, "the standard error is 0");
  EXPECT_FALSE(unpaired_delong(perfect, roc({1, 1}, {1, 2})).reason.empty());
  EXPECT_LARC_ERROR(unpaired_delong(perfect, perfect, 1.0), domain, "level");
}

TEST(Roc, Errors) {
  EXPECT_LARC_ERROR(roc({0, 1}, {1}), shape_mismatch, "scores has 1 rows");
  EXPECT_LARC_ERROR(roc({0, 2}, {1, 2}), domain, "labels has 2 in row 2");
  EXPECT_LARC_ERROR(roc({0, 1}, {1, kNaN}), domain, "scores has nan in row 2");
  EXPECT_LARC_ERROR(roc({0, 1}, {1, 2}, 0.0), domain, "confidence level");
  EXPECT_LARC_ERROR(paired_delong({0, 1}, {1, 2}, {1}), shape_mismatch, "score_b");
}
