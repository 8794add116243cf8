#pragma once
#include <vector>

#include "image/geometry.h"

namespace larc::preprocess {

/// Beyond this distance from the edge of a crop the cubic spline of the crop is that of the whole image to 1e-12 of the
/// image's range. The weight of a voxel at distance d is sqrt(3) |z|^d, z = sqrt(3) - 2; summed over all that may
/// differ and over three axes (each of which can triple the range), the error is at most 127.8 |z|^(d + 1) times the
/// range, which is 6.5e-13 at d = 24.
inline constexpr int kSplineMargin = 24;

/// Coefficients of the cubic B-spline through the values, mirrored about the centres of the outermost voxels (Unser
/// 1999; the boundary of ITK and SciPy's `mirror`). Exact to rounding for any size; an axis of one voxel is constant.
/// values (size[0] * size[1] * size[2],) i fastest; returned in the same order
std::vector<double> spline_coefficients(std::vector<double> values, const image::Index3& size);

}  // namespace larc::preprocess
