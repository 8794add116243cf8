#pragma once
#include <array>
#include <vector>

#include "image/volume.h"

namespace larc::io::dicom {

/// A closed polygon in the plane of a slice, continuous indices (i, j); the last corner is joined to the first.
using Loop = std::vector<std::array<double, 2>>;

/// Borders of the marked voxels of slice k: outer ones and those of holes, corners at half indices, no corner on a
/// straight line. Voxels that touch at a corner only lie in separate loops.
std::vector<Loop> trace_borders(const image::Mask& mask, int k);

/// Inverts slice k of the mask at every voxel whose centre lies within the loop (even-odd rule). Called for each loop
/// of a slice this gives the even-odd rule over all of them. A centre on a border: lower edges in, upper edges out.
void invert_within(const Loop& loop, image::Mask& mask, int k);

}  // namespace larc::io::dicom
