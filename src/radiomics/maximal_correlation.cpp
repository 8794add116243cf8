#include "radiomics/maximal_correlation.h"

#include "core/number.h"

namespace larc::radiomics {

namespace {

constexpr std::size_t kLanes = 8;
constexpr double kResidual = 1e-12;

// Sparse matrices get this many steps; a vector whose residual then is above kCoarseResidual has not been found.
constexpr std::size_t kSparseSteps = 256;
constexpr double kCoarseResidual = 1e-9;

std::size_t padded(std::size_t size) {
  return (size + kLanes - 1) / kLanes * kLanes;
}

// Vectors are padded with zeros to a multiple of kLanes; sums run in kLanes lanes, in the same order on every machine.
__attribute__((target_clones("avx2", "default"))) double dot(const double* x, const double* y, std::size_t stride) {
  double lanes[kLanes] = {};
  for (std::size_t i = 0; i < stride; i += kLanes)
    for (std::size_t lane = 0; lane < kLanes; ++lane) lanes[lane] += x[i + lane] * y[i + lane];
  return ((lanes[0] + lanes[4]) + (lanes[2] + lanes[6])) + ((lanes[1] + lanes[5]) + (lanes[3] + lanes[7]));
}

// y += factor x
__attribute__((target_clones("avx2", "default"))) void add_multiple(double factor, const double* __restrict__ x,
                                                                    double* __restrict__ y, std::size_t stride) {
  for (std::size_t i = 0; i < stride; ++i) y[i] += factor * x[i];
}

// y = sum over rows a of x[a] times the row; `rows` holds stride x stride cells.
__attribute__((target_clones("avx2", "default"))) void combine_rows(const double* rows, const double* x,
                                                                    double* __restrict__ y, std::size_t stride) {
  std::fill(y, y + stride, 0.0);
  for (std::size_t a = 0; a < stride; a += 4) {
    const double *r0 = rows + a * stride, *r1 = r0 + stride, *r2 = r1 + stride, *r3 = r2 + stride;
    const double x0 = x[a], x1 = x[a + 1], x2 = x[a + 2], x3 = x[a + 3];
    for (std::size_t i = 0; i < stride; ++i) y[i] += (x0 * r0[i] + x1 * r1[i]) + (x2 * r2[i] + x3 * r3[i]);
  }
}

// S = p(i,j) / sqrt(px(i) py(j)), and what is known of it: the left vector `top` of its singular value 1.
struct ScaledMatrix {
  std::size_t size = 0, stride = 0;
  bool symmetric = true;
  std::vector<double> rows, columns;  // dense, stride x stride; columns of a matrix that is not symmetric
  const SparsePairs* pairs = nullptr;
  std::vector<double> cells;  // of the sparse one
  std::vector<double> top;

