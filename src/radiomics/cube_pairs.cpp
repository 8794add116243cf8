#include "radiomics/cube_pairs.h"

#include <bit>

#include "core/number.h"
#include "radiomics/count_log.h"
#include "radiomics/directions.h"

namespace larc::radiomics {

namespace {

constexpr std::size_t kMostLevels = 64;
constexpr int kMostReach = 2;

// Twice the pairs of the largest cube in all directions.
static_assert(2 * 13 * 125 < kTabledCounts);

bool is_merged(Aggregation aggregation) {
  return aggregation == Aggregation::merged_2_5d || aggregation == Aggregation::merged_3d;
}
bool is_volume(Aggregation aggregation) {
  return aggregation == Aggregation::average_3d || aggregation == Aggregation::merged_3d;
}

Levels all_levels(int level_count) {
  Levels levels;
  levels.level_count = level_count;
  for (int number = 1; number <= level_count; ++number) levels.numbers.push_back(number);
  return levels;
}

}  // namespace

bool CubePairs::can(const image::Index3& reach, const ExtractionSettings& settings,
                    const std::vector<Aggregation>& aggregations) {
  const bool weighted = settings.weighting_norm && *settings.weighting_norm != WeightingNorm::none;
  return *std::max_element(reach.begin(), reach.end()) <= kMostReach && settings.glcm_symmetric && !weighted &&
         settings.distances == std::vector<int>{1} &&
         std::none_of(aggregations.begin(), aggregations.end(), [](Aggregation aggregation) {
           return aggregation == Aggregation::average_2d || aggregation == Aggregation::merged_2d;
         });
}

CubePairs::CubePairs(const std::vector<int>& numbers, const image::Index3& size, int level_count,
                     const image::Index3& reach, const ExtractionSettings& settings,
                     const std::vector<Aggregation>& aggregations, bool maximal_correlation)
    : numbers_(numbers),
      size_(size),
      reach_(reach),
      maximal_correlation_(maximal_correlation),
      aggregations_(aggregations),
      steps_(half_neighbours(1, false)),
      scale_(all_levels(level_count)),
      index_of_(static_cast<std::size_t>(level_count) + 1, 0),
      joint_(kMostLevels * kMostLevels, 0),
      by_level_(kMostLevels, 0),
      by_sum_(2 * static_cast<std::size_t>(level_count), 0),
      by_difference_(static_cast<std::size_t>(level_count), 0) {
  const auto across = static_cast<std::size_t>(settings.force_2d_axis);
  const auto beyond = std::stable_partition(steps_.begin(), steps_.end(),
                                            [&](const std::array<int, 3>& step) { return step[across] == 0; });
  steps_within_slices_ = static_cast<std::size_t>(beyond - steps_.begin());
  std::size_t cells = 1;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    stride_[axis] = static_cast<std::ptrdiff_t>(cells);
    cells *= static_cast<std::size_t>(2 * reach[axis] + 3);
  }
  cube_.resize(cells);
}

bool CubePairs::load(const image::Index3& centre) {
  std::fill(cube_.begin(), cube_.end(), std::uint8_t{0});
  voxels_.clear();
  levels_.clear();
  image::Index3 lower, upper;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    lower[axis] = std::max(centre[axis] - reach_[axis], 0);
    upper[axis] = std::min(centre[axis] + reach_[axis], size_[axis] - 1);
  }
  bool fits = true;
  for (int k = lower[2]; k <= upper[2] && fits; ++k)
    for (int j = lower[1]; j <= upper[1] && fits; ++j) {
      const int* row = numbers_.data() + static_cast<std::size_t>(size_[0]) *
                                             (static_cast<std::size_t>(j) +
                                              static_cast<std::size_t>(size_[1]) * static_cast<std::size_t>(k));
      auto at =
          static_cast<std::size_t>(stride_[0] + (j - lower[1] + 1) * stride_[1] + (k - lower[2] + 1) * stride_[2]);
      for (int i = lower[0]; i <= upper[0] && fits; ++i, ++at) {
        if (row[i] == 0) continue;
        std::uint8_t& index = index_of_[static_cast<std::size_t>(row[i])];
        if (index == 0) {
          fits = levels_.size() < kMostLevels;
          if (!fits) break;
          levels_.push_back(row[i]);
          index = static_cast<std::uint8_t>(levels_.size());
        }
        cube_[at] = index;
        voxels_.push_back(static_cast<std::uint32_t>(at));
      }
    }
  for (const int number : levels_) index_of_[static_cast<std::size_t>(number)] = 0;
  if (!levels_.empty()) lowest_ = *std::min_element(levels_.begin(), levels_.end());
  return fits;
}

