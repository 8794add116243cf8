#pragma once
#include <functional>

#include "image/geometry.h"

namespace larc::preprocess {

/// Receives a row of target voxels along axis 0: its j and k, and the continuous indices in the source of voxel 0 and
/// of the voxel after the last one.
using RowSink = std::function<void(int j, int k, const image::Vec3& first, const image::Vec3& end)>;

/// Where the voxels of `target` lie in `source`, with the very rounding of ITK's resampling: voxel i of n lies at
/// first + i / n * (end - first). What is half way between two voxels goes to one of them by that rounding.
void for_each_row_as_itk(const image::Geometry& source, const image::Geometry& target, const RowSink& sink);

}  // namespace larc::preprocess
