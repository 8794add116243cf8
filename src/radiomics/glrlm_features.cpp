#include "radiomics/glrlm_features.h"

#include "radiomics/count_log.h"

namespace larc::radiomics {

namespace {

// Sums over the runs of one matrix, not normalised.
struct RunSums {
  RunValues emphases{};         // of those that are plain sums
  double runs = 0, voxels = 0;  // voxels: of all runs, so of every direction that was merged
  double log_sum = 0;           // of c log2 c over the cells
  double level_square = 0;      // of the squared runs of each level
  double level_sum = 0;         // of level numbers over runs
  std::vector<double> by_level, by_length;
};

// Runs of one level: their number, and sums of 1 / r^2 and r^2 over them.
struct LevelRuns {
  double runs = 0, inverse_square = 0, square = 0;
};

void add_level(const LevelRuns& level, double number, RunSums& sums) {
  const double square = number * number;
  sums.runs += level.runs;
  sums.by_level.push_back(level.runs);
  sums.level_square += level.runs * level.runs;
  sums.level_sum += level.runs * number;
  sums.emphases[short_run_emphasis] += level.inverse_square;
  sums.emphases[long_run_emphasis] += level.square;
  sums.emphases[low_grey_level_emphasis] += level.runs / square;
  sums.emphases[high_grey_level_emphasis] += level.runs * square;
  sums.emphases[short_run_low_grey_level_emphasis] += level.inverse_square / square;
  sums.emphases[short_run_high_grey_level_emphasis] += level.inverse_square * square;
  sums.emphases[long_run_low_grey_level_emphasis] += level.square / square;
  sums.emphases[long_run_high_grey_level_emphasis] += level.square * square;
}

template <typename Count>
RunSums sum_runs(const RunMatrix<Count>& matrix, const std::vector<int>& numbers) {
  const double* log_table = count_log_table();
  RunSums sums;
  std::size_t longest = matrix.longest;
  for (const LongRuns& run : matrix.longer) longest = std::max<std::size_t>(longest, run.length);
  sums.by_length.assign(longest + 1, 0);
  sums.by_level.reserve(numbers.size());
  std::vector<double> inverse_square(longest + 1, 0);
  for (std::size_t r = 1; r <= longest; ++r) inverse_square[r] = 1 / (static_cast<double>(r) * static_cast<double>(r));
  auto longer = matrix.longer.begin();
  for (std::size_t a = 0; a < numbers.size(); ++a) {
    LevelRuns level;
    const auto add = [&](std::size_t length, double count) {
      const double r = static_cast<double>(length);
      level.runs += count;
      level.inverse_square += count * inverse_square[length];
      level.square += count * (r * r);
      sums.by_length[length] += count;
      sums.log_sum += x_log2_x(count, log_table);
    };
    const Count* counts = matrix.counts.data() + a * matrix.width;
    for (std::size_t length = 1; length <= matrix.longest; ++length)
      if (counts[length] != 0) add(length, static_cast<double>(counts[length]));
    for (; longer != matrix.longer.end() && longer->level == a; ++longer) add(longer->length, longer->count);
    add_level(level, numbers[a], sums);
  }
  for (std::size_t r = 1; r <= longest; ++r) sums.voxels += sums.by_length[r] * static_cast<double>(r);
  return sums;
}

}  // namespace

template <typename Count>
RunValues run_features(const RunMatrix<Count>& matrix, const std::vector<int>& numbers) {
  const RunSums sums = sum_runs(matrix, numbers);
  const double runs = sums.runs;
  double length_square = 0, length_variance = 0, level_variance = 0;
  const double mean_level = sums.level_sum / runs, mean_length = sums.voxels / runs;
  for (std::size_t a = 0; a < numbers.size(); ++a) {
    const double d = numbers[a] - mean_level;
    level_variance += sums.by_level[a] * (d * d);
  }
  for (std::size_t r = 1; r < sums.by_length.size(); ++r) {
    const double d = static_cast<double>(r) - mean_length;
    length_square += sums.by_length[r] * sums.by_length[r];
    length_variance += sums.by_length[r] * (d * d);
  }
  RunValues values = sums.emphases;
  for (double& value : values) value /= runs;
  values[grey_level_non_uniformity] = sums.level_square / runs;
  values[grey_level_non_uniformity_normalised] = sums.level_square / (runs * runs);
  values[run_length_non_uniformity] = length_square / runs;
  values[run_length_non_uniformity_normalised] = length_square / (runs * runs);
  values[run_percentage] = runs / sums.voxels;
  values[grey_level_variance] = level_variance / runs;
  values[run_variance] = length_variance / runs;
  values[run_entropy] = (x_log2_x(runs, count_log_table()) - sums.log_sum) / runs;
  return values;
}

template RunValues run_features(const RunMatrix<std::int32_t>&, const std::vector<int>&);
template RunValues run_features(const RunMatrix<double>&, const std::vector<int>&);

}  // namespace larc::radiomics
