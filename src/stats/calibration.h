#pragma once
#include <string>
#include <vector>

#include "core/number.h"
#include "stats/distributions.h"

namespace larc::stats {

/// An estimate with its limits.
struct Estimate {
  double value = kNaN;
  double se = kNaN;
  double lower = kNaN;
  double upper = kNaN;
  std::string reason;
};

/// Patients of similar predicted probability.
struct CalibrationBin {
  std::size_t patients = 0;
  double predicted = kNaN;  // mean
  double observed = kNaN;   // share with the outcome
  double lower = kNaN;      // Wilson
  double upper = kNaN;
};

struct BinaryCalibration {
  Estimate slope;         // 1 is ideal; below 1 the predictions are too extreme
  Estimate intercept;     // of the same model as the slope
  Estimate in_the_large;  // intercept with the slope held at 1; 0 is ideal, above 0 the risk is underestimated
  double brier = kNaN;
  double brier_null = kNaN;  // of the mean outcome predicted for everybody
  double observed_expected = kNaN;
  double observed_expected_lower = kNaN;  // from the standard error of its logarithm; NaN without an event
  double observed_expected_upper = kNaN;
  std::vector<CalibrationBin> bins;
  std::vector<std::string> notes;
};

/// Calibration of predicted probabilities. Slope and intercept come from a logistic model of the outcome on
/// logit(probability), limits are Wald's. Predictions of exactly 0 or 1 are moved to 1e-10 from the end, with a note.
/// labels (n,) 0 or 1; probability (n,) in [0, 1]; bins: see quantile_groups, ties kept together
/// errors shape_mismatch, domain
/// source Cox 1958; Van Calster et al. 2019; Debray et al. 2017 (limits of O:E)
BinaryCalibration binary_calibration(const std::vector<double>& labels, const std::vector<double>& probability,
                                     int bins = 10, double level = kLevel95);

/// Mean squared difference of label and probability; NaN when empty.
double brier_score(const std::vector<double>& labels, const std::vector<double>& probability);

}  // namespace larc::stats
