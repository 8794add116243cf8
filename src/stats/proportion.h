#pragma once
#include "core/number.h"
#include "stats/distributions.h"
#include "stats/interval.h"

namespace larc::stats {

/// A share of patients with its limits.
struct Proportion {
  double successes = 0.0;
  double trials = 0.0;
  double value = kNaN;  // NaN when there are no trials
  Interval wilson;
  Interval exact;  // Clopper-Pearson
};

/// errors domain: not 0 <= successes <= trials; level outside (0, 1)
Proportion proportion(double successes, double trials, double level = kLevel95);

/// Limits of a proportion from the binomial distribution; never shorter than `level` promises. NaN when trials is 0.
/// errors domain
/// source Clopper, Pearson 1934
Interval clopper_pearson_interval(double successes, double trials, double level = kLevel95);

}  // namespace larc::stats
