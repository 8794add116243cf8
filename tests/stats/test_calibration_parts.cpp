#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "calibration_table.h"
#include "core/error.h"
#include "core/random.h"
#include "reference.h"
#include "stats/brier_parts.h"
#include "stats/calibration_curve.h"
#include "stats/calibration_tests.h"
#include "stats/lowess.h"
#include "stats/mcnemar.h"
#include "stats/net_benefit.h"
#include "stats/quantile_groups.h"
#include "stats/reclassification.h"
#include "support/agreement.h"

using namespace larc;
using namespace larc::stats;
using namespace larc::test;

// Oracle: val.prob of rms 6.5-0, lowess(p, y, iter = 0) and approx, glm(epsilon = 1e-15), improveProb of Hmisc,
// mcnemar.test and the sums written out in R 4.2.2, on the forty patients of calibration_table.h.
TEST(CalibrationParts, AgreeWithR) {
  Agreement agreement("calibration", "R 4.2.2, rms 6.5-0, Hmisc");
  const std::string table = "40 patients with ties";
  const CalibrationTable data;
  const BinaryCalibration calibration = binary_calibration(data.y, data.p);
  agreement.check(
      "calibration", table, "intercept, slope",
      {calibration.intercept.value, calibration.slope.value, calibration.intercept.se, calibration.slope.se},
      {0.02643681522010778, 0.8117408638514942, 0.3574150642797489, 0.3504093731556304}, 1e-9);
  agreement.check("calibration", table, "in the large", {calibration.in_the_large.value, calibration.in_the_large.se},
                  {0.0780741372763479, 0.3570806780318351}, 1e-9);
  const SmoothCalibration smooth = smooth_calibration(data.y, data.p);
  agreement.check("calibration", table, "E50, E90, Emax, Eavg of val.prob",
                  {smooth.e50, smooth.e90, smooth.emax, smooth.ici},
                  {0.06227635103752527, 0.13052683697222819, 0.16953480994888770, 0.07768169486499764}, 1e-12);
  std::vector<double> x = data.p, y;
  std::vector<std::size_t> order(40);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return data.p[a] < data.p[b]; });
  std::sort(x.begin(), x.end());
  for (const std::size_t i : order) y.push_back(data.y[i]);
  agreement.check(
      "lowess", table, "smooth", lowess(x, y),
      {-0.0789276143948439, 0.05082649275250704, 0.1024033546418888, 0.1024033546418888, 0.1788728747043123,
       0.1788728747043123,  0.1788728747043123,  0.3022763510375253, 0.3022763510375253, 0.3022763510375253,
       0.3486756723211168,  0.3926253544286949,  0.4292987210637426, 0.4292987210637426, 0.4292987210637426,
       0.4292987210637426,  0.4292987210637426,  0.4292987210637426, 0.4292987210637426, 0.4797275346054403,
       0.4795045372352046,  0.4104997876889398,  0.3533770891358597, 0.3193440240369922, 0.3104651900511123,
       0.3927735383398032,  0.4296387073453911,  0.4358085141615037, 0.6246575490816221, 0.6355924840578603,
       0.6355924840578603,  0.6577831510802575,  0.6690351265116337, 0.6917338743491026, 0.714434152099944,
       0.7476877869755201,  0.7583679802271155,  0.7687642354854448, 0.7788209722942508, 0.7884841211926137},
      1e-12);
  const ChiSquaredTest hosmer = hosmer_lemeshow(data.y, data.p);
  agreement.check("Hosmer-Lemeshow", table, "chi2, p", {hosmer.chi2, hosmer.p}, {10.94769347552388, 0.2046806112174399},
                  1e-12);
  EXPECT_EQ(hosmer.df, 8.0);
  EXPECT_EQ(hosmer_lemeshow(data.y, data.p, 10, true).df, 10.0);
  const CalibrationZ z = spiegelhalter(data.y, data.p);
  agreement.check("Spiegelhalter", table, "z, p", {z.z, z.p}, {0.61456643266889421, 0.53884108809576525}, 1e-12);
  const ChiSquaredTest whole = unreliability(data.y, data.p);
  agreement.check("unreliability", table, "chi2, p", {whole.chi2, whole.p}, {0.32420275496800599, 0.85035499332063635},
                  1e-10);
  const BrierParts brier = brier_parts(data.y, data.p);
  agreement.check("Brier", table, "score, se", {brier.score.value, brier.score.se}, {0.2132075, 0.03281891172032385},
                  1e-12);
  const PairedResult apart = brier_difference(data.y, data.p, data.q);
  agreement.check("Brier", table, "difference, se", {apart.difference, apart.se}, {-0.0181225, 0.02519198552030245},
                  1e-12);
  const Reclassification moved = reclassification(data.y, data.p, data.q, {0.3, 0.6});
  agreement.check("reclassification", table, "continuous NRI of improveProb",
                  {moved.continuous.total.difference, moved.continuous.total.se, moved.continuous.events.difference,
                   moved.continuous.events.se, moved.continuous.non_events.difference, moved.continuous.non_events.se},
                  {-0.5606060606060606, 0.268957985104776, 0.1666666666666667, 0.22566773346211, -0.7272727272727273,
                   0.1463300099969072},
                  1e-12);
  agreement.check("reclassification", table, "IDI of improveProb", {moved.idi.difference, moved.idi.se, moved.idi.z},
                  {-0.0854040404040404, 0.04673060140030252, -1.827582736897701}, 1e-12);
  agreement.check(
      "reclassification", table, "NRI of classes",
      {moved.categorical.events.difference, moved.categorical.non_events.difference, moved.categorical.events.se},
      {0.0, -0.4545454545454545, std::sqrt(6.0) / 18.0}, 1e-12);
  std::vector<double> a, b;
  for (std::size_t i = 0; i < 40; ++i) {
    a.push_back(data.p[i] >= 0.5 ? 1.0 : 0.0);
    b.push_back(data.q[i] >= 0.5 ? 1.0 : 0.0);
  }
  const McNemar discordant = mcnemar(a, b);
  agreement.check("McNemar", table, "chi2, p, with and without correction",
                  {discordant.chi2, discordant.p, discordant.chi2_plain, discordant.p_plain},
                  {8.1, 0.00442652585791983, 10.0, 0.001565402258002552}, 1e-12);
  agreement.check("net benefit", table, "model", net_benefit(data.y, data.p, {0.1, 0.3, 0.5}),
                  {0.3916666666666667, 0.2714285714285715, 0.075}, 1e-12);
  agreement.check("net benefit", table, "treat all", net_benefit_of_all(data.y, {0.1, 0.3, 0.5}),
                  {0.3888888888888889, 0.2142857142857143, -0.1}, 1e-12);
  agreement.finish();
}

