#pragma once
#include "quality/number.h"
#include "quality/scene.h"

namespace larc::quality {

/// %: share of the voxels inside the tumour and within 10 mm of it that hold no signal (kHollowShare of the body's
/// median; signal loss beside gas or metal, Schenck 1996). tumour  on the image's grid
Number void_near_tumour(const Scene& scene, const image::Mask& tumour);

/// ml at the noise floor within the central cylinder of 40 mm radius, where rectal examinations have the rectum: what
/// gas does to echo-planar images, without any outline. Signal is lost where it dephases and pushed away beside that
/// (Jezzard, Balaban 1995). The floor is a 3 x 3 mean below kFloor; in a map, which has no noise, a voxel below
/// kHollowShare of the body's median.
Number central_void(const Scene& scene, bool quantitative_map);

/// In standard deviations of the noise; pure noise has a mean of 1.25, suppressed fat mostly more than 3.
inline constexpr double kFloor = 2;

}  // namespace larc::quality
