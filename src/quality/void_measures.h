#pragma once
#include "quality/number.h"
#include "quality/scene.h"

namespace larc::quality {

/// %: share of the voxels inside the tumour and within 10 mm of it that hold no signal (kHollowShare of the body's
/// median; signal loss beside gas or metal, Schenck 1996). tumour  on the image's grid
Number void_near_tumour(const Scene& scene, const image::Mask& tumour);

struct CentralVoid {
  Number hollow;  // ml at the noise floor within the central cylinder of 40 mm radius: 3 x 3 means below kFloor
  Number piled;   // ml there of more than kPiledShare of the body's median: signal pushed together
};

/// What gas in the rectum does to echo-planar images, without any outline: rectal examinations are centred on the
/// rectum. Signal beside gas is lost where it dephases and piles up where the field pushes it (Jezzard, Balaban 1995).
/// A map has no noise floor: there voxels below kHollowShare of the body's median count.
CentralVoid central_void(const Scene& scene, bool quantitative_map);

inline constexpr double kPiledShare = 3;
/// In standard deviations of the noise; pure noise has a mean of 1.25, suppressed fat mostly more than 3.
inline constexpr double kFloor = 2.2;

}  // namespace larc::quality
