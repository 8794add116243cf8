#include "preprocess/bspline.h"

#include "core/simd.h"

namespace larc::preprocess {

namespace {

constexpr double kPole = -0.26794919243112270647;  // sqrt(3) - 2
constexpr int kHorizon = 40;                       // |pole|^40 is below the rounding of doubles
constexpr std::size_t kLanes = 32;                 // lines filtered side by side: fits the first cache

/// What the recursion starts from: the sum of the mirrored line's values times powers of the pole.
LARC_SIMD void start_lines(const double* first, std::size_t stride, int n, std::size_t lanes, double* sum) {
  for (std::size_t l = 0; l < lanes; ++l) sum[l] = first[l];
  double power = 1;
  const int terms = std::min(n, kHorizon);
  for (int k = 1; k < terms; ++k) {
    power *= kPole;
    const double* row = first + static_cast<std::size_t>(k) * stride;
    for (std::size_t l = 0; l < lanes; ++l) sum[l] += power * row[l];
  }
  if (n > kHorizon) return;
  for (int k = n - 2; k > 0; --k) {
    power *= kPole;
    const double* row = first + static_cast<std::size_t>(k) * stride;
    for (std::size_t l = 0; l < lanes; ++l) sum[l] += power * row[l];
  }
  const double scale = 1 / (1 - power * kPole);
  for (std::size_t l = 0; l < lanes; ++l) sum[l] *= scale;
}

/// Filters `lanes` neighbouring lines of n >= 2 values in place.
LARC_SIMD void filter_lines(double* first, std::size_t stride, int n, std::size_t lanes) {
  constexpr double kGain = 6;
  double sum[kLanes];
  start_lines(first, stride, n, lanes, sum);
  for (std::size_t l = 0; l < lanes; ++l) first[l] = kGain * sum[l];
  double* before = first;
  for (int k = 1; k < n; ++k) {
    double* row = before + stride;
    for (std::size_t l = 0; l < lanes; ++l) row[l] = kGain * row[l] + kPole * before[l];
    before = row;
  }
  constexpr double kEnd = kPole / (kPole * kPole - 1);
  double* after = before;
  const double* neighbour = after - stride;
  for (std::size_t l = 0; l < lanes; ++l) after[l] = kEnd * (after[l] + kPole * neighbour[l]);
  for (int k = n - 2; k >= 0; --k) {
    double* row = after - stride;
    for (std::size_t l = 0; l < lanes; ++l) row[l] = kPole * (after[l] - row[l]);
    after = row;
  }
}

/// Lines along the fastest axis, eight at a time, turned so that they lie side by side.
void filter_first_axis(std::vector<double>& values, std::size_t n) {
  constexpr std::size_t kTogether = 8;
  std::vector<double> turned(n * kTogether);
  const std::size_t lines = values.size() / n;
  for (std::size_t line = 0; line < lines; line += kTogether) {
    const std::size_t lanes = std::min(kTogether, lines - line);
    double* source = values.data() + line * n;
    for (std::size_t l = 0; l < lanes; ++l)
      for (std::size_t k = 0; k < n; ++k) turned[k * kTogether + l] = source[l * n + k];
    filter_lines(turned.data(), kTogether, static_cast<int>(n), lanes);
    for (std::size_t l = 0; l < lanes; ++l)
      for (std::size_t k = 0; k < n; ++k) source[l * n + k] = turned[k * kTogether + l];
  }
}

}  // namespace

std::vector<double> spline_coefficients(std::vector<double> values, const image::Index3& size) {
  std::size_t inner = 1;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    const auto n = static_cast<std::size_t>(size[axis]);
    if (n > 1 && axis == 0) filter_first_axis(values, n);
    if (n > 1 && axis > 0)
      for (std::size_t outer = 0; outer < values.size(); outer += inner * n)
        for (std::size_t lane = 0; lane < inner; lane += kLanes)
          filter_lines(values.data() + outer + lane, inner, size[axis], std::min(kLanes, inner - lane));
    inner *= n;
  }
  return values;
}

}  // namespace larc::preprocess