TEST(CalibrationParts, ReferenceMcNemar) {
  LARC_NEEDS_DATA("reference/ref08_icc_fdr_tests.json");
  const Json truth = reference("ref08_icc_fdr_tests");
  // Twelve patients are positive in the first only, five in the second only: the discordant counts of the reference.
  std::vector<double> first(30, 1.0), second(30, 1.0);
  for (std::size_t i = 0; i < 12; ++i) second[i] = 0.0;
  for (std::size_t i = 12; i < 17; ++i) first[i] = 0.0;
  const McNemar result = mcnemar(first, second);
  EXPECT_NEAR(result.chi2, truth["mcnemar"].get<double>(), 1e-13);
  EXPECT_NEAR(result.p_exact, truth["mcnemar_exact"].get<double>(), 1e-13);
  EXPECT_EQ(result.only_first, 12u);
  const McNemar never = mcnemar({1, 0}, {1, 0});
  EXPECT_TRUE(std::isnan(never.chi2));
  EXPECT_EQ(never.p_exact, 1.0);
  EXPECT_FALSE(never.reason.empty());
  EXPECT_EQ(mcnemar({1, 0}, {0, 1}).chi2, 0.0);
  EXPECT_LARC_ERROR(mcnemar({1, 0}, {0}), shape_mismatch, "second");
  EXPECT_LARC_ERROR(mcnemar({1, 0}, {0, 2}), domain, "second");
}

