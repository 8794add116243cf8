#include "radiomics/level_grid.h"

namespace larc::radiomics {

namespace {

// Neighbouring voxels of the image, which stand `stride` apart in the grid from the cell number `at`.
template <typename Level>
void copy_run(const std::uint16_t* levels, std::size_t count, Level* cells, std::ptrdiff_t stride, std::uint32_t at,
              std::uint32_t* voxels) {
  if (stride == 1) {
    for (std::size_t v = 0; v < count; ++v) cells[v] = static_cast<Level>(levels[v]);
    for (std::size_t v = 0; v < count; ++v) voxels[v] = at + static_cast<std::uint32_t>(v);
    return;
  }
  for (std::size_t v = 0; v < count; ++v) {
    cells[static_cast<std::ptrdiff_t>(v) * stride] = static_cast<Level>(levels[v]);
    voxels[v] = at + static_cast<std::uint32_t>(v) * static_cast<std::uint32_t>(stride);
  }
}

}  // namespace

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
  grid.index.assign(cells + kGridTail, 0);
  grid.voxels.resize(region.offsets.size());
  const auto nx = static_cast<std::uint32_t>(region.size()[0]), ny = static_cast<std::uint32_t>(region.size()[1]);
  std::array<std::ptrdiff_t, 3> image_stride{};
  for (std::size_t axis = 0; axis < 3; ++axis)
    image_stride[static_cast<std::size_t>(grid.image_axis[axis])] = grid.stride[axis];
  const std::ptrdiff_t first = border * (grid.stride[0] + grid.stride[1] + grid.stride[2]);
  const std::uint32_t* offsets = region.offsets.data();
  const std::uint16_t* levels = region.levels.index_of_voxel.data();
  for (std::size_t r = 0; r < region.offsets.size();) {
    const std::uint32_t row = offsets[r] / nx, row_end = (row + 1) * nx;
    const std::size_t most = std::min<std::size_t>(region.offsets.size() - r, row_end - offsets[r]);
    std::size_t run = 1;
    while (run < most && offsets[r + run] == offsets[r] + run) ++run;
    const std::ptrdiff_t at = first + static_cast<std::ptrdiff_t>(offsets[r] - row * nx) * image_stride[0] +
                              static_cast<std::ptrdiff_t>(row % ny) * image_stride[1] +
                              static_cast<std::ptrdiff_t>(row / ny) * image_stride[2];
    copy_run(levels + r, run, grid.index.data() + at, image_stride[0], static_cast<std::uint32_t>(at),
             grid.voxels.data() + r);
    r += run;
  }
  if (across != 2) std::sort(grid.voxels.begin(), grid.voxels.end());
  return grid;
}

template LevelGrid<std::uint8_t> make_level_grid(const RegionView&, int);
template LevelGrid<std::uint16_t> make_level_grid(const RegionView&, int);

}  // namespace larc::radiomics
