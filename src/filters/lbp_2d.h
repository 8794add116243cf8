#pragma once
#include <string>
#include <vector>

#include "image/volume.h"

namespace larc::filters {

enum class Lbp2dMethod {
  standard,                    // "default": code of `samples` bits
  rotation_invariant,          // "ror": the least of the code's bit rotations
  rotation_invariant_uniform,  // "uniform": number of ones, or samples + 1 with more than two changes along the circle
  variance                     // "var": variance of the samples; NaN where it is 0
};

/// errors domain: not one of default, ror, uniform, var
Lbp2dMethod parse_lbp_2d_method(const std::string& name);

struct Lbp2dOptions {
  double radius = 1;  // voxels, > 0
  int samples = 8;    // on the circle, 1 .. 31
  Lbp2dMethod method = Lbp2dMethod::rotation_invariant_uniform;
  int slice_axis = 2;  // index axis across the slices
};

/// Local binary pattern of each voxel within its slice: which samples on a circle about it are at least as large as it.
/// Samples lie at row - radius sin(2 pi p / samples), column + radius cos(2 pi p / samples), rounded to 5 decimals, and
/// are interpolated linearly; beyond the border of the image they are 0. Rows and columns of a slice are the index axes
/// (j, i) across k, (k, i) across j and (j, k) across i. Values fill `box`, i fastest.
/// The same definition, in the same order of operations, as scikit-image's local_binary_pattern.
/// errors domain: box not inside the image
/// source Ojala, Pietikainen, Maenpaa 2002
std::vector<double> lbp_2d(const image::Volume& image, const image::Box& box, const Lbp2dOptions& options);

/// Voxels beyond the box that are read within a slice.
int lbp_2d_reach(const Lbp2dOptions& options);

}  // namespace larc::filters
