#pragma once
#include "demo/tumour.h"

namespace larc::demo {

/// Dark strands that grow out of a tumour into the fat around it. They are thin sheets, where a smooth random field is
/// near zero; the field is drawn out away from the tumour, so that a slice shows lines that leave it.
class Stranding {
 public:
  /// The same seed gives the same strands, more of them and darker with a greater amount.
  explicit Stranding(std::uint64_t seed);
  /// Share of a point of fat that is strand: 0 inside the tumour and within 0.5 mm of it, falling off to 0 at kReachMm.
  /// amount  0 none .. 1 marked; the share never falls with it
  double share(const Tumour& tumour, double amount, const image::Vec3& point_uvw) const;
  static constexpr double kReachMm = 8.0;

 private:
  RandomField field_;
};

}  // namespace larc::demo
