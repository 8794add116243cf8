#pragma once
#include <array>
#include <string>
#include <vector>

#include "image/geometry.h"
#include "io/voxels.h"

namespace larc::io {

/// What an image file's header says of its grid, axis by axis, in LPS and mm.
struct PlainHeader {
  std::vector<std::size_t> size;
  std::vector<double> spacing;
  std::vector<double> origin;
  std::vector<std::vector<double>> direction;  // of each axis, a vector in space
  std::size_t components = 1;
};

/// Grid and voxel type of one 3D image.
struct ImageHeader {
  image::Geometry geometry;
  VoxelType type = VoxelType::uint8;
};

/// The grid of one 3D image; a 2D one has one slice. Directions that rounding made oblique are made orthonormal.
/// errors unsupported (frames or channels), format (fewer than two axes), domain (axes not at right angles)
image::Geometry geometry_of(const PlainHeader& header, const std::string& name);

}  // namespace larc::io
