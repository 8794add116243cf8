#pragma once
#include <string>
#include <vector>

#include "core/number.h"
#include "stats/distributions.h"
#include "stats/interval.h"

namespace larc::stats {

/// Two measurements of the same subjects: how far apart, and limits within which differences lie.
struct BlandAltman {
  double bias = kNaN;  // mean of first - second
  double sd = kNaN;    // of the differences
  Interval bias_limits;
  double lower = kNaN;  // limits of agreement: bias -+ z sd
  double upper = kNaN;
  Interval lower_limits;  // of the limits of agreement themselves
  Interval upper_limits;
  std::string reason;
};

/// Limits from Student's t; those of the limits of agreement with standard error sd sqrt(1/n + z^2 / (2 (n - 1))).
/// first, second (n,) finite, one unit
/// errors shape_mismatch, domain
/// source Bland, Altman 1986, 1999
BlandAltman bland_altman(const std::vector<double>& first, const std::vector<double>& second, double level = kLevel95);

/// Concordance correlation: how close pairs lie to the line of identity.
struct LinConcordance {
  double value = kNaN;
  double lower = kNaN;  // through Fisher's z
  double upper = kNaN;
  double pearson = kNaN;
  double bias_correction = kNaN;  // value / pearson: 1 when only scatter, no shift or scale, parts the two
  std::string reason;
};

/// Moments divide by n, as in Lin's paper. Limits need four subjects.
/// errors shape_mismatch, domain
/// source Lin 1989, 2000 (correction)
LinConcordance lin_concordance(const std::vector<double>& first, const std::vector<double>& second,
                               double level = kLevel95);

}  // namespace larc::stats
