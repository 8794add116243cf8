#include "stats/vector_math.h"

#include <cstdint>
#include <iterator>

#include "core/simd.h"

namespace larc::stats {

namespace {

// Four numbers; loads need no alignment.
using Four = double __attribute__((vector_size(32), aligned(8), may_alias));

using Bits = std::uint64_t __attribute__((vector_size(32), aligned(8), may_alias));

// The sums of products of kA columns of y with kB columns of x.
template <std::size_t kA, std::size_t kB>
[[gnu::always_inline]] inline void add_tile(const double* y, const double* x, std::size_t stride, std::size_t count,
                                            double sign, double* gram, std::size_t columns) {
  Four sum[kA][kB] = {};
  for (std::size_t i = 0; i < count; i += 4) {
    Four left[kA];
    for (std::size_t a = 0; a < kA; ++a) left[a] = *reinterpret_cast<const Four*>(y + a * stride + i);
    for (std::size_t b = 0; b < kB; ++b) {
      const Four right = *reinterpret_cast<const Four*>(x + b * stride + i);
      for (std::size_t a = 0; a < kA; ++a) sum[a][b] += left[a] * right;
    }
  }
  for (std::size_t a = 0; a < kA; ++a)
    for (std::size_t b = 0; b < kB; ++b)
      gram[a * columns + b] += sign * ((sum[a][b][0] + sum[a][b][1]) + (sum[a][b][2] + sum[a][b][3]));
}

}  // namespace

// exp(x) = 2^k exp(r), k = x / ln 2 rounded, r the rest: Taylor's series to r^13 / 13!.
LARC_SIMD void exp_all(const double* in, double* out, std::size_t count) {
  constexpr double kLog2e = 1.4426950408889634074;
  constexpr double kLn2High = 6.93147180369123816490e-01;
  constexpr double kLn2Low = 1.90821492927058770002e-10;
  constexpr double kShift = 0x1.8p52;  // adding it rounds to a whole number, held in the low bits
  constexpr double kInverseFactorial[] = {1.0 / 479001600.0,
                                          1.0 / 39916800.0,
                                          1.0 / 3628800.0,
                                          1.0 / 362880.0,
                                          1.0 / 40320.0,
                                          1.0 / 5040.0,
                                          1.0 / 720.0,
                                          1.0 / 120.0,
                                          1.0 / 24.0,
                                          1.0 / 6.0,
                                          0.5};
  double last[4] = {};
  for (std::size_t i = 0; i < count; i += 4) {
    const bool whole = i + 4 <= count;
    for (std::size_t l = 0; !whole && l < count - i; ++l) last[l] = in[i + l];
    Four x = *reinterpret_cast<const Four*>(whole ? in + i : last);
    x = x > 700.0 ? Four{700.0, 700.0, 700.0, 700.0} : x;
    x = x < -700.0 ? Four{-700.0, -700.0, -700.0, -700.0} : x;
    const Four shifted = x * kLog2e + kShift;
    const Four k = shifted - kShift;
    const Four r = (x - k * kLn2High) - k * kLn2Low;
    Four p = r * (1.0 / 6227020800.0) + kInverseFactorial[0];
    for (std::size_t j = 1; j < std::size(kInverseFactorial); ++j) p = p * r + kInverseFactorial[j];
    p = p * r * r + r + 1.0;
    const Bits bits = reinterpret_cast<const Bits&>(p) + (reinterpret_cast<const Bits&>(shifted) << 52);
    *reinterpret_cast<Bits*>(whole ? out + i : last) = bits;
    for (std::size_t l = 0; !whole && l < count - i; ++l) out[i + l] = last[l];
  }
}

LARC_SIMD void add_weighted_gram(const double* x, std::size_t stride, const double* weight, std::size_t count,
                                 std::size_t columns, double sign, double* scratch, double* gram) {
  for (std::size_t a = 0; a < columns; ++a)
    for (std::size_t i = 0; i < count; ++i) scratch[a * stride + i] = weight[i] * x[a * stride + i];
  std::size_t a = 0;
  for (; a + 2 <= columns; a += 2) {
    const double* y = scratch + a * stride;
    double* out = gram + a * columns;
    std::size_t b = 0;
    for (; b + 4 <= a + 2; b += 4) add_tile<2, 4>(y, x + b * stride, stride, count, sign, out + b, columns);
    for (; b < a + 2; b += 2) add_tile<2, 2>(y, x + b * stride, stride, count, sign, out + b, columns);
  }
  for (std::size_t b = 0; a < columns && b < columns; ++b)
    add_tile<1, 1>(scratch + a * stride, x + b * stride, stride, count, sign, gram + a * columns + b, columns);
}

LARC_SIMD void add_weighted_sums(const double* x, std::size_t stride, const double* weight, std::size_t count,
                                 std::size_t columns, double* sums) {
  for (std::size_t a = 0; a < columns; ++a) {
    const double* column = x + a * stride;
    Four sum = {};
    for (std::size_t i = 0; i < count; i += 4)
      sum += *reinterpret_cast<const Four*>(column + i) * *reinterpret_cast<const Four*>(weight + i);
    sums[a] += (sum[0] + sum[1]) + (sum[2] + sum[3]);
  }
}

LARC_SIMD ColumnSummary summarise(const double* values, std::size_t count) {
  ColumnSummary result;
  if (count == 0) return result;
  const double shift = values[0];
  Four sum = {}, squares = {};
  Four lowest = {shift, shift, shift, shift}, highest = lowest;
  std::size_t i = 0;
  for (; i + 4 <= count; i += 4) {
    const Four value = *reinterpret_cast<const Four*>(values + i);
    const Four moved = value - shift;
    sum += moved;
    squares += moved * moved;
    lowest = value < lowest ? value : lowest;
    highest = value > highest ? value : highest;
  }
  double total = (sum[0] + sum[1]) + (sum[2] + sum[3]);
  double square = (squares[0] + squares[1]) + (squares[2] + squares[3]);
  result.lowest = result.highest = shift;
  for (int l = 0; l < 4; ++l) {
    result.lowest = lowest[l] < result.lowest ? lowest[l] : result.lowest;
    result.highest = highest[l] > result.highest ? highest[l] : result.highest;
  }
  for (; i < count; ++i) {
    const double moved = values[i] - shift;
    total += moved;
    square += moved * moved;
    result.lowest = values[i] < result.lowest ? values[i] : result.lowest;
    result.highest = values[i] > result.highest ? values[i] : result.highest;
  }
  const double n = static_cast<double>(count);
  result.mean = shift + total / n;
  result.variance = square / n - (total / n) * (total / n);
  return result;
}

}  // namespace larc::stats
