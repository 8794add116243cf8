#pragma once
#include "image/volume.h"

namespace larc::quality {

/// Where the voxels of a region lie in an image, counted in voxels of the region.
struct MaskPlace {
  std::size_t voxels = 0;
  std::size_t outside = 0;  // centre not in the image
  std::size_t at_side = 0;  // in the outermost line of voxels of a slice
  std::size_t at_end = 0;   // in the first or last of several slices
};

/// region  on any grid
MaskPlace place_of(const image::Mask& region, const image::Geometry& image);

}  // namespace larc::quality
