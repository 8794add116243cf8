#include "stats/equivalence.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "stats/check.h"
#include "stats/distributions.h"

namespace larc::stats {

namespace {

/// P(T > t) with df degrees of freedom.
double t_upper_tail(double t, double df) {
  const double two_sided = f_survival(t * t, 1.0, df);
  return t > 0.0 ? 0.5 * two_sided : 1.0 - 0.5 * two_sided;
}

double upper_tail(double t, double df) {
  return std::isnan(df) ? normal_cdf(-t) : t_upper_tail(t, df);
}

Equivalence two_tests(double difference, double se, double df, double low, double high, double alpha) {
  if (!(low < high) || !std::isfinite(low) || !std::isfinite(high))
    throw Error(ErrorCode::domain, "the margins are " + format_double(low) + " and " + format_double(high) +
                                       "; give a lower and a higher number");
  if (!(alpha > 0.0 && alpha < 0.5))
    throw Error(ErrorCode::domain, "alpha " + format_double(alpha) + " is not between 0 and 0.5; 0.05 is usual");
  Equivalence result;
  result.difference = difference;
  result.se = se;
  result.df = df;
  if (!std::isfinite(difference) || !std::isfinite(se)) {
    result.reason = "the difference or its standard error is undefined";
    return result;
  }
  if (!(se > 0.0)) {
    result.reason = "the standard error is 0";
    return result;
  }
  result.p_lower = upper_tail((difference - low) / se, df);
  result.p_upper = upper_tail((high - difference) / se, df);
  result.p = std::max(result.p_lower, result.p_upper);
  const double factor =
      std::isnan(df) ? normal_quantile(1.0 - alpha) : std::sqrt(f_quantile(1.0 - 2.0 * alpha, 1.0, df));
  result.lower = difference - factor * se;
  result.upper = difference + factor * se;
  result.equivalent = result.p < alpha;
  return result;
}

}  // namespace

Equivalence equivalence(double difference, double se, double low, double high, double alpha) {
  return two_tests(difference, se, kNaN, low, high, alpha);
}

Equivalence paired_equivalence(const std::vector<double>& differences, double low, double high, double alpha) {
  check_finite("differences", differences);
  const auto n = static_cast<double>(differences.size());
  double mean = 0.0, squares = 0.0;
  for (const double value : differences) mean += value / n;
  for (const double value : differences) squares += (value - mean) * (value - mean);
  Equivalence result =
      two_tests(differences.empty() ? kNaN : mean, differences.size() < 2 ? kNaN : std::sqrt(squares / (n - 1.0) / n),
                n - 1.0, low, high, alpha);
  if (differences.size() < 2) result.reason = "fewer than two differences";
  return result;
}

double minimum_detectable_difference(double se, double alpha, double power) {
  if (!(se >= 0.0) || !(alpha > 0.0 && alpha < 1.0) || !(power > 0.0 && power < 1.0))
    throw Error(ErrorCode::domain, "se " + format_double(se) + ", alpha " + format_double(alpha) + ", power " +
                                       format_double(power) + ": give se >= 0, alpha and power between 0 and 1");
  return (normal_quantile(1.0 - 0.5 * alpha) + normal_quantile(power)) * se;
}

}  // namespace larc::stats
