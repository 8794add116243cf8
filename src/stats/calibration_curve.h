#pragma once
#include <string>
#include <vector>

#include "core/number.h"

namespace larc::stats {

/// A smooth calibration curve and how far predictions lie from it.
struct SmoothCalibration {
  std::vector<double> predicted;  // distinct predictions, ascending
  std::vector<double> observed;   // smoothed share with the outcome at each
  // Quantiles and mean over patients of |prediction - smooth|:
  double e50 = kNaN;
  double e90 = kNaN;
  double emax = kNaN;
  double ici = kNaN;  // mean
  std::string reason;
};

/// Lowess (span 2/3, no robustness steps) of the outcome over the prediction, as val.prob of the R package rms has it.
/// labels (n,) 0 or 1; probability (n,) in [0, 1]
/// errors shape_mismatch, domain
/// source Harrell 2015; Austin, Steyerberg 2019 (integrated calibration index)
SmoothCalibration smooth_calibration(const std::vector<double>& labels, const std::vector<double>& probability);

}  // namespace larc::stats