TEST(Lowess, StraightLinesAndEnds) {
  std::vector<double> x, y;
  for (int i = 0; i < 50; ++i) {
    x.push_back(std::sqrt(i));
    y.push_back(3.0 - 2.0 * x.back());
  }
  const std::vector<double> line = lowess(x, y);
  for (std::size_t i = 0; i < 50; ++i) EXPECT_NEAR(line[i], y[i], 1e-12);
  EXPECT_EQ(lowess({1.0}, {5.0})[0], 5.0);
  EXPECT_TRUE(lowess({}, {}).empty());
  for (const double value : lowess({2, 2, 2, 2}, {0, 1, 1, 0})) EXPECT_EQ(value, 0.5);
  EXPECT_LARC_ERROR(lowess({1, 0}, {1, 1}), domain, "row 2");
  EXPECT_LARC_ERROR(lowess({1, 2}, {1}), shape_mismatch, "y");
  EXPECT_LARC_ERROR(lowess({1, 2}, {1, 2}, 1.5), domain, "span");
  EXPECT_LARC_ERROR(lowess({1, kNaN}, {1, 2}), domain, "x has nan");
}

TEST(QuantileGroups, HoldsTiesTogether) {
  EXPECT_EQ(quantile({1, 2, 3, 4}, 0.5), 2.5);
  EXPECT_EQ(quantile({1, 2, 3, 4}, 1.0), 4.0);
  EXPECT_EQ(quantile({7}, 0.3), 7.0);
  const QuantileGroups two = quantile_groups({5, 1, 1, 1, 9, 1, 1, 1}, 4);
  EXPECT_EQ(two.count, 2u);
  EXPECT_EQ(two.group, (std::vector<std::size_t>{1, 0, 0, 0, 1, 0, 0, 0}));
  EXPECT_EQ(quantile_groups({}, 4).count, 0u);
  EXPECT_LARC_ERROR(quantile_groups({1}, 0), domain, "group");
}

TEST(Brier, PartsAddUp) {
  const CalibrationTable data;
  const BrierParts parts = brier_parts(data.y, data.p, 5);
  EXPECT_NEAR(parts.reliability - parts.resolution + parts.uncertainty + parts.within, parts.score.value, 1e-15);
  EXPECT_NEAR(parts.scaled, 1.0 - parts.score.value / (0.45 * 0.55), 1e-14);
  // Predictions that are themselves the shares of their groups: nothing unreliable, nothing left within.
  const BrierParts exact = brier_parts({1, 0, 0, 0, 1, 1, 1, 0}, {.25, .25, .25, .25, .75, .75, .75, .75}, 2);
  EXPECT_NEAR(exact.reliability, 0.0, 1e-16);
  EXPECT_NEAR(exact.within, 0.0, 1e-16);
  EXPECT_NEAR(exact.resolution, 0.0625, 1e-16);
  EXPECT_FALSE(brier_parts({1, 1}, {0.5, 0.6}).reason.empty());
  EXPECT_EQ(brier_parts({}, {}).reason, "no patients");
  EXPECT_EQ(brier_difference({1, 0}, {0.5, 0.5}, {0.5, 0.5}).p, 1.0);
  EXPECT_FALSE(brier_difference({1}, {0.5}, {0.4}).reason.empty());
  EXPECT_LARC_ERROR(brier_parts({1, 0}, {0.5}), shape_mismatch, "probability");
  EXPECT_LARC_ERROR(brier_difference({1, 0}, {0.5, 0.5}, {0.5, 1.5}), domain, "probability_b");
}

