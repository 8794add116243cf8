#pragma once
#include "image/volume.h"

namespace larc::preprocess {

/// Voxels by their distance from the region's border: positive outside (peritumoral), negative inside (interior), as in
/// signed_distance_mm. A voxel belongs where from < distance <= to outside, and where from <= distance < to inside; so
/// rings that follow each other (0 to 3, 3 to 6 mm) share no voxel and leave none out, and ring(-infinity, 0) is the
/// region. Distances are exact and in mm whatever the spacing; limits hold to 1e-9 of themselves. body  limits the ring
/// to itself; absent: the whole image errors domain: empty region, limits NaN or from >= to, no voxel in the ring (says
/// which limit to change); geometry_mismatch: body on another grid
image::Mask ring(const image::Mask& region, double from_mm, double to_mm, const image::Mask* body = nullptr);

}  // namespace larc::preprocess
