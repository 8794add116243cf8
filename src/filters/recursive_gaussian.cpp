#include "filters/recursive_gaussian.h"

#include "core/error.h"
#include "core/number.h"

namespace larc::filters {

namespace {

/// h(n) = sum over two terms of (cosine cos(frequency n / sigma) + sine sin(frequency n / sigma)) exp(-decay n /
/// sigma).
struct Term {
  double cosine, sine, frequency, decay;
};
constexpr double kFrequency[] = {0.6681, 2.0787};
constexpr double kDecay[] = {1.3932, 1.3732};
constexpr Term kGaussian[] = {{1.3530, 1.8151, kFrequency[0], kDecay[0]}, {-0.3531, 0.0902, kFrequency[1], kDecay[1]}};
constexpr Term kSecond[] = {{-1.3563, 5.2318, kFrequency[0], kDecay[0]}, {0.3446, -2.2355, kFrequency[1], kDecay[1]}};

using Polynomial5 = std::array<double, 5>;  // powers 0 .. 4 of 1 / z

/// 1 - 2 c e / z + e^2 / z^2 of one term.
std::array<double, 3> denominator(const Term& term, double sigma) {
  const double e = std::exp(-term.decay / sigma);
  return {1, -2 * e * std::cos(term.frequency / sigma), e * e};
}

std::array<double, 2> numerator(const Term& term, double sigma) {
  const double e = std::exp(-term.decay / sigma), angle = term.frequency / sigma;
  return {term.cosine, e * (term.sine * std::sin(angle) - term.cosine * std::cos(angle))};
}

template <std::size_t n, std::size_t m>
void add_product(Polynomial5& sum, const std::array<double, n>& a, const std::array<double, m>& b) {
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < m; ++j) sum[i + j] += a[i] * b[j];
}

/// Numerator of the two terms over their common denominator.
Polynomial5 numerator(const Term (&terms)[2], double sigma) {
  Polynomial5 sum{};
  add_product(sum, numerator(terms[0], sigma), denominator(terms[1], sigma));
  add_product(sum, numerator(terms[1], sigma), denominator(terms[0], sigma));
  return sum;
}

/// Sum of k^p c_k.
double moment(const Polynomial5& c, int p) {
  double sum = 0;
  for (int k = 0; k < 5; ++k) sum += (p == 0 ? 1 : p == 1 ? k : k * k) * c[static_cast<std::size_t>(k)];
  return sum;
}

/// Coefficients of the anticausal half of a symmetric filter.
std::array<double, 4> mirrored(const Polynomial5& n, const Polynomial5& d) {
  return {n[1] - d[1] * n[0], n[2] - d[2] * n[0], n[3] - d[3] * n[0], -d[4] * n[0]};
}

std::array<double, 4> first_four(const Polynomial5& n) {
  return {n[0], n[1], n[2], n[3]};
}

}  // namespace

RecursiveGaussian recursive_gaussian(double sigma_voxels, double second_scale) {
  if (!(sigma_voxels > 0) || !std::isfinite(sigma_voxels))
    throw Error(ErrorCode::domain, "sigma must be above 0 voxels, it is " + format_double(sigma_voxels));
  Polynomial5 d{}, smooth = numerator(kGaussian, sigma_voxels), second = numerator(kSecond, sigma_voxels);
  add_product(d, denominator(kGaussian[0], sigma_voxels), denominator(kGaussian[1], sigma_voxels));
  const double d0 = moment(d, 0), d1 = moment(d, 1), d2 = moment(d, 2);

  // The second derivative loses what is left of its answer to a constant, then is scaled by its answer to n^2.
  const double beta = -(2 * moment(second, 0) - d0 * second[0]) / (2 * moment(smooth, 0) - d0 * smooth[0]);
  for (std::size_t k = 0; k < 5; ++k) second[k] += beta * smooth[k];
  const double n0 = moment(second, 0), n1 = moment(second, 1), n2 = moment(second, 2);
  const double curvature = (n2 * d0 * d0 - d2 * n0 * d0 - 2 * n1 * d1 * d0 + 2 * d1 * d1 * n0) / (d0 * d0 * d0);
  for (double& c : second) c *= second_scale / curvature;
  const double total = 2 * moment(smooth, 0) / d0 - smooth[0];
  for (double& c : smooth) c /= total;

  RecursiveGaussian g{{d[1], d[2], d[3], d[4]},
                      first_four(smooth),
                      mirrored(smooth, d),
                      first_four(second),
                      mirrored(second, d),
                      {},
                      {}};
  const int length = static_cast<int>(std::ceil(35 * sigma_voxels)) + 16;
  g.impulse.resize(static_cast<std::size_t>(length), 0);
  for (int n = 0; n < length; ++n) {
    double value = n == 0 ? 1 : 0;
    for (int k = 1; k <= 4 && k <= n; ++k)
      value -= g.poles[static_cast<std::size_t>(k - 1)] * g.impulse[static_cast<std::size_t>(n - k)];
    g.impulse[static_cast<std::size_t>(n)] = value;
  }
  g.impulse_sum_from = g.impulse;
  for (std::size_t n = g.impulse.size() - 1; n-- > 0;) g.impulse_sum_from[n] += g.impulse_sum_from[n + 1];
  return g;
}

int recursive_reach(const RecursiveGaussian& g, double share) {
  const std::size_t length = g.impulse.size();
  // Both filters are symmetric: the causal half says all.
  std::vector<double> smooth_from(length + 1, 0), second_from(length + 1, 0);
  for (std::size_t n = length; n-- > 0;) {
    double smooth = 0, second = 0;
    for (std::size_t k = 0; k < 4 && k <= n; ++k) {
      smooth += g.smooth[k] * g.impulse[n - k];
      second += g.second[k] * g.impulse[n - k];
    }
    smooth_from[n] = smooth_from[n + 1] + std::abs(smooth);
    second_from[n] = second_from[n + 1] + std::abs(second);
  }
  for (std::size_t m = 0; m < length; ++m)
    if (smooth_from[m + 1] <= share * smooth_from[0] && second_from[m + 1] <= share * second_from[0])
      return static_cast<int>(m);
  return static_cast<int>(length);
}

}  // namespace larc::filters
