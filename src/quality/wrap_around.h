#pragma once
#include "quality/number.h"
#include "quality/scene.h"

namespace larc::quality {

/// 0 .. 1: share of the image's signal that was folded onto it from beyond the field of view.
///
/// Whether: the discrete Fourier transform is periodic, so what lies outside an undersampled field returns on the other
/// side (aliasing; Pusey 1986) and the picture of the body runs across the seam without a break. The outermost two
/// lines on both sides are compared by the correlation of their differences along the seam, over that of lines equally
/// far apart within: below 0.2 nothing is folded, from 0.5 on something is. A body that is merely cut off gives 0.
///
/// How much, in the middle half of the field, where it does harm: signal s laid over an image of median m lifts the
/// darkest tenth from r m to r m + s, so that s / (m + s) = (q - r) / (1 - r), q the new tenth over the new median. Of
/// pelvic T2w images r is at most 0.4 (muscle); a narrow band at the edge leaves q as it is.
Number wrap_around(const Scene& scene, int axis);

}  // namespace larc::quality
