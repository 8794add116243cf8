#include "radiomics/small_correlations.h"

#include <bit>

#include "core/simd.h"

namespace larc::radiomics {

bool has_second_one(const std::uint64_t* meets, std::uint64_t levels) {
  // Levels an even and an odd number of pairs away from the first.
  std::uint64_t even = levels & (~levels + 1), odd = 0, new_even = even;
  while (new_even != 0) {
    std::uint64_t new_odd = 0;
    for (std::uint64_t bits = new_even; bits != 0; bits &= bits - 1)
      new_odd |= meets[static_cast<std::size_t>(std::countr_zero(bits))];
    new_odd &= ~odd;
    odd |= new_odd;
    new_even = 0;
    for (std::uint64_t bits = new_odd; bits != 0; bits &= bits - 1)
      new_even |= meets[static_cast<std::size_t>(std::countr_zero(bits))];
    new_even &= ~even;
    even |= new_even;
  }
  return (even | odd) != levels || (even & odd) == 0;
}

namespace {

constexpr std::size_t kLanes = 4;
using Lanes = double[kLanes];

// Squares of cells that change no eigenvalue of a matrix whose largest may be 1.
constexpr double kNothing = 1e-36;

// Turns the matrices of all lanes, (size, size) each, into tridiagonal ones of the same eigenvalues by Householder's
// reflections. beside_square [k] is of what stands between k and k + 1; v and w hold `size` vectors.
LARC_SIMD void tridiagonalise(Lanes* __restrict__ matrix, std::size_t size, Lanes* __restrict__ diagonal,
                              Lanes* __restrict__ beside_square, Lanes* __restrict__ v, Lanes* __restrict__ w) {
  for (std::size_t k = 0; k + 2 < size; ++k) {
    // Row k right of the diagonal is reflected onto its first component; v spans the reflection.
    const Lanes* row = matrix + k * size;
    Lanes others = {}, factor, first;
    for (std::size_t j = k + 2; j < size; ++j)
      for (std::size_t l = 0; l < kLanes; ++l) others[l] += row[j][l] * row[j][l];
    for (std::size_t l = 0; l < kLanes; ++l) {
      const double head = row[k + 1][l], square = head * head + others[l];
      diagonal[k][l] = row[k][l];
      beside_square[k][l] = square;
      first[l] = head + std::copysign(std::sqrt(square), head);
      const double length = first[l] * first[l] + others[l];
      factor[l] = others[l] > kNothing ? 2 / length : 0;
    }
    for (std::size_t l = 0; l < kLanes; ++l) v[k + 1][l] = first[l];
    for (std::size_t j = k + 2; j < size; ++j)
      for (std::size_t l = 0; l < kLanes; ++l) v[j][l] = row[j][l];
    // A - v w^T - w v^T with w = p - v (v p) / v^2, p = 2 A v / v^2.
    Lanes along = {};
    for (std::size_t i = k + 1; i < size; ++i) {
      const Lanes* cells = matrix + i * size;
      Lanes sum = {};
      for (std::size_t j = k + 1; j < size; ++j)
        for (std::size_t l = 0; l < kLanes; ++l) sum[l] += cells[j][l] * v[j][l];
      for (std::size_t l = 0; l < kLanes; ++l) {
        w[i][l] = factor[l] * sum[l];
        along[l] += w[i][l] * v[i][l];
      }
    }
    for (std::size_t l = 0; l < kLanes; ++l) along[l] *= factor[l] / 2;
    for (std::size_t i = k + 1; i < size; ++i)
      for (std::size_t l = 0; l < kLanes; ++l) w[i][l] -= along[l] * v[i][l];
    for (std::size_t i = k + 1; i < size; ++i) {
      Lanes* cells = matrix + i * size;
      for (std::size_t j = i; j < size; ++j)
        for (std::size_t l = 0; l < kLanes; ++l) {
          cells[j][l] -= v[i][l] * w[j][l] + w[i][l] * v[j][l];
          matrix[j * size + i][l] = cells[j][l];
        }
    }
  }
  for (std::size_t l = 0; l < kLanes; ++l) {
    const double beside = matrix[(size - 2) * size + size - 1][l];
    diagonal[size - 2][l] = matrix[(size - 2) * size + size - 2][l];
    diagonal[size - 1][l] = matrix[size * size - 1][l];
    beside_square[size - 2][l] = beside * beside;
  }
}

// The characteristic polynomials of sign * T at x: value, slope, half the curvature, and the least of the values for
// the upper left parts of T, above 0 where x lies above all eigenvalues.
struct Polynomials {
  Lanes value, slope, half_curvature, least;
};

LARC_SIMD void polynomials_at(const Lanes* diagonal, const Lanes* beside_square, std::size_t size, double sign,
                              const Lanes& x, Polynomials& at) {
  Lanes p0, d0, e0, p, d, e, least;
  for (std::size_t l = 0; l < kLanes; ++l) {
    p0[l] = 1, d0[l] = 0, e0[l] = 0, d[l] = 1, e[l] = 0;
    least[l] = p[l] = x[l] - sign * diagonal[0][l];
  }
  for (std::size_t k = 1; k < size; ++k)
    for (std::size_t l = 0; l < kLanes; ++l) {
      const double shift = x[l] - sign * diagonal[k][l], square = beside_square[k - 1][l];
      const double e1 = shift * e[l] + (d[l] - square * e0[l]), d1 = shift * d[l] + (p[l] - square * d0[l]);
      const double p1 = shift * p[l] - square * p0[l];
      e0[l] = e[l], d0[l] = d[l], p0[l] = p[l];
      e[l] = e1, d[l] = d1, p[l] = p1;
      least[l] = least[l] < p1 ? least[l] : p1;
    }
  for (std::size_t l = 0; l < kLanes; ++l)
    at.value[l] = p[l], at.slope[l] = d[l], at.half_curvature[l] = e[l], at.least[l] = least[l];
}

// Largest eigenvalues of sign * T of the lanes in `wanted`; x comes in above them. Laguerre's method, as largest_root
// does it, all lanes in step.
void largest_eigenvalues(const Lanes* diagonal, const Lanes* beside_square, std::size_t size, double sign,
                         unsigned wanted, Lanes& x) {
  const double n = static_cast<double>(size);
  Lanes lower, upper;
  for (std::size_t l = 0; l < kLanes; ++l) lower[l] = -1.1, upper[l] = 1.1;
  Polynomials at;
  for (int iteration = 0; iteration < 100 && wanted != 0; ++iteration) {
    polynomials_at(diagonal, beside_square, size, sign, x, at);
    for (std::size_t l = 0; l < kLanes; ++l) {
      const unsigned lane = 1u << l;
      if ((wanted & lane) == 0) continue;
      if (at.value[l] == 0) {
        wanted &= ~lane;
        continue;
      }
      const bool above = at.least[l] > 0;
      (above ? upper : lower)[l] = x[l];
      double step = at.value[l] / at.slope[l];
      bool arrives = false;
      if (above) {
        const double g = at.slope[l] / at.value[l], h = g * g - 2 * at.half_curvature[l] / at.value[l];
        step = n / (g + std::sqrt(std::max(0.0, (n - 1) * (n * h - g * g))));
        const double others = step * g - 1;
        arrives = step * others * others < 1e-18;
      }
      double next = x[l] - step;
      if (!(next >= lower[l] && next <= upper[l])) next = lower[l] + (upper[l] - lower[l]) / 2;
      const double change = std::abs(next - x[l]);
      x[l] = next;
      if (arrives || change <= 2e-16 * std::max(1e-3, std::abs(next))) wanted &= ~lane;
    }
  }
}

}  // namespace

void SmallCorrelations::add(const double* counts, const double* margins, std::size_t size) {
  double total = 0;
  factors_.resize(size);
  for (std::size_t a = 0; a < size; ++a) {
    total += margins[a];
    factors_[a] = 1 / std::sqrt(margins[a]);
  }
  // Without the part of the eigenvalue 1, whose vector is the roots of the margins.
  Matrix matrix{size, cells_.size(), 0, 0};
  cells_.resize(cells_.size() + size * size);
  double* cells = cells_.data() + matrix.first;
  for (std::size_t a = 0; a < size; ++a) {
    const double share = margins[a] / total;
    for (std::size_t b = 0; b < size; ++b) {
      const double cell = (counts[a * size + b] - share * margins[b]) * (factors_[a] * factors_[b]);
      cells[a * size + b] = cell;
      matrix.square += cell * cell;
    }
    matrix.trace += cells[a * size + a];
  }
  matrices_.push_back(matrix);
}

double SmallCorrelations::sum_of(std::size_t first, std::size_t count) {
  std::size_t size = 0;
  for (std::size_t m = first; m < first + count; ++m) size = std::max(size, matrices_[m].size);
  // Smaller matrices get rows of zeros, and with them eigenvalues 0; so do lanes without a matrix.
  lanes_.assign(kLanes * (size * size + 4 * size), 0);
  auto* matrix = reinterpret_cast<Lanes*>(lanes_.data());
  Lanes *diagonal = matrix + size * size, *beside_square = diagonal + size, *v = beside_square + size, *w = v + size;
  for (std::size_t l = 0; l < count; ++l) {
    const Matrix& from = matrices_[first + l];
    const double* cells = cells_.data() + from.first;
    for (std::size_t a = 0; a < from.size; ++a)
      for (std::size_t b = 0; b < from.size; ++b) matrix[a * size + b][l] = cells[a * from.size + b];
  }
  tridiagonalise(matrix, size, diagonal, beside_square, v, w);

  // How far eigenvalues of this trace and sum of squares may lie from their mean (Samuelson's inequality).
  const double n = static_cast<double>(size);
  Lanes x = {}, below = {};
  for (std::size_t l = 0; l < count; ++l) {
    const double mean = matrices_[first + l].trace / n;
    const double reach = std::sqrt(std::max(0.0, (n - 1) * (matrices_[first + l].square / n - mean * mean))) + 1e-12;
    x[l] = mean + reach;
    below[l] = reach - mean;
  }
  const unsigned all = (1u << count) - 1;
  largest_eigenvalues(diagonal, beside_square, size, 1, all, x);
  Polynomials at;
  polynomials_at(diagonal, beside_square, size, -1, x, at);
  unsigned larger_below = 0;
  for (std::size_t l = 0; l < count; ++l)
    if (!(at.least[l] > 0)) larger_below |= 1u << l;
  largest_eigenvalues(diagonal, beside_square, size, -1, larger_below, below);
  double sum = 0;
  for (std::size_t l = 0; l < count; ++l) {
    const double largest = (larger_below >> l & 1) != 0 ? std::max(x[l], below[l]) : x[l];
    sum += std::clamp(largest, 0.0, 1.0);
  }
  return sum;
}

double SmallCorrelations::take_sum() {
  double sum = 0;
  for (std::size_t first = 0; first < matrices_.size(); first += kLanes)
    sum += sum_of(first, std::min(kLanes, matrices_.size() - first));
  matrices_.clear();
  cells_.clear();
  return sum;
}

}  // namespace larc::radiomics
