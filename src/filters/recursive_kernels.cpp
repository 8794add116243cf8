#include "filters/recursive_kernels.h"

#include <emmintrin.h>

#include "core/simd.h"

#define LARC_INLINE inline __attribute__((always_inline))

namespace larc::filters {

namespace {

constexpr int kBlock = 128;  // lanes whose recursion values stay in the first-level cache
constexpr int kAhead = 4;    // rows to prefetch ahead within a window
constexpr int kStrip = 32;   // lanes between two rounds of prefetching

/// Weights of the row at distance m from the window's edge (0 the next one): u or v at distances 0 .. 3.
RowWeights weights_at(const RecursiveGaussian& g, int row, int m, bool end) {
  RowWeights item{row, {0, 0, 0, 0}};
  for (int k = 0; k < 4; ++k) {
    const int lag = m - k;
    const auto size = static_cast<int>(g.impulse.size());
    if (lag >= 0 && lag < size) item.weights[static_cast<std::size_t>(k)] += g.impulse[static_cast<std::size_t>(lag)];
    if (!end) continue;
    const int beyond = std::max(lag + 1, 0);
    if (beyond < size)
      item.weights[static_cast<std::size_t>(k)] += g.impulse_sum_from[static_cast<std::size_t>(beyond)];
  }
  return item;
}

struct Ring {
  alignas(64) double rows[5][kBlock];
  double* u[5] = {rows[0], rows[1], rows[2], rows[3], rows[4]};  // u[0] is being made, u[k] the value k rows ago

