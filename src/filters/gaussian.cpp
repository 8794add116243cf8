#include "filters/gaussian.h"

#include <numbers>

#include "filters/convolve.h"

namespace larc::filters {
namespace {

/// exp(-x^2 / 2 sigma^2) at -radius .. radius, sigma in voxels.
std::vector<double> bell(double sigma, int radius) {
  std::vector<double> values;
  for (int x = -radius; x <= radius; ++x) values.push_back(std::exp(-0.5 * x * x / (sigma * sigma)));
  return values;
}

}  // namespace

image::Index3 gaussian_radius(double sigma_mm, double cutoff_sigma, int dimension, const image::Vec3& spacing_mm) {
  image::Index3 radius{0, 0, 0};
  for (std::size_t a = 0; a < static_cast<std::size_t>(dimension); ++a) {
    radius[a] = static_cast<int>(std::floor(cutoff_sigma * sigma_mm / spacing_mm[a] + 0.5));
  }
  return radius;
}

image::Volume apply(const image::Volume& volume, const GaussianFilter& filter) {
  const image::Vec3& spacing = volume.geometry.spacing_mm;
  const image::Index3 radius = gaussian_radius(filter.sigma_mm, filter.cutoff_sigma, filter.dimension, spacing);
  image::Volume result = volume;
  std::vector<double> work;
  for (int axis = 0; axis < filter.dimension; ++axis) {
    const auto a = static_cast<std::size_t>(axis);
    std::vector<double> weights = bell(filter.sigma_mm / spacing[a], radius[a]);
    double sum = 0;
    for (const double weight : weights) sum += weight;
    for (double& weight : weights) weight /= sum;
    convolve_chain(result.voxels, volume.geometry.size, axis, {centred_kernel(std::move(weights))}, filter.boundary,
                   work);
  }
  return result;
}

LogKernels log_kernels(const LogFilter& filter, const image::Vec3& spacing_mm) {
  const image::Index3 radius = gaussian_radius(filter.sigma_mm, filter.cutoff_sigma, filter.dimension, spacing_mm);
  double log_spacing = 0;
  for (std::size_t a = 0; a < static_cast<std::size_t>(filter.dimension); ++a) log_spacing += std::log(spacing_mm[a]);
  const double unit_mm = std::exp(log_spacing / filter.dimension);
  LogKernels kernels;
  for (std::size_t a = 0; a < static_cast<std::size_t>(filter.dimension); ++a) {
    const double sigma = filter.sigma_mm / spacing_mm[a];
    const double scale = unit_mm / filter.sigma_mm;
    kernels.gaussian[a] = bell(sigma, radius[a]);
    for (double& value : kernels.gaussian[a]) value /= std::sqrt(2 * std::numbers::pi) * sigma;
    for (int x = -radius[a]; x <= radius[a]; ++x) {
      const double g = kernels.gaussian[a][static_cast<std::size_t>(x + radius[a])];
      kernels.second_derivative[a].push_back(scale * scale * (x * x / (sigma * sigma) - 1) * g);
    }
  }
  return kernels;
}

image::Volume apply(const image::Volume& volume, const LogFilter& filter) {
  const LogKernels kernels = log_kernels(filter, volume.geometry.spacing_mm);
  const image::Index3& size = volume.geometry.size;
  // The Gaussian along the axes so far, and the Laplacian over them: together they give both one axis further.
  std::vector<double> smooth, laplacian, next;
  for (int axis = 0; axis < filter.dimension; ++axis) {
    const Kernel gaussian = centred_kernel(kernels.gaussian[static_cast<std::size_t>(axis)]);
    const Kernel derivative = centred_kernel(kernels.second_derivative[static_cast<std::size_t>(axis)]);
    if (axis == 0) {
      convolve({{volume.voxels, gaussian}}, size, axis, filter.boundary, smooth);
      convolve({{volume.voxels, derivative}}, size, axis, filter.boundary, laplacian);
      continue;
    }
    convolve({{laplacian, gaussian}, {smooth, derivative}}, size, axis, filter.boundary, next);
    laplacian.swap(next);
    if (axis + 1 < filter.dimension) {
      convolve({{smooth, gaussian}}, size, axis, filter.boundary, next);
      smooth.swap(next);
    }
  }
  return {volume.geometry, std::move(laplacian)};
}

}  // namespace larc::filters
