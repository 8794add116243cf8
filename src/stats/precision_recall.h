#pragma once
#include <string>
#include <vector>

#include "core/number.h"

namespace larc::stats {

/// "Positive" when score >= threshold.
struct PrecisionRecallPoint {
  double threshold = 0.0;
  double recall = 0.0;     // sensitivity
  double precision = 0.0;  // positive predictive value
};

struct PrecisionRecall {
  double average_precision = kNaN;          // sum of precision times the step in recall, no interpolation
  double prevalence = kNaN;                 // what chance reaches
  std::vector<PrecisionRecallPoint> curve;  // thresholds falling, one point per distinct score
  std::string reason;
};

/// One class only gives NaN and a reason.
/// labels (n,) 0 or 1; scores (n,) higher = more likely to have the outcome
/// errors shape_mismatch, domain
/// source average precision as in Manning, Raghavan, Schuetze 2008, as scikit-learn has it
PrecisionRecall precision_recall(const std::vector<double>& labels, const std::vector<double>& scores);

}  // namespace larc::stats
