#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "core/number.h"
#include "stats/bootstrap.h"

namespace larc::stats {

/// Which values count as at least as extreme as the observed one.
enum class Alternative { greater, less, two_sided };

struct PermutationTest {
  double statistic = kNaN;
  double p = kNaN;  // (extreme + 1) / (defined + 1): never 0
  std::size_t extreme = 0;
  double null_mean = kNaN;
  double null_sd = kNaN;
  std::vector<double> null;   // (permutations,)
  std::size_t undefined = 0;  // permutations without a value, left out
  std::string reason;         // why p is NaN
};

/// p of an observed value against values under the null. two_sided: farther from the mean of the null.
/// source Phipson, Smyth 2010
PermutationTest permutation_p(double observed, const std::vector<double>& null,
                              Alternative alternative = Alternative::greater);

/// Order of the rows of one permutation; the replicate's own stream of the seed.
Rows permuted_rows(std::size_t n, std::uint64_t seed, std::size_t replicate);

/// statistic(order) with the outcome of row order[i] given to row i; order 0 .. n - 1 is the observed table. It must be
/// safe to call from several threads, and must repeat everything that looks at the outcome.
/// errors domain (no rows, no replicates)
PermutationTest permutation_test(std::size_t n, const std::function<double(const Rows&)>& statistic,
                                 const ResampleSettings& settings = {}, Alternative alternative = Alternative::greater);

}  // namespace larc::stats
