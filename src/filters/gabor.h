#pragma once
#include <optional>

#include "filters/separable.h"

namespace larc::filters {

/// Modulus of the response to a Gabor kernel in a plane (IBSI 2: Q88H):
/// exp(-(u'^2 + gamma^2 v'^2) / (2 sigma^2) + 2 pi i u' / lambda),
/// u' = u cos(theta) + v sin(theta), v' = u sin(theta) - v cos(theta), u and v in mm along the two index axes of the
/// plane in ascending order. 2D: the slices across index axis 2. 3D: also the two other families of orthogonal slices,
/// pooled.
struct GaborFilter {
  double sigma_mm = 5;
  double lambda_mm = 2;
  double gamma = 1;  // width along over width across the wave: 1 round
  double theta_degrees = 0;
  std::optional<double> theta_step_degrees;  // pools over 0, step, 2 step, ... below 360 instead of one theta
  Pooling pooling = Pooling::average;
  /// The kernel is sampled up to this many sigma (sigma / gamma when gamma < 1) along each axis. 6: what is cut off
  /// is below 2e-8 of the peak, so that a thousand HU of background do not leak into a response that has no mean.
  double cutoff_sigma = 6;
  int dimension = 3;
  Boundary boundary = Boundary::mirror;
};

/// Computed by Fourier transform: a crop that holds the support gives the same values to rounding.
image::Volume apply(const image::Volume& volume, const GaborFilter& filter);
image::Index3 support_voxels(const GaborFilter& filter, const image::Vec3& spacing_mm);

}  // namespace larc::filters
