#pragma once
#include <vector>

#include "core/random.h"
#include "image/geometry.h"

namespace larc::demo {

/// A smooth Gaussian random field in space: white noise on a grid, smoothed with a Gaussian, mean 0 and variance 1.
/// Two points d mm apart correlate by exp(-d^2 / (4 sigma^2)).
class RandomField {
 public:
  /// Covers the box lower .. upper (mm); beyond it the field repeats. `sigma_mm` is that of the smoothing kernel and
  /// should be at least `step_mm`, the distance of grid points.
  RandomField(const image::Vec3& lower_mm, const image::Vec3& upper_mm, double step_mm, double sigma_mm,
              Random& random);
  /// Trilinear between grid points.
  double at(const image::Vec3& point_mm) const;

 private:
  void smooth(int axis, double sigma_mm);
  image::Vec3 lower_;
  double step_;
  image::Index3 size_{};
  std::vector<float> values_;
};

}  // namespace larc::demo
