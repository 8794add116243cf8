#pragma once
#include <string>
#include <vector>

#include "core/number.h"

namespace larc::stats {

/// Two one-sided tests of a difference against margins low < 0 < high (or any low < high).
struct Equivalence {
  double difference = kNaN;
  double se = kNaN;
  double df = kNaN;       // degrees of freedom of t; NaN with the normal distribution
  double p_lower = kNaN;  // of "difference <= low"
  double p_upper = kNaN;  // of "difference >= high"
  double p = kNaN;        // the larger of the two
  double lower = kNaN;    // 1 - 2 alpha limits: equivalent when both lie inside the margins
  double upper = kNaN;
  bool equivalent = false;  // p < alpha
  std::string reason;       // why p is NaN
};

/// An estimated difference with its standard error (of two AUCs, say), by the normal distribution.
/// errors domain: low not below high, alpha outside (0, 0.5)
/// source Schuirmann 1987
Equivalence equivalence(double difference, double se, double low, double high, double alpha = 0.05);

/// Mean of paired differences by Student's t with n - 1 degrees of freedom.
/// NaN with a reason: fewer than two differences. errors as above, domain: not finite
Equivalence paired_equivalence(const std::vector<double>& differences, double low, double high, double alpha = 0.05);

/// The smallest true difference that a two-sided test at level alpha finds with this power, for an estimate with this
/// standard error: (z(1 - alpha / 2) + z(power)) se. errors domain: se < 0, alpha or power outside (0, 1)
double minimum_detectable_difference(double se, double alpha = 0.05, double power = 0.8);

}  // namespace larc::stats
