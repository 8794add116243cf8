#include "filters/simoncelli.h"

#include <numbers>

#include "filters/fourier_image.h"
#include "filters/riesz.h"

namespace larc::filters {
namespace {

/// nu^2 on the centred grid of `size` points from -1 to 1; `sign` -1: at the mirrored frequency.
std::vector<double> squared_frequencies(int size, int sign) {
  std::vector<double> squares;
  const double middle = (size - 1) / 2.0;
  for (int i = 0; i < size; ++i) {
    const int index = sign > 0 || i == 0 ? i : size - i;
    const double nu = middle > 0 ? (signed_frequency(index, size) + size / 2 - middle) / middle : 0;
    squares.push_back(nu * nu);
  }
  return squares;
}

double band(double squared_radius, double upper) {
  if (squared_radius < upper * upper / 16 || squared_radius > upper * upper) return 0;
  return std::cos(std::numbers::pi / 2 * std::log2(2 * std::sqrt(squared_radius) / upper));
}

void multiply_band(Spectrum& spectrum, int level) {
  const double upper = std::ldexp(1.0, 1 - level);
  std::array<std::vector<double>, 3> there, mirrored;
  for (std::size_t a = 0; a < 3; ++a) {
    const bool transformed = a < 2 || spectrum.volumetric;
    const auto size = static_cast<std::size_t>(spectrum.size[a]);
    there[a] = transformed ? squared_frequencies(spectrum.size[a], 1) : std::vector<double>(size, 0.0);
    mirrored[a] = transformed ? squared_frequencies(spectrum.size[a], -1) : std::vector<double>(size, 0.0);
  }
  // The real part of the response: the mean of the factor and the conjugate of the factor at the mirrored frequency.
  for_each_element(spectrum, [&](std::size_t offset, std::size_t i, std::size_t j, std::size_t k) {
    const double factor = 0.5 * (band(there[0][i] + there[1][j] + there[2][k], upper) +
                                 band(mirrored[0][i] + mirrored[1][j] + mirrored[2][k], upper));
    spectrum.re[offset] *= factor;
    spectrum.im[offset] *= factor;
  });
}

}  // namespace

image::Volume apply(const image::Volume& volume, const SimoncelliFilter& filter) {
  const int wished = std::max(32, 2 * (4 << filter.level));
  image::Index3 margin;
  for (std::size_t a = 0; a < 3; ++a) margin[a] = std::min((volume.geometry.size[a] + 1) / 2, wished);
  Extended image = extended(volume, margin, filter.dimension, filter.boundary);
  Spectrum spectrum = forward_transform(image.voxels, image.size, filter.dimension == 3);
  image.voxels = {};
  multiply_band(spectrum, filter.level);
  if (!filter.riesz_order.empty()) riesz_transform(spectrum, filter.riesz_order, {1, 1, 1});
  return inner_part(std::move(spectrum), image.lower, volume.geometry);
}

}  // namespace larc::filters
