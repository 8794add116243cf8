#pragma once
#include "radiomics/families.h"

namespace larc::radiomics {

/// Family `shape2D` (PyRadiomics): area, outline and axes of a region within one slice. The outline runs half way
/// between the voxel centres inside and outside (marching squares); where four voxels alternate it separates the inside
/// ones.
/// errors conflict: `force_2d` is off; domain: the region lies in more than one slice across `force_2d_axis`
void compute_shape_2d(const RegionView& region, FeatureCollector& out);

}  // namespace larc::radiomics
