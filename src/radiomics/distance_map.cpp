#include "radiomics/number_grid.h"
#include "radiomics/zones.h"

namespace larc::radiomics {

// Two passes over the grid, forwards and backwards (Rosenfeld, Pfaltz 1966).
std::vector<std::uint16_t> distance_map(const RegionView& region, bool in_slices) {
  constexpr std::uint16_t kFar = 0x7fff;
  const int across = region.settings->force_2d_axis;
  const std::array<int, 3> image_axis{across == 0 ? 1 : 0, across == 2 ? 1 : 2, across};
  std::array<std::size_t, 3> size{}, stride{}, image_stride{};
  std::size_t cells = 1;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    const auto from = static_cast<std::size_t>(image_axis[axis]);
    size[axis] = static_cast<std::size_t>(region.size()[from]);
    stride[axis] = image_stride[from] = cells;
    cells *= size[axis] + 2;
  }
  std::vector<std::uint16_t> distance(cells + kGridMargin, 0);
  const std::size_t first = stride[0] + stride[1] + stride[2];
  const std::uint8_t* inside = region.mask.voxels.data();
  for (int k = 0; k < region.size()[2]; ++k)
    for (int j = 0; j < region.size()[1]; ++j)
      for (int i = 0; i < region.size()[0]; ++i)
        if (*inside++ != 0)
          distance[first + static_cast<std::size_t>(i) * image_stride[0] +
                   static_cast<std::size_t>(j) * image_stride[1] + static_cast<std::size_t>(k) * image_stride[2]] =
              kFar;

  const auto pass = [&](std::size_t y, std::size_t z, std::ptrdiff_t sign) {
    std::uint16_t* row = distance.data() + first + y * stride[1] + z * stride[2];
    const std::uint16_t* before = row - sign * static_cast<std::ptrdiff_t>(stride[1]);
    const std::uint16_t* below = in_slices ? before : row - sign * static_cast<std::ptrdiff_t>(stride[2]);
    for (std::size_t x = 0; x < size[0]; ++x)
      row[x] = std::min(row[x], static_cast<std::uint16_t>(std::min(before[x], below[x]) + 1));
    std::uint16_t last = 0;
    for (std::size_t i = 0; i < size[0]; ++i) {
      std::uint16_t& here = row[sign > 0 ? i : size[0] - 1 - i];
      last = here = std::min(here, static_cast<std::uint16_t>(last + 1));
    }
  };
  for (std::size_t z = 0; z < size[2]; ++z)
    for (std::size_t y = 0; y < size[1]; ++y) pass(y, z, 1);
  for (std::size_t z = size[2]; z-- > 0;)
    for (std::size_t y = size[1]; y-- > 0;) pass(y, z, -1);
  return distance;
}

}  // namespace larc::radiomics
