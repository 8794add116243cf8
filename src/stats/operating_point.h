#pragma once
#include <string>
#include <vector>

#include "stats/proportion.h"

namespace larc::stats {

enum class OperatingRule {
  youden,       // largest sensitivity + specificity
  sensitivity,  // highest threshold that reaches the target sensitivity
  specificity   // lowest threshold that reaches the target specificity
};

/// A threshold chosen on training patients, to be applied to others: "positive" when score >= threshold.
struct OperatingPoint {
  double threshold = kNaN;    // half way between two neighbouring scores; -inf calls everybody positive, +inf nobody
  double sensitivity = kNaN;  // on the training patients
  double specificity = kNaN;
  std::string reason;
};

/// Of several thresholds with the same Youden index the lowest is taken (the most sensitive).
/// target: of the rule, in (0, 1]; not used by youden
/// errors shape_mismatch, domain
/// source Youden 1950
OperatingPoint fit_operating_point(const std::vector<double>& labels, const std::vector<double>& scores,
                                   OperatingRule rule = OperatingRule::youden, double target = 0.9);

/// How a threshold does on patients; undefined shares (no positive called, ...) are NaN.
struct DiagnosticAccuracy {
  std::size_t true_positives = 0;
  std::size_t false_positives = 0;
  std::size_t false_negatives = 0;
  std::size_t true_negatives = 0;
  Proportion sensitivity;
  Proportion specificity;
  Proportion positive_predictive_value;
  Proportion negative_predictive_value;
  Proportion accuracy;
};

/// errors shape_mismatch, domain (a threshold that is NaN among them)
DiagnosticAccuracy diagnostic_accuracy(const std::vector<double>& labels, const std::vector<double>& scores,
                                       double threshold, double level = kLevel95);

}  // namespace larc::stats
