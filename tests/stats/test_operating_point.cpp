#include <gtest/gtest.h>

#include <cmath>

#include "core/error.h"
#include "reference.h"
#include "stats/operating_point.h"
#include "stats/precision_recall.h"

using namespace larc;
using namespace larc::stats;
using namespace larc::test;

namespace {

const std::vector<double> kLabels{1, 0, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 1, 0, 0, 1};
const std::vector<double> kScore{3, 1, 2, 3, 4, 1, 2, 2, 1, 5, 3, 3, 4, 2, 2, 0, 5, 1, 4, 3};

}  // namespace

// Oracle: coords(roc, "best", best.method = "youden") of pROC 1.18.0.
TEST(OperatingPoint, YoudenAgreesWithPRoc) {
  LARC_NEEDS_DATA("reference/ref04_binary_metrics.json");
  const Json truth = reference("ref04_binary_metrics")["aSAH"];
  const CsvTable data = table("radiomics_binary/pROC_aSAH.csv");
  for (const std::string name : {"s100b", "wfns", "ndka"}) {
    const Json& youden = truth[name]["youden"];
    const OperatingPoint point = fit_operating_point(numbers(data, "outcome"), numbers(data, name));
    EXPECT_NEAR(point.threshold, youden["threshold"].get<double>(), 1e-14) << name;
    EXPECT_NEAR(point.sensitivity, youden["sensitivity"].get<double>(), 1e-14) << name;
    EXPECT_NEAR(point.specificity, youden["specificity"].get<double>(), 1e-14) << name;
  }
}

TEST(OperatingPoint, TargetsAreReachedAndNoMore) {
  const OperatingPoint youden = fit_operating_point(kLabels, kScore);
  EXPECT_EQ(youden.threshold, 2.5);
  EXPECT_NEAR(youden.sensitivity, 7.0 / 9.0, 1e-15);
  const OperatingPoint sensitive = fit_operating_point(kLabels, kScore, OperatingRule::sensitivity, 0.9);
  EXPECT_EQ(sensitive.threshold, 1.5);
  EXPECT_EQ(sensitive.sensitivity, 1.0);
  EXPECT_EQ(fit_operating_point(kLabels, kScore, OperatingRule::sensitivity, 7.0 / 9.0).threshold, 2.5);
  const OperatingPoint specific = fit_operating_point(kLabels, kScore, OperatingRule::specificity, 0.9);
  EXPECT_EQ(specific.threshold, 3.5);
  EXPECT_NEAR(specific.specificity, 10.0 / 11.0, 1e-15);
  EXPECT_EQ(fit_operating_point(kLabels, kScore, OperatingRule::specificity, 1.0).threshold, 4.5);
}

TEST(OperatingPoint, EndsAreInfiniteThresholds) {
  // The lowest score has the outcome: only calling everybody positive reaches sensitivity 1.
  const OperatingPoint all = fit_operating_point({1, 0, 0, 1}, {1, 2, 3, 4}, OperatingRule::sensitivity, 1.0);
  EXPECT_EQ(all.threshold, -std::numeric_limits<double>::infinity());
  const OperatingPoint none = fit_operating_point({1, 0, 1, 0}, {1, 2, 3, 4}, OperatingRule::specificity, 1.0);
  EXPECT_EQ(none.threshold, std::numeric_limits<double>::infinity());
  EXPECT_EQ(none.sensitivity, 0.0);
  // Two neighbouring doubles have no middle: the higher one is the threshold.
  const double low = 1.0, high = std::nextafter(1.0, 2.0);
  EXPECT_EQ(fit_operating_point({0, 1}, {low, high}).threshold, high);
  // Several best thresholds: the most sensitive.
  EXPECT_EQ(fit_operating_point({0, 1, 0, 1}, {1, 2, 3, 4}).threshold, 1.5);
}

TEST(OperatingPoint, AppliedElsewhere) {
  const DiagnosticAccuracy result = diagnostic_accuracy({1, 1, 1, 0, 0, 0, 0}, {5, 2.5, 1, 4, 1, 0, 2}, 2.5);
  EXPECT_EQ(result.true_positives, 2u);
  EXPECT_EQ(result.false_negatives, 1u);
  EXPECT_EQ(result.false_positives, 1u);
  EXPECT_EQ(result.true_negatives, 3u);
  EXPECT_NEAR(result.sensitivity.value, 2.0 / 3.0, 1e-15);
  EXPECT_NEAR(result.specificity.value, 0.75, 1e-15);
  EXPECT_NEAR(result.positive_predictive_value.value, 2.0 / 3.0, 1e-15);
  EXPECT_NEAR(result.negative_predictive_value.value, 0.75, 1e-15);
  EXPECT_NEAR(result.accuracy.value, 5.0 / 7.0, 1e-15);
  EXPECT_LT(result.accuracy.wilson.lower, result.accuracy.value);
  const DiagnosticAccuracy nobody = diagnostic_accuracy({1, 0}, {1, 2}, std::numeric_limits<double>::infinity());
  EXPECT_TRUE(std::isnan(nobody.positive_predictive_value.value));
  EXPECT_EQ(nobody.negative_predictive_value.value, 0.5);
}

TEST(OperatingPoint, UndefinedAndErrors) {
  EXPECT_EQ(fit_operating_point({1, 1}, {1, 2}).reason, "every patient has the outcome");
  EXPECT_EQ(fit_operating_point({}, {}).reason, "no patients");
  EXPECT_TRUE(std::isnan(fit_operating_point({0}, {1}).threshold));
  EXPECT_LARC_ERROR(fit_operating_point({0, 1}, {1, 2}, OperatingRule::sensitivity, 0.0), domain, "target 0");
  EXPECT_LARC_ERROR(fit_operating_point({0, 1}, {1}), shape_mismatch, "scores");
  EXPECT_LARC_ERROR(diagnostic_accuracy({0, 1}, {1, 2}, kNaN), domain, "threshold");
  EXPECT_LARC_ERROR(diagnostic_accuracy({0, 1}, {1}, 1.0), shape_mismatch, "scores");
  EXPECT_LARC_ERROR(diagnostic_accuracy({0, 3}, {1, 2}, 1.0), domain, "labels");
}

// Oracle: average_precision_score of scikit-learn 1.2.1.
TEST(PrecisionRecall, AgreesWithScikitLearn) {
  const PrecisionRecall result = precision_recall(kLabels, kScore);
  EXPECT_NEAR(result.average_precision, 0.76666666666666672, 1e-15);
  EXPECT_EQ(result.prevalence, 0.45);
  ASSERT_EQ(result.curve.size(), 6u);
  EXPECT_EQ(result.curve.front().threshold, 5.0);
  EXPECT_NEAR(result.curve.front().recall, 2.0 / 9.0, 1e-15);
  EXPECT_EQ(result.curve.front().precision, 1.0);
  EXPECT_EQ(result.curve.back().recall, 1.0);
  EXPECT_EQ(result.curve.back().precision, 0.45);
}

TEST(PrecisionRecall, EndsAndErrors) {
  EXPECT_EQ(precision_recall({0, 1, 0, 1}, {1, 1, 1, 1}).average_precision, 0.5);
  EXPECT_EQ(precision_recall({0, 0, 1, 1}, {1, 2, 3, 4}).average_precision, 1.0);
  EXPECT_TRUE(std::isnan(precision_recall({0, 0}, {1, 2}).average_precision));
  EXPECT_EQ(precision_recall({0, 0}, {1, 2}).reason, "no patient has the outcome");
  EXPECT_LARC_ERROR(precision_recall({0, 1}, {1, kNaN}), domain, "row 2");
}
