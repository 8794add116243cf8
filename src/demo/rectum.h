#pragma once
#include "core/random.h"
#include "demo/line.h"

namespace larc::demo {

/// A rectum: its axis runs along w of the rectal frame (u to the left, v to the back, w to the head, mm).
struct RectalTube {
  double centre_u = 0;
  double centre_v = 8;
  double lumen_radius = 11;
  double bend_phase = 0;
  struct Axis {
    double u, v;
  };
  /// Centre of the lumen at height w.
  Axis axis_at(double w) const;
};

/// What is in the rectum on the day of an examination.
struct RectalContent {
  Tissue filling{3.0, 2.4, 2.6, 0.12, 0, 0};  // gel, stool or mucus
  double gas_level_mm = -1e3;                 // gas lies further in front of the axis than this (patient on the back)
  double fold_phase = 0;
};

/// Gas for certain if `much_gas`, else a small bubble in some.
RectalContent draw_content(bool much_gas, Random& random);

inline constexpr double kMuscularisMm = 1.8;
inline constexpr double kSubmucosaMm = 1.5;
inline constexpr double kMucosaMm = 0.9;
inline constexpr double kRectalWallMm = kMuscularisMm + kSubmucosaMm + kMucosaMm;

/// Muscularis, submucosa, mucosa and content over what the row holds.
void paint_rectum(const RectalTube& tube, const RectalContent& content, const Line& line, std::vector<Tissue>& row);

}  // namespace larc::demo
