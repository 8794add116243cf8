#pragma once
#include <array>
#include <vector>

#include "filters/convolve.h"
#include "image/volume.h"

namespace larc::filters {

/// How the responses of several orientations become one map, voxel by voxel.
enum class Pooling { average, max, min };

/// errors domain: not one of average, max, min
Pooling parse_pooling(const std::string& name);
std::string to_string(Pooling pooling);

/// Kernels applied one after another along each index axis; an axis without kernels is left alone.
struct SeparableFilter {
  std::array<std::vector<Kernel>, 3> axes;
};

/// The filter turned by every right angle, equal ones once: at most 4 about index axis 2 (dimension 2), 24 in space
/// (3).
std::vector<SeparableFilter> right_angle_rotations(const SeparableFilter& filter, int dimension);

/// Pooled response of the filters; what they have in common along the first axes is computed once.
/// filters  not empty
image::Volume respond(const image::Volume& volume, const std::vector<SeparableFilter>& filters, Pooling pooling,
                      Boundary boundary);

/// Voxels around a voxel that influence its response, per index axis.
image::Index3 support_voxels(const std::vector<SeparableFilter>& filters);

}  // namespace larc::filters
