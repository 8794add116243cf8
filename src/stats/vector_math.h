#pragma once
#include <cstddef>

namespace larc::stats {

/// out[i] = exp(in[i]) within 1 or 2 units of the last place, four at a time where the processor can; the result does
/// not depend on that. Arguments beyond +-700 count as +-700. `in` and `out` may be the same.
void exp_all(const double* in, double* out, std::size_t count);

/// gram(a, b) += sign * sum over i of weight[i] x[a][i] x[b][i] for b <= a; gram (columns, columns) by rows, x[a] at
/// x + a * stride. count: a multiple of 4, the rest filled up with zero weights.
/// scratch (columns * stride)
void add_weighted_gram(const double* x, std::size_t stride, const double* weight, std::size_t count,
                       std::size_t columns, double sign, double* scratch, double* gram);

/// sums[a] += sum over i of weight[i] x[a][i]; count: a multiple of 4
void add_weighted_sums(const double* x, std::size_t stride, const double* weight, std::size_t count,
                       std::size_t columns, double* sums);

/// Mean, variance (by n), smallest and largest, in one pass. The variance of equal values is exactly 0; otherwise it
/// is good for scaling, not for reporting. NaN or infinite values give a NaN or infinite variance.
struct ColumnSummary {
  double mean = 0.0, variance = 0.0, lowest = 0.0, highest = 0.0;
};
ColumnSummary summarise(const double* values, std::size_t count);

}  // namespace larc::stats
