#pragma once
#include <optional>
#include <vector>

#include "radiomics/level_counts.h"
#include "radiomics/region.h"

namespace larc::radiomics {

/// Zones of one slice, of all slices or of the volume: voxels of one grey level that touch each other (8-connected in a
/// slice, 26-connected in the volume).
struct ZoneMatrix {
  std::vector<LevelCell> sizes;      // zones by level and number of voxels
  std::vector<LevelCell> distances;  // zones by level and distance from the mask's edge; empty unless asked for
  double voxels = 0;
};

/// The matrices of each wanted aggregation.
struct ZoneMatrices {
  bool with_distances = false;
  std::vector<ZoneMatrix> slices;  // of the slices that hold voxels, ascending; for by_slice
  std::optional<ZoneMatrix> slices_merged;
  std::optional<ZoneMatrix> volume;
};

/// Zones for the aggregations of the region's settings; kept in the region, so that the families share them.
const ZoneMatrices& zones_of(const RegionView& region, bool with_distances);

/// City-block distance in voxels of each voxel of the whole mask (not only of the intensity region) from the next voxel
/// outside it, 1 at its edge; within slices across axis 2 of the grid if `in_slices`.
/// Returns one value a cell of the region's NumberGrid with borders of 1; 0 outside the mask.
std::vector<std::uint16_t> distance_map(const RegionView& region, bool in_slices);

}  // namespace larc::radiomics
