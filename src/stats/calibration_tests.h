#pragma once
#include <string>
#include <vector>

#include "core/number.h"

namespace larc::stats {

struct ChiSquaredTest {
  double chi2 = kNaN;
  double df = kNaN;
  double p = kNaN;
  std::string reason;
};

/// Groups of predicted risk, observed against expected counts. Little power in small studies, too much in large ones:
/// a curve says more.
/// groups: by quantile of the prediction, ties together; degrees of freedom: groups - 2 for the patients the model was
/// fitted on, groups for `external` ones
/// errors shape_mismatch, domain
/// source Hosmer, Lemeshow 1980
ChiSquaredTest hosmer_lemeshow(const std::vector<double>& labels, const std::vector<double>& probability,
                               int groups = 10, bool external = false);

struct CalibrationZ {
  double z = kNaN;
  double p = kNaN;
  std::string reason;
};

/// Whether the Brier score is what it would be if the predictions were true.
/// errors shape_mismatch, domain
/// source Spiegelhalter 1986
CalibrationZ spiegelhalter(const std::vector<double>& labels, const std::vector<double>& probability);

/// Likelihood ratio of the recalibrated model (intercept and slope free) against the predictions as they are, 2 degrees
/// of freedom. NaN where a prediction of exactly 0 or 1 was wrong.
/// errors shape_mismatch, domain
/// source Cox 1958; Miller, Hui, Tierney 1991
ChiSquaredTest unreliability(const std::vector<double>& labels, const std::vector<double>& probability);

}  // namespace larc::stats
