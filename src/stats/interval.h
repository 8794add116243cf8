#pragma once
#include "core/number.h"

namespace larc::stats {

/// Lower and upper confidence limit.
struct Interval {
  double lower = kNaN;
  double upper = kNaN;
};

/// estimate +- z se, cut to [low, high]; NaN where the estimate or its standard error is.
Interval normal_interval(double estimate, double se, double level, double low, double high);
Interval normal_interval(double estimate, double se, double level);

/// Limits of a proportion. successes <= trials; NaN when trials is 0.
/// source Wilson 1927
Interval wilson_interval(double successes, double trials, double level = 0.95);

}  // namespace larc::stats
