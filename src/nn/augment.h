#pragma once
#include <vector>

#include "core/random.h"
#include "nn/api.h"

namespace larc::nn {

/// A randomly changed copy of one case, on the scale of apply_scale.
/// values  channels * depth * height * width of `grid` (whose own cases are not read)
/// random  draws a number that depends on the settings and the grid alone, so a stream of derive_seed(seed, "augment",
///         epoch, case) gives the same crop in any order of work
/// All channels move together by bilinear interpolation within each slice, the edge repeated; masks are resampled
/// alike and keep 0..1; intensity changes touch images only. Gamma acts between the least and the greatest value of the
/// case.
std::vector<float> augment(const std::vector<float>& values, const Crops& grid, const AugmentSettings& settings,
                           Random& random);

}  // namespace larc::nn
