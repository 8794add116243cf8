#pragma once
#include "quality/number.h"
#include "quality/scene.h"

namespace larc::quality {

/// 1 less the blur of Crete 2007: how much of the variation between neighbouring voxels a moving average takes away, of
/// all that there is, along either axis of the slices, the blurrier axis counting. The average has 5 voxels
/// (9 in the paper, for photographs of several times the matrix). 0 blurred, 1 sharp; noise looks sharp.
Number sharpness(const Scene& scene);

}  // namespace larc::quality
