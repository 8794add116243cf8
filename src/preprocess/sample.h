#pragma once
#include <optional>
#include <vector>

#include "preprocess/index_map.h"
#include "preprocess/resample.h"

namespace larc::preprocess {

/// Part of an image's grid with the values there: voxels, or spline coefficients where the interpolation is bspline.
/// Places are counted in the whole image, whose edges are the ones that matter.
struct Lattice {
  const std::vector<double>& values;
  image::Index3 size;
  image::Index3 lower{0, 0, 0};
  image::Index3 image_size = size;
};

/// The box, clipped to the image, that the interpolation reads for places within `places` (enclosing_box).
image::Box support_box(const image::Box& places, const image::Index3& image_size, Interpolation interpolation);

/// The image at every voxel of a target grid, i fastest. Inside is from half a voxel before the first centre up to, not
/// with, half a voxel after the last (to 1e-9 of a voxel, as ITK has it); elsewhere the value is `outside`, or without
/// it that of the nearest place between the outermost centres. Nearest: a place halfway goes up. Linear and nearest
/// continue the edge, bspline mirrors. The lattice must hold the support box of all places that are read. Grids with
/// parallel axes are taken axis by axis, turns about the third axis slice by slice, others point by point.
std::vector<double> sample(const Lattice& lattice, const IndexMap& map, const image::Index3& target_size,
                           Interpolation interpolation, std::optional<double> outside);

}  // namespace larc::preprocess
