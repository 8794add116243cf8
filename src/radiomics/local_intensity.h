#pragma once
#include "radiomics/families.h"

namespace larc::radiomics {

/// Means of the image in spheres of 1 cm3 (radius 6.2 mm) around voxels of a region.
struct LocalPeaks {
  double local;   // around the voxel of highest intensity; of several, the highest mean
  double global;  // the highest around any voxel of the region
};

/// A sphere holds the voxels whose centres lie in it, also those outside the region, but not outside the image; voxels
/// that are NaN or infinite are left out.
/// image        whole image
/// corner       index in the image of the region's grid
/// size         of the region's grid
/// offsets      voxels of the region in its grid, ascending
/// intensities  of these voxels
LocalPeaks local_peaks(const image::Volume& image, const image::Index3& corner, const image::Index3& size,
                       const std::vector<std::uint32_t>& offsets, const std::vector<double>& intensities);

/// Family `local_intensity` (IBSI 1).
void compute_local_intensity(const RegionView& region, FeatureCollector& out);

}  // namespace larc::radiomics
