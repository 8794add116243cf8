#pragma once
#include <optional>
#include <vector>

#include "radiomics/level_counts.h"
#include "radiomics/region.h"

namespace larc::radiomics {

/// How the voxels of one level differ from the mean level of their neighbours.
struct ToneLevel {
  int level;             // number, from 1
  std::uint64_t voxels;  // of the level, > 0
  std::uint64_t alone;   // of these, without a neighbour in the region
  double difference;     // sum of |level - mean of neighbours| over the others
};

/// Neighbours of one slice, of all slices or of the volume. Neighbours of a voxel are the voxels of the region at the
/// Chebyshev distances of the settings, in its slice or in the volume.
struct NeighbourMatrix {
  std::vector<LevelCell> dependences;  // voxels by level and 1 + number of neighbours within `dependence_difference`
  std::vector<ToneLevel> tones;        // ascending by level
  double voxels = 0;
};

/// The matrices of each wanted aggregation.
struct NeighbourMatrices {
  bool with_dependences = false, with_tones = false;
  std::vector<NeighbourMatrix> slices;  // of the slices that hold voxels, ascending; for by_slice
  std::optional<NeighbourMatrix> slices_merged;
  std::optional<NeighbourMatrix> volume;
};

/// What is asked for and what the settings list (gldm: dependences, ngtdm: tones), found in one pass; kept in the
/// region, so that the families share it.
const NeighbourMatrices& neighbours_of(const RegionView& region, bool with_dependences, bool with_tones);

}  // namespace larc::radiomics
