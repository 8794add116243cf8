#include "radiomics/number_grid.h"

namespace larc::radiomics {

namespace {

// From the first to the last cell of every row that is not zero.
template <typename Level>
void find_rows(NumberGrid<Level>& grid) {
  const std::size_t width = grid.size[0];
  grid.rows.reserve(grid.size[1] * grid.size[2]);
  for (std::size_t z = 0; z < grid.size[2]; ++z)
    for (std::size_t y = 0; y < grid.size[1]; ++y) {
      const Level* row = grid.number.data() + (z * grid.size[1] + y) * width;
      std::size_t first = 0, last = width;
      while (first < width && row[first] == 0) ++first;
      if (first == width) continue;
      while (row[last - 1] == 0) --last;
      grid.rows.push_back({static_cast<std::uint32_t>(y), static_cast<std::uint32_t>(z),
                           static_cast<std::uint32_t>(first), static_cast<std::uint32_t>(last - first)});
    }
}

}  // namespace

template <typename Level>
NumberGrid<Level> make_number_grid(const RegionView& region, const std::array<int, 3>& border) {
  NumberGrid<Level> grid;
  const int across = region.settings->force_2d_axis;
  grid.image_axis = {across == 0 ? 1 : 0, across == 2 ? 1 : 2, across};
  std::array<std::ptrdiff_t, 3> image_stride{};
  std::size_t cells = 1;
  std::ptrdiff_t first = 0;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    const auto from = static_cast<std::size_t>(grid.image_axis[axis]);
    grid.border[axis] = border[from];
    grid.size[axis] = static_cast<std::size_t>(region.size()[from] + 2 * border[from]);
    grid.stride[axis] = static_cast<std::ptrdiff_t>(cells);
    image_stride[from] = grid.stride[axis];
    first += border[from] * grid.stride[axis];
    cells *= grid.size[axis];
  }
  grid.number.assign(cells + kGridMargin, 0);

  std::vector<Level> number_of(region.levels.numbers.size() + 1, 0);
  std::copy(region.levels.numbers.begin(), region.levels.numbers.end(), number_of.begin() + 1);
  const std::uint16_t* index = region.levels.index_of_voxel.data();
  const auto nx = static_cast<std::uint32_t>(region.size()[0]), ny = static_cast<std::uint32_t>(region.size()[1]);
  const std::size_t voxels = region.offsets.size();
  for (std::size_t r = 0; r < voxels;) {
    const std::uint32_t row = region.offsets[r] / nx, row_start = row * nx, row_end = row_start + nx;
    Level* target = grid.number.data() + first + static_cast<std::ptrdiff_t>(row % ny) * image_stride[1] +
                    static_cast<std::ptrdiff_t>(row / ny) * image_stride[2];
    if (image_stride[0] == 1)
      for (; r < voxels && region.offsets[r] < row_end; ++r)
        target[region.offsets[r] - row_start] = number_of[index[r]];
    else
      for (; r < voxels && region.offsets[r] < row_end; ++r)
        target[(region.offsets[r] - row_start) * image_stride[0]] = number_of[index[r]];
  }
  find_rows(grid);
  return grid;
}

template NumberGrid<std::uint8_t> make_number_grid(const RegionView&, const std::array<int, 3>&);
template NumberGrid<std::uint16_t> make_number_grid(const RegionView&, const std::array<int, 3>&);

}  // namespace larc::radiomics
