#include "radiomics/glcm_features.h"

#include "core/number.h"
#include "radiomics/count_log.h"

namespace larc::radiomics {

namespace {

// Of counts that add up to `total`, in bits.
double entropy(const std::vector<double>& counts, double total, const double* log_table) {
  double sum = 0;
  for (const double count : counts)
    if (count > 0) sum += x_log2_x(count, log_table);
  return (x_log2_x(total, log_table) - sum) / total;
}

// Mean and variance of the level numbers; the variance of a single level is 0 exactly.
std::pair<double, double> moments(const std::vector<double>& counts, double total, const LevelScale& scale) {
  double mean = 0, variance = 0;
  std::size_t occupied = 0;
  for (std::size_t a = 0; a < counts.size(); ++a) {
    mean += counts[a] * scale.numbers[a];
    occupied += counts[a] > 0;
  }
  mean /= total;
  if (occupied < 2) return {mean, 0};
  for (std::size_t a = 0; a < counts.size(); ++a) {
    const double d = scale.numbers[a] - mean;
    variance += counts[a] * (d * d);
  }
  return {mean, variance / total};
}

void add_sum_features(const PairSums& sums, double first, double mean, const double* log_table, PairValues& v) {
  double average = 0, tendency = 0, shade = 0, prominence = 0;
  for (std::size_t s = 0; s < sums.sum.size(); ++s) {
    const double count = sums.sum[s], number = first + static_cast<double>(s), d = number - mean, square = d * d;
    average += count * number;
    tendency += count * square;
    shade += count * (square * d);
    prominence += count * (square * square);
  }
  v[sum_average] = average / sums.total;
  v[sum_entropy] = entropy(sums.sum, sums.total, log_table);
  v[cluster_tendency] = tendency / sums.total;
  v[cluster_shade] = shade / sums.total;
  v[cluster_prominence] = prominence / sums.total;
}

void add_difference_features(const PairSums& sums, const LevelScale& scale, const double* log_table, PairValues& v) {
  double average = 0, square = 0, inverse = 0, inverse_square = 0, normalised = 0, normalised_square = 0,
         reciprocal = 0;
  for (std::size_t n = 0; n < scale.range; ++n) {
    const double count = sums.difference[n], d = static_cast<double>(n);
    average += count * d;
    square += count * (d * d);
    inverse += count * scale.inverse[n];
    inverse_square += count * scale.inverse_square[n];
    normalised += count * scale.normalised[n];
    normalised_square += count * scale.normalised_square[n];
    reciprocal += count * scale.reciprocal_square[n];
  }
  const double mean = average / sums.total;
  double variance = 0;
  for (std::size_t n = 0; n < scale.range; ++n) {
    const double d = static_cast<double>(n) - mean;
    variance += sums.difference[n] * (d * d);
  }
  v[difference_average] = mean;
  v[difference_variance] = variance / sums.total;
  v[difference_entropy] = entropy(sums.difference, sums.total, log_table);
  v[contrast] = square / sums.total;
  v[inverse_difference] = inverse / sums.total;
  v[inverse_difference_moment] = inverse_square / sums.total;
  v[inverse_difference_normalised] = normalised / sums.total;
  v[inverse_difference_moment_normalised] = normalised_square / sums.total;
  v[inverse_variance] = reciprocal / sums.total;
}

}  // namespace

PairValues pair_features(const PairSums& sums, const LevelScale& scale, bool symmetric) {
  const double* log_table = count_log_table();
  const double total = sums.total;
  PairValues v{};
  const auto [mean_x, variance_x] = moments(sums.x, total, scale);
  const auto [mean_y, variance_y] = symmetric ? std::pair(mean_x, variance_x) : moments(sums.y, total, scale);
  add_sum_features(sums, 2.0 * scale.first, mean_x + mean_y, log_table, v);
  add_difference_features(sums, scale, log_table, v);

  // i j = ((i + j)^2 - (i - j)^2) / 4, and the same with deviations from the means.
  double square_of_sums = 0;
  for (std::size_t s = 0; s < sums.sum.size(); ++s) {
    const double number = 2.0 * scale.first + static_cast<double>(s);
    square_of_sums += sums.sum[s] * (number * number);
  }
  v[autocorrelation] = (square_of_sums / total - v[contrast]) / 4;
  const double shift = mean_x - mean_y;
  const double covariance = (v[cluster_tendency] - (v[contrast] - shift * shift)) / 4;
  const double spread = symmetric ? (v[cluster_tendency] + v[contrast]) / 4 : std::sqrt(variance_x * variance_y);
  const bool single_level = variance_x == 0 || variance_y == 0;
  v[correlation] = single_level ? 1 : covariance / spread;
  v[joint_average] = mean_x;
  v[joint_variance] = variance_x;
  v[joint_energy] = sums.energy / (total * total);
  v[joint_maximum] = sums.maximum / total;
  v[joint_entropy] = (x_log2_x(total, log_table) - sums.log_sum) / total;

  // Both cross entropies of the definition equal HX + HY, because the rows and columns of p add up to px and py.
  const double entropy_x = entropy(sums.x, total, log_table);
  const double entropy_y = symmetric ? entropy_x : entropy(sums.y, total, log_table);
  const double shared = std::max(0.0, entropy_x + entropy_y - v[joint_entropy]);
  const double larger = std::max(entropy_x, entropy_y);
  v[information_correlation_1] = larger > 0 ? 0.0 - shared / larger : 0;
  v[information_correlation_2] = std::sqrt(-std::expm1(-2 * shared));
  v[maximal_correlation] = kNaN;
  return v;
}

}  // namespace larc::radiomics
