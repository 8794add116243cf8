#pragma once
#include <vector>

#include "core/random.h"
#include "nn/api.h"

namespace larc::nn {

/// A randomly changed copy of one crop, an image on the scale of the training and a mask.
/// values  2 * depth * height * width of `grid`
/// random  a stream of derive_seed(seed, "augment", epoch, row) gives the same crop in any order of work
/// Image and mask move together by bilinear interpolation within each slice, the edge repeated; the mask keeps 0..1;
/// intensity changes touch the image only. Gamma and bias field act above the least value of the crop.
std::vector<float> augment(const std::vector<float>& values, const Grid& grid, const AugmentSettings& settings,
                           Random& random);

}  // namespace larc::nn
