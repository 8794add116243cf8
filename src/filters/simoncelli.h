#pragma once
#include <vector>

#include "filters/boundary.h"
#include "image/volume.h"

namespace larc::filters {

/// Band-pass map of Simoncelli's non-separable wavelet (IBSI 2: LODD). The radial frequency |nu|, 1 at the Nyquist
/// frequency of an axis, passes with cos(pi/2 log2(2 |nu| / m)) between m / 4 and m = 2^(1 - level).
/// As in the reference maps, nu counts from the middle of the frequency grid, half a step beside zero when the number
/// of voxels is even, and the map is the real part.
struct SimoncelliFilter {
  int level = 1;                 // from 1
  std::vector<int> riesz_order;  // one number an axis; empty: no Riesz transform
  int dimension = 3;
  Boundary boundary = Boundary::mirror;
};

/// Looks at the whole image, continued beyond its edges by the boundary condition: by two of the longest wavelengths
/// that pass (4 * 2^level voxels each) and at least 32 voxels on each side, but no further than half the image. A
/// periodic image is transformed as it is. Work space: about 3 doubles a voxel of the continued image.
image::Volume apply(const image::Volume& volume, const SimoncelliFilter& filter);

}  // namespace larc::filters
