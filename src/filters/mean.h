#pragma once
#include <vector>

#include "filters/boundary.h"
#include "image/volume.h"

namespace larc::filters {

/// Average over a cube (square in 2D) of `size` voxels, an odd number (IBSI 2: S60F).
struct MeanFilter {
  int size = 5;
  int dimension = 3;
  Boundary boundary = Boundary::mirror;
};

image::Volume apply(const image::Volume& volume, const MeanFilter& filter);

/// Mean over a box of `box_size` voxels (odd) along the first `dimension` index axes.
/// voxels  size[0] * size[1] * size[2], i fastest
std::vector<double> mean_of_box(std::vector<double> voxels, const image::Index3& size, int box_size, int dimension,
                                Boundary boundary);

}  // namespace larc::filters
