#pragma once
#include <array>
#include <vector>

#include "radiomics/families.h"
#include "radiomics/level_grid.h"

namespace larc::radiomics {

/// How matrices of directions come to one value each: two aggregations that share their matrices.
struct DirectionPlan {
  Aggregation average;  // features of each matrix, averaged
  Aggregation merged;   // features of the sum of the matrices
  bool within_slices;   // directions within slices only
  bool by_slice;        // matrices of each slice by itself, features averaged over slices
};

inline constexpr std::array<DirectionPlan, 3> kDirectionPlans{{
    {Aggregation::average_2d, Aggregation::merged_2d, true, true},
    {Aggregation::average_2_5d, Aggregation::merged_2_5d, true, false},
    {Aggregation::average_3d, Aggregation::merged_3d, false, false},
}};

/// Voxels [first, last) of LevelGrid::voxels.
struct VoxelRange {
  std::size_t first, last;
};

/// One of two opposite directions; the other one is represented by it.
struct Direction {
  std::array<int, 3> step;  // voxels along the grid's axes
  std::ptrdiff_t offset;    // in LevelGrid::index, > 0
  bool reversed;            // along the image's axes (third first) the opposite step is the one that leads forward
  double length_mm;         // by the norm asked for; Euclidean without one
};

/// Steps to one half of the neighbours at Chebyshev distance `distance` (13 at distance 1, 49 at 2), the other half
/// being their opposites; `within_slices`: those of third component 0 (4 at distance 1).
std::vector<std::array<int, 3>> half_neighbours(int distance, bool within_slices);

/// The half neighbours of all `distances` in a grid whose border is at least as wide.
template <typename Level>
std::vector<Direction> make_directions(const LevelGrid<Level>& grid, const RegionView& region,
                                       const std::vector<int>& distances, bool within_slices);

/// All voxels of the grid, or with `by_slice` the voxels of each slice that has any.
template <typename Level>
std::vector<VoxelRange> voxel_ranges(const LevelGrid<Level>& grid, bool by_slice);

/// Means of `count` features over matrices; NaN without any matrix.
template <std::size_t count>
struct FeatureMeans {
  std::array<double, count> sums{};
  std::size_t matrices = 0;

  void add(const std::array<double, count>& values) {
    for (std::size_t f = 0; f < count; ++f) sums[f] += values[f];
    ++matrices;
  }
  /// NaN without any matrix.
  double mean(std::size_t feature) const { return sums[feature] / static_cast<double>(matrices); }
};

}  // namespace larc::radiomics