void CubePairs::list_pairs(std::ptrdiff_t offset) {
  for (const std::uint32_t voxel : voxels_) {
    const std::uint8_t* cell = cube_.data() + voxel;
    if (cell[offset] == 0) continue;
    const auto a = static_cast<std::uint8_t>(std::min(cell[0], cell[offset]) - 1),
               b = static_cast<std::uint8_t>(std::max(cell[0], cell[offset]) - 1);
    const int i = levels_[a] - lowest_, j = levels_[b] - lowest_;
    pairs_.push_back({a, b, i + j, std::abs(i - j)});
  }
}

PairValues CubePairs::features_of_list() {
  const double* log_table = count_log_table();
  const double pairs = static_cast<double>(pairs_.size()), total = 2 * pairs;
  std::int64_t sums = 0, squares_of_sums = 0, differences = 0, squares_of_differences = 0;
  double inverse = 0, inverse_square = 0, normalised = 0, normalised_square = 0, reciprocal_square = 0;
  for (const Pair& pair : pairs_) {
    const auto d = static_cast<std::size_t>(pair.difference);
    const std::int64_t sum = pair.sum + 2 * lowest_, difference = pair.difference;
    sums += sum;
    squares_of_sums += sum * sum;
    differences += difference;
    squares_of_differences += difference * difference;
    inverse += scale_.inverse[d];
    inverse_square += scale_.inverse_square[d];
    normalised += scale_.normalised[d];
    normalised_square += scale_.normalised_square[d];
    reciprocal_square += scale_.reciprocal_square[d];
    ++joint_[pair.a * kMostLevels + pair.b];
    ++by_level_[pair.a];
    ++by_level_[pair.b];
    ++by_sum_[static_cast<std::size_t>(pair.sum)];
    ++by_difference_[d];
  }
  const double mean_sum = static_cast<double>(sums) / pairs, mean_difference = static_cast<double>(differences) / pairs;
  double tendency = 0, shade = 0, prominence = 0, difference_square = 0;
  for (const Pair& pair : pairs_) {
    const double s = pair.sum + 2 * lowest_ - mean_sum, d = pair.difference - mean_difference;
    tendency += s * s;
    shade += s * s * s;
    prominence += s * s * (s * s);
    difference_square += d * d;
  }
  const double correlation_of_list = maximal_correlation_ ? maximal_correlation_of_list() : kNaN;

  // Every count is taken once, and left zero, which adds nothing when it is met again.
  double joint_log = 0, sum_log = 0, difference_log = 0, level_log = 0;
  int energy = 0, largest = 0, levels = 0, diagonal = 0;
  const auto take = [&](std::uint16_t& count) { return std::exchange(count, std::uint16_t{0}); };
  for (const Pair& pair : pairs_) {
    const int on_diagonal = pair.a == pair.b, joint = take(joint_[pair.a * kMostLevels + pair.b]);
    const int first = take(by_level_[pair.a]), second = take(by_level_[pair.b]);
    diagonal += on_diagonal;
    energy += joint * joint << on_diagonal;
    largest = std::max(largest, joint << on_diagonal);
    levels += (first != 0) + (second != 0);
    joint_log += log_table[joint];
    level_log += log_table[first] + log_table[second];
    sum_log += log_table[take(by_sum_[static_cast<std::size_t>(pair.sum)])];
    difference_log += log_table[take(by_difference_[static_cast<std::size_t>(pair.difference)])];
  }
  // Counts of pairs c stand for 2 c of the symmetric matrix, or for two cells of c off its diagonal.
  const double pairs_log = log_table[pairs_.size()], margins_log = log_table[2 * pairs_.size()];
  PairValues v{};
  v[autocorrelation] = static_cast<double>(squares_of_sums - squares_of_differences) / (4 * pairs);
  v[contrast] = static_cast<double>(squares_of_differences) / pairs;
  v[cluster_tendency] = tendency / pairs;
  v[cluster_shade] = shade / pairs;
  v[cluster_prominence] = prominence / pairs;
  v[correlation] = levels < 2 ? 1 : (tendency / pairs - v[contrast]) / (tendency / pairs + v[contrast]);
  v[difference_average] = mean_difference;
  v[difference_variance] = difference_square / pairs;
  v[difference_entropy] = (pairs_log - difference_log) / pairs;
  v[inverse_difference] = inverse / pairs;
  v[inverse_difference_moment] = inverse_square / pairs;
  v[inverse_difference_normalised] = normalised / pairs;
  v[inverse_difference_moment_normalised] = normalised_square / pairs;
  v[inverse_variance] = reciprocal_square / pairs;
  v[joint_average] = mean_sum / 2;
  v[joint_variance] = (v[cluster_tendency] + v[contrast]) / 4;
  v[joint_energy] = energy / (pairs * total);
  v[joint_maximum] = largest / total;
  v[joint_entropy] = ((pairs_log - joint_log) + (pairs - diagonal)) / pairs;
  v[sum_average] = mean_sum;
  v[sum_entropy] = (pairs_log - sum_log) / pairs;
  const double entropy = (margins_log - level_log) / total, shared = std::max(0.0, 2 * entropy - v[joint_entropy]);
  v[information_correlation_1] = levels < 2 ? 0 : 0.0 - shared / entropy;
  v[information_correlation_2] = std::sqrt(-std::expm1(-2 * shared));
  v[maximal_correlation] = correlation_of_list;
  return v;
}

