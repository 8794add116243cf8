#pragma once
#include "stats/interval.h"

namespace larc::stats {

/// Scale on which the limits of a probability are symmetric. log_log stays inside [0, 1] and is the default of the
/// project.
enum class ConfidenceScale { plain, log, log_log };

/// Limits of a probability (a survival, an incidence), cut to [0, 1].
/// log_se: standard error of its logarithm, that is se / value; z: critical value
/// NaN where the value is 0, and on the log-log scale where it is 1.
Interval survival_limits(double value, double log_se, double z, ConfidenceScale scale);

}  // namespace larc::stats
