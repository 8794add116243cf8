#pragma once
#include "demo/acquisition.h"

namespace larc::demo {

struct DiffusionAcquisition {
  image::Volume low;   // at the low b-value: whole numbers 0 .. 32767
  image::Volume high;  // at the high one, same scale
  image::Volume adc;   // 10^-3 mm^2/s, 0 where there is too little signal
};

/// What goes wrong while diffusion is acquired.
struct DiffusionErrors {
  double gas_shift_mm = 7;  // of the signal inside a large bubble, at 3 T
  double gas_loss = 2;      // of log signal there
  double noise = 1;         // times the scanner's
  double gas_reach = 1;     // how far field and loss reach, times the ordinary
};
inline constexpr DiffusionErrors kMuchGas{26, 7, 1, 1};

/// Echo-planar diffusion images S0 exp(-b ADC) and the map computed from them as a scanner does, from magnitudes with
/// noise. Gas bends the field: signal near it is pushed along the phase direction (to the back), piles up, and is lost.
/// What is random comes from `seed` alone.
DiffusionAcquisition acquire_diffusion(const Phantom& phantom, int examination, const SlicePlan& plan,
                                       const Scanner& scanner, const DiffusionErrors& errors, std::uint64_t seed);

}  // namespace larc::demo
