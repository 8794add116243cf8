#pragma once
#include <cstdint>
#include <vector>

#include "demo/tumour.h"

namespace larc::demo {

/// What of the body is not the tumour.
struct Habitus {
  bool male = true;
  double bmi = 25;
};

/// A pelvis at the level of the mid rectum as continuous functions of space: T2 signal with muscle = 1. Anatomy varies
/// from patient to patient by `seed`. Two frames share one origin, the middle of the field of view: the pelvic frame
/// (LPS, mm) and the rectal frame (u to the left, v to the back, w to the head along the rectum), which is the pelvic
/// one turned by `frame` (columns: the axes u, v, w in LPS).
class Phantom {
 public:
  Phantom(const TumourAppearance& appearance, const Habitus& habitus, const image::Mat3& frame, std::uint64_t seed);

  struct Sample {
    double signal;
    bool tumour;
  };
  struct Row;
  /// What can be met along the line of given v and w, |u| <= reach_u; made once a line for speed.
  Row row(double v, double w, double reach_u) const;
  /// Boundaries are ramps about 1 mm wide in place of hard steps.
  Sample at(const Row& row, double u) const;

 private:
  struct Tissue {
    double signal;
    double texture;  // relative amplitude of the fine texture
  };
  struct Organ {
    image::Vec3 centre;
    image::Vec3 semi;
    double reach_xy;  // nothing of it lies further away in x or y
    double cos_turn;  // about the z axis
    double sin_turn;
    Tissue tissue;
    double shell_mm;  // thickness of the layer `shell`, 0 for none
    Tissue shell;
  };
  struct Vessel {
    double u, v, wander, phase, radius;
    Tissue tissue;
  };
  void add(const image::Vec3& centre, const image::Vec3& semi, double turn_degrees, Tissue tissue, double shell_mm = 0,
           Tissue shell = {1, 0});
  void build_pelvis(const Habitus& habitus, Random& random);
  void build_mesorectum(Random& random);
  void paint_mesorectum(const Row& row, const image::Vec3& q, Tissue& state) const;
  void paint_rectum(const Row& row, const image::Vec3& q, const image::Vec3& p, Tissue& state) const;

  image::Mat3 frame_;
  RectalTube tube_;
  Tumour tumour_;
  RandomField grain_;
  double fat_ = 3.4;
  image::Vec3 mesorectum_centre_{};
  image::Vec3 mesorectum_semi_{};
  double gas_level_ = 0;
  double lumen_phase_ = 0;
  double content_ = 2.6;
  std::vector<Organ> organs_;
  std::vector<Organ> nodes_;  // centres in the rectal frame
  std::vector<Vessel> vessels_;
};

struct Phantom::Row {
  double v, w;
  RectalTube::Axis axis;
  double taper;  // of the mesorectum
  std::vector<const Organ*> organs;
  std::vector<Vessel> vessels;  // u and v at this height
};

}  // namespace larc::demo
