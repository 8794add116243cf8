#pragma once
#include "quality/number.h"
#include "quality/scene.h"

namespace larc::quality {

/// 0 .. 1: how far the image goes on from one edge of the field of view to the opposite one. The discrete Fourier
/// transform is periodic: what lies outside an undersampled field returns on the other side, and the picture of the
/// body runs across the seam without a break (aliasing; Pusey 1986). The outermost two lines on both sides are
/// compared by the correlation of their differences along the seam, over that of lines equally far apart within, times
/// the share of the seam that shows the body on both sides. Edges in air, and a body that is merely cut off, give 0.
Number wrap_around(const Scene& scene, int axis);

}  // namespace larc::quality
