#pragma once
#include <functional>
#include <optional>
#include <vector>

#include "image/volume.h"

namespace larc::filters {

/// Scale-normalised Laplacian of Gaussian by recursive filters: sigma^2 times the sum over the filtered axes of the
/// second derivative (per mm^2) along that axis of the image smoothed along the others. Beyond its borders the image
/// continues with its edge values. It is ITK's LaplacianRecursiveGaussianImageFilter with NormalizeAcrossScale, in
/// double precision.
struct RecursiveLogOptions {
  std::vector<double> sigmas_mm;  // each > 0
  std::optional<int> slice_axis;  // filter within the slices across this index axis only; absent: all three axes
  double relative_error = 1e-12;  // of what is left out, see below
};

/// Calls `sink(scale, values)` for each scale in order; `values` fill `box`, i fastest.
/// Only voxels within `recursive_log_margin` of the box are read; the farthest one that is read stands for all beyond.
///
/// Error bound. Let K be the absolute sum of the coefficients of the whole filter. A margin of m voxels on an axis
/// leaves out at most `relative_error / 4` of the absolute sum of either one-dimensional filter, and the filter is a
/// sum of products of one of them for each axis: so the result differs from that of the whole image by at most
/// `relative_error` * L * (largest - smallest voxel), L the sum of the products of the absolute sums (K <= L).
/// Nothing is left out where the margin reaches the border. Rounding adds about 2e-16 * (1 + sigma^4) * the largest
/// |voxel|, sigma in voxels, on the whole image as in a box.
///
/// Memory: four boxes of doubles, 17 planes of the box and a few slices, however many scales. One thread;
/// deterministic. NaN and infinite voxels within the margin spread over the box.
/// errors domain: sigma not above 0, box not inside the image
void recursive_log(const image::Volume& image, const image::Box& box, const RecursiveLogOptions& options,
                   const std::function<void(std::size_t, std::vector<double>&&)>& sink);

/// Voxels beyond the box that are read on each side, where the image has them; 0 along `slice_axis`.
image::Index3 recursive_log_margin(const image::Vec3& spacing_mm, double sigma_mm, std::optional<int> slice_axis,
                                   double relative_error = 1e-12);

}  // namespace larc::filters
