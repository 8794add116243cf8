#include "stats/bland_altman.h"

#include <cmath>

#include "stats/check.h"
#include "stats/student_t.h"

namespace larc::stats {

namespace {

void check(const std::vector<double>& first, const std::vector<double>& second, double level) {
  check_same_size("second", second.size(), "first", first.size());
  check_finite("first", first);
  check_finite("second", second);
  check_level(level);
}

double mean_of(const std::vector<double>& values) {
  double sum = 0.0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

}  // namespace

BlandAltman bland_altman(const std::vector<double>& first, const std::vector<double>& second, double level) {
  check(first, second, level);
  BlandAltman result;
  const double n = static_cast<double>(first.size());
  if (first.empty()) {
    result.reason = "no subjects";
    return result;
  }
  std::vector<double> apart;
  for (std::size_t i = 0; i < first.size(); ++i) apart.push_back(first[i] - second[i]);
  result.bias = mean_of(apart);
  if (first.size() < 2) {
    result.reason = "one subject: no spread";
    return result;
  }
  double squares = 0.0;
  for (const double value : apart) squares += (value - result.bias) * (value - result.bias);
  result.sd = std::sqrt(squares / (n - 1.0));
  const double z = critical_value(level), t = student_critical_value(level, n - 1.0);
  const double half = t * result.sd / std::sqrt(n);
  result.bias_limits = {result.bias - half, result.bias + half};
  result.lower = result.bias - z * result.sd;
  result.upper = result.bias + z * result.sd;
  const double of_limit = t * result.sd * std::sqrt(1.0 / n + z * z / (2.0 * (n - 1.0)));
  result.lower_limits = {result.lower - of_limit, result.lower + of_limit};
  result.upper_limits = {result.upper - of_limit, result.upper + of_limit};
  return result;
}

LinConcordance lin_concordance(const std::vector<double>& first, const std::vector<double>& second, double level) {
  check(first, second, level);
  LinConcordance result;
  const double n = static_cast<double>(first.size());
  if (first.size() < 2) {
    result.reason = "fewer than two subjects";
    return result;
  }
  const double m1 = mean_of(first), m2 = mean_of(second);
  double s1 = 0.0, s2 = 0.0, s12 = 0.0;
  for (std::size_t i = 0; i < first.size(); ++i) {
    s1 += (first[i] - m1) * (first[i] - m1) / n;
    s2 += (second[i] - m2) * (second[i] - m2) / n;
    s12 += (first[i] - m1) * (second[i] - m2) / n;
  }
  if (!(s1 > 0.0 && s2 > 0.0)) {
    result.reason = "a measurement is the same for all subjects";
    return result;
  }
  const double c = result.value = 2.0 * s12 / (s1 + s2 + (m1 - m2) * (m1 - m2));
  const double r = result.pearson = s12 / std::sqrt(s1 * s2);
  if (r != 0.0) result.bias_correction = c / r;
  if (c == 1.0 || c == -1.0) {
    result.lower = result.upper = c;
    return result;
  }
  if (first.size() < 4 || r == 0.0) {
    result.reason = r == 0.0 ? "the correlation is 0: no limits" : "fewer than four subjects: no limits";
    return result;
  }
  const double u = (m1 - m2) * (m1 - m2) / std::sqrt(s1 * s2);  // squared shift in units of scale
  const double variance = ((1.0 - r * r) * c * c * (1.0 - c * c) / (r * r) + 2.0 * c * c * c * (1.0 - c) * u / r -
                           0.5 * c * c * c * c * u * u / (r * r)) /
                          (n - 2.0);
  const double half = critical_value(level) * std::sqrt(variance) / (1.0 - c * c);
  result.lower = std::tanh(std::atanh(c) - half);
  result.upper = std::tanh(std::atanh(c) + half);
  return result;
}

}  // namespace larc::stats
