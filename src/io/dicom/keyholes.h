#pragma once
#include "io/dicom/contours.h"

namespace larc::io::dicom {

/// A contour apart at the corners it comes back to (within 0.05 voxels). A keyhole, the path that walks in to a hole
/// and out along the same line (PS3.3 C.8.8.6.3), falls away: what is left are the outer border and the borders of the
/// holes, so that coordinates rounded differently on both ways leave no slit. The even-odd rule over the parts gives
/// what it gives over the contour.
std::vector<Loop> open_keyholes(const Loop& loop);

}  // namespace larc::io::dicom
