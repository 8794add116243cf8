#include "radiomics/level_grid.h"

namespace larc::radiomics {

template <typename Level>
LevelGrid<Level> make_level_grid(const RegionView& region, int border) {
  LevelGrid<Level> grid;
  grid.border = border;
  const int across = region.settings->force_2d_axis;
  grid.image_axis = {across == 0 ? 1 : 0, across == 2 ? 1 : 2, across};
  std::size_t cells = 1;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    grid.size[axis] = region.size()[static_cast<std::size_t>(grid.image_axis[axis])] + 2 * border;
    grid.stride[axis] = static_cast<std::ptrdiff_t>(cells);
    cells *= static_cast<std::size_t>(grid.size[axis]);
  }
  grid.index.assign(cells, 0);
  grid.voxels.resize(region.offsets.size());
  const auto nx = static_cast<std::uint32_t>(region.size()[0]), ny = static_cast<std::uint32_t>(region.size()[1]);
  std::array<std::ptrdiff_t, 3> image_stride{};
  for (std::size_t axis = 0; axis < 3; ++axis)
    image_stride[static_cast<std::size_t>(grid.image_axis[axis])] = grid.stride[axis];
  const std::ptrdiff_t first = border * (grid.stride[0] + grid.stride[1] + grid.stride[2]);
  std::uint32_t row_start = 0;
  std::ptrdiff_t row_offset = first;
  for (std::size_t r = 0; r < region.offsets.size(); ++r) {
    const std::uint32_t offset = region.offsets[r];
    if (r == 0 || offset >= row_start + nx) {
      const std::uint32_t row = offset / nx;
      row_start = row * nx;
      row_offset = first + static_cast<std::ptrdiff_t>(row % ny) * image_stride[1] +
                   static_cast<std::ptrdiff_t>(row / ny) * image_stride[2];
    }
    const std::ptrdiff_t at = row_offset + static_cast<std::ptrdiff_t>(offset - row_start) * image_stride[0];
    grid.index[static_cast<std::size_t>(at)] = static_cast<Level>(region.levels.index_of_voxel[r]);
    grid.voxels[r] = static_cast<std::uint32_t>(at);
  }
  if (across != 2) std::sort(grid.voxels.begin(), grid.voxels.end());
  return grid;
}

template LevelGrid<std::uint8_t> make_level_grid(const RegionView&, int);
template LevelGrid<std::uint16_t> make_level_grid(const RegionView&, int);

}  // namespace larc::radiomics
