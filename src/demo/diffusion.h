#pragma once
#include "demo/acquisition.h"

namespace larc::demo {

struct DiffusionAcquisition {
  image::Volume low;   // at the low b-value: whole numbers 0 .. 32767
  image::Volume high;  // at the high one, same scale
  image::Volume adc;   // 10^-3 mm^2/s, 0 where there is too little signal
};

/// Echo-planar diffusion images S0 exp(-b ADC) and the map computed from them as a scanner does, from magnitudes with
/// noise. Gas bends the field: signal near it is pushed along the phase direction (to the back), piles up, and is lost.
/// With `much_gas` far more so. Errors come from `seed` alone.
DiffusionAcquisition acquire_diffusion(const Phantom& phantom, int examination, const SlicePlan& plan,
                                       const Scanner& scanner, bool much_gas, std::uint64_t seed);

}  // namespace larc::demo
