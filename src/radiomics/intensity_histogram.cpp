#include "radiomics/intensity_histogram.h"

#include "core/number.h"

namespace larc::radiomics {

namespace {

// The levels in use with their numbers of voxels.
struct Histogram {
  const Levels& levels;
  double voxels;

  template <typename Term>
  double mean_of(const Term& term) const {
    double sum = 0;
    for (std::size_t n = 0; n < levels.numbers.size(); ++n)
      sum += static_cast<double>(levels.voxel_counts[n]) * term(static_cast<double>(levels.numbers[n]));
    return sum / voxels;
  }

  // Level of the voxel with this rank, from 0.
  double at_rank(double rank) const {
    double below = 0;
    for (std::size_t n = 0; n < levels.numbers.size(); ++n) {
      below += static_cast<double>(levels.voxel_counts[n]);
      if (rank < below) return levels.numbers[n];
    }
    return levels.numbers.back();
  }

  double percentile(double fraction) const {
    const double position = (voxels - 1) * fraction, rank = std::floor(position);
    const double low = at_rank(rank), high = at_rank(std::min(rank + 1, voxels - 1));
    return low + (high - low) * (position - rank);
  }
};

// The level with most voxels; of several the nearest to the mean, then the lower.
double mode_of(const Levels& levels, double mean) {
  std::size_t mode = 0;
  for (std::size_t n = 1; n < levels.numbers.size(); ++n) {
    const bool more = levels.voxel_counts[n] > levels.voxel_counts[mode];
    const bool nearer = levels.voxel_counts[n] == levels.voxel_counts[mode] &&
                        std::abs(levels.numbers[n] - mean) < std::abs(levels.numbers[mode] - mean);
    if (more || nearer) mode = n;
  }
  return levels.numbers[mode];
}

struct Gradient {
  double value, level;  // of several equal ones the lowest level
};

// Largest (sign 1) or smallest (sign -1) slope of the histogram: central differences, one-sided at both ends.
Gradient steepest(const Levels& levels, double sign) {
  std::vector<double> bins(static_cast<std::size_t>(levels.level_count) + 1, 0);  // [0] is no level
  for (std::size_t n = 0; n < levels.numbers.size(); ++n)
    bins[static_cast<std::size_t>(levels.numbers[n])] = static_cast<double>(levels.voxel_counts[n]);
  const std::size_t last = bins.size() - 1;
  Gradient best{kNaN, kNaN};
  if (last < 2) return best;
  for (std::size_t g = 1; g <= last; ++g) {
    const double slope = g == 1      ? bins[2] - bins[1]
                         : g == last ? bins[last] - bins[last - 1]
                                     : (bins[g + 1] - bins[g - 1]) / 2;
    if (std::isnan(best.value) || sign * slope > sign * best.value) best = {slope, static_cast<double>(g)};
  }
  return best;
}

}  // namespace

void compute_intensity_histogram(const RegionView& region, FeatureCollector& out) {
  const Levels& levels = region.levels;
  const Histogram histogram{levels, static_cast<double>(region.intensities.size())};
  const bool flat = levels.numbers.size() == 1;
  const double mean = histogram.mean_of([](double x) { return x; });
  const auto moment = [&](int power) { return histogram.mean_of([=](double x) { return std::pow(x - mean, power); }); };
  const double variance = flat ? 0 : moment(2), deviation = std::sqrt(variance);
  const double p10 = histogram.percentile(0.1), p25 = histogram.percentile(0.25), median = histogram.percentile(0.5),
               p75 = histogram.percentile(0.75), p90 = histogram.percentile(0.9);

  out.add("ih_mean", mean);
  out.add("ih_var", variance);
  out.add("ih_skew", flat ? kNaN : moment(3) / (variance * deviation));
  out.add("ih_kurt", flat ? kNaN : moment(4) / (variance * variance) - 3);
  out.add("ih_median", median);
  out.add("ih_min", levels.numbers.front());
  out.add("ih_p10", p10);
  out.add("ih_p90", p90);
  out.add("ih_max", levels.numbers.back());
  out.add("ih_mode", mode_of(levels, mean));
  out.add("ih_iqr", p75 - p25);
  out.add("ih_range", levels.numbers.back() - levels.numbers.front());
  out.add("ih_mad", histogram.mean_of([=](double x) { return std::abs(x - mean); }));
  const auto kept = [=](double x) { return x >= p10 && x <= p90 ? 1.0 : 0.0; };
  const double share = histogram.mean_of(kept);
  const double kept_mean = histogram.mean_of([=](double x) { return kept(x) * x; }) / share;
  out.add("ih_rmad", histogram.mean_of([=](double x) { return kept(x) * std::abs(x - kept_mean); }) / share);
  out.add("ih_medad", histogram.mean_of([=](double x) { return std::abs(x - median); }));
  out.add("ih_cov", deviation / mean);
  out.add("ih_qcod", (p75 - p25) / (p75 + p25));

  double entropy = 0, uniformity = 0;
  for (const std::size_t voxels : levels.voxel_counts) {
    const double p = static_cast<double>(voxels) / histogram.voxels;
    entropy -= p * std::log2(p);
    uniformity += p * p;
  }
  out.add("ih_entropy", entropy + 0.0);
  out.add("ih_uniformity", uniformity);
  const Gradient rise = steepest(levels, 1), fall = steepest(levels, -1);
  out.add("ih_max_grad", rise.value);
  out.add("ih_max_grad_g", rise.level);
  out.add("ih_min_grad", fall.value);
  out.add("ih_min_grad_g", fall.level);
}

}  // namespace larc::radiomics
