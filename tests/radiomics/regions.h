#pragma once
#include "phantom.h"

namespace larc::test {

/// An ellipsoid with a notch, a satellite and voxels that touch at edges only: every kind of mesh configuration, and
/// runs and pairs with gaps. Voxels 0.8 x 0.9 x 3.3 mm.
inline Case irregular_region() {
  const image::Index3 size{23, 19, 15};
  const auto body = ellipsoid(size, 9.5, 7.2, 5.1);
  return make_case(size, {0.8, 0.9, 3.3}, texture, [=](int i, int j, int k) {
    const bool checkered = i < 8 && j < 9 && (i * 7 + j * 5 + k * 3) % 4 != 0;
    const bool satellite = i >= 20 && j >= 16 && k <= 1;
    return satellite || (body(i, j, k) && (i >= 8 || j >= 9 || checkered));
  });
}

/// The same region with its index axes in another order and some of them reversed.
inline Case rearranged(const Case& c, const image::Index3& order, const std::array<bool, 3>& flip) {
  Case moved = c;
  image::Geometry& g = moved.image.geometry;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    const auto from = static_cast<std::size_t>(order[axis]);
    g.size[axis] = c.image.geometry.size[from];
    g.spacing_mm[axis] = c.image.geometry.spacing_mm[from];
    for (std::size_t row = 0; row < 3; ++row)
      g.direction[row][axis] = c.image.geometry.direction[row][from] * (flip[axis] ? -1 : 1);
  }
  moved.mask.geometry = g;
  for (int k = 0; k < g.size[2]; ++k)
    for (int j = 0; j < g.size[1]; ++j)
      for (int i = 0; i < g.size[0]; ++i) {
        const image::Index3 to{i, j, k};
        image::Index3 from{};
        for (std::size_t axis = 0; axis < 3; ++axis)
          from[static_cast<std::size_t>(order[axis])] = flip[axis] ? g.size[axis] - 1 - to[axis] : to[axis];
        moved.image.voxels[g.offset(i, j, k)] = c.image.at(from[0], from[1], from[2]);
        moved.mask.voxels[g.offset(i, j, k)] = c.mask.voxels[c.mask.geometry.offset(from[0], from[1], from[2])];
      }
  return moved;
}

}  // namespace larc::test
