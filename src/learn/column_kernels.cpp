#include "learn/column_kernels.h"

#include <algorithm>
#include <cstring>

#include "core/simd.h"

namespace larc::learn {

namespace {

using Four = double __attribute__((vector_size(32)));
using FourSingle = float __attribute__((vector_size(16)));
using EightSingle = float __attribute__((vector_size(32)));

constexpr std::size_t kRowBlock = 2048;    // r and eta of a block stay in the first-level cache
constexpr std::size_t kPanelRows = 512;    // of the products
constexpr std::size_t kPanelColumns = 96;  // 96 x 512 numbers stay in the second-level cache

// Without AVX in the calling convention a vector must not be returned by value: memory of any alignment is read into
// one that is there, four numbers as doubles or as many as a vector of their own kind holds.
#define LARC_INLINE __attribute__((always_inline)) inline
LARC_INLINE void load(const double* from, Four& to) {
  std::memcpy(&to, from, sizeof to);
}
LARC_INLINE void load(const float* from, EightSingle& to) {
  std::memcpy(&to, from, sizeof to);
}
LARC_INLINE void load(const float* from, Four& to) {
  FourSingle single;
  std::memcpy(&single, from, sizeof single);
  to = __builtin_convertvector(single, Four);
}

inline double total(const Four& a) {
  return (a[0] + a[2]) + (a[1] + a[3]);
}
inline float total(const EightSingle& a) {
  return ((a[0] + a[4]) + (a[2] + a[6])) + ((a[1] + a[5]) + (a[3] + a[7]));
}

template <typename Number>
LARC_INLINE void dots4_of(const Number* const* x, const double* r, std::size_t n, double* out) {
  Four a[4] = {}, b[4] = {};
  std::size_t i = 0;
  for (; i + 8 <= n; i += 8) {
    Four r0, r1, value;
    load(r + i, r0);
    load(r + i + 4, r1);
    for (int k = 0; k < 4; ++k) {
      load(x[k] + i, value);
      a[k] += value * r0;
      load(x[k] + i + 4, value);
      b[k] += value * r1;
    }
  }
  double tail[4] = {0.0, 0.0, 0.0, 0.0};
  for (; i < n; ++i)
    for (int k = 0; k < 4; ++k) tail[k] += static_cast<double>(x[k][i]) * r[i];
  for (int k = 0; k < 4; ++k) out[k] += total(a[k] + b[k]) + tail[k];
}

template <typename Number>
LARC_INLINE void add4_of(const Number* const* x, const double* c, std::size_t n, double* eta) {
  const Four c0 = {c[0], c[0], c[0], c[0]}, c1 = {c[1], c[1], c[1], c[1]}, c2 = {c[2], c[2], c[2], c[2]},
             c3 = {c[3], c[3], c[3], c[3]};
  std::size_t i = 0;
  for (; i + 4 <= n; i += 4) {
    Four sum, x0, x1, x2, x3;
    load(eta + i, sum);
    load(x[0] + i, x0);
    load(x[1] + i, x1);
    load(x[2] + i, x2);
    load(x[3] + i, x3);
    sum += (c0 * x0 + c1 * x1) + (c2 * x2 + c3 * x3);
    std::memcpy(eta + i, &sum, sizeof sum);
  }
  const auto wide = [&](int k) { return static_cast<double>(x[k][i]); };
  for (; i < n; ++i) eta[i] += (c[0] * wide(0) + c[1] * wide(1)) + (c[2] * wide(2) + c[3] * wide(3));
}

template <typename Vector, typename Number>
LARC_INLINE void tile_of(const Number* const* x, const Number* const* v, std::size_t n, double scale,
                         Number* const* out) {
  constexpr std::size_t kLanes = sizeof(Vector) / sizeof(Number);
  Vector s[12] = {};
  std::size_t i = 0;
  for (; i + kLanes <= n; i += kLanes) {
    Vector v0, v1, v2, value;
    load(v[0] + i, v0);
    load(v[1] + i, v1);
    load(v[2] + i, v2);
    for (int a = 0; a < 4; ++a) {
      load(x[a] + i, value);
      s[3 * a] += value * v0;
      s[3 * a + 1] += value * v1;
      s[3 * a + 2] += value * v2;
    }
  }
  Number tail[12] = {};
  for (; i < n; ++i)
    for (int a = 0; a < 4; ++a)
      for (int b = 0; b < 3; ++b) tail[3 * a + b] += x[a][i] * v[b][i];
  for (int k = 0; k < 12; ++k) *out[k] += static_cast<Number>(scale * static_cast<double>(total(s[k]) + tail[k]));
}

template <typename Number>
LARC_INLINE void add_scaled_of(double a, const Number* x, double* y, std::size_t count) {
  const Four factor = {a, a, a, a};
  std::size_t i = 0;
  for (; i + 4 <= count; i += 4) {
    Four sum, value;
    load(y + i, sum);
    load(x + i, value);
    sum += factor * value;
    std::memcpy(y + i, &sum, sizeof sum);
  }
  for (; i < count; ++i) y[i] += a * static_cast<double>(x[i]);
}

// Dot products of four columns with r over a block of rows.
LARC_SIMD void dots4(const double* const* x, const double* r, std::size_t n, double* out) {
  dots4_of(x, r, n, out);
}
LARC_SIMD void dots4(const float* const* x, const double* r, std::size_t n, double* out) {
  dots4_of(x, r, n, out);
}
LARC_SIMD void add4(const double* const* x, const double* c, std::size_t n, double* eta) {
  add4_of(x, c, n, eta);
}
LARC_SIMD void add4(const float* const* x, const double* c, std::size_t n, double* eta) {
  add4_of(x, c, n, eta);
}
// out[a + b * stride] += scale * x_a . v_b for four x and three v.
LARC_SIMD void tile(const double* const* x, const double* const* v, std::size_t n, double scale, double* const* out) {
  tile_of<Four>(x, v, n, scale, out);
}
LARC_SIMD void tile(const float* const* x, const float* const* v, std::size_t n, double scale, float* const* out) {
  tile_of<EightSingle>(x, v, n, scale, out);
}

template <typename Matrix>
void dots_of(const Matrix& x, const std::vector<Eigen::Index>& columns, const Eigen::VectorXd& r,
             std::vector<double>& out) {
  const std::size_t n = static_cast<std::size_t>(x.rows());
  out.assign(columns.size(), 0.0);
  for (std::size_t row = 0; row < n; row += kRowBlock) {
    const std::size_t count = std::min(kRowBlock, n - row);
    for (std::size_t k = 0; k < columns.size(); k += 4) {
      const typename Matrix::Scalar* pointers[4];
      double sums[4] = {0.0, 0.0, 0.0, 0.0};
      for (std::size_t c = 0; c < 4; ++c)
        pointers[c] = x.col(columns[std::min(k + c, columns.size() - 1)]).data() + row;
      dots4(pointers, r.data() + row, count, sums);
      for (std::size_t c = 0; c < 4 && k + c < columns.size(); ++c) out[k + c] += sums[c];
    }
  }
}

template <typename Number>
void add_lists(std::vector<const Number*>& columns, std::vector<double>& coef, std::size_t count, double* y) {
  std::size_t kept = 0;
  for (std::size_t k = 0; k < columns.size(); ++k) {
    if (coef[k] == 0.0) continue;
    columns[kept] = columns[k];
    coef[kept++] = coef[k];
  }
  if (kept == 0) return;
  columns.resize(kept);
  coef.resize(kept);
  while (columns.size() % 4 != 0) {
    columns.push_back(columns.back());
    coef.push_back(0.0);
  }
  for (std::size_t row = 0; row < count; row += kRowBlock)
    for (std::size_t k = 0; k < columns.size(); k += 4) {
      const Number* block[4] = {columns[k] + row, columns[k + 1] + row, columns[k + 2] + row, columns[k + 3] + row};
      add4(block, coef.data() + k, std::min(kRowBlock, count - row), y + row);
    }
}

template <typename Matrix>
void add_of(const Matrix& x, const std::vector<Eigen::Index>& columns, const std::vector<double>& coef,
            Eigen::VectorXd& eta) {
  std::vector<const typename Matrix::Scalar*> pointers;
  for (const Eigen::Index j : columns) pointers.push_back(x.col(j).data());
  std::vector<double> values = coef;
  add_lists(pointers, values, static_cast<std::size_t>(x.rows()), eta.data());
}

template <typename Matrix>
void products_of(const Matrix& x, const std::vector<Eigen::Index>& rows, const Matrix& v,
                 const std::vector<std::size_t>& first, double scale, typename Matrix::Scalar* out,
                 std::size_t stride) {
  using Number = typename Matrix::Scalar;
  const std::size_t n = static_cast<std::size_t>(x.rows());
  Number unused = 0;
  for (std::size_t row = 0; row < n; row += kPanelRows) {
    const std::size_t count = std::min(kPanelRows, n - row);
    for (std::size_t panel = 0; panel < first.size(); panel += kPanelColumns) {
      const std::size_t end = std::min(first.size(), panel + kPanelColumns);
      for (std::size_t a = first[panel] / 4 * 4; a < rows.size(); a += 4) {
        const Number* left[4];
        for (std::size_t i = 0; i < 4; ++i) left[i] = x.col(rows[std::min(a + i, rows.size() - 1)]).data() + row;
        for (std::size_t b = panel; b < end; b += 3) {
          if (first[b] > a + 3) break;
          const Number* right[3];
          Number* target[12];
          for (std::size_t j = 0; j < 3; ++j)
            right[j] = v.col(static_cast<Eigen::Index>(std::min(b + j, end - 1))).data() + row;
          for (std::size_t i = 0; i < 4; ++i)
            for (std::size_t j = 0; j < 3; ++j)
              target[3 * i + j] = a + i < rows.size() && b + j < end ? out + a + i + (b + j) * stride : &unused;
          tile(left, right, count, scale, target);
        }
      }
    }
  }
}

}  // namespace

void column_dots(const Eigen::MatrixXd& x, const std::vector<Eigen::Index>& columns, const Eigen::VectorXd& r,
                 std::vector<double>& out) {
  dots_of(x, columns, r, out);
}

void add_columns(const Eigen::MatrixXd& x, const std::vector<Eigen::Index>& columns, const std::vector<double>& coef,
                 Eigen::VectorXd& eta) {
  add_of(x, columns, coef, eta);
}

void add_scaled(std::vector<const double*>& columns, std::vector<double>& coef, std::size_t count, double* y) {
  add_lists(columns, coef, count, y);
}

void column_products(const Eigen::MatrixXd& x, const std::vector<Eigen::Index>& rows, const Eigen::MatrixXd& v,
                     const std::vector<std::size_t>& first, double scale, double* out, std::size_t stride) {
  products_of(x, rows, v, first, scale, out, stride);
}

void column_dots(const Eigen::MatrixXf& x, const std::vector<Eigen::Index>& columns, const Eigen::VectorXd& r,
                 std::vector<double>& out) {
  dots_of(x, columns, r, out);
}

void add_columns(const Eigen::MatrixXf& x, const std::vector<Eigen::Index>& columns, const std::vector<double>& coef,
                 Eigen::VectorXd& eta) {
  add_of(x, columns, coef, eta);
}

void add_scaled(std::vector<const float*>& columns, std::vector<double>& coef, std::size_t count, double* y) {
  add_lists(columns, coef, count, y);
}

void column_products(const Eigen::MatrixXf& x, const std::vector<Eigen::Index>& rows, const Eigen::MatrixXf& v,
                     const std::vector<std::size_t>& first, double scale, float* out, std::size_t stride) {
  products_of(x, rows, v, first, scale, out, stride);
}

LARC_SIMD void add_scaled(double a, const double* x, double* y, std::size_t count) {
  add_scaled_of(a, x, y, count);
}
LARC_SIMD void add_scaled(double a, const float* x, double* y, std::size_t count) {
  add_scaled_of(a, x, y, count);
}

}  // namespace larc::learn
