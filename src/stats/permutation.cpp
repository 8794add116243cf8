#include "stats/permutation.h"

#include <cmath>
#include <numeric>

#include "core/error.h"
#include "core/parallel.h"
#include "core/random.h"

namespace larc::stats {

PermutationTest permutation_p(double observed, const std::vector<double>& null, Alternative alternative) {
  PermutationTest result;
  result.statistic = observed;
  result.null = null;
  double count = 0.0, sum = 0.0, squares = 0.0;
  for (const double value : null) {
    if (!std::isfinite(value)) {
      ++result.undefined;
      continue;
    }
    count += 1.0;
    sum += value;
  }
  if (count == 0.0 || !std::isfinite(observed)) {
    result.reason = count == 0.0 ? "no permutation has a value" : "the observed value is undefined";
    return result;
  }
  result.null_mean = sum / count;
  const double distance = std::abs(observed - result.null_mean);
  for (const double value : null) {
    if (!std::isfinite(value)) continue;
    squares += (value - result.null_mean) * (value - result.null_mean);
    const bool extreme = alternative == Alternative::greater ? value >= observed
                         : alternative == Alternative::less  ? value <= observed
                                                             : std::abs(value - result.null_mean) >= distance;
    if (extreme) ++result.extreme;
  }
  if (count > 1.0) result.null_sd = std::sqrt(squares / (count - 1.0));
  result.p = (static_cast<double>(result.extreme) + 1.0) / (count + 1.0);
  return result;
}

Rows permuted_rows(std::size_t n, std::uint64_t seed, std::size_t replicate) {
  return Random(derive_seed(seed, "permutation", replicate)).permutation(n);
}

PermutationTest permutation_test(std::size_t n, const std::function<double(const Rows&)>& statistic,
                                 const ResampleSettings& settings, Alternative alternative) {
  if (n == 0 || settings.replicates == 0)
    throw Error(ErrorCode::domain, n == 0 ? "there are no rows to permute" : "0 permutations; give at least one");
  Rows observed(n);
  std::iota(observed.begin(), observed.end(), std::size_t{0});
  std::vector<double> null(settings.replicates);
  parallel_for(settings.replicates, settings.threads,
               [&](std::size_t b) { null[b] = statistic(permuted_rows(n, settings.seed, b)); });
  return permutation_p(statistic(observed), null, alternative);
}

}  // namespace larc::stats
