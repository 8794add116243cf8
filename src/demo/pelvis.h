#pragma once
#include "core/random.h"
#include "demo/line.h"
#include "demo/random_field.h"

namespace larc::demo {

/// What of the body is not the tumour.
struct Habitus {
  bool male = true;
  double bmi = 25;
};

/// What changes in the pelvis from one examination to the next, and what gives way to a tumour.
struct PelvisState {
  double bladder_filling = 1;  // 1: 24 mm deep
  double front_shift_mm = 0;   // of bladder, prostate and uterus, to the back
};

/// Everything around the mesorectum: fat, muscles, bones, vessels, bladder and genital organs, as ellipsoids whose
/// space is bent by a smooth random field. Frame: LPS, mm, origin in the middle of the field of view.
class Pelvis {
 public:
  Pelvis(const Habitus& habitus, const PelvisState& state, std::uint64_t seed);
  /// Fills the row: one tissue for each point of the line.
  void paint(const Line& line, std::vector<Tissue>& row) const;

 private:
  struct Organ {
    image::Vec3 centre;
    image::Vec3 semi;
    double cos_turn;  // about the z axis
    double sin_turn;
    Tissue tissue;
    double shell_mm;  // thickness of the layer `shell`, 0 for none
    Tissue shell;
    image::Vec3 reach;
  };
  void add(const image::Vec3& centre, const image::Vec3& semi, double turn_degrees, const Tissue& tissue,
           double shell_mm = 0, const Tissue& shell = tissues::kCortex);
  void add_walls(double wide, double lean, Random& random);
  void add_male(const PelvisState& state, Random& random);
  void add_female(const PelvisState& state, Random& random);

  std::vector<Organ> organs_;  // later ones lie over earlier ones
  RandomField bend_x_, bend_y_, bend_z_;
};

}  // namespace larc::demo
