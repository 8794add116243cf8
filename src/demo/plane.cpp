#include "demo/plane.h"

#include <algorithm>
#include <cmath>

namespace larc::demo {

void blur(Plane& plane, double sigma_pixels) {
  const int radius = std::max(1, static_cast<int>(std::ceil(2.5 * sigma_pixels)));
  std::vector<double> kernel;
  double total = 0;
  for (int d = -radius; d <= radius; ++d) {
    kernel.push_back(std::exp(-0.5 * (d / sigma_pixels) * (d / sigma_pixels)));
    total += kernel.back();
  }
  for (auto& weight : kernel) weight /= total;
  const auto width = static_cast<std::size_t>(plane.nx);
  Plane across(plane.nx, plane.ny);
  std::vector<double> padded(width + 2 * static_cast<std::size_t>(radius));
  for (int j = 0; j < plane.ny; ++j) {
    const double* from = plane.row(j);
    std::fill_n(padded.begin(), radius, from[0]);
    std::copy_n(from, width, padded.begin() + radius);
    std::fill_n(padded.end() - radius, radius, from[width - 1]);
    double* to = across.row(j);
    for (std::size_t k = 0; k < kernel.size(); ++k)
      for (std::size_t i = 0; i < width; ++i) to[i] += kernel[k] * padded[i + k];
  }
  std::fill(plane.values.begin(), plane.values.end(), 0.0);
  for (int j = 0; j < plane.ny; ++j) {
    double* to = plane.row(j);
    for (int d = -radius; d <= radius; ++d) {
      const double* from = across.row(std::clamp(j + d, 0, plane.ny - 1));
      const double weight = kernel[static_cast<std::size_t>(d + radius)];
      for (std::size_t i = 0; i < width; ++i) to[i] += weight * from[i];
    }
  }
}

}  // namespace larc::demo
