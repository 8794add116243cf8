#include "radiomics/ngtdm.h"

#include "core/number.h"
#include "radiomics/neighbours.h"

namespace larc::radiomics {

namespace {

enum Quantity { coarseness, contrast, busyness, complexity, strength, kQuantities };
using Values = std::array<double, kQuantities>;

struct Name {
  Quantity quantity;
  const char* pyradiomics;
  const char* ibsi;
};

constexpr Name kNames[] = {{coarseness, "ngtdm_Coarseness", "ngt_coarseness"},
                           {contrast, "ngtdm_Contrast", "ngt_contrast"},
                           {busyness, "ngtdm_Busyness", "ngt_busyness"},
                           {complexity, "ngtdm_Complexity", "ngt_complexity"},
                           {strength, "ngtdm_Strength", "ngt_strength"}};

// One level of the matrix: its number, how many voxels count and the sum of their differences.
struct Level {
  double number, count, difference;
};

// Sum over i and j of |a(i) - a(j)|.
double sum_of_distances(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  double sum = 0;
  for (std::size_t k = 1; k < values.size(); ++k)
    sum += (values[k] - values[k - 1]) * static_cast<double>(k) * static_cast<double>(values.size() - k);
  return 2 * sum;
}

// Sum over i and j of |i - j| (p(i) s(i) + p(j) s(j)) / (p(i) + p(j)). Levels of the same p are taken together: for
// each such group one sweep over all levels keeps the sum of distances to the group. There are fewer groups than the
// square root of twice the number of voxels.
double sum_of_complexity(const std::vector<Level>& levels) {
  std::map<double, std::vector<std::size_t>> groups;
  for (std::size_t k = 0; k < levels.size(); ++k) groups[levels[k].count].push_back(k);
  std::vector<double> of_level(levels.size(), 0);  // sum over j of |i - j| / (n(i) + n(j))
  for (const auto& [count, members] : groups) {
    double distances = 0, below = 0;
    for (const std::size_t k : members) distances += levels[k].number - levels.front().number;
    std::size_t next = 0;
    for (std::size_t k = 0; k < levels.size(); ++k) {
      if (k > 0)
        distances += (levels[k].number - levels[k - 1].number) * (2 * below - static_cast<double>(members.size()));
      of_level[k] += distances / (levels[k].count + count);
      if (next < members.size() && members[next] == k) {
        ++below;
        ++next;
      }
    }
  }
  double sum = 0;
  for (std::size_t k = 0; k < levels.size(); ++k) sum += levels[k].count * levels[k].difference * of_level[k];
  return 2 * sum;
}

Values values_of(const std::vector<Level>& levels) {
  Values v;
  v.fill(kNaN);
  if (levels.empty()) return v;
  double total = 0, differences = 0, weighted = 0, mean = 0;
  for (const Level& level : levels) {
    total += level.count;
    differences += level.difference;
    weighted += level.count * level.difference;
    mean += level.count * level.number;
  }
  weighted /= total;
  mean /= total;
  v[complexity] = sum_of_complexity(levels) / total;
  if (weighted > 0) v[coarseness] = 1 / weighted;

  const double used = static_cast<double>(levels.size());
  double variance = 0, first = 0, second = 0;
  std::vector<double> products;
  for (const Level& level : levels) {
    variance += level.count * (level.number - mean) * (level.number - mean);
    products.push_back(level.count * level.number);
    first += level.number;
    second += level.number * level.number;
  }
  variance /= total;
  if (levels.size() > 1) v[contrast] = 2 * variance / (used * (used - 1)) * differences / total;
  if (const double distances = sum_of_distances(products); distances > 0) v[busyness] = weighted * total / distances;
  if (differences > 0) {
    double sum = 0;  // of (p(i) + p(j)) (i - j)^2 over i and j, halved
    for (const Level& level : levels)
      sum += level.count * (used * level.number * level.number - 2 * level.number * first + second);
    v[strength] = 2 * sum / total / differences;
  }
  return v;
}

Values values_of(const NeighbourMatrix& matrix, bool without_lone_voxels) {
  std::vector<Level> levels;
  for (const ToneLevel& tone : matrix.tones) {
    const std::uint64_t count = tone.voxels - (without_lone_voxels ? tone.alone : 0);
    if (count > 0) levels.push_back({static_cast<double>(tone.level), static_cast<double>(count), tone.difference});
  }
  return values_of(levels);
}

// Means over the slices that have a value.
Values mean_of(const std::vector<Values>& slices) {
  Values mean{};
  for (std::size_t q = 0; q < kQuantities; ++q) {
    double count = 0;
    for (const Values& slice : slices) {
      if (std::isnan(slice[q])) continue;
      mean[q] += slice[q];
      ++count;
    }
    mean[q] = count > 0 ? mean[q] / count : kNaN;
  }
  return mean;
}

}  // namespace

void compute_ngtdm(const RegionView& region, FeatureCollector& out) {
  const NeighbourMatrices& matrices = neighbours_of(region, false, true);
  const bool ibsi = region.settings->naming == Naming::ibsi;
  const auto add = [&](const Values& values, Aggregation aggregation) {
    for (const Name& name : kNames) out.add(ibsi ? name.ibsi : name.pyradiomics, values[name.quantity], aggregation);
  };
  if (out.wants(Aggregation::by_slice)) {
    std::vector<Values> slices;
    for (const NeighbourMatrix& slice : matrices.slices) slices.push_back(values_of(slice, ibsi));
    add(mean_of(slices), Aggregation::by_slice);
  }
  if (out.wants(Aggregation::slices_merged)) add(values_of(*matrices.slices_merged, ibsi), Aggregation::slices_merged);
  if (out.wants(Aggregation::volume)) add(values_of(*matrices.volume, ibsi), Aggregation::volume);
}

}  // namespace larc::radiomics