TEST(CalibrationTests, EndsAndErrors) {
  EXPECT_FALSE(hosmer_lemeshow({1, 0, 1}, {0.5, 0.5, 0.5}).reason.empty());
  EXPECT_TRUE(std::isnan(hosmer_lemeshow({}, {}).chi2));
  EXPECT_EQ(spiegelhalter({1, 0}, {0.5, 0.5}).reason, "every prediction is 0, 1/2 or 1");
  EXPECT_EQ(spiegelhalter({}, {}).reason, "no patients");
  EXPECT_EQ(unreliability({1, 0}, {0.0, 0.5}).reason, "a prediction of exactly 0 or 1 was wrong");
  EXPECT_FALSE(unreliability({1, 1}, {0.6, 0.5}).reason.empty());
  EXPECT_EQ(smooth_calibration({}, {}).reason, "no patients");
  const SmoothCalibration flat = smooth_calibration({1, 0, 0, 0}, {0.5, 0.5, 0.5, 0.5});
  EXPECT_EQ(flat.emax, 0.25);
  EXPECT_LARC_ERROR(hosmer_lemeshow({1, 0}, {0.5, 2}), domain, "row 2");
  EXPECT_LARC_ERROR(spiegelhalter({1}, {0.5, 0.2}), shape_mismatch, "probability");
  EXPECT_LARC_ERROR(unreliability({2}, {0.5}), domain, "labels");
  EXPECT_LARC_ERROR(smooth_calibration({2}, {0.5}), domain, "labels");
}

TEST(NetBenefit, WeightsThresholdsAndErrors) {
  const CalibrationTable data;
  EXPECT_NEAR(net_benefit(data.y, data.p, {0.0})[0], 0.45, 1e-15);
  std::vector<double> weights(40, 1.0), labels = data.y, probability = data.p;
  weights[0] = 3.0;
  weights[7] = 0.0;
  labels[7] = labels[0];
  probability[7] = probability[0];
  labels.push_back(labels[0]);
  probability.push_back(probability[0]);
  // Row 0 three times and row 7 not at all, as a weight and as rows.
  EXPECT_NEAR(net_benefit(data.y, data.p, {0.25}, weights)[0] * 41.0,
              net_benefit(labels, probability, {0.25})[0] * 41.0, 1e-13);
  EXPECT_TRUE(std::isnan(net_benefit({}, {}, {0.1})[0]));
  EXPECT_LARC_ERROR(net_benefit({1}, {0.5}, {1.0}), domain, "threshold 1");
  EXPECT_LARC_ERROR(net_benefit({1}, {0.5}, {0.5}, {-1}), domain, "weights");
  EXPECT_LARC_ERROR(net_benefit({1}, {0.5, 0.4}, {0.5}), shape_mismatch, "probability");
}

TEST(Reclassification, EndsAndErrors) {
  const CalibrationTable data;
  const Reclassification same = reclassification(data.y, data.p, data.p, {0.5});
  EXPECT_EQ(same.continuous.total.difference, 0.0);
  EXPECT_EQ(same.continuous.total.p, 1.0);
  EXPECT_EQ(same.idi.difference, 0.0);
  const Reclassification back = reclassification(data.y, data.q, data.p, {0.5});
  const Reclassification forth = reclassification(data.y, data.p, data.q, {0.5});
  EXPECT_NEAR(back.idi.difference, -forth.idi.difference, 1e-15);
  EXPECT_EQ(back.categorical.total.difference, -forth.categorical.total.difference);
  EXPECT_EQ(reclassification({1, 1}, {0.5, 0.5}, {0.5, 0.6}).reason, "every patient has the outcome");
  EXPECT_FALSE(reclassification({1, 0}, {0.5, 0.5}, {0.5, 0.6}).idi.reason.empty());
  EXPECT_FALSE(forth.categorical.total.difference == 0.0);
  EXPECT_FALSE(reclassification(data.y, data.p, data.q).categorical.reason.empty());
  EXPECT_LARC_ERROR(reclassification({1, 0}, {0.5, 0.5}, {0.5}), shape_mismatch, "updated");
  EXPECT_LARC_ERROR(reclassification({1, 0}, {0.5, 0.5}, {0.5, 0.2}, {0.5, 0.5}), domain, "cut 0.5");
}
