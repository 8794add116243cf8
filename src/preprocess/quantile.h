#pragma once
#include <vector>

#include "image/volume.h"

namespace larc::preprocess {

/// Type 7 quantile of sorted values (Hyndman 1996), at least one of them; probability in [0, 1].
double quantile(const std::vector<double>& sorted, double probability);

/// The voxels inside the mask in ascending order. errors domain: NaN or infinite voxels; geometry_mismatch
std::vector<double> sorted_values(const image::Volume& volume, const image::Mask& mask);

}  // namespace larc::preprocess
