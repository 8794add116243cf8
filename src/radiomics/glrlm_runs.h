#pragma once
#include <cstdint>
#include <vector>

#include "radiomics/directions.h"

namespace larc::radiomics {

/// Runs of one level and a length that the table of their matrix does not reach.
struct LongRuns {
  std::uint32_t level;   // index - 1
  std::uint32_t length;  // voxels
  double count;
};

/// Adds up entries of equal level and length, and sorts them by both.
void gather(std::vector<LongRuns>& runs);

/// A run length matrix: runs of level index a and length r at [(a - 1) * width + r], r below `width`; longer ones
/// apart.
template <typename Count>
struct RunMatrix {
  std::size_t width = 0;
  std::size_t longest = 0;    // in the table
  std::vector<Count> counts;  // levels in use x width, lengths from 1
  std::vector<LongRuns> longer;
};

/// Runs of the voxels in `range`, which covers whole slices, along each direction.
/// levels  in use
/// errors  none; the grid needs a border of 1
template <typename Level>
void count_runs(const LevelGrid<Level>& grid, VoxelRange range, const std::vector<Direction>& directions,
                std::size_t levels, std::vector<RunMatrix<std::int32_t>>& matrices);

/// Whether any straight line along the direction holds two voxels of the range, next to each other or not.
template <typename Level>
bool any_line_of_two(const LevelGrid<Level>& grid, VoxelRange range, const Direction& direction);

}  // namespace larc::radiomics
