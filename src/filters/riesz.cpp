#include "filters/riesz.h"

#include <numbers>

#include "filters/fourier_image.h"

namespace larc::filters {
namespace {

/// Transform of the symmetric kernel with weights at -r .. r, sampled `size` times a period.
std::vector<double> cosine_transform(const std::vector<double>& weights, int size) {
  const int radius = static_cast<int>(weights.size()) / 2;
  std::vector<double> result;
  for (int n = 0; n < size; ++n) {
    double sum = weights[static_cast<std::size_t>(radius)];
    for (int x = 1; x <= radius; ++x) {
      const std::int64_t turn = static_cast<std::int64_t>(n) * x % size;
      sum += 2 * weights[static_cast<std::size_t>(radius + x)] *
             std::cos(2 * std::numbers::pi * static_cast<double>(turn) / size);
    }
    result.push_back(sum);
  }
  return result;
}

void multiply_log(Spectrum& spectrum, const LogKernels& kernels) {
  std::array<std::vector<double>, 3> g, d;
  for (std::size_t a = 0; a < 3; ++a) {
    const bool transformed = a < 2 || spectrum.volumetric;
    const auto size = static_cast<std::size_t>(spectrum.size[a]);
    g[a] = transformed ? cosine_transform(kernels.gaussian[a], spectrum.size[a]) : std::vector<double>(size, 1.0);
    d[a] =
        transformed ? cosine_transform(kernels.second_derivative[a], spectrum.size[a]) : std::vector<double>(size, 0.0);
  }
  for_each_element(spectrum, [&](std::size_t offset, std::size_t i, std::size_t j, std::size_t k) {
    const double factor = d[0][i] * g[1][j] * g[2][k] + g[0][i] * (d[1][j] * g[2][k] + g[1][j] * d[2][k]);
    spectrum.re[offset] *= factor;
    spectrum.im[offset] *= factor;
  });
}

double factorial(int n) {
  return n < 2 ? 1 : n * factorial(n - 1);
}

}  // namespace

void riesz_transform(Spectrum& spectrum, const std::vector<int>& order, const image::Vec3& spacing) {
  std::array<std::vector<double>, 3> squares, powers;
  int total = 0;
  double scale = 1;
  for (std::size_t a = 0; a < 3; ++a) {
    const bool transformed = a < order.size();
    const int l = transformed ? order[a] : 0;
    total += l;
    scale /= factorial(l);
    for (int n = 0; n < spectrum.size[a]; ++n) {
      const double nu = transformed ? signed_frequency(n, spectrum.size[a]) / (spectrum.size[a] * spacing[a]) : 0;
      squares[a].push_back(nu * nu);
      // The Nyquist frequency stands for both signs: odd powers cancel.
      const bool cancels = l % 2 == 1 && 2 * n == spectrum.size[a];
      powers[a].push_back(cancels ? 0 : std::pow(nu, l));
    }
  }
  scale = std::sqrt(scale * factorial(total));
  for_each_element(spectrum, [&](std::size_t offset, std::size_t i, std::size_t j, std::size_t k) {
    const double squared_radius = squares[0][i] + squares[1][j] + squares[2][k];
    const double factor = squared_radius > 0 ? scale * powers[0][i] * powers[1][j] * powers[2][k] /
                                                   std::pow(std::sqrt(squared_radius), total)
                                             : 0;
    const double re = factor * spectrum.re[offset], im = factor * spectrum.im[offset];
    switch (total % 4) {  // (-i)^total
      case 0:
        spectrum.re[offset] = re;
        spectrum.im[offset] = im;
        break;
      case 1:
        spectrum.re[offset] = im;
        spectrum.im[offset] = -re;
        break;
      case 2:
        spectrum.re[offset] = -re;
        spectrum.im[offset] = -im;
        break;
      default:
        spectrum.re[offset] = -im;
        spectrum.im[offset] = re;
    }
  });
}

image::Volume apply_riesz(const image::Volume& volume, const LogFilter& filter) {
  const image::Vec3& spacing = volume.geometry.spacing_mm;
  image::Index3 margin = gaussian_radius(filter.sigma_mm, filter.cutoff_sigma, filter.dimension, spacing);
  for (int& voxels : margin) voxels *= 2;
  Extended image = extended(volume, margin, filter.dimension, filter.boundary);
  Spectrum spectrum = forward_transform(image.voxels, image.size, filter.dimension == 3);
  image.voxels = {};
  multiply_log(spectrum, log_kernels(filter, spacing));
  riesz_transform(spectrum, filter.riesz_order, spacing);
  return inner_part(std::move(spectrum), image.lower, volume.geometry);
}

}  // namespace larc::filters
