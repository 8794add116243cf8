#include "filters/lbp_3d.h"

#include <complex>

#include "core/error.h"
#include "core/number.h"
#include "core/simd.h"

namespace larc::filters {

namespace {

using Complex = std::complex<double>;

constexpr double kPole = -0.26794919243112270647;  // sqrt(3) - 2: cubic B-spline
constexpr int kSplineMargin = 28;                  // |pole|^28 < 1e-16

/// Index of 0 .. size - 1 that stands for any index: mirrored about the outermost elements.
int mirrored(int index, int size) {
  if (size == 1) return 0;
  const int period = 2 * size - 2, folded = (index % period + period) % period;
  return folded < size ? folded : period - folded;
}

/// Values on a box of the image, i fastest; `first` is its lowest index.
struct Block {
  image::Index3 first, size;
  std::vector<double> values;

  std::size_t offset(int i, int j, int k) const {
    return (static_cast<std::size_t>(k - first[2]) * static_cast<std::size_t>(size[1]) +
            static_cast<std::size_t>(j - first[1])) *
               static_cast<std::size_t>(size[0]) +
           static_cast<std::size_t>(i - first[0]);
  }
};

/// Turns `length` groups of `stride` elements into spline coefficients along the groups.
void spline_coefficients(double* data, std::size_t stride, int length) {
  if (length == 1) return;
  const auto row = [&](int n) { return data + static_cast<std::size_t>(n) * stride; };
  std::vector<double> start(stride, 0);
  double weight = 1;
  for (int n = 0; n < 2 * kSplineMargin; ++n, weight *= kPole)
    for (std::size_t l = 0; l < stride; ++l) start[l] += weight * row(mirrored(n, length))[l];
  std::copy(start.begin(), start.end(), row(0));
  for (int n = 1; n < length; ++n)
    for (std::size_t l = 0; l < stride; ++l) row(n)[l] += kPole * row(n - 1)[l];
  for (std::size_t l = 0; l < stride; ++l)
    row(length - 1)[l] = kPole / (kPole * kPole - 1) * (row(length - 1)[l] + kPole * row(length - 2)[l]);
  for (int n = length - 2; n >= 0; --n)
    for (std::size_t l = 0; l < stride; ++l) row(n)[l] = kPole * (row(n + 1)[l] - row(n)[l]);
  for (std::size_t l = 0; l < stride * static_cast<std::size_t>(length); ++l) data[l] *= 6;
}

/// Spline coefficients in the box and `halo` voxels around it, mirrored beyond the image.
Block coefficients_around(const image::Volume& image, const image::Box& box, int halo) {
  const image::Index3& size = image.geometry.size;
  Block read;
  for (std::size_t a = 0; a < 3; ++a) {
    read.first[a] = std::max(0, box.lower[a] - halo - kSplineMargin);
    read.size[a] = std::min(size[a] - 1, box.upper[a] + halo + kSplineMargin) - read.first[a] + 1;
  }
  for (int k = read.first[2]; k < read.first[2] + read.size[2]; ++k)
    for (int j = read.first[1]; j < read.first[1] + read.size[1]; ++j) {
      const double* row = image.voxels.data() + image.geometry.offset(read.first[0], j, k);
      read.values.insert(read.values.end(), row, row + read.size[0]);
    }
  std::size_t stride = 1;
  for (std::size_t a = 0; a < 3; ++a) {
    const std::size_t run = stride * static_cast<std::size_t>(read.size[a]);
    for (std::size_t at = 0; at < read.values.size(); at += run)
      spline_coefficients(read.values.data() + at, stride, read.size[a]);
    stride = run;
  }
  Block block;
  for (std::size_t a = 0; a < 3; ++a) {
    block.first[a] = box.lower[a] - halo;
    block.size[a] = box.upper[a] - box.lower[a] + 1 + 2 * halo;
  }
  const auto inside = [&](int index, std::size_t a) {
    return std::clamp(mirrored(index, size[a]), read.first[a], read.first[a] + read.size[a] - 1);
  };
  for (int k = block.first[2]; k < block.first[2] + block.size[2]; ++k)
    for (int j = block.first[1]; j < block.first[1] + block.size[1]; ++j)
      for (int i = block.first[0]; i < block.first[0] + block.size[0]; ++i)
        block.values.push_back(read.values[read.offset(inside(i, 0), inside(j, 1), inside(k, 2))]);
  return block;
}

std::array<double, 4> spline_weights(double t) {
  const double u = 1 - t;
  return {u * u * u / 6, (4 - 6 * t * t + 3 * t * t * t) / 6, (4 - 6 * u * u + 3 * u * u * u) / 6, t * t * t / 6};
}

/// One sample position relative to its voxel.
struct Sample {
  image::Vec3 offset_ijk;
  image::Index3 base;                            // of the four coefficients per axis, relative to the voxel
  std::array<std::array<double, 4>, 3> weights;  // per axis
};

Sample make_sample(const image::Vec3& vertex) {
  Sample sample{{vertex[2], vertex[1], vertex[0]}, {}, {}};
  for (std::size_t a = 0; a < 3; ++a) {
    const double base = std::floor(sample.offset_ijk[a]);
    sample.base[a] = static_cast<int>(base) - 1;
    sample.weights[a] = spline_weights(sample.offset_ijk[a] - base);
  }
  return sample;
}

/// out[x] = sum over the 16 rows and 4 neighbours; `row` is the first coefficient of the first row.
LARC_SIMD void interpolate_row(const double* row, std::ptrdiff_t stride_j, std::ptrdiff_t stride_k,
                               const Sample& sample, int n, double* __restrict line, double* __restrict out) {
  std::fill_n(line, n + 3, 0.0);
  for (std::size_t c = 0; c < 4; ++c) {
    const double* plane = row + static_cast<std::ptrdiff_t>(c) * stride_k;
    const double *p0 = plane, *p1 = plane + stride_j, *p2 = p1 + stride_j, *p3 = p2 + stride_j;
    const double w = sample.weights[2][c];
    const double w0 = w * sample.weights[1][0], w1 = w * sample.weights[1][1], w2 = w * sample.weights[1][2],
                 w3 = w * sample.weights[1][3];
#pragma GCC ivdep
    for (int x = 0; x < n + 3; ++x) line[x] += (w0 * p0[x] + w1 * p1[x]) + (w2 * p2[x] + w3 * p3[x]);
  }
  const double a0 = sample.weights[0][0], a1 = sample.weights[0][1], a2 = sample.weights[0][2],
               a3 = sample.weights[0][3];
#pragma GCC ivdep
  for (int x = 0; x < n; ++x) out[x] = (a0 * line[x] + a1 * line[x + 1]) + (a2 * line[x + 2] + a3 * line[x + 3]);
}

/// Spherical harmonic of degree n and order m, with the two angles in the places PyRadiomics puts them.
Complex harmonic(int n, int m, const image::Vec3& vertex, double radius) {
  const double azimuth = std::acos(std::clamp(vertex[2] / radius, -1.0, 1.0));
  const double polar = std::atan2(vertex[1], vertex[0]);
  const auto order = static_cast<unsigned>(std::abs(m));
  const double size = std::sph_legendre(static_cast<unsigned>(n), order, std::abs(polar));
  const double sign = m < 0 && order % 2 == 1 ? -1 : 1;
  return sign * size * std::polar(1.0, m * azimuth);
}

/// One degree: Y of each order and vertex, and the sums over the vertices of the products of two orders.
struct Degree {
  std::vector<std::vector<Complex>> y;         // (order, vertex)
  std::vector<std::vector<Complex>> products;  // (order, order)
};

Degree make_degree(int n, const std::vector<image::Vec3>& vertices, double radius) {
  Degree degree;
  for (int m = -n; m <= n; ++m) {
    degree.y.emplace_back();
    for (const image::Vec3& v : vertices) degree.y.back().push_back(harmonic(n, m, v, radius));
  }
  for (const auto& a : degree.y) {
    degree.products.emplace_back();
    for (const auto& b : degree.y) {
      Complex sum = 0;
      for (std::size_t v = 0; v < a.size(); ++v) sum += a[v] * b[v];
      degree.products.back().push_back(sum);
    }
  }
  return degree;
}

/// Real part of the square root of the sum over v of f(v)^2, which is c' P c.
double pattern_size(const Degree& degree, const std::vector<double>& signs, std::vector<Complex>& c) {
  c.assign(degree.y.size(), 0);
  for (std::size_t m = 0; m < c.size(); ++m)
    for (std::size_t v = 0; v < signs.size(); ++v) c[m] += signs[v] * degree.y[m][v];
  Complex sum = 0;
  for (std::size_t a = 0; a < c.size(); ++a)
    for (std::size_t b = 0; b < c.size(); ++b) sum += c[a] * degree.products[a][b] * c[b];
  return std::sqrt(sum).real();
}

double excess_kurtosis(const std::vector<double>& values) {
  const auto count = static_cast<double>(values.size());
  double mean = 0, second = 0, fourth = 0;
  for (const double v : values) mean += v;
  mean /= count;
  for (const double v : values) {
    const double squared = (v - mean) * (v - mean);
    second += squared;
    fourth += squared * squared;
  }
  second /= count;
  fourth /= count;
  const double smallest = 1e-15 * mean;
  return second <= smallest * smallest ? kNaN : fourth / (second * second) - 3;
}

double rounded(double value) {
  return std::trunc(value > 0 ? value + 0.5 : value - 0.5);
}

}  // namespace

int lbp_3d_reach(const Lbp3dOptions& options) {
  return static_cast<int>(std::ceil(options.radius)) + 2 + kSplineMargin;
}

void lbp_3d(const image::Volume& image, const image::Box& box, const Lbp3dOptions& options,
            const std::function<void(int, std::vector<double>&&)>& sink) {
  const image::Index3& size = image.geometry.size;
  for (std::size_t a = 0; a < 3; ++a)
    if (box.lower[a] < 0 || box.upper[a] < box.lower[a] || box.upper[a] >= size[a])
      throw Error(ErrorCode::domain, "the box to filter is empty or not inside the image");
  const auto vertices = icosphere_vertices(options.subdivision, options.radius);
  std::vector<Sample> samples;
  for (const image::Vec3& v : vertices) samples.push_back(make_sample(v));
  std::vector<Degree> degrees;
  for (int n = 0; n < options.levels; ++n) degrees.push_back(make_degree(n, vertices, options.radius));

  const Block block = coefficients_around(image, box, static_cast<int>(std::ceil(options.radius)) + 2);
  double largest = 0;
  for (const double c : block.values) largest = std::max(largest, std::abs(c));
  const double equal_within = options.whole_numbers ? 0 : 1e-12 * largest;
  const std::ptrdiff_t stride_j = block.size[0], stride_k = stride_j * block.size[1];
  const int n = box.upper[0] - box.lower[0] + 1;
  const auto row_size = static_cast<std::size_t>(n);
  std::vector<std::vector<double>> results(degrees.size() + 1);
  std::vector<double> line(row_size + 3), rows(samples.size() * row_size), values(samples.size()),
      signs(samples.size());
  std::vector<Complex> c;
  const auto beyond = [](double position, int count) { return position < 0 || position > count - 1; };
  for (int k = box.lower[2]; k <= box.upper[2]; ++k)
    for (int j = box.lower[1]; j <= box.upper[1]; ++j) {
      for (std::size_t v = 0; v < samples.size(); ++v) {
        const Sample& s = samples[v];
        double* out = rows.data() + v * row_size;
        if (beyond(j + s.offset_ijk[1], size[1]) || beyond(k + s.offset_ijk[2], size[2])) {
          std::fill_n(out, n, 0.0);
          continue;
        }
        const std::size_t at = block.offset(box.lower[0] + s.base[0], j + s.base[1], k + s.base[2]);
        interpolate_row(block.values.data() + at, stride_j, stride_k, s, n, line.data(), out);
        for (int x = 0; x < n; ++x)
          if (beyond(box.lower[0] + x + s.offset_ijk[0], size[0])) out[x] = 0;
      }
      for (int x = 0; x < n; ++x) {
        const double centre = image.at(box.lower[0] + x, j, k);
        for (std::size_t v = 0; v < samples.size(); ++v) {
          const double value = rows[v * row_size + static_cast<std::size_t>(x)];
          values[v] = options.whole_numbers ? rounded(value) : value;
          signs[v] = values[v] >= centre - equal_within ? 1 : 0;
        }
        for (std::size_t d = 0; d < degrees.size(); ++d) results[d].push_back(pattern_size(degrees[d], signs, c));
        results.back().push_back(excess_kurtosis(values));
      }
    }
  for (std::size_t d = 0; d < results.size(); ++d) sink(static_cast<int>(d), std::move(results[d]));
}

}  // namespace larc::filters
