#pragma once
#include <cstdint>
#include <vector>

#include "image/geometry.h"

namespace larc::preprocess {

/// Labels whose voxels are all joined through faces: every connected part of a label becomes a label of its own, and
/// parts of fewer than `fewest` voxels join the largest part they touch, the first of equals. labels (voxels,) i
/// fastest, -1 for voxels that take no part returns 0 .. n - 1 in the order of their first voxels, -1 as before
std::vector<std::int32_t> connected_parts(const std::vector<std::int32_t>& labels, const image::Index3& size,
                                          std::size_t fewest);

}  // namespace larc::preprocess
