#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "demo/imaging_truth.h"
#include "demo/mesorectum.h"
#include "demo/pelvis.h"
#include "demo/rectum.h"
#include "demo/stranding.h"

namespace larc::demo {

/// A pelvis at the level of the mid rectum as continuous functions of space, at two examinations: 0 before therapy, 1
/// after it. Anatomy varies from patient to patient by `seed`. Two frames share one origin, the middle of the field of
/// view: the pelvic frame (LPS, mm) and the rectal frame (u to the left, v to the back, w to the head along the
/// rectum), which is the pelvic one turned by `frame` (columns: the axes u, v, w in LPS). The rectum lies where the
/// tumour's distance to the mesorectal fascia is the one asked for.
class Phantom {
 public:
  Phantom(const ImagingTruth& truth, const ImagingFaults& faults, const Habitus& habitus, const image::Mat3& frame,
          std::uint64_t seed);

  struct Row {
    std::vector<Tissue> tissue;
    std::vector<double> tumour;      // share of each point that is (still) tumour
    std::vector<double> mesorectum;  // share within the mesorectal fascia
  };
  /// The tissues along a line of the pelvic frame. `row` is used again and again.
  void paint(int examination, const Line& line, Row& row) const;
  bool has_tumour(int examination) const;
  /// From the tumour's border before therapy to the mesorectal fascia at the closest place, measured between points of
  /// both surfaces 0.7 mm apart; 0 where the tumour reaches the fascia or passes it.
  double mrf_distance_mm() const;

 private:
  struct State {
    RectalTube tube;
    RectalContent content;
    Pelvis pelvis;
    Mesorectum mesorectum;  // with the deposits of the day
    std::optional<Tumour> tumour;
    std::optional<Tumour> bed;  // the shrunken first outline, now scar where it is not tumour
    double adc = 1;
    double stranding = 0;
  };
  image::Vec3 to_rectal(const image::Vec3& pelvic) const;
  image::Vec3 to_pelvic(const image::Vec3& rectal) const;
  void add_deposits(State& before, State& after, const ImagingTruth& truth, std::uint64_t seed) const;
  void paint_strands(const State& state, const Line& line, std::vector<Tissue>& row) const;
  void paint_tumour(const State& state, const Line& pelvic, const Line& line, Row& row) const;

  image::Mat3 frame_;
  RandomField grain_;
  RandomField septa_;
  Stranding stranding_;
  std::vector<State> states_;
};

}  // namespace larc::demo
