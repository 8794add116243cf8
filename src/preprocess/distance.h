#pragma once
#include <vector>

#include "image/volume.h"

namespace larc::preprocess {

/// Exact squared Euclidean distance, mm^2, from every voxel centre to the centre of the nearest voxel with a value
/// other than 0; infinite where there is none. One lower envelope of parabolas per line and axis, O(voxels). sites
/// (size[0] * size[1] * size[2],) i fastest source Maurer 2003; Felzenszwalb, Huttenlocher 2012
std::vector<double> squared_distance_mm2(const std::vector<std::uint8_t>& sites, const image::Index3& size,
                                         const image::Vec3& spacing_mm);

/// mm, between voxel centres: outside the region + the distance to its nearest voxel, inside - the distance to the
/// nearest voxel outside. Never 0. What lies beyond the image is unknown, not outside: -infinity where all of the image
/// is region, +infinity where none is.
std::vector<double> signed_distance_mm(const image::Mask& region);

}  // namespace larc::preprocess
