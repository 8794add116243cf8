#include "radiomics/first_order.h"

#include <cstring>

#include "core/number.h"
#include "core/simd.h"
#include "radiomics/order_statistics.h"

namespace larc::radiomics {

namespace {

// Sums run in eight strands, always the same, whatever the processor adds at once.
constexpr std::size_t kStrands = 8;

double total(const double* strands) {
  double sum = 0;
  for (std::size_t s = 0; s < kStrands; ++s) sum += strands[s];
  return sum;
}

struct Extent {
  double low, high, sum;
};

LARC_SIMD Extent extent_of(const double* values, std::size_t count) {
  double low[kStrands], high[kStrands], sum[kStrands];
  for (std::size_t s = 0; s < kStrands; ++s) {
    low[s] = high[s] = values[0];
    sum[s] = 0;
  }
  const std::size_t whole = count / kStrands * kStrands;
  for (std::size_t v = 0; v < whole; v += kStrands)
    for (std::size_t s = 0; s < kStrands; ++s) {
      const double x = values[v + s];
      low[s] = x < low[s] ? x : low[s];
      high[s] = x > high[s] ? x : high[s];
      sum[s] += x;
    }
  for (std::size_t v = whole; v < count; ++v) {
    low[0] = std::min(low[0], values[v]);
    high[0] = std::max(high[0], values[v]);
    sum[0] += values[v];
  }
  return {*std::min_element(low, low + kStrands), *std::max_element(high, high + kStrands), total(sum)};
}

// Sums of powers of the distance from a centre.
struct PowerSums {
  double absolute, second, third, fourth;
};

LARC_SIMD PowerSums powers_about(double centre, const double* values, std::size_t count) {
  double absolute[kStrands] = {}, second[kStrands] = {}, third[kStrands] = {}, fourth[kStrands] = {};
  const std::size_t whole = count / kStrands * kStrands;
  for (std::size_t v = 0; v < whole; v += kStrands)
    for (std::size_t s = 0; s < kStrands; ++s) {
      const double d = values[v + s] - centre, square = d * d;
      absolute[s] += std::abs(d);
      second[s] += square;
      third[s] += square * d;
      fourth[s] += square * square;
    }
  for (std::size_t v = whole; v < count; ++v) {
    const double d = values[v] - centre, square = d * d;
    absolute[0] += std::abs(d);
    second[0] += square;
    third[0] += square * d;
    fourth[0] += square * square;
  }
  return {total(absolute), total(second), total(third), total(fourth)};
}

// Four values side by side: conditions on them become masks instead of jumps.
using Four = double __attribute__((vector_size(32)));

double total(const Four& a, const Four& b) {
  return ((a[0] + a[1]) + (a[2] + a[3])) + ((b[0] + b[1]) + (b[2] + b[3]));
}

// Of the values in low .. high: how many, and their sum.
struct Kept {
  double count, sum;
};

LARC_SIMD Kept kept_of(double low, double high, const double* values, std::size_t count) {
  Four kept[2] = {}, sum[2] = {};
  const Four none = {}, one = none + 1.0;
  const std::size_t whole = count / kStrands * kStrands;
  for (std::size_t v = 0; v < whole; v += kStrands)
    for (std::size_t half = 0; half < 2; ++half) {
      Four x;
      std::memcpy(&x, values + v + 4 * half, sizeof x);
      const auto inside = (x >= low) & (x <= high);
      kept[half] += inside ? one : none;
      sum[half] += inside ? x : none;
    }
  for (std::size_t v = whole; v < count; ++v) {
    if (values[v] < low || values[v] > high) continue;
    kept[0][0] += 1;
    sum[0][0] += values[v];
  }
  return {total(kept[0], kept[1]), total(sum[0], sum[1])};
}

// Sum of the distances from a centre of the values in low .. high.
LARC_SIMD double kept_distance(double low, double high, double centre, const double* values, std::size_t count) {
  Four distance[2] = {};
  const Four none = {};
  const std::size_t whole = count / kStrands * kStrands;
  for (std::size_t v = 0; v < whole; v += kStrands)
    for (std::size_t half = 0; half < 2; ++half) {
      Four x;
      std::memcpy(&x, values + v + 4 * half, sizeof x);
      const Four d = x - centre;
      distance[half] += (x >= low) & (x <= high) ? (d < none ? -d : d) : none;
    }
  for (std::size_t v = whole; v < count; ++v)
    if (values[v] >= low && values[v] <= high) distance[0][0] += std::abs(values[v] - centre);
  return total(distance[0], distance[1]);
}

}  // namespace

void compute_first_order(const RegionView& region, FeatureCollector& out) {
  const std::vector<double>& x = region.intensities;
  const double count = static_cast<double>(x.size());
  const auto [minimum, maximum, sum] = extent_of(x.data(), x.size());
  const bool flat = minimum == maximum;
  const double mean = flat ? minimum : sum / count;
  const PowerSums powers = powers_about(mean, x.data(), x.size());
  const double second = powers.second / count, third = powers.third / count, fourth = powers.fourth / count,
               deviation = std::sqrt(second);
  const std::vector<double> p = percentiles(x, {0.10, 0.25, 0.50, 0.75, 0.90}, {minimum, maximum});
  const double median = p[2];

  out.add("firstorder_Mean", mean);
  out.add("firstorder_Variance", flat ? 0 : second);
  out.add("firstorder_StandardDeviation", flat ? 0 : deviation);
  out.add("firstorder_Skewness", flat ? kNaN : third / (second * deviation));
  out.add("firstorder_Kurtosis", flat ? kNaN : fourth / (second * second));
  out.add("stat_kurt", flat ? kNaN : fourth / (second * second) - 3);
  out.add("firstorder_Minimum", minimum);
  out.add("firstorder_Maximum", maximum);
  out.add("firstorder_Range", maximum - minimum);
  out.add("firstorder_10Percentile", p[0]);
  out.add("firstorder_Median", median);
  out.add("firstorder_90Percentile", p[4]);
  out.add("firstorder_InterquartileRange", p[3] - p[1]);
  out.add("stat_qcod", p[3] + p[1] == 0 ? kNaN : (p[3] - p[1]) / (p[3] + p[1]));
  out.add("stat_cov", mean == 0 ? kNaN : (flat ? 0 : deviation / mean));
  out.add("firstorder_MeanAbsoluteDeviation", powers.absolute / count);
  const Kept kept = kept_of(p[0], p[4], x.data(), x.size());
  out.add("firstorder_RobustMeanAbsoluteDeviation",
          kept.count == 0 ? kNaN : kept_distance(p[0], p[4], kept.sum / kept.count, x.data(), x.size()) / kept.count);
  if (out.wants("stat_medad"))
    out.add("stat_medad", kept_distance(minimum, maximum, median, x.data(), x.size()) / count);

  // Sum of squares about any point by that about the mean.
  const double shifted_mean = mean + region.settings->voxel_array_shift;
  const double energy = powers.second + count * mean * mean,
               shifted = powers.second + count * shifted_mean * shifted_mean;
  out.add("stat_energy", energy);
  out.add("stat_rms", std::sqrt(energy / count));
  out.add("firstorder_Energy", shifted);
  out.add("firstorder_TotalEnergy", shifted * region.mask.geometry.voxel_volume_mm3());
  out.add("firstorder_RootMeanSquared", std::sqrt(shifted / count));

  double entropy = 0, uniformity = 0;
  for (const std::size_t voxels : region.levels.voxel_counts) {
    const double share = static_cast<double>(voxels) / count;
    entropy -= share * std::log2(share);
    uniformity += share * share;
  }
  out.add("firstorder_Entropy", entropy + 0.0);
  out.add("firstorder_Uniformity", uniformity);
}

}  // namespace larc::radiomics
