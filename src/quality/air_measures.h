#pragma once
#include <optional>

#include "quality/number.h"
#include "quality/scene.h"

namespace larc::quality {

/// What the air around the body tells. All undefined where none is seen or its noise was set to a constant.
struct AirMeasures {
  Number snr;    // mean of the body / (sqrt(2 / (4 - pi)) sd of the air): Rayleigh noise (Dietrich 2007)
  Number fber;   // mean energy of the body over that of the air (Shehzad 2015, Quality Assessment Protocol)
  Number ghost;  // %: air beside the body along phase encoding less that along the readout, over the mean of the body
                 // (percent signal ghosting of the ACR MRI Quality Control Manual 2015)
};

AirMeasures air_measures(const Scene& scene, std::optional<int> phase_axis);

}  // namespace larc::quality
