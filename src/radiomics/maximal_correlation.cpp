#include "radiomics/maximal_correlation.h"

#include "core/number.h"
#include "core/simd.h"
#include "radiomics/tridiagonal.h"

namespace larc::radiomics {

namespace {

constexpr std::size_t kLanes = 8;

// Residual of the vector found, relative to its value. The value is off by at most the residual, and by its square over
// the distance to the next value, which is rounding unless the two are nearly the same.
constexpr double kAccuracy = 1e-9;

// Sparse matrices get this many steps.
constexpr std::size_t kSparseSteps = 256;

std::size_t padded(std::size_t size) {
  return (size + kLanes - 1) / kLanes * kLanes;
}

// Vectors are padded with zeros to a multiple of kLanes; sums run in kLanes lanes, in the same order on every machine.
__attribute__((always_inline)) inline double dot(const double* x, const double* y, std::size_t stride) {
  double lanes[kLanes] = {};
  for (std::size_t i = 0; i < stride; i += kLanes)
    for (std::size_t lane = 0; lane < kLanes; ++lane) lanes[lane] += x[i + lane] * y[i + lane];
  return ((lanes[0] + lanes[4]) + (lanes[2] + lanes[6])) + ((lanes[1] + lanes[5]) + (lanes[3] + lanes[7]));
}

// Takes from `vector` its parts along `count` vectors of `basis`, which are added to `parts`; returns its squared
// length before and after. `found` holds `count` values.
LARC_SIMD std::array<double, 2> remove_parts(const double* basis, std::size_t count, std::size_t stride, double* found,
                                             double* parts, double* __restrict__ vector) {
  const double before = dot(vector, vector, stride);
  for (std::size_t j = 0; j < count; ++j) found[j] = dot(basis + j * stride, vector, stride);
  for (std::size_t j = 0; j < count; ++j) {
    const double* __restrict__ direction = basis + j * stride;
    const double part = found[j];
    for (std::size_t i = 0; i < stride; ++i) vector[i] -= part * direction[i];
    parts[j] += part;
  }
  return {before, dot(vector, vector, stride)};
}

// Makes `vector` orthogonal to the basis to working precision: again where the first time took most of it (Daniel,
// Gragg, Kaufman, Stewart 1976). Returns its squared length, 0 where nothing but rounding is left; `parts` holds two
// values a vector.
double orthogonalise(const std::vector<double>& basis, std::size_t stride, std::vector<double>& parts,
                     std::vector<double>& vector) {
  const std::size_t count = basis.size() / stride;
  double* found = parts.data() + parts.size() / 2;
  std::fill(parts.begin(), parts.begin() + static_cast<std::ptrdiff_t>(count), 0.0);
  auto [before, after] = remove_parts(basis.data(), count, stride, found, parts.data(), vector.data());
  if (after >= 0.5 * before) return after;
  const double first = after;
  after = remove_parts(basis.data(), count, stride, found, parts.data(), vector.data())[1];
  return after > 1e-4 * first && after > 1e-60 ? after : 0;
}

// y = sum over rows a of x[a] times the row; `rows` holds stride x stride cells.
LARC_SIMD void combine_rows(const double* rows, const double* x, double* __restrict__ y, std::size_t stride) {
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

// The eigenvalue of largest size of `matrix` without its top vector (of S S^T, for one that is not symmetric); NaN when
// the steps allowed do not lead to it. Lanczos's method, all vectors kept orthogonal.
double largest_without_top(const ScaledMatrix& matrix, const std::vector<double>& start) {
  const std::size_t stride = matrix.stride;
  const std::size_t steps = matrix.pairs == nullptr ? matrix.size : std::min(matrix.size, kSparseSteps);
  std::vector<double> basis = matrix.top, next = start, between(stride), parts(2 * (steps + 1));
  basis.reserve(std::min<std::size_t>(steps + 1, 32) * stride);
  double square = orthogonalise(basis, stride, parts, next);
  if (square == 0) return 0;

  Tridiagonal t;
  Root upper, lower;
  for (std::size_t k = 1; k < steps; ++k) {
    const double length = std::sqrt(square);
    for (const double component : next) basis.push_back(component / length);
    matrix.apply(basis.data() + k * stride, next.data(), between.data());
    square = orthogonalise(basis, stride, parts, next);
    t.diagonal.push_back(parts[k]);
    t.beside_square.push_back(square);
    const bool spans_everything = square == 0 || k + 1 == matrix.size, last = spans_everything || k + 1 == steps;
    if (!last && (k < 6 || k % 2 == 1 || (k > 32 && k % 16 != 0))) continue;
    upper = largest_root(t, 1, upper.value + 2 * upper.residual);
    // The lower end is looked at closely only where it may be the larger one.
    if (matrix.symmetric && !is_above_all(t, -1, 0.9 * upper.value))
      lower = largest_root(t, -1, lower.value + 2 * lower.residual);
    else
      lower = {-1, 0};
    const bool up = upper.value >= lower.value;
    const Root &larger = up ? upper : lower, &smaller = up ? lower : upper;
    const double allowed = kAccuracy * std::abs(larger.value);
    const bool reached =
        larger.residual < allowed && (smaller.residual < allowed || smaller.value + smaller.residual < larger.value);
    if (spans_everything || reached) return larger.value;
    if (last) return kNaN;
  }
  return 0;
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
  const double found = largest_without_top(matrix, start);
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
