#pragma once
#include <cstdint>
#include <vector>

#include "radiomics/directions.h"

namespace larc::radiomics {

/// Pairs of level indices, one dense matrix a direction: how often a voxel of index a has a neighbour of index b stands
/// at [a * width + b]; row and column 0 mean outside the region.
struct DensePairs {
  std::size_t width = 0;   // levels in use + 1
  std::size_t stride = 0;  // from one matrix to the next
  std::vector<std::int32_t> counts;

  const std::int32_t* matrix(std::size_t direction) const { return counts.data() + direction * stride; }
};

/// Pairs of the voxels in `range` with their neighbours in each of `directions`, in one pass.
template <typename Level>
void count_pairs(const LevelGrid<Level>& grid, VoxelRange range, const Direction* directions,
                 std::size_t direction_count, std::size_t levels, DensePairs& pairs);

/// A matrix by rows, cells that are not zero only.
struct SparsePairs {
  std::vector<std::size_t> row_start;  // levels in use + 1 entries
  std::vector<std::uint32_t> column;   // level index - 1, ascending within a row
  std::vector<double> count;
};

/// Voxels of a range sorted by level: matrices too large to be dense are counted row by row.
template <typename Level>
class SparsePairCounter {
 public:
  SparsePairCounter(const LevelGrid<Level>& grid, VoxelRange range, std::size_t levels);
  /// The sum over directions of their matrices times `weights`; `symmetric`: each pair in both orders; otherwise a
  /// reversed direction counts by its opposite.
  SparsePairs count(const Direction* directions, const double* weights, std::size_t direction_count, bool symmetric);

 private:
  const LevelGrid<Level>& grid_;
  std::vector<std::uint32_t> voxels_;   // by level, then ascending
  std::vector<std::size_t> row_start_;  // in voxels_, of each level index
  std::vector<double> row_;             // one row of the matrix, all zero between rows
};

}  // namespace larc::radiomics
