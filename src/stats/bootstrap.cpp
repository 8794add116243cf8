#include "stats/bootstrap.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/error.h"
#include "core/parallel.h"
#include "core/random.h"
#include "stats/check.h"

namespace larc::stats {

namespace {

std::vector<double> defined(const std::vector<double>& values) {
  std::vector<double> kept;
  for (const double value : values)
    if (std::isfinite(value)) kept.push_back(value);
  return kept;
}

double mean(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

/// A sixth of the skewness of the jackknife values, NaN when they are all equal.
double jackknife_acceleration(const std::vector<double>& jackknife) {
  const double centre = mean(jackknife);
  double squares = 0.0, cubes = 0.0;
  for (const double value : jackknife) {
    const double d = centre - value;
    squares += d * d;
    cubes += d * d * d;
  }
  return squares > 0.0 ? cubes / (6.0 * std::pow(squares, 1.5)) : kNaN;
}

}  // namespace

Rows bootstrap_rows(std::size_t n, std::uint64_t seed, std::size_t replicate) {
  Random random(derive_seed(seed, "bootstrap", replicate));
  Rows rows(n);
  for (std::size_t& row : rows) row = random.below(n);
  return rows;
}

std::vector<double> row_counts(const Rows& rows, std::size_t n) {
  std::vector<double> count(n, 0.0);
  for (const std::size_t row : rows) count[row] += 1.0;
  return count;
}

Rows rows_left_out(const Rows& rows, std::size_t n) {
  std::vector<char> drawn(n, 0);
  for (const std::size_t row : rows) drawn[row] = 1;
  Rows left;
  for (std::size_t i = 0; i < n; ++i)
    if (!drawn[i]) left.push_back(i);
  return left;
}

double quantile(std::vector<double> values, double p) {
  const double at = p * static_cast<double>(values.size() - 1);
  const auto below = std::min(static_cast<std::size_t>(at), values.size() - 1);
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(below);
  std::nth_element(values.begin(), middle, values.end());
  const double low = *middle, share = at - static_cast<double>(below);
  if (share <= 0.0 || middle + 1 == values.end()) return low;
  return low + share * (*std::min_element(middle + 1, values.end()) - low);
}

BootstrapLimits bootstrap_limits(double estimate, const std::vector<double>& replicates,
                                 const std::vector<double>& jackknife, double level) {
  check_level(level);
  BootstrapLimits result;
  result.estimate = estimate;
  const std::vector<double> values = defined(replicates);
  result.undefined = replicates.size() - values.size();
  if (!std::isfinite(estimate) || values.size() < 2) {
    result.reason = std::isfinite(estimate) ? "fewer than two resamples have a value" : "the estimate is undefined";
    return result;
  }
  const double centre = mean(values);
  double squares = 0.0;
  for (const double value : values) squares += (value - centre) * (value - centre);
  result.se = std::sqrt(squares / static_cast<double>(values.size() - 1));
  result.bias = centre - estimate;
  const double tail = 0.5 * (1.0 - level);
  result.percentile = {quantile(values, tail), quantile(values, 1.0 - tail)};
  result.basic = {2.0 * estimate - result.percentile.upper, 2.0 * estimate - result.percentile.lower};
  if (jackknife.empty()) {
    result.reason = "no jackknife values: no BCa limits";
    return result;
  }
  const auto below = std::count_if(values.begin(), values.end(), [&](double value) { return value < estimate; });
  result.bias_correction = normal_quantile(static_cast<double>(below) / static_cast<double>(values.size()));
  const std::vector<double> left_out = defined(jackknife);
  result.acceleration = left_out.size() == jackknife.size() ? jackknife_acceleration(left_out) : kNaN;
  if (!std::isfinite(result.bias_correction) || !std::isfinite(result.acceleration)) {
    result.reason = !std::isfinite(result.bias_correction)
                        ? "all resamples lie on one side of the estimate: no BCa limits"
                        : "the jackknife values are equal or undefined: no BCa limits";
    return result;
  }
  const auto adjusted = [&](double p) {
    const double z = result.bias_correction + normal_quantile(p);
    return normal_cdf(result.bias_correction + z / (1.0 - result.acceleration * z));
  };
  result.bca = {quantile(values, adjusted(tail)), quantile(values, adjusted(1.0 - tail))};
  return result;
}

BootstrapLimits bootstrap(std::size_t n, const std::function<double(const Rows&)>& statistic,
                          const ResampleSettings& settings) {
  if (n == 0 || settings.replicates == 0)
    throw Error(ErrorCode::domain, n == 0 ? "there are no rows to resample" : "0 replicates; give at least two");
  Rows all(n);
  std::iota(all.begin(), all.end(), std::size_t{0});
  std::vector<double> replicates(settings.replicates), jackknife(n);
  parallel_for(settings.replicates, settings.threads,
               [&](std::size_t b) { replicates[b] = statistic(bootstrap_rows(n, settings.seed, b)); });
  parallel_for(n, settings.threads, [&](std::size_t i) {
    Rows rows = all;
    rows.erase(rows.begin() + static_cast<std::ptrdiff_t>(i));
    jackknife[i] = statistic(rows);
  });
  return bootstrap_limits(statistic(all), replicates, jackknife, settings.level);
}

}  // namespace larc::stats
