#include "radiomics/ivh.h"

#include "core/number.h"

namespace larc::radiomics {

namespace {

// A level in use and the voxels at or above it.
struct Step {
  double level;
  std::size_t voxels;
};

std::vector<Step> steps_of(std::vector<double> intensities) {
  std::sort(intensities.begin(), intensities.end());
  std::vector<Step> steps;
  for (std::size_t v = 0; v < intensities.size(); ++v)
    if (v == 0 || intensities[v] != intensities[v - 1]) steps.push_back({intensities[v], intensities.size() - v});
  return steps;
}

}  // namespace

VolumeHistogram volume_histogram(std::vector<double> intensities, double lower, double upper) {
  const double count = static_cast<double>(intensities.size()), range = upper - lower;
  const std::vector<Step> steps = steps_of(std::move(intensities));
  const auto share_from = [&](std::size_t n) {
    return n < steps.size() ? static_cast<double>(steps[n].voxels) / count : 0.0;
  };
  const auto empty_level_after = [&](double level) {
    const double next = lower + std::floor(level - lower) + 1;
    return next > level ? next : next + 1;  // rounding can give the level itself
  };

  VolumeHistogram histogram{kNaN, kNaN, 0, 0, kNaN};
  // The levels between two in use are as full as the upper of these, so only levels in use need to be looked at.
  const auto intensity_at = [&](double volume) {
    std::size_t n = 0;
    while (share_from(n) > volume) ++n;
    const double above = empty_level_after(steps[n - 1].level);
    return n < steps.size() ? std::min(above, steps[n].level) : above;
  };
  histogram.i10 = intensity_at(0.1);
  histogram.i90 = intensity_at(0.9);
  if (!(range > 0)) return histogram;

  const auto volume_at = [&](double fraction) {
    std::size_t n = 0;
    while (n < steps.size() && (steps[n].level - lower) / range < fraction) ++n;
    return share_from(n);
  };
  histogram.v10 = volume_at(0.1);
  histogram.v90 = volume_at(0.9);

  // From each level in use down to the first empty level above the one before the share falls, and is even below.
  double area = steps.front().level - lower;
  for (std::size_t n = 0; n < steps.size(); ++n) {
    const double from = steps[n].level;
    const double to = n + 1 < steps.size() ? steps[n + 1].level : std::max(from, upper);
    const double fallen = std::min(empty_level_after(from), to);
    area += (fallen - from) * (share_from(n) + share_from(n + 1)) / 2 + (to - fallen) * share_from(n + 1);
  }
  histogram.area = area / range;
  return histogram;
}

void compute_ivh(const RegionView& region, FeatureCollector& out) {
  const ExtractionSettings& settings = *region.settings;
  std::vector<double> levels = region.intensities;
  const auto [low, high] = std::minmax_element(levels.begin(), levels.end());
  const double minimum = *low, maximum = *high;
  double lower = minimum, upper = maximum;
  if (settings.resegment_range && settings.resegment_mode == ResegmentMode::absolute) {
    const auto [first, last] = *settings.resegment_range;
    if (std::isfinite(first)) lower = first;
    if (std::isfinite(last)) upper = last;
  }
  VolumeHistogram histogram;
  switch (settings.ivh_binning) {
    case IvhBinning::none:
      histogram = volume_histogram(std::move(levels), lower, upper);
      break;
    case IvhBinning::fixed_width: {
      const double width = settings.ivh_bin_width;
      for (double& x : levels) x = std::floor((x - lower) / width) + 1;
      // As many bins as hold the range, at least those in use.
      const double bins = std::max(std::ceil((upper - lower) / width), std::floor((maximum - lower) / width) + 1);
      histogram = volume_histogram(std::move(levels), 1, bins);
      histogram.i10 = lower + (histogram.i10 - 0.5) * width;
      histogram.i90 = lower + (histogram.i90 - 0.5) * width;
      break;
    }
    case IvhBinning::fixed_count: {
      const double range = maximum - minimum, bins = range > 0 ? settings.ivh_bin_count : 1;
      for (double& x : levels) x = range > 0 ? std::min(std::floor(bins * (x - minimum) / range) + 1, bins) : 1;
      histogram = volume_histogram(std::move(levels), 1, bins);
      break;
    }
  }
  out.add("ivh_v10", histogram.v10);
  out.add("ivh_v90", histogram.v90);
  out.add("ivh_i10", histogram.i10);
  out.add("ivh_i90", histogram.i90);
  out.add("ivh_diff_v10_v90", histogram.v10 - histogram.v90);
  out.add("ivh_diff_i10_i90", histogram.i10 - histogram.i90);
  out.add("ivh_auc", histogram.area);
}

}  // namespace larc::radiomics
