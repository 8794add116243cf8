#include "preprocess/reference_tissue.h"

#include "core/error.h"
#include "core/number.h"
#include "preprocess/quantile.h"

namespace larc::preprocess {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr std::size_t kBins = 256;
constexpr double kSmoothing = 4;      // bins
constexpr double kProminence = 0.05;  // of the highest peak
constexpr double kTopPercentile = 99.9;
constexpr std::size_t kFewestVoxels = 1000;

double reference_median(const image::Volume& volume, const image::Mask& reference, const std::string& name) {
  const auto values = sorted_values(volume, reference);
  if (values.empty())
    throw Error(ErrorCode::domain, name + " is empty: no voxel is marked; outline some of the tissue");
  return quantile(values, 0.5);
}

IntensityMap divide_by(double level, double target, const std::string& name) {
  if (!(target > 0) || !std::isfinite(target))
    throw Error(ErrorCode::domain,
                "normalisation: the target of " + name + " is " + format_double(target) + "; it must be positive");
  if (!(level > 0))
    throw Error(ErrorCode::domain, "normalisation: " + name + " has intensity " + format_double(level) +
                                       ", an image cannot be divided by it; use two reference tissues or zscore");
  return {0, level, target, -kInfinity, kInfinity};
}

std::vector<double> smoothed(const std::vector<double>& counts) {
  const int reach = static_cast<int>(4 * kSmoothing), n = static_cast<int>(counts.size());
  std::vector<double> result(counts.size(), 0);
  for (int b = 0; b < n; ++b)
    for (int d = -reach; d <= reach; ++d) {
      if (b + d < 0 || b + d >= n) continue;
      result[static_cast<std::size_t>(b)] +=
          counts[static_cast<std::size_t>(b + d)] * std::exp(-0.5 * d * d / (kSmoothing * kSmoothing));
    }
  return result;
}

/// How far a local maximum stands above the higher of the two valleys that part it from higher ground.
double prominence(const std::vector<double>& h, std::size_t peak) {
  double left = h[peak], right = h[peak];
  for (std::size_t b = peak; b > 0 && h[b] <= h[peak]; --b) left = std::min(left, h[b - 1]);
  for (std::size_t b = peak; b + 1 < h.size() && h[b] <= h[peak]; ++b) right = std::min(right, h[b + 1]);
  const bool higher_left =
      std::any_of(h.begin(), h.begin() + static_cast<std::ptrdiff_t>(peak), [&](double v) { return v > h[peak]; });
  const bool higher_right =
      std::any_of(h.begin() + static_cast<std::ptrdiff_t>(peak), h.end(), [&](double v) { return v > h[peak]; });
  if (!higher_left && !higher_right) return h[peak];
  if (!higher_left) return h[peak] - right;
  if (!higher_right) return h[peak] - left;
  return h[peak] - std::max(left, right);
}

}  // namespace

IntensityMap fit_reference(const image::Volume& volume, const image::Mask& reference, double target) {
  return divide_by(reference_median(volume, reference, "the reference tissue"), target, "the reference tissue");
}

IntensityMap fit_percentile(const image::Volume& volume, const image::Mask& foreground, double percentile,
                            double target) {
  if (!(percentile >= 0 && percentile <= 100))
    throw Error(ErrorCode::domain,
                "normalisation: the percentile is " + format_double(percentile) + "; it must lie in 0 to 100");
  const auto values = sorted_values(volume, foreground);
  if (values.empty()) throw Error(ErrorCode::domain, "the foreground is empty; check or exclude the image");
  const std::string name = "percentile " + format_double(percentile) + " of the foreground";
  return divide_by(quantile(values, percentile / 100), target, name);
}

IntensityMap fit_two_references(const image::Volume& volume, const image::Mask& lower, const image::Mask& upper,
                                double lower_target, double upper_target) {
  if (!std::isfinite(lower_target) || !std::isfinite(upper_target) || lower_target == upper_target)
    throw Error(ErrorCode::domain, "normalisation: the targets of the two reference tissues are " +
                                       format_double(lower_target) + " and " + format_double(upper_target) +
                                       "; give two different numbers");
  const double low = reference_median(volume, lower, "the first reference tissue");
  const double high = reference_median(volume, upper, "the second reference tissue");
  if (low == high)
    throw Error(ErrorCode::domain, "both reference tissues have the median intensity " + format_double(low) +
                                       "; check the two outlines, or use one tissue");
  // result = (v - centre) / spread * scale with the spread positive, for any order of the tissues.
  const double slope = (upper_target - lower_target) / (high - low);
  return {low - lower_target / slope, 1 / std::abs(slope), slope > 0 ? 1.0 : -1.0, -kInfinity, kInfinity};
}

double bright_fat_mode(const image::Volume& volume, const image::Mask& foreground) {
  const auto values = sorted_values(volume, foreground);
  if (values.size() < kFewestVoxels)
    throw Error(ErrorCode::domain, "the foreground has " + std::to_string(values.size()) +
                                       " voxels, too few to find fat by its intensity; outline some fat instead");
  const double low = values.front(), high = quantile(values, kTopPercentile / 100);
  if (!(low < high))
    throw Error(ErrorCode::domain,
                "the foreground has no contrast, so fat cannot be found; check or exclude the image");
  std::vector<double> counts(kBins, 0);
  const double width = (high - low) / kBins;
  for (const double v : values)
    if (v < high) counts[std::min(kBins - 1, static_cast<std::size_t>((v - low) / width))] += 1;
  const std::vector<double> h = smoothed(counts);
  const double needed = kProminence * *std::max_element(h.begin(), h.end());
  const double median = quantile(values, 0.5);
  for (std::size_t b = kBins - 2; b > 0; --b) {
    if (low + width * static_cast<double>(b + 1) <= median) break;
    if (!(h[b] > h[b + 1] && h[b] >= h[b - 1]) || prominence(h, b) < needed) continue;
    const double curvature = h[b - 1] - 2 * h[b] + h[b + 1];
    const double shift = curvature < 0 ? 0.5 * (h[b - 1] - h[b + 1]) / curvature : 0;
    return low + width * (static_cast<double>(b) + 0.5 + shift);
  }
  throw Error(ErrorCode::domain,
              "no bright peak above the median of the body was found, so fat cannot be told by its intensity (fat "
              "saturation?); outline some fat or muscle instead, or use zscore");
}

IntensityMap fit_bright_fat(const image::Volume& volume, const image::Mask& foreground, double target) {
  return divide_by(bright_fat_mode(volume, foreground), target, "fat");
}

}  // namespace larc::preprocess
