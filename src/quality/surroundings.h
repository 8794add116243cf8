#pragma once
#include <functional>

#include "image/volume.h"

namespace larc::quality {

/// Calls visit(voxel, distance) for every voxel within `reach_mm` of the region, those inside at distance 0. mm between
/// voxel centres. Nothing for an empty region.
void visit_surroundings(const image::Mask& region, double reach_mm,
                        const std::function<void(std::size_t voxel, double distance_mm)>& visit);

}  // namespace larc::quality
