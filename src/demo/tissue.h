#pragma once
#include <algorithm>

namespace larc::demo {

/// What a point of the body is made of, as both sequences see it.
struct Tissue {
  double t2;     // T2w signal at the reference echo time, muscle = 1
  double s0;     // fat-suppressed echo-planar signal without diffusion weighting, muscle = 0.75
  double adc;    // 10^-3 mm^2/s
  double grain;  // relative amplitude of the fine texture
  double septa;  // how much darker the thin sheets within are; negative: brighter
  double gas;    // 1 in gas
};

namespace tissues {

inline constexpr Tissue kFat{3.15, 0.13, 0.30, 0.06, 0.22, 0};
inline constexpr Tissue kMesorectalFat{3.5, 0.13, 0.30, 0.06, 0.16, 0};
inline constexpr Tissue kFascia{1.3, 0.35, 1.00, 0, 0, 0};
inline constexpr Tissue kMuscle{1.0, 0.75, 1.35, 0.09, -0.12, 0};
inline constexpr Tissue kStreakedMuscle{1.0, 0.75, 1.35, 0.09, -1.0, 0};
inline constexpr Tissue kMarrow{2.3, 0.22, 0.40, 0.10, 0.08, 0};
inline constexpr Tissue kCortex{0.22, 0.04, 0.50, 0, 0, 0};
inline constexpr Tissue kUrine{5.2, 4.2, 2.95, 0.01, 0, 0};
inline constexpr Tissue kBladderWall{1.15, 0.90, 1.40, 0.05, 0, 0};
inline constexpr Tissue kSeminalVesicle{3.3, 2.3, 1.90, 0.34, 0.35, 0};
inline constexpr Tissue kSeminalWall{1.2, 1.0, 1.50, 0, 0, 0};
inline constexpr Tissue kTransitionZone{1.9, 1.7, 1.40, 0.24, 0.25, 0};
inline constexpr Tissue kPeripheralZone{3.0, 2.3, 1.70, 0.10, 0.10, 0};
inline constexpr Tissue kProstateCapsule{1.2, 0.8, 1.30, 0, 0, 0};
inline constexpr Tissue kMyometrium{1.9, 1.6, 1.50, 0.13, 0.10, 0};
inline constexpr Tissue kJunctionalZone{0.8, 1.0, 1.25, 0, 0, 0};
inline constexpr Tissue kEndometrium{4.2, 2.4, 1.50, 0.05, 0, 0};
inline constexpr Tissue kVaginalWall{1.5, 1.1, 1.50, 0.10, 0, 0};
inline constexpr Tissue kOvary{2.4, 1.7, 1.60, 0.25, 0.30, 0};
inline constexpr Tissue kFollicle{4.9, 3.6, 2.70, 0, 0, 0};
inline constexpr Tissue kArtery{0.35, 0.05, 1.50, 0, 0, 0};
inline constexpr Tissue kVein{2.1, 0.25, 1.80, 0, 0, 0};
inline constexpr Tissue kNode{1.75, 1.9, 1.00, 0.05, 0, 0};
inline constexpr Tissue kMuscularis{1.05, 0.85, 1.40, 0.08, 0, 0};
inline constexpr Tissue kSubmucosa{2.7, 1.1, 1.70, 0.08, 0, 0};
inline constexpr Tissue kMucosa{1.7, 1.3, 1.50, 0.08, 0, 0};
inline constexpr Tissue kGas{0.05, 0, 1.00, 0, 0, 1};
inline constexpr Tissue kScar{0.74, 0.55, 1.20, 0.20, -0.25, 0};
inline constexpr Tissue kStrand{0.70, 0.35, 1.00, 0.10, 0, 0};
inline constexpr Tissue kDeposit{1.85, 1.9, 0.95, 0.10, 0, 0};

}  // namespace tissues

/// Boundaries are ramps of this width in place of hard steps.
inline constexpr double kRampMm = 1.0;

/// 1 well inside, 0 well outside, a ramp between; `distance` is negative inside.
inline double coverage(double distance_mm) {
  return std::clamp(0.5 - distance_mm / kRampMm, 0.0, 1.0);
}

inline void blend(Tissue& state, const Tissue& tissue, double share) {
  if (share >= 1) {
    state = tissue;
    return;
  }
  state.t2 += share * (tissue.t2 - state.t2);
  state.s0 += share * (tissue.s0 - state.s0);
  state.adc += share * (tissue.adc - state.adc);
  state.grain += share * (tissue.grain - state.grain);
  state.septa += share * (tissue.septa - state.septa);
  state.gas += share * (tissue.gas - state.gas);
}

}  // namespace larc::demo
