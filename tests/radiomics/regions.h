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

}  // namespace larc::test