double CubePairs::maximal_correlation_of_list() {
  std::array<std::uint64_t, kMostLevels> meets;
  std::fill(meets.begin(), meets.begin() + static_cast<std::ptrdiff_t>(levels_.size()), std::uint64_t{0});
  std::uint64_t present = 0;
  for (const Pair& pair : pairs_) {
    meets[pair.a] |= std::uint64_t{1} << pair.b;
    meets[pair.b] |= std::uint64_t{1} << pair.a;
    present |= std::uint64_t{1} << pair.a | std::uint64_t{1} << pair.b;
  }
  if ((present & (present - 1)) == 0) return 0;
  if (has_second_one(meets.data(), present)) return 1;
  std::array<std::uint8_t, kMostLevels> place;
  margins_.clear();
  for (; present != 0; present &= present - 1) {
    const auto level = static_cast<std::size_t>(std::countr_zero(present));
    place[level] = static_cast<std::uint8_t>(margins_.size());
    margins_.push_back(by_level_[level]);
  }
  const std::size_t size = margins_.size();
  cells_.assign(size * size, 0);
  for (const Pair& pair : pairs_) {
    const std::uint16_t count = joint_[pair.a * kMostLevels + pair.b];
    const std::size_t a = place[pair.a], b = place[pair.b];
    cells_[a * size + b] = cells_[b * size + a] = pair.a == pair.b ? 2.0 * count : count;
  }
  correlations_.add(cells_.data(), margins_.data(), size);
  return 0;
}

bool CubePairs::compute(const image::Index3& centre, std::vector<PairValues>& values) {
  if (!load(centre)) return false;
  values.clear();
  for (const Aggregation aggregation : aggregations_) {
    const std::size_t steps = is_volume(aggregation) ? steps_.size() : steps_within_slices_;
    FeatureMeans<kPairFeatures> means;
    pairs_.clear();
    for (std::size_t s = 0; s < steps && levels_.size() >= 2; ++s) {
      list_pairs(steps_[s][0] * stride_[0] + steps_[s][1] * stride_[1] + steps_[s][2] * stride_[2]);
      if (pairs_.empty() || (is_merged(aggregation) && s + 1 < steps)) continue;
      means.add(features_of_list());
      pairs_.clear();
    }
    means.sums[maximal_correlation] += correlations_.take_sum();
    PairValues& mean = values.emplace_back();
    for (std::size_t f = 0; f < kPairFeatures; ++f) mean[f] = means.mean(f);
  }
  return true;
}

}  // namespace larc::radiomics
