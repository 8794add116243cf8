#pragma once
#include <cstdint>
#include <vector>

#include "radiomics/region.h"

namespace larc::radiomics {

/// Zeros behind the last cell of a grid, for reading blocks of cells.
inline constexpr std::size_t kGridTail = 64;

/// Level indices of a region's voxels on a grid with `border` voxels of zeros around it on every side, so that steps of
/// up to `border` voxels need no test. Axes are turned so that slices (across `force_2d_axis`) lie across axis 2; axis
/// 0 is the fastest.
template <typename Level>
struct LevelGrid {
  int border = 1;
  std::array<int, 3> image_axis{0, 1, 2};  // axis of the image that each axis of the grid is
  std::array<int, 3> size{0, 0, 0};        // with the border
  std::array<std::ptrdiff_t, 3> stride{1, 0, 0};
  std::vector<Level> index;           // Levels::index_of_voxel, from 1; 0 outside the intensity region; kGridTail more
  std::vector<std::uint32_t> voxels;  // offsets of the region's voxels in `index`, ascending
};

/// Up to this many levels in use a level fits a byte.
inline constexpr std::size_t kByteLevels = 255;

/// Level: std::uint8_t for at most kByteLevels levels in use, else std::uint16_t.
template <typename Level>
LevelGrid<Level> make_level_grid(const RegionView& region, int border);

/// Calls `work` with the grid of the narrowest type that holds the region's levels.
template <typename Work>
auto with_level_grid(const RegionView& region, int border, const Work& work) {
  if (region.levels.numbers.size() <= kByteLevels) return work(make_level_grid<std::uint8_t>(region, border));
  return work(make_level_grid<std::uint16_t>(region, border));
}

}  // namespace larc::radiomics
