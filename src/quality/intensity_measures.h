#pragma once
#include "quality/number.h"
#include "quality/scene.h"

namespace larc::quality {

/// Shannon's entropy of the voxels' shares of the root of the energy, over that of an image with one value: 0 where all
/// energy lies in one voxel, 1 where it is spread evenly; ghosts and blur raise it. Atkinson 1997, normalised as in
/// the Quality Assessment Protocol and MRIQC (Esteban 2017), whose maximum is sqrt(n) ln sqrt(n).
Number entropy_focus(const Scene& scene);

/// %: share of the body's voxels that hold the greatest value of the image, where more than one does. A scanner or
/// export that ran out of range leaves flat tops.
Number clipped_share(const Scene& scene);

}  // namespace larc::quality
