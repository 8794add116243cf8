#pragma once
#include <optional>
#include <vector>

#include "core/random.h"
#include "demo/random_field.h"
#include "demo/rectum.h"
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

/// An ellipsoid laid on the wall of the rectum and bent around its lumen, its surface made irregular by a sum of waves,
/// and a Gaussian texture inside. Scaled so that the volume is the one asked for, and the texture so that its mean and
/// standard deviation over the tumour are. The same seed gives the same place and shape, whatever the volume.
class Tumour {
 public:
  /// shrunk  share of a first volume that this one is: below 1 it is flatter, nearer to the wall. 1: not shrunk
  /// in_front  grows to the front instead of any way
  Tumour(const TumourAppearance& appearance, const RectalTube& tube, bool in_front, double shrunk, std::uint64_t seed);
  /// Moves it together with the rectum.
  void move(double du, double dv);
  /// Signed distance to the surface in mm, negative inside; approximate, capped at +-`kFarMm`.
  double distance(const image::Vec3& point_uvw) const;
  /// Of a point outside the surface and less than `within_mm` from it.
  struct Outside {
    double distance_mm;  // first order
    image::Vec3 foot;    // where the line to the middle leaves the smooth ellipsoid, in its own straight frame, mm
  };
  std::optional<Outside> outside(const image::Vec3& point_uvw, double within_mm) const;
  /// T2 signal inside, muscle = 1.
  double signal(const image::Vec3& point_uvw) const;
  /// The texture alone: mean 0, standard deviation 1.
  double texture(const image::Vec3& point_uvw) const;
  /// Angle of its middle around the lumen, from u to v.
  double clock() const { return clock_; }
  /// Nothing of it lies outside this box.
  image::Vec3 centre() const;
  image::Vec3 reach() const;
  /// Where grid lines `step_mm` apart cross the surface.
  std::vector<image::Vec3> surface(double step_mm) const;
  static constexpr double kFarMm = 6.0;

 private:
  struct Wave {
    image::Vec3 direction;
    double frequency;  // waves per smallest semi-axis
    double phase;      // turns
  };
  /// A point in the straight frame of the ellipsoid: along the wall, across it, along the rectum, in semi-axes.
  struct Straight {
    image::Vec3 xyz;
    double radius;
    double bumps;  // of the surface there, relative
  };
  /// Nothing where the point lies more than `far_mm` off, give or take.
  std::optional<Straight> straightened(const image::Vec3& point_uvw, double far_mm) const;
  void set_scale(double scale);
  template <typename Visit>
  void visit(double step_mm, Visit visit) const;

  TumourAppearance appearance_;
  RectalTube tube_;
  double clock_ = 0;
  double height_ = 0;  // w of its middle
  double waviness_ = 1;
  image::Vec3 shape_{};
  image::Vec3 semi_{};  // along the wall, across it, along the rectum
  double wall_radius_ = 0;
  double reach_ = 0;
  std::vector<Wave> waves_;
  RandomField texture_;
  double texture_mean_ = 0;
  double texture_scale_ = 1;  // of the field to standard deviation 1
};

}  // namespace larc::demo
