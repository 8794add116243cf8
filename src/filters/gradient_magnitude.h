#pragma once
#include <vector>

#include "image/volume.h"

namespace larc::filters {

/// Length of the gradient by central differences, per mm with `use_spacing`, else per voxel; beyond the border the edge
/// voxel is repeated. Values fill `box`, i fastest; voxels one away from the box are read. Same as ITK's
/// GradientMagnitudeImageFilter.
/// errors domain: box not inside the image
std::vector<double> gradient_magnitude(const image::Volume& image, const image::Box& box, bool use_spacing);

}  // namespace larc::filters
