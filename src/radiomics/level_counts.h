#pragma once
#include <cstdint>
#include <vector>

#include "radiomics/region.h"

namespace larc::radiomics {

/// One cell of a matrix of grey levels by zone sizes, zone distances or dependence counts ("extent").
struct LevelCell {
  int level;             // number, from 1
  std::uint32_t extent;  // from 1
  std::uint64_t count;   // > 0
};

/// Counts pairs of level and extent, in a table for small extents and in a list for the others, so that memory grows
/// with what occurs.
class LevelCounts {
 public:
  /// levels          of the region, outlives the counts
  /// largest_extent  if known
  explicit LevelCounts(const Levels& levels, std::uint32_t largest_extent = std::numeric_limits<std::uint32_t>::max());
  void add(int level, std::uint32_t extent) {
    if (extent < width_)
      ++table_[static_cast<std::size_t>(level) * width_ + extent];
    else
      others_.push_back(static_cast<std::uint64_t>(level) << 32 | extent);
  }
  /// Ascending by level, then by extent; the counts are empty again.
  std::vector<LevelCell> take();

 private:
  const std::vector<int>* numbers_;
  std::size_t width_;
  std::vector<std::uint32_t> table_;  // by level, then extent
  std::vector<std::uint64_t> others_;
};

/// Sum of matrices; cells ascending by level, then by extent, as those of each.
std::vector<LevelCell> merge_cells(const std::vector<const std::vector<LevelCell>*>& matrices);

/// What IBSI 1 (arXiv:1612.07003, chapters 3.8, 3.9, 3.11) derives in the same way from each of these matrices.
enum LevelQuantity {
  small_extent,
  large_extent,
  low_level,
  high_level,
  small_extent_low_level,
  small_extent_high_level,
  large_extent_low_level,
  large_extent_high_level,
  level_non_uniformity,
  level_non_uniformity_normalised,
  extent_non_uniformity,
  extent_non_uniformity_normalised,
  percentage,
  level_variance,
  extent_variance,
  entropy,
  energy,
  kLevelQuantities
};

using LevelQuantities = std::array<double, kLevelQuantities>;

/// cells   ascending by level, then by extent; all NaN when there are none
/// voxels  of the region or slice
LevelQuantities quantities_of(const std::vector<LevelCell>& cells, double voxels);

/// Mean of each quantity over the matrices; all NaN when there are none.
LevelQuantities mean_quantities(const std::vector<LevelQuantities>& matrices);

}  // namespace larc::radiomics
