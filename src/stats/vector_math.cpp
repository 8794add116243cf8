#include "stats/vector_math.h"

#include <bit>
#include <cstdint>

#include "core/simd.h"

namespace larc::stats {

namespace {

// Four numbers; loads need no alignment.
using Four = double __attribute__((vector_size(32), aligned(8), may_alias));

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

LARC_SIMD void exp_all(const double* in, double* out, std::size_t count) {
  constexpr double kLog2e = 1.4426950408889634074;
  constexpr double kLn2High = 6.93147180369123816490e-01;
  constexpr double kLn2Low = 1.90821492927058770002e-10;
  constexpr double kShift = 0x1.8p52;  // adding it rounds to a whole number, held in the low bits
  for (std::size_t i = 0; i < count; ++i) {
    double x = in[i];
    x = x > 700.0 ? 700.0 : x;
    x = x < -700.0 ? -700.0 : x;
    const double shifted = x * kLog2e + kShift;
    const double k = shifted - kShift;
    const double r = (x - k * kLn2High) - k * kLn2Low;
    double p = 1.0 / 6227020800.0;
    p = p * r + 1.0 / 479001600.0;
    p = p * r + 1.0 / 39916800.0;
    p = p * r + 1.0 / 3628800.0;
    p = p * r + 1.0 / 362880.0;
    p = p * r + 1.0 / 40320.0;
    p = p * r + 1.0 / 5040.0;
    p = p * r + 1.0 / 720.0;
    p = p * r + 1.0 / 120.0;
    p = p * r + 1.0 / 24.0;
    p = p * r + 1.0 / 6.0;
    p = p * r + 0.5;
    p = p * r * r + r + 1.0;
    const std::uint64_t bits = std::bit_cast<std::uint64_t>(p) + (std::bit_cast<std::uint64_t>(shifted) << 52);
    out[i] = std::bit_cast<double>(bits);
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

}  // namespace larc::stats
