#include "stats/proportion.h"

#include "core/error.h"
#include "stats/check.h"

namespace larc::stats {

Interval clopper_pearson_interval(double successes, double trials, double level) {
  if (!(trials >= 0.0) || !(successes >= 0.0) || successes > trials)
    throw Error(ErrorCode::domain, "a proportion needs 0 <= successes <= trials; got " + format_double(successes) +
                                       " of " + format_double(trials));
  check_level(level);
  if (trials == 0.0) return {};
  const double tail = 0.5 * (1.0 - level), failures = trials - successes;
  Interval limits{0.0, 1.0};
  // Quantiles of the beta distribution, as ratios of F.
  if (successes > 0.0) {
    const double f = f_quantile(1.0 - tail, 2.0 * (failures + 1.0), 2.0 * successes);
    limits.lower = successes / (successes + (failures + 1.0) * f);
  }
  if (failures > 0.0) {
    const double f = f_quantile(1.0 - tail, 2.0 * (successes + 1.0), 2.0 * failures);
    limits.upper = (successes + 1.0) * f / (failures + (successes + 1.0) * f);
  }
  return limits;
}

Proportion proportion(double successes, double trials, double level) {
  Proportion result{successes, trials, kNaN, wilson_interval(successes, trials, level),
                    clopper_pearson_interval(successes, trials, level)};
  if (trials > 0.0) result.value = successes / trials;
  return result;
}

}  // namespace larc::stats