  void start(const double* state, int lanes, int first, int n) {
    for (int k = 1; k <= 4; ++k) std::copy_n(state + (k - 1) * lanes + first, n, u[k]);
  }
  void turn() {
    double* oldest = u[4];
    for (int k = 4; k > 0; --k) u[k] = u[k - 1];
    u[0] = oldest;
  }
};

/// Asks for row[0 .. n - 1] ahead of its use: rows lie too far apart for the processor to foresee the next.
LARC_INLINE void prefetch(const double* row, int n) {
  for (int l = 0; l < n; l += 8) __builtin_prefetch(row + l);
}

/// u[0] = in - sum of poles[k - 1] u[k]
LARC_INLINE void recurse(const Ring& ring, const double* in, const std::array<double, 4>& poles, int n) {
  const double d1 = poles[0], d2 = poles[1], d3 = poles[2], d4 = poles[3];
  double* __restrict u = ring.u[0];
  const double *u1 = ring.u[1], *u2 = ring.u[2], *u3 = ring.u[3], *u4 = ring.u[4];
#pragma GCC ivdep
  for (int l = 0; l < n; ++l) u[l] = (in[l] - d4 * u4[l]) - (d3 * u3[l] + d2 * u2[l]) - d1 * u1[l];
}

/// smoothed and second (= or +=) from ring.u[first] .. ring.u[first + 3]
template <bool add>
LARC_INLINE void combine_one(const Ring& p, int first, const std::array<double, 4>& cs, const std::array<double, 4>& cd,
                             double* __restrict smoothed, double* __restrict second, int n) {
  const double *p0 = p.u[first], *p1 = p.u[first + 1], *p2 = p.u[first + 2], *p3 = p.u[(first + 3) % 5];
  const double s0 = cs[0], s1 = cs[1], s2 = cs[2], s3 = cs[3], e0 = cd[0], e1 = cd[1], e2 = cd[2], e3 = cd[3];
#pragma GCC ivdep
  for (int l = 0; l < n; ++l) {
    const double s = (s0 * p0[l] + s1 * p1[l]) + (s2 * p2[l] + s3 * p3[l]);
    const double d = (e0 * p0[l] + e1 * p1[l]) + (e2 * p2[l] + e3 * p3[l]);
    smoothed[l] = add ? smoothed[l] + s : s;
    second[l] = add ? second[l] + d : d;
  }
}

template <bool add, bool with_smoothed>
LARC_INLINE void combine_two(const Ring& p, const Ring& q, int first, const std::array<double, 4>& cs,
                             const std::array<double, 4>& cd, double* __restrict smoothed, double* __restrict second,
                             int n) {
  const double *p0 = p.u[first], *p1 = p.u[first + 1], *p2 = p.u[first + 2], *p3 = p.u[(first + 3) % 5];
  const double *q0 = q.u[first], *q1 = q.u[first + 1], *q2 = q.u[first + 2], *q3 = q.u[(first + 3) % 5];
  const double s0 = cs[0], s1 = cs[1], s2 = cs[2], s3 = cs[3], e0 = cd[0], e1 = cd[1], e2 = cd[2], e3 = cd[3];
#pragma GCC ivdep
  for (int l = 0; l < n; ++l) {
    const double d = ((e0 * p0[l] + e1 * p1[l]) + (e2 * p2[l] + e3 * p3[l])) +
                     ((s0 * q0[l] + s1 * q1[l]) + (s2 * q2[l] + s3 * q3[l]));
    second[l] = add ? second[l] + d : d;
    if (with_smoothed) {
      const double s = (s0 * p0[l] + s1 * p1[l]) + (s2 * p2[l] + s3 * p3[l]);
      smoothed[l] = add ? smoothed[l] + s : s;
    }
  }
}

template <bool two, bool with_smoothed>
LARC_INLINE void filter_window(const RecursiveGaussian& g, const FieldWindow& p, const FieldWindow& q, int rows,
                               int lanes, double* smoothed, double* second, std::ptrdiff_t out_stride) {
  for (int lane = 0; lane < lanes; lane += kBlock) {
    const int n = std::min(kBlock, lanes - lane);
    Ring up, uq;
    up.start(p.below, lanes, lane, n);
    if (two) uq.start(q.below, lanes, lane, n);
    for (int r = 0; r < rows; ++r) {
      double* s = with_smoothed ? smoothed + r * out_stride + lane : nullptr;
      double* d = second + r * out_stride + lane;
      prefetch(p.rows + std::min(r + kAhead, rows - 1) * p.stride + lane, n);
      recurse(up, p.rows + r * p.stride + lane, g.poles, n);
      if constexpr (two) {
        recurse(uq, q.rows + r * q.stride + lane, g.poles, n);
        combine_two<false, with_smoothed>(up, uq, 0, g.smooth, g.second, s, d, n);
        uq.turn();
      } else {
        combine_one<false>(up, 0, g.smooth, g.second, s, d, n);
      }
      up.turn();
    }
    up.start(p.above, lanes, lane, n);
    if (two) uq.start(q.above, lanes, lane, n);
    for (int r = rows - 1; r >= 0; --r) {
      double* s = with_smoothed ? smoothed + r * out_stride + lane : nullptr;
      double* d = second + r * out_stride + lane;
      if constexpr (two) {
        combine_two<true, with_smoothed>(up, uq, 1, g.smooth_back, g.second_back, s, d, n);
        recurse(uq, q.rows + r * q.stride + lane, g.poles, n);
        uq.turn();
      } else {
        combine_one<true>(up, 1, g.smooth_back, g.second_back, s, d, n);
      }
      recurse(up, p.rows + r * p.stride + lane, g.poles, n);
      up.turn();
    }
  }
}

LARC_INLINE void feed_pair(const double* a, const double* b, const double* next_a, const double* next_b,
                           const std::array<double, 4>& wa, const std::array<double, 4>& wb, double* __restrict state,
                           int lanes) {
  double *s0 = state, *s1 = state + lanes, *s2 = state + 2 * lanes, *s3 = state + 3 * lanes;
  const double a0 = wa[0], a1 = wa[1], a2 = wa[2], a3 = wa[3], b0 = wb[0], b1 = wb[1], b2 = wb[2], b3 = wb[3];
  for (int start = 0; start < lanes; start += kStrip) {
    const int end = std::min(start + kStrip, lanes);
    prefetch(next_a + start, end - start);
    prefetch(next_b + start, end - start);
#pragma GCC ivdep
    for (int l = start; l < end; ++l) {
      s0[l] += a0 * a[l] + b0 * b[l];
      s1[l] += a1 * a[l] + b1 * b[l];
      s2[l] += a2 * a[l] + b2 * b[l];
      s3[l] += a3 * a[l] + b3 * b[l];
    }
  }
}

}  // namespace

std::vector<RowWeights> rows_below(const RecursiveGaussian& g, int first) {
  std::vector<RowWeights> feeds;
  for (int row = 0; row < std::max(first, 1); ++row) feeds.push_back(weights_at(g, row, first - 1 - row, row == 0));
  return feeds;
}

std::vector<RowWeights> rows_above(const RecursiveGaussian& g, int last, int count) {
  std::vector<RowWeights> feeds;
  for (int row = std::min(last + 1, count - 1); row < count; ++row)
    feeds.push_back(weights_at(g, row, row - last - 1, row == count - 1));
  return feeds;
}

LARC_SIMD void feed_row(const double* row, const std::array<double, 4>& weights, double* state, int lanes) {
  double *s0 = state, *s1 = state + lanes, *s2 = state + 2 * lanes, *s3 = state + 3 * lanes;
  const double w0 = weights[0], w1 = weights[1], w2 = weights[2], w3 = weights[3];
#pragma GCC ivdep
  for (int l = 0; l < lanes; ++l) {
    s0[l] += w0 * row[l];
    s1[l] += w1 * row[l];
    s2[l] += w2 * row[l];
    s3[l] += w3 * row[l];
  }
}

LARC_SIMD void feed_rows(const double* field, std::ptrdiff_t stride, const std::vector<RowWeights>& feeds,
                         double* state, int lanes) {
  std::size_t f = 0;
  const auto row = [&](std::size_t at) { return field + feeds[std::min(at, feeds.size() - 1)].row * stride; };
  for (; f + 1 < feeds.size(); f += 2)
    feed_pair(row(f), row(f + 1), row(f + 4), row(f + 5), feeds[f].weights, feeds[f + 1].weights, state, lanes);
  if (f < feeds.size()) feed_row(field + feeds[f].row * stride, feeds[f].weights, state, lanes);
}

LARC_SIMD void smooth_and_second(const RecursiveGaussian& g, const FieldWindow& p, int rows, int lanes,
                                 double* smoothed, double* second, std::ptrdiff_t out_stride) {
  filter_window<false, true>(g, p, p, rows, lanes, smoothed, second, out_stride);
}

LARC_SIMD void smooth_and_mix(const RecursiveGaussian& g, const FieldWindow& p, const FieldWindow& q, int rows,
                              int lanes, double* smoothed, double* second, std::ptrdiff_t out_stride) {
  filter_window<true, true>(g, p, q, rows, lanes, smoothed, second, out_stride);
}

LARC_SIMD void mix(const RecursiveGaussian& g, const FieldWindow& p, const FieldWindow& q, int rows, int lanes,
                   double* second, std::ptrdiff_t out_stride) {
  filter_window<true, false>(g, p, q, rows, lanes, nullptr, second, out_stride);
}

void transpose(const double* from, std::ptrdiff_t from_stride, int rows, int columns, double* to,
               std::ptrdiff_t to_stride) {
  constexpr int kTile = 16;
  for (int column0 = 0; column0 < columns; column0 += kTile)
    for (int row0 = 0; row0 < rows; row0 += kTile) {
      const int row1 = std::min(row0 + kTile, rows), column1 = std::min(column0 + kTile, columns);
      int r = row0;
      for (; r + 1 < row1; r += 2) {
        const double* a = from + r * from_stride;
        const double* b = a + from_stride;
        int c = column0;
        for (; c + 1 < column1; c += 2) {
          const __m128d x = _mm_loadu_pd(a + c), y = _mm_loadu_pd(b + c);
          _mm_storeu_pd(to + c * to_stride + r, _mm_unpacklo_pd(x, y));
          _mm_storeu_pd(to + (c + 1) * to_stride + r, _mm_unpackhi_pd(x, y));
        }
        for (; c < column1; ++c) {
          to[c * to_stride + r] = a[c];
          to[c * to_stride + r + 1] = b[c];
        }
      }
      for (; r < row1; ++r)
        for (int c = column0; c < column1; ++c) to[c * to_stride + r] = from[r * from_stride + c];
    }
}

}  // namespace larc::filters
