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

namespace {

/// The continued fraction of I_x(a, b), which converges fast for x < (a + 1) / (a + b + 2).
double beta_fraction(double x, double a, double b) {
  constexpr double tiny = 1e-300, epsilon = 1e-16;
  const auto keep = [](double value) { return std::abs(value) < tiny ? tiny : value; };
  double c = 1.0;
  double d = 1.0 / keep(1.0 - (a + b) * x / (a + 1.0));
  double h = d;
  for (int m = 1; m < 100000; ++m) {
    const double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1.0 / keep(1.0 + even * d);
    c = keep(1.0 + even / c);
    h *= d * c;
    const double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1.0 / keep(1.0 + odd * d);
    c = keep(1.0 + odd / c);
    h *= d * c;
    if (std::abs(d * c - 1.0) < epsilon) break;
  }
  return h;
}

/// I_x(a, b) with y = 1 - x given, so that neither end loses digits.
double beta_cdf_both(double x, double y, double a, double b) {
  if (x <= 0.0) return 0.0;
  if (y <= 0.0) return 1.0;
  const double log_front = std::lgamma(a + b) - std::lgamma(a) - std::lgamma(b) + a * std::log(x) + b * std::log(y);
  if (x < (a + 1.0) / (a + b + 2.0)) return std::exp(log_front) * beta_fraction(x, a, b) / a;
  return 1.0 - std::exp(log_front) * beta_fraction(y, b, a) / b;
}

/// x of I_x(a, b) = p by Newton's steps kept inside a shrinking bracket.
double beta_quantile(double p, double a, double b) {
  const double log_scale = std::lgamma(a + b) - std::lgamma(a) - std::lgamma(b);
  double low = 0.0, high = 1.0, x = a / (a + b);
  for (int step = 0; step < 300; ++step) {
    const double excess = beta_cdf_both(x, 1.0 - x, a, b) - p;
    if (excess == 0.0) break;
    (excess < 0.0 ? low : high) = x;
    const double density = std::exp(log_scale + (a - 1.0) * std::log(x) + (b - 1.0) * std::log1p(-x));
    double next = x - excess / density;
    if (!(next > low && next < high)) next = 0.5 * (low + high);
    if (std::abs(next - x) <= 1e-16 * x) break;
    x = next;
  }
  return x;
}

}  // namespace

double beta_cdf(double x, double a, double b) {
  if (!(a > 0.0) || !(b > 0.0) || !(x >= 0.0 && x <= 1.0)) return kNaN;
  return beta_cdf_both(x, 1.0 - x, a, b);
}

double f_survival(double f, double df1, double df2) {
  if (!(df1 > 0.0) || !(df2 > 0.0) || !(f >= 0.0)) return kNaN;
  if (std::isinf(f)) return 0.0;
  const double whole = df2 + df1 * f;
  return beta_cdf_both(df2 / whole, df1 * f / whole, 0.5 * df2, 0.5 * df1);
}

double f_quantile(double p, double df1, double df2) {
  if (!(df1 > 0.0) || !(df2 > 0.0) || !(p >= 0.0 && p <= 1.0)) return kNaN;
  if (p == 0.0) return 0.0;
  if (p == 1.0) return std::numeric_limits<double>::infinity();
  if (p > 0.5) return 1.0 / f_quantile(1.0 - p, df2, df1);
  const double x = beta_quantile(p, 0.5 * df1, 0.5 * df2);
  return df2 * x / (df1 * (1.0 - x));
}

}  // namespace larc::stats
