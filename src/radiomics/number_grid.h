#pragma once
#include <cstdint>
#include <vector>

#include "radiomics/region.h"

namespace larc::radiomics {

/// Level numbers of a region's voxels in rows along axis 0, with borders of zeros on every side and a margin behind the
/// last row, so that loops may run past a row's end. Axes are turned so that slices (across `force_2d_axis`) lie across
/// axis 2.
template <typename Level>
struct NumberGrid {
  /// Part of a row from the first to the last voxel of the region; empty rows are not listed.
  struct Row {
    std::uint32_t y, z;   // with the border
    std::uint32_t begin;  // x of the first voxel, with the border
    std::uint32_t count;  // voxels of the row from there to the last of the region
  };

  std::array<int, 3> image_axis{0, 1, 2};  // axis of the image that each axis of the grid is
  std::array<int, 3> border{1, 1, 1};
  std::array<std::size_t, 3> size{0, 0, 0};  // with the borders
  std::array<std::ptrdiff_t, 3> stride{1, 0, 0};
  std::vector<Level> number;  // Levels::numbers of each voxel; 0 outside the intensity region
  std::vector<Row> rows;      // ascending by z, then y

  std::size_t offset(const Row& row) const {
    return row.begin + row.y * static_cast<std::size_t>(stride[1]) + row.z * static_cast<std::size_t>(stride[2]);
  }
};

/// Cells behind the last row of a grid.
inline constexpr std::size_t kGridMargin = 64;

/// Level numbers up to this fit a byte.
inline constexpr int kByteNumbers = 255;

/// Level: std::uint8_t for level numbers up to kByteNumbers, else std::uint16_t.
/// border: of each image axis, at least 1
template <typename Level>
NumberGrid<Level> make_number_grid(const RegionView& region, const std::array<int, 3>& border);

/// Calls `work` with the grid of the narrowest type that holds the region's level numbers.
template <typename Work>
auto with_number_grid(const RegionView& region, const std::array<int, 3>& border, const Work& work) {
  if (region.levels.level_count <= kByteNumbers) return work(make_number_grid<std::uint8_t>(region, border));
  return work(make_number_grid<std::uint16_t>(region, border));
}

}  // namespace larc::radiomics
