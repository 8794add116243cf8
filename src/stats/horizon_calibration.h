#pragma once
#include <string>
#include <vector>

#include "core/number.h"
#include "stats/calibration.h"

namespace larc::stats {

/// How predicted and observed risks agree at one horizon.
struct HorizonCalibration {
  double observed = kNaN;      // Kaplan-Meier or Aalen-Johansen incidence at the horizon
  double expected = kNaN;      // mean predicted risk
  Estimate observed_expected;  // limits on the log scale, error by the jackknife
  Estimate slope;              // of the complementary log-log of the predicted risk; 1 is ideal
  Estimate intercept;          // of the same model
  Estimate in_the_large;       // intercept with the slope held at 1; 0 is ideal, above 0 the risk is underestimated
  std::vector<double> smooth;  // (n,) observed risk at each prediction by a smooth curve
  double ici = kNaN;           // mean of |smooth - predicted|
  double e50 = kNaN;           // median
  double e90 = kNaN;           // 90th percentile
  double emax = kNaN;
  std::vector<CalibrationBin> bins;  // by quantile of the prediction; observed by Kaplan-Meier or Aalen-Johansen
  std::vector<std::string> notes;    // what was moved, and why something is NaN
};

/// Slope, intercept and in-the-large come from pseudo-values with a complementary log-log link (robust limits). The
/// smooth curve is a restricted cubic spline (knots at the 10th, 50th and 90th percentile) of the complementary log-log
/// of the predicted risk: in a Cox model of the follow-up cut at the horizon, or, with competing events, in the
/// regression of the pseudo-values. Predictions of exactly 0 or 1 are moved to 1e-10 from the end, with a note.
/// time (n,) >= 0; cause (n,) 0 censored, 1, 2, ...; risk (n,) predicted risk of the cause by the horizon, 0..1
/// Everything is NaN with a note when nobody is followed to the horizon.
/// errors shape_mismatch, domain
/// source Austin, Harrell, van Klaveren 2020; Royston 2014; McLernon et al. 2023
HorizonCalibration horizon_calibration(const std::vector<double>& time, const std::vector<int>& cause,
                                       const std::vector<double>& risk, double horizon, int cause_of_interest = 1,
                                       int bins = 10, double level = kLevel95);

}  // namespace larc::stats
