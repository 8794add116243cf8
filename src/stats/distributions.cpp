#include "stats/distributions.h"

#include <cmath>
#include <limits>
#include <numbers>

#include "core/number.h"
#include "stats/check.h"

namespace larc::stats {

double normal_cdf(double x) {
  return 0.5 * std::erfc(-x / std::numbers::sqrt2);
}

double normal_quantile(double p) {
  if (!(p >= 0.0 && p <= 1.0)) return kNaN;
  if (p == 0.0) return -std::numeric_limits<double>::infinity();
  if (p == 1.0) return std::numeric_limits<double>::infinity();
  if (p == 0.5) return 0.0;
  if (p > 0.5) return -normal_quantile(1.0 - p);
  // A rough start (Abramowitz, Stegun 26.2.23), then Halley's steps, each of which triples the digits.
  const double t = std::sqrt(-2.0 * std::log(p));
  double x = -(t - (2.515517 + t * (0.802853 + t * 0.010328)) / (1.0 + t * (1.432788 + t * (0.189269 + t * 0.001308))));
  for (int step = 0; step < 4; ++step) {
    const double density = std::exp(-0.5 * x * x) / std::sqrt(2.0 * std::numbers::pi);
    if (density == 0.0) break;
    const double u = (normal_cdf(x) - p) / density;
    x -= u / (1.0 + 0.5 * x * u);
  }
  return x;
}

double normal_two_sided_p(double z) {
  return std::erfc(std::abs(z) / std::numbers::sqrt2);
}

double critical_value(double level) {
  check_level(level);
  return -normal_quantile(0.5 * (1.0 - level));
}

double gamma_q(double a, double x) {
  if (!(a > 0.0) || !(x >= 0.0)) return kNaN;
  if (x == 0.0) return 1.0;
  if (std::isinf(x)) return 0.0;
  const double log_front = a * std::log(x) - x - std::lgamma(a);
  constexpr double epsilon = 1e-16;
  if (x < a + 1.0) {
    double term = 1.0 / a;
    double sum = term;
    for (int n = 1; n < 100000 && term > epsilon * sum; ++n) {
      term *= x / (a + n);
      sum += term;
    }
    return 1.0 - sum * std::exp(log_front);
  }
  constexpr double tiny = 1e-300;
  double b = x + 1.0 - a;
  double c = 1.0 / tiny;
  double d = 1.0 / b;
  double h = d;
  for (int n = 1; n < 100000; ++n) {
    const double an = -n * (n - a);
    b += 2.0;
    d = an * d + b;
    if (std::abs(d) < tiny) d = tiny;
    c = b + an / c;
    if (std::abs(c) < tiny) c = tiny;
    d = 1.0 / d;
    const double change = d * c;
    h *= change;
    if (std::abs(change - 1.0) < epsilon) break;
  }
  return std::exp(log_front) * h;
}

double chi_squared_survival(double x, double df) {
  if (std::isnan(x) || !(df > 0.0)) return kNaN;
  if (x <= 0.0) return 1.0;
  return gamma_q(0.5 * df, 0.5 * x);
}

}  // namespace larc::stats
