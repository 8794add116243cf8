#pragma once
#include <array>
#include <vector>

#include "filters/boundary.h"
#include "image/volume.h"

namespace larc::filters {

/// Smoothing with a sampled Gaussian whose weights add to 1.
struct GaussianFilter {
  double sigma_mm = 1;
  double cutoff_sigma = 4;
  int dimension = 3;
  Boundary boundary = Boundary::mirror;
};

/// Laplacian of Gaussian, sampled at the voxels in the box of half width floor(cutoff_sigma * sigma + 0.5) voxels
/// (IBSI 2: L6PA). Per squared voxel as the standard has it; with unequal spacings per squared geometric mean spacing,
/// and round in mm.
struct LogFilter {
  double sigma_mm = 1.5;
  double cutoff_sigma = 4;
  std::vector<int> riesz_order;  // one number an axis; empty: no Riesz transform
  int dimension = 3;
  Boundary boundary = Boundary::mirror;
};

/// Per index axis: the sampled Gaussian (continuous normalisation) and its second derivative, both at the positions
/// -radius .. radius; nothing along an axis the filter leaves alone.
struct LogKernels {
  std::array<std::vector<double>, 3> gaussian;
  std::array<std::vector<double>, 3> second_derivative;
};
LogKernels log_kernels(const LogFilter& filter, const image::Vec3& spacing_mm);

/// floor(cutoff_sigma * sigma_mm / spacing_mm + 0.5) along the axes of the filter, 0 along the third in 2D.
image::Index3 gaussian_radius(double sigma_mm, double cutoff_sigma, int dimension, const image::Vec3& spacing_mm);

image::Volume apply(const image::Volume& volume, const GaussianFilter& filter);
/// riesz_order must be empty.
image::Volume apply(const image::Volume& volume, const LogFilter& filter);

}  // namespace larc::filters
