#include "stats/interval.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/error.h"
#include "stats/distributions.h"

namespace larc::stats {

Interval normal_interval(double estimate, double se, double level, double low, double high) {
  if (std::isnan(estimate) || std::isnan(se)) return {};
  const double half = critical_value(level) * se;
  return {std::clamp(estimate - half, low, high), std::clamp(estimate + half, low, high)};
}

Interval normal_interval(double estimate, double se, double level) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  return normal_interval(estimate, se, level, -infinity, infinity);
}

Interval wilson_interval(double successes, double trials, double level) {
  if (!(trials >= 0.0) || !(successes >= 0.0) || successes > trials)
    throw Error(ErrorCode::domain, "a proportion needs 0 <= successes <= trials; got " + format_double(successes) +
                                       " of " + format_double(trials));
  const double z = critical_value(level);
  if (trials == 0.0) return {};
  const double p = successes / trials;
  const double z2 = z * z / trials;
  const double centre = (p + 0.5 * z2) / (1.0 + z2);
  const double half = z * std::sqrt(p * (1.0 - p) / trials + 0.25 * z2 / trials) / (1.0 + z2);
  return {successes == 0.0 ? 0.0 : centre - half, successes == trials ? 1.0 : centre + half};
}

}  // namespace larc::stats
