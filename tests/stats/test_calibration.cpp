#include <gtest/gtest.h>

#include <cmath>

#include "core/error.h"
#include "core/random.h"
#include "reference.h"
#include "stats/calibration.h"
#include "stats/logistic.h"

using namespace larc;
using namespace larc::stats;

namespace {

struct Predictions {
  std::vector<double> labels;
  std::vector<double> probability;
};

Predictions fitted(std::size_t n) {
  Random random(21);
  Predictions data;
  Eigen::MatrixXd x(static_cast<Eigen::Index>(n), 2);
  for (Eigen::Index i = 0; i < x.rows(); ++i) {
    x(i, 0) = random.normal();
    x(i, 1) = random.normal();
    data.labels.push_back(random.uniform() < logistic(0.8 * x(i, 0) - 0.4) ? 1.0 : 0.0);
  }
  const LogisticFit fit = fit_logistic(x, data.labels);
  for (Eigen::Index i = 0; i < x.rows(); ++i)
    data.probability.push_back(logistic(fit.intercept + fit.coef.dot(x.row(i))));
  return data;
}

}  // namespace

// A maximum likelihood fit is perfectly calibrated on its own data, and a distortion a + b logit(p) has to come back as
// slope 1 / b and intercept -a / b.
TEST(Calibration, KnownDistortionComesBack) {
  const Predictions data = fitted(300);
  const BinaryCalibration own = binary_calibration(data.labels, data.probability);
  EXPECT_NEAR(own.slope.value, 1.0, 1e-9);
  EXPECT_NEAR(own.intercept.value, 0.0, 1e-9);
  EXPECT_NEAR(own.in_the_large.value, 0.0, 1e-9);
  EXPECT_NEAR(own.observed_expected, 1.0, 1e-9);
  std::vector<double> distorted;
  for (const double p : data.probability) distorted.push_back(logistic(0.3 + 2.0 * logit(p)));
  const BinaryCalibration result = binary_calibration(data.labels, distorted);
  EXPECT_NEAR(result.slope.value, 0.5, 1e-9);
  EXPECT_NEAR(result.intercept.value, -0.15, 1e-9);
  EXPECT_NEAR(result.slope.se, 0.5 * own.slope.se, 1e-9);
  EXPECT_LT(result.slope.lower, 0.5);
  EXPECT_GT(result.slope.upper, 0.5);
  std::vector<double> shifted;
  for (const double p : data.probability) shifted.push_back(logistic(logit(p) - 0.4));
  EXPECT_NEAR(binary_calibration(data.labels, shifted).in_the_large.value, 0.4, 1e-9);
}

TEST(Calibration, BinsHoldEveryPatientOnce) {
  Predictions data = fitted(103);
  for (std::size_t i = 0; i < 30; ++i) data.probability[i] = 0.5;
  const BinaryCalibration result = binary_calibration(data.labels, data.probability);
  std::size_t patients = 0;
  double events = 0.0;
  double previous = 0.0;
  for (const auto& bin : result.bins) {
    patients += bin.patients;
    events += bin.observed * static_cast<double>(bin.patients);
    EXPECT_GT(bin.predicted, previous);
    EXPECT_LE(bin.lower, bin.observed);
    EXPECT_GE(bin.upper, bin.observed);
    previous = bin.predicted;
  }
  EXPECT_EQ(patients, 103u);
  double total = 0.0;
  for (const double label : data.labels) total += label;
  EXPECT_NEAR(events, total, 1e-9);
  EXPECT_LE(result.bins.size(), 10u);
}

TEST(Calibration, Brier) {
  const BinaryCalibration result = binary_calibration({1, 0, 1, 0}, {0.9, 0.2, 0.6, 0.7});
  EXPECT_NEAR(result.brier, (0.01 + 0.04 + 0.16 + 0.49) / 4.0, 1e-15);
  EXPECT_NEAR(result.brier_null, 0.25, 1e-15);
  EXPECT_NEAR(result.observed_expected, 2.0 / 2.4, 1e-15);
  EXPECT_TRUE(std::isnan(brier_score({}, {})));
}

TEST(Calibration, UndefinedSaysWhy) {
  const BinaryCalibration equal = binary_calibration({1, 0, 1, 0}, {0.3, 0.3, 0.3, 0.3});
  EXPECT_EQ(equal.slope.reason, "all predictions are equal");
  EXPECT_TRUE(std::isnan(equal.slope.value));
  EXPECT_NEAR(equal.in_the_large.value, -logit(0.3), 1e-12);
  EXPECT_EQ(equal.bins.size(), 1u);
  const BinaryCalibration one_class = binary_calibration({1, 1}, {0.3, 0.4});
  EXPECT_FALSE(one_class.slope.reason.empty());
  EXPECT_FALSE(one_class.in_the_large.reason.empty());
  EXPECT_FALSE(binary_calibration({}, {}).slope.reason.empty());
  EXPECT_FALSE(binary_calibration({1}, {0.4}).slope.reason.empty());
  const BinaryCalibration ends = binary_calibration({1, 0, 1, 0, 1}, {1.0, 0.0, 0.4, 0.6, 0.3});
  ASSERT_EQ(ends.notes.size(), 1u);
  EXPECT_NE(ends.notes[0].find("2 predictions"), std::string::npos);
}

TEST(Calibration, Errors) {
  EXPECT_LARC_ERROR(binary_calibration({1, 0}, {0.5}), shape_mismatch, "probability");
  EXPECT_LARC_ERROR(binary_calibration({1, 0}, {0.5, 1.5}), domain, "row 2");
  EXPECT_LARC_ERROR(binary_calibration({1, 0}, {0.5, 0.6}, 0), domain, "bin");
  EXPECT_LARC_ERROR(binary_calibration({1, 3}, {0.5, 0.6}), domain, "labels");
}
