#pragma once
#include <string>
#include <vector>

#include "core/number.h"
#include "stats/calibration.h"
#include "stats/roc.h"

namespace larc::stats {

/// The Brier score and what it is made of: value = reliability - resolution + uncertainty + within.
struct BrierParts {
  Estimate score;             // mean squared error; standard error of a mean
  double scaled = kNaN;       // 1 - score / uncertainty: 0 for the mean outcome predicted for all, 1 for perfect
  double reliability = kNaN;  // squared distance of predicted and observed means of groups; 0 is ideal
  double resolution = kNaN;   // spread of the observed means of groups
  double uncertainty = kNaN;  // prevalence (1 - prevalence)
  double within = kNaN;       // what the grouping leaves: variance and covariance inside groups
  std::string reason;
};

/// groups: by quantile of the prediction, ties together
/// labels (n,) 0 or 1; probability (n,) in [0, 1]
/// errors shape_mismatch, domain
/// source Brier 1950; Murphy 1973; Stephenson, Coelho, Jolliffe 2008 (within)
BrierParts brier_parts(const std::vector<double>& labels, const std::vector<double>& probability, int groups = 10,
                       double level = kLevel95);

/// Brier score of a minus that of b on the same patients. errors shape_mismatch, domain
PairedResult brier_difference(const std::vector<double>& labels, const std::vector<double>& probability_a,
                              const std::vector<double>& probability_b, double level = kLevel95);

}  // namespace larc::stats
