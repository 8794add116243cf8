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

// Without AVX in the calling convention a vector must not be returned by value; a macro reads memory of any alignment.
struct Unaligned {
  double lane[4];
};
#define LARC_LOAD(p) __builtin_bit_cast(Four, *reinterpret_cast<const Unaligned*>(p))
struct UnalignedSingle {
  float lane[4];
};
struct UnalignedEight {
  float lane[8];
};
#define LARC_WIDEN(p) \
  __builtin_convertvector(__builtin_bit_cast(FourSingle, *reinterpret_cast<const UnalignedSingle*>(p)), Four)
#define LARC_LOAD_EIGHT(p) __builtin_bit_cast(EightSingle, *reinterpret_cast<const UnalignedEight*>(p))

inline double total(const Four& a) {
  return (a[0] + a[2]) + (a[1] + a[3]);
}

// Dot products of four columns with r over a block of rows.
LARC_SIMD void dots4(const double* const* x, const double* r, std::size_t n, double* out) {
  Four a0{}, a1{}, a2{}, a3{}, b0{}, b1{}, b2{}, b3{};
  std::size_t i = 0;
  for (; i + 8 <= n; i += 8) {
    const Four r0 = LARC_LOAD(r + i), r1 = LARC_LOAD(r + i + 4);
    a0 += LARC_LOAD(x[0] + i) * r0;
    b0 += LARC_LOAD(x[0] + i + 4) * r1;
    a1 += LARC_LOAD(x[1] + i) * r0;
    b1 += LARC_LOAD(x[1] + i + 4) * r1;
    a2 += LARC_LOAD(x[2] + i) * r0;
    b2 += LARC_LOAD(x[2] + i + 4) * r1;
    a3 += LARC_LOAD(x[3] + i) * r0;
    b3 += LARC_LOAD(x[3] + i + 4) * r1;
  }
  double tail[4] = {0.0, 0.0, 0.0, 0.0};
  for (; i < n; ++i)
    for (int k = 0; k < 4; ++k) tail[k] += x[k][i] * r[i];
  out[0] += total(a0 + b0) + tail[0];
  out[1] += total(a1 + b1) + tail[1];
  out[2] += total(a2 + b2) + tail[2];
  out[3] += total(a3 + b3) + tail[3];
}

LARC_SIMD void dots4(const float* const* x, const double* r, std::size_t n, double* out) {
  Four a0{}, a1{}, a2{}, a3{}, b0{}, b1{}, b2{}, b3{};
  std::size_t i = 0;
  for (; i + 8 <= n; i += 8) {
    const Four r0 = LARC_LOAD(r + i), r1 = LARC_LOAD(r + i + 4);
    a0 += LARC_WIDEN(x[0] + i) * r0;
    b0 += LARC_WIDEN(x[0] + i + 4) * r1;
    a1 += LARC_WIDEN(x[1] + i) * r0;
    b1 += LARC_WIDEN(x[1] + i + 4) * r1;
    a2 += LARC_WIDEN(x[2] + i) * r0;
    b2 += LARC_WIDEN(x[2] + i + 4) * r1;
    a3 += LARC_WIDEN(x[3] + i) * r0;
    b3 += LARC_WIDEN(x[3] + i + 4) * r1;
  }
  double tail[4] = {0.0, 0.0, 0.0, 0.0};
  for (; i < n; ++i)
    for (int k = 0; k < 4; ++k) tail[k] += static_cast<double>(x[k][i]) * r[i];
  out[0] += total(a0 + b0) + tail[0];
  out[1] += total(a1 + b1) + tail[1];
  out[2] += total(a2 + b2) + tail[2];
  out[3] += total(a3 + b3) + tail[3];
}

LARC_SIMD void add4(const double* const* x, const double* c, std::size_t n, double* eta) {
  std::size_t i = 0;
  const Four c0 = {c[0], c[0], c[0], c[0]}, c1 = {c[1], c[1], c[1], c[1]}, c2 = {c[2], c[2], c[2], c[2]},
             c3 = {c[3], c[3], c[3], c[3]};
  for (; i + 4 <= n; i += 4) {
    const Four sum = LARC_LOAD(eta + i) + ((c0 * LARC_LOAD(x[0] + i) + c1 * LARC_LOAD(x[1] + i)) +
                                           (c2 * LARC_LOAD(x[2] + i) + c3 * LARC_LOAD(x[3] + i)));
    std::memcpy(eta + i, &sum, sizeof sum);
  }
  for (; i < n; ++i) eta[i] += (c[0] * x[0][i] + c[1] * x[1][i]) + (c[2] * x[2][i] + c[3] * x[3][i]);
}

