#include "demo/stranding.h"

#include <algorithm>
#include <cmath>

namespace larc::demo {

namespace {

constexpr double kBoxMm = 36.0;
constexpr double kSigmaMm = 1.2;
constexpr double kOutwards = 0.15;  // by how much the field changes more slowly away from the tumour
constexpr double kUpwards = 0.45;   // and along the rectum, across thick slices

RandomField draw_field(std::uint64_t seed) {
  Random random(derive_seed(seed, "stranding"));
  return RandomField({-kBoxMm, -kBoxMm, -kBoxMm}, {kBoxMm, kBoxMm, kBoxMm}, 1.2, kSigmaMm, random);
}

/// 0 below `low`, 1 above `high`, smooth between.
double smooth_step(double x, double low, double high) {
  const double t = std::clamp((x - low) / (high - low), 0.0, 1.0);
  return t * t * (3 - 2 * t);
}

}  // namespace

Stranding::Stranding(std::uint64_t seed) : field_(draw_field(seed)) {}

double Stranding::share(const Tumour& tumour, double amount, const image::Vec3& point_uvw) const {
  if (amount <= 0) return 0;
  const auto near = tumour.outside(point_uvw, kReachMm);
  if (!near) return 0;
  const double fall = smooth_step(near->distance_mm, 0.0, 0.8) * (1 - smooth_step(near->distance_mm, 3.0, kReachMm));
  if (fall <= 0) return 0;
  image::Vec3 along = near->foot;
  const double length = std::hypot(along[0], along[1], along[2]);
  for (auto& component : along) component *= 1 + kOutwards * near->distance_mm / length;
  along[2] *= kUpwards;
  const double level = field_.at(along);
  const double width = 0.15 + 0.60 * amount;
  const double strand = std::exp(-0.5 * level * level / (width * width));
  return amount * fall * (0.37 + 0.60 * strand);
}

}  // namespace larc::demo