  // y = S x, or S S^T x of a matrix that is not symmetric; `between` holds stride values.
  void apply(const double* x, double* y, double* between) const {
    if (pairs == nullptr) {
      combine_rows(rows.data(), x, symmetric ? y : between, stride);
      if (!symmetric) combine_rows(columns.data(), between, y, stride);
      return;
    }
    const double* from = x;
    if (!symmetric) {
      std::fill(between, between + stride, 0.0);
      for (std::size_t a = 0; a < size; ++a)
        for (std::size_t cell = pairs->row_start[a]; cell < pairs->row_start[a + 1]; ++cell)
          between[pairs->column[cell]] += cells[cell] * x[a];
      from = between;
    }
    for (std::size_t a = 0; a < size; ++a) {
      double sum = 0;
      for (std::size_t cell = pairs->row_start[a]; cell < pairs->row_start[a + 1]; ++cell)
        sum += cells[cell] * from[pairs->column[cell]];
      y[a] = sum;
    }
  }
};

// A symmetric tridiagonal matrix: diagonal, and squares of what stands beside it ([k] between k and k + 1).
struct Tridiagonal {
  std::vector<double> diagonal, beside_square;
};

struct Root {
  double value;
  double residual;  // of its vector: of the last component, times what stands beside the matrix
};

// Largest eigenvalue of sign * T, at most 1, by Laguerre's method on the characteristic polynomial, which from above
// the largest root goes down to it.
Root largest_root(const Tridiagonal& t, double sign) {
  const std::size_t size = t.diagonal.size();
  const double n = static_cast<double>(size);
  double x = 1 + 1e-9, before = 0, slope = 1;
  for (int iteration = 0; iteration < 100; ++iteration) {
    double p0 = 0, p = 1, d0 = 0, d = 0, e0 = 0, e = 0;  // polynomial, first and half the second derivative
    for (std::size_t k = 0; k < size; ++k) {
      const double shift = x - sign * t.diagonal[k], square = k == 0 ? 0 : t.beside_square[k - 1];
      const double e1 = shift * e + d - square * e0, d1 = shift * d + p - square * d0, p1 = shift * p - square * p0;
      e0 = e, d0 = d, p0 = p;
      e = e1, d = d1, p = p1;
      if (k % 16 == 15) {
        const double scale = std::max({std::abs(p), std::abs(p0), std::abs(d)});
        if (scale < 1e-100 || scale > 1e100) {
          const double factor = 1 / scale;
          e *= factor, d *= factor, p *= factor, e0 *= factor, d0 *= factor, p0 *= factor;
        }
      }
    }
    before = p0, slope = d;
    if (p == 0) break;
    const double g = d / p, h = g * g - 2 * e / p;
    const double step = n / (g + std::copysign(std::sqrt(std::max(0.0, (n - 1) * (n * h - g * g))), g));
    if (!(step > 1e-16)) break;
    x -= step;
  }
  return {x, std::sqrt(t.beside_square.back() * std::abs(before / slope))};
}

// The eigenvalue of largest size of `matrix` without its top vector (of S S^T, for one that is not symmetric); NaN when
// the steps allowed do not lead to it.
double largest_without_top(const ScaledMatrix& matrix, std::vector<double> vector) {
  const std::size_t stride = matrix.stride;
  const double* top = matrix.top.data();
  const auto remove = [&](const double* from, double* target) {
    add_multiple(-dot(from, target, stride), from, target, stride);
  };
  remove(top, vector.data());
  remove(top, vector.data());
  double length = std::sqrt(dot(vector.data(), vector.data(), stride));
  if (!(length > 1e-12)) return 0;
  for (double& component : vector) component /= length;

  std::vector<double> basis = vector, next(stride), between(stride);
  Tridiagonal t;
  double found = 0;
  const std::size_t steps = matrix.pairs == nullptr ? matrix.size : std::min(matrix.size, kSparseSteps);
  std::size_t next_look = 6;
  for (std::size_t k = 1; k < steps; ++k) {
    const double* present = basis.data() + (k - 1) * stride;
    matrix.apply(present, next.data(), between.data());
    remove(top, next.data());
    t.diagonal.push_back(dot(present, next.data(), stride));
    for (std::size_t j = k; j-- > 0;) remove(basis.data() + j * stride, next.data());
    const double square = dot(next.data(), next.data(), stride);
    t.beside_square.push_back(square);
    const bool spans_everything = square < 1e-28 || k + 1 == matrix.size;
    if (spans_everything || k >= next_look || k + 1 == steps) {
      next_look = k + std::max<std::size_t>(3, k / 4);
      const Root upper = largest_root(t, 1);
      const Root lower = matrix.symmetric ? largest_root(t, -1) : Root{-1, 0};
      const bool up = upper.value >= lower.value;
      const Root &larger = up ? upper : lower, &smaller = up ? lower : upper;
      found = larger.value;
      const auto reached = [&](double residual) {
        return larger.residual < residual &&
               (smaller.residual < residual || smaller.value + smaller.residual < larger.value);
      };
      if (spans_everything || reached(kResidual)) break;
      if (k + 1 == steps && !reached(kCoarseResidual)) return kNaN;
    }
    length = std::sqrt(square);
    for (double& component : next) component /= length;
    basis.insert(basis.end(), next.begin(), next.end());
  }
  return found;
}

// Whether the levels fall into groups without pairs between them: then 1 is a singular value more than once.
bool is_divided(const SparsePairs& pairs, bool symmetric) {
  const std::size_t size = pairs.row_start.size() - 1;
  std::vector<std::size_t> parent(symmetric ? size : 2 * size);  // rows, then columns
  for (std::size_t node = 0; node < parent.size(); ++node) parent[node] = node;
  const auto root = [&](std::size_t node) {
    while (parent[node] != node) node = parent[node] = parent[parent[node]];
    return node;
  };
  std::size_t groups = 0;
  std::vector<bool> seen(parent.size(), false);
  const auto visit = [&](std::size_t node) {
    groups += !seen[node];
    seen[node] = true;
    return root(node);
  };
  for (std::size_t a = 0; a < size; ++a)
    for (std::size_t cell = pairs.row_start[a]; cell < pairs.row_start[a + 1]; ++cell) {
      const std::size_t from = visit(a), to = visit(pairs.column[cell] + (symmetric ? 0 : size));
      groups -= from != to;
      parent[from] = to;
    }
  return groups > 1;
}

std::vector<double> inverse_roots(const std::vector<double>& margins, std::size_t stride) {
  std::vector<double> factors(stride, 0);
  for (std::size_t a = 0; a < margins.size(); ++a)
    if (margins[a] > 0) factors[a] = 1 / std::sqrt(margins[a]);
  return factors;
}

// Second singular value; a start between the linear function of the level, which often is the answer, and noise, which
// leaves no vector out.
double second_singular_value(ScaledMatrix& matrix, const PairSums& sums) {
  std::size_t occupied = 0;
  matrix.top.assign(matrix.stride, 0);
  double mean = 0;
  for (std::size_t a = 0; a < matrix.size; ++a) {
    occupied += sums.x[a] > 0 || sums.y[a] > 0;
    matrix.top[a] = std::sqrt(sums.x[a] / sums.total);
    mean += sums.x[a] / sums.total * static_cast<double>(a);
  }
  if (occupied < 2) return 0;
  std::vector<double> start(matrix.stride, 0);
  double spread = 0;
  for (std::size_t a = 0; a < matrix.size; ++a) {
    const double d = static_cast<double>(a) - mean;
    spread += sums.x[a] / sums.total * d * d;
  }
  for (std::size_t a = 0; a < matrix.size; ++a) {
    const auto hash = static_cast<std::uint32_t>(a + 1) * 2654435761u;
    const double noise = static_cast<double>(hash >> 8) / (1 << 24) - 0.5;
    const double linear = spread > 0 ? (static_cast<double>(a) - mean) / std::sqrt(spread) : 0;
    start[a] = linear * matrix.top[a] + (sums.x[a] > 0 ? 0.1 * noise : 0);
  }
  const double found = largest_without_top(matrix, std::move(start));
  if (std::isnan(found)) return kNaN;
  const double largest = std::clamp(found, 0.0, 1.0);
  return matrix.symmetric ? largest : std::sqrt(largest);
}

}  // namespace

template <typename Count>
double maximal_correlation_of(const Count* matrix, const PairSums& sums, bool symmetric, bool reversed) {
  ScaledMatrix scaled;
  scaled.size = sums.x.size();
  scaled.stride = padded(scaled.size);
  scaled.symmetric = symmetric;
  scaled.rows.assign(scaled.stride * scaled.stride, 0);
  const std::vector<double> by_row = inverse_roots(sums.x, scaled.stride);
  const std::vector<double> by_column = symmetric ? by_row : inverse_roots(sums.y, scaled.stride);
  const std::size_t width = scaled.size + 1;
  for (std::size_t a = 0; a < scaled.size; ++a)
    for (std::size_t b = 0; b < scaled.size; ++b) {
      const Count forward = matrix[(a + 1) * width + b + 1], backward = matrix[(b + 1) * width + a + 1];
      const Count count = symmetric ? forward + backward : reversed ? backward : forward;
      scaled.rows[a * scaled.stride + b] = static_cast<double>(count) * (by_row[a] * by_column[b]);
    }
  if (!symmetric) {
    scaled.columns.assign(scaled.rows.size(), 0);
    for (std::size_t a = 0; a < scaled.size; ++a)
      for (std::size_t b = 0; b < scaled.size; ++b)
        scaled.columns[b * scaled.stride + a] = scaled.rows[a * scaled.stride + b];
  }
  return second_singular_value(scaled, sums);
}

template double maximal_correlation_of(const std::int32_t*, const PairSums&, bool, bool);
template double maximal_correlation_of(const double*, const PairSums&, bool, bool);

double maximal_correlation_of(const SparsePairs& pairs, const PairSums& sums, bool symmetric) {
  if (is_divided(pairs, symmetric)) return 1;
  ScaledMatrix scaled;
  scaled.size = sums.x.size();
  scaled.stride = padded(scaled.size);
  scaled.symmetric = symmetric;
  scaled.pairs = &pairs;
  scaled.cells = pairs.count;
  const std::vector<double> by_row = inverse_roots(sums.x, scaled.stride);
  const std::vector<double> by_column = inverse_roots(sums.y, scaled.stride);
  for (std::size_t a = 0; a < scaled.size; ++a)
    for (std::size_t cell = pairs.row_start[a]; cell < pairs.row_start[a + 1]; ++cell)
      scaled.cells[cell] *= by_row[a] * by_column[pairs.column[cell]];
  return second_singular_value(scaled, sums);
}

}  // namespace larc::radiomics