LARC_SIMD void add4(const float* const* x, const double* c, std::size_t n, double* eta) {
  std::size_t i = 0;
  const Four c0 = {c[0], c[0], c[0], c[0]}, c1 = {c[1], c[1], c[1], c[1]}, c2 = {c[2], c[2], c[2], c[2]},
             c3 = {c[3], c[3], c[3], c[3]};
  for (; i + 4 <= n; i += 4) {
    const Four sum = LARC_LOAD(eta + i) + ((c0 * LARC_WIDEN(x[0] + i) + c1 * LARC_WIDEN(x[1] + i)) +
                                           (c2 * LARC_WIDEN(x[2] + i) + c3 * LARC_WIDEN(x[3] + i)));
    std::memcpy(eta + i, &sum, sizeof sum);
  }
  const auto wide = [](float value) { return static_cast<double>(value); };
  for (; i < n; ++i)
    eta[i] += (c[0] * wide(x[0][i]) + c[1] * wide(x[1][i])) + (c[2] * wide(x[2][i]) + c[3] * wide(x[3][i]));
}

// out[a + b * stride] += scale * x_a . v_b for four x and three v.
LARC_SIMD void tile(const double* const* x, const double* const* v, std::size_t n, double scale, double* const* out) {
  Four s[12] = {};
  std::size_t i = 0;
  for (; i + 4 <= n; i += 4) {
    const Four v0 = LARC_LOAD(v[0] + i), v1 = LARC_LOAD(v[1] + i), v2 = LARC_LOAD(v[2] + i);
    const Four x0 = LARC_LOAD(x[0] + i);
    s[0] += x0 * v0;
    s[1] += x0 * v1;
    s[2] += x0 * v2;
    const Four x1 = LARC_LOAD(x[1] + i);
    s[3] += x1 * v0;
    s[4] += x1 * v1;
    s[5] += x1 * v2;
    const Four x2 = LARC_LOAD(x[2] + i);
    s[6] += x2 * v0;
    s[7] += x2 * v1;
    s[8] += x2 * v2;
    const Four x3 = LARC_LOAD(x[3] + i);
    s[9] += x3 * v0;
    s[10] += x3 * v1;
    s[11] += x3 * v2;
  }
  double tail[12] = {};
  for (; i < n; ++i)
    for (int a = 0; a < 4; ++a)
      for (int b = 0; b < 3; ++b) tail[3 * a + b] += x[a][i] * v[b][i];
  for (int k = 0; k < 12; ++k) *out[k] += scale * (total(s[k]) + tail[k]);
}

inline float total(const EightSingle& a) {
  return ((a[0] + a[4]) + (a[2] + a[6])) + ((a[1] + a[5]) + (a[3] + a[7]));
}

LARC_SIMD void tile(const float* const* x, const float* const* v, std::size_t n, double scale, float* const* out) {
  EightSingle s[12] = {};
  std::size_t i = 0;
  for (; i + 8 <= n; i += 8) {
    const EightSingle v0 = LARC_LOAD_EIGHT(v[0] + i), v1 = LARC_LOAD_EIGHT(v[1] + i), v2 = LARC_LOAD_EIGHT(v[2] + i);
    const EightSingle x0 = LARC_LOAD_EIGHT(x[0] + i);
    s[0] += x0 * v0;
    s[1] += x0 * v1;
    s[2] += x0 * v2;
    const EightSingle x1 = LARC_LOAD_EIGHT(x[1] + i);
    s[3] += x1 * v0;
    s[4] += x1 * v1;
    s[5] += x1 * v2;
    const EightSingle x2 = LARC_LOAD_EIGHT(x[2] + i);
    s[6] += x2 * v0;
    s[7] += x2 * v1;
    s[8] += x2 * v2;
    const EightSingle x3 = LARC_LOAD_EIGHT(x[3] + i);
    s[9] += x3 * v0;
    s[10] += x3 * v1;
    s[11] += x3 * v2;
  }
  float tail[12] = {};
  for (; i < n; ++i)
    for (int a = 0; a < 4; ++a)
      for (int b = 0; b < 3; ++b) tail[3 * a + b] += x[a][i] * v[b][i];
  for (int k = 0; k < 12; ++k) *out[k] += static_cast<float>(scale * static_cast<double>(total(s[k]) + tail[k]));
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
  const Four factor = {a, a, a, a};
  std::size_t i = 0;
  for (; i + 4 <= count; i += 4) {
    const Four sum = LARC_LOAD(y + i) + factor * LARC_LOAD(x + i);
    std::memcpy(y + i, &sum, sizeof sum);
  }
  for (; i < count; ++i) y[i] += a * x[i];
}

LARC_SIMD void add_scaled(double a, const float* x, double* y, std::size_t count) {
  const Four factor = {a, a, a, a};
  std::size_t i = 0;
  for (; i + 4 <= count; i += 4) {
    const Four sum = LARC_LOAD(y + i) + factor * LARC_WIDEN(x + i);
    std::memcpy(y + i, &sum, sizeof sum);
  }
  for (; i < count; ++i) y[i] += a * static_cast<double>(x[i]);
}

}  // namespace larc::learn
