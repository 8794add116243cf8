#include "radiomics/first_order.h"

#include "core/number.h"

namespace larc::radiomics {

namespace {

// Sum of term(x), in four strands: faster than one, and always in the same order.
template <typename Term>
double sum_of(const std::vector<double>& values, const Term& term) {
  double strand[4] = {0, 0, 0, 0};
  std::size_t v = 0;
  for (; v + 4 <= values.size(); v += 4)
    for (std::size_t s = 0; s < 4; ++s) strand[s] += term(values[v + s]);
  for (; v < values.size(); ++v) strand[0] += term(values[v]);
  return (strand[0] + strand[1]) + (strand[2] + strand[3]);
}

struct Moments {
  double mean = 0;
  double second = 0, third = 0, fourth = 0;  // central, divided by n
};

Moments moments_of(const std::vector<double>& values) {
  const double count = static_cast<double>(values.size());
  Moments m;
  m.mean = sum_of(values, [](double x) { return x; }) / count;
  for (const double x : values) {
    const double d = x - m.mean, square = d * d;
    m.second += square;
    m.third += square * d;
    m.fourth += square * square;
  }
  m.second /= count;
  m.third /= count;
  m.fourth /= count;
  return m;
}

// Mean absolute distance of the values from 10th to 90th percentile, both included, to their own mean.
double robust_deviation(const std::vector<double>& values, double p10, double p90) {
  const auto kept = [=](double x) { return x >= p10 && x <= p90; };
  const double count = sum_of(values, [&](double x) { return kept(x) ? 1.0 : 0.0; });
  if (count == 0) return kNaN;
  const double mean = sum_of(values, [&](double x) { return kept(x) ? x : 0.0; }) / count;
  return sum_of(values, [&](double x) { return kept(x) ? std::abs(x - mean) : 0.0; }) / count;
}

}  // namespace

std::vector<double> percentiles(const std::vector<double>& values, const std::vector<double>& fractions) {
  const std::size_t count = values.size();
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  const double minimum = *low, scale_range = *high - *low;
  if (scale_range == 0) return std::vector<double>(fractions.size(), minimum);

  // Buckets by value; only those that hold a wanted rank are sorted.
  const std::size_t buckets = std::clamp<std::size_t>(count / 8, 1, 4096);
  const double scale = static_cast<double>(buckets) / scale_range;
  const auto bucket_of = [&](double x) {
    return std::min(static_cast<std::size_t>((x - minimum) * scale), buckets - 1);
  };
  std::vector<std::size_t> start(buckets + 1, 0);
  for (const double x : values) ++start[bucket_of(x) + 1];
  for (std::size_t b = 0; b < buckets; ++b) start[b + 1] += start[b];
  const auto bucket_with = [&](std::size_t rank) {
    return static_cast<std::size_t>(std::upper_bound(start.begin(), start.end(), rank) - start.begin()) - 1;
  };

  std::map<std::size_t, std::vector<double>> sorted;  // by bucket
  std::vector<std::array<std::size_t, 2>> ranks;
  for (const double fraction : fractions) {
    const auto below = static_cast<std::size_t>(std::floor(static_cast<double>(count - 1) * fraction));
    ranks.push_back({below, std::min(below + 1, count - 1)});
    for (const std::size_t rank : ranks.back()) sorted[bucket_with(rank)];
  }
  std::vector<std::uint8_t> wanted(buckets, 0);
  for (const auto& entry : sorted) wanted[entry.first] = 1;
  for (const double x : values)
    if (const std::size_t b = bucket_of(x); wanted[b]) sorted[b].push_back(x);
  for (auto& entry : sorted) std::sort(entry.second.begin(), entry.second.end());

  std::vector<double> result;
  for (std::size_t f = 0; f < fractions.size(); ++f) {
    double edge[2];
    for (std::size_t e = 0; e < 2; ++e) {
      const std::size_t b = bucket_with(ranks[f][e]);
      edge[e] = sorted[b][ranks[f][e] - start[b]];
    }
    const double weight = static_cast<double>(count - 1) * fractions[f] - static_cast<double>(ranks[f][0]);
    result.push_back(edge[0] + (edge[1] - edge[0]) * weight);
  }
  return result;
}

void compute_first_order(const RegionView& region, FeatureCollector& out) {
  const std::vector<double>& x = region.intensities;
  const double count = static_cast<double>(x.size());
  const auto [low, high] = std::minmax_element(x.begin(), x.end());
  const double minimum = *low, maximum = *high;
  const bool flat = minimum == maximum;
  const Moments m = moments_of(x);
  const std::vector<double> p = percentiles(x, {0.10, 0.25, 0.50, 0.75, 0.90});
  const double mean = flat ? minimum : m.mean, median = p[2], deviation = std::sqrt(m.second);

  out.add("firstorder_Mean", mean);
  out.add("firstorder_Variance", flat ? 0 : m.second);
  out.add("firstorder_StandardDeviation", flat ? 0 : deviation);
  out.add("firstorder_Skewness", flat ? kNaN : m.third / (m.second * deviation));
  out.add("firstorder_Kurtosis", flat ? kNaN : m.fourth / (m.second * m.second));
  out.add("stat_kurt", flat ? kNaN : m.fourth / (m.second * m.second) - 3);
  out.add("firstorder_Minimum", minimum);
  out.add("firstorder_Maximum", maximum);
  out.add("firstorder_Range", maximum - minimum);
  out.add("firstorder_10Percentile", p[0]);
  out.add("firstorder_Median", median);
  out.add("firstorder_90Percentile", p[4]);
  out.add("firstorder_InterquartileRange", p[3] - p[1]);
  out.add("stat_qcod", p[3] + p[1] == 0 ? kNaN : (p[3] - p[1]) / (p[3] + p[1]));
  out.add("stat_cov", mean == 0 ? kNaN : (flat ? 0 : deviation / mean));
  out.add("firstorder_MeanAbsoluteDeviation", sum_of(x, [=](double v) { return std::abs(v - mean); }) / count);
  out.add("firstorder_RobustMeanAbsoluteDeviation", robust_deviation(x, p[0], p[4]));
  out.add("stat_medad", sum_of(x, [=](double v) { return std::abs(v - median); }) / count);

  const double shift = region.settings->voxel_array_shift;
  const double energy = sum_of(x, [](double v) { return v * v; });
  const double shifted = shift == 0 ? energy : sum_of(x, [=](double v) { return (v + shift) * (v + shift); });
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
