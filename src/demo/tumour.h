#pragma once
#include <vector>

#include "core/random.h"
#include "demo/random_field.h"
#include "image/geometry.h"

namespace larc::demo {

/// What a tumour looks like on T2w; intensities in units of skeletal muscle (muscle = 1).
struct TumourAppearance {
  double volume_ml = 14;
  double mean = 2.1;
  double texture_sd = 0.22;
  double irregularity = 0.12;     // relative size of the bumps of its surface
  double texture_sigma_mm = 2.6;  // coarseness of the texture, see RandomField
};

/// A rectum: its axis runs along w of the rectal frame (u to the left, v to the back, w to the head, mm).
struct RectalTube {
  double centre_v = 8;
  double lumen_radius = 11;
  double bend_phase = 0;
  struct Axis {
    double u, v;
  };
  /// Centre of the lumen at height w.
  Axis axis_at(double w) const;
};

/// An ellipsoid laid on the wall of the rectum and bent around its lumen, its surface made irregular by a sum of waves,
/// and a Gaussian texture inside. Scaled so that the volume is the one asked for, and the texture so that its mean and
/// standard deviation over the tumour are.
class Tumour {
 public:
  Tumour(const TumourAppearance& appearance, const RectalTube& tube, Random& random);
  /// Signed distance to the surface in mm, negative inside; approximate, capped at +-`kFarMm`.
  /// `axis` is the tube's at the height of the point.
  double distance(const image::Vec3& point_uvw, const RectalTube::Axis& axis) const;
  /// T2 signal inside, muscle = 1.
  double signal(const image::Vec3& point_uvw) const;
  static constexpr double kFarMm = 6.0;

 private:
  struct Wave {
    image::Vec3 direction;
    double frequency;  // waves per smallest semi-axis
    double phase;
  };
  void set_scale(double scale);
  template <typename Visit>
  void visit_inside(double step_mm, Visit visit) const;

  TumourAppearance appearance_;
  RectalTube tube_;
  double clock_ = 0;   // angle of its middle around the lumen
  double height_ = 0;  // w of its middle
  image::Vec3 shape_{};
  image::Vec3 semi_{};  // along the wall, across it, along the rectum
  double wall_radius_ = 0;
  double reach_ = 0;
  std::vector<Wave> waves_;
  RandomField texture_;
  double texture_mean_ = 0;
  double texture_scale_ = 1;
};

}  // namespace larc::demo
