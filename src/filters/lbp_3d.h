#pragma once
#include <functional>
#include <vector>

#include "image/volume.h"

namespace larc::filters {

struct Lbp3dOptions {
  int levels = 2;       // degrees 0 .. levels - 1 of the spherical harmonics, >= 1
  double radius = 1;    // voxels, > 0
  int subdivision = 1;  // of the icosphere: 10 * 4^subdivision + 2 samples
  /// The image holds whole numbers: samples are rounded to whole numbers (halves away from 0), as PyRadiomics does with
  /// images of an integer type. Otherwise a sample within 1e-12 of the largest magnitude below the voxel counts as
  /// equal to it, so that rounding errors of the interpolation decide nothing.
  bool whole_numbers = false;
};

/// Local binary patterns on a sphere. Samples lie at the vertices of an icosphere about the voxel (in voxels; its x, y
/// and z count along k, j and i), interpolated by cubic B-splines of the image mirrored about its edge voxels; a sample
/// beyond the outermost voxel centres is 0. s(v) is 1 where the sample is at least as large as the voxel, else 0.
/// `sink(n, values)` is called for n = 0 .. levels - 1 with the real part of the square root of the sum over v of
/// f(v)^2, f(v) = sum over m of c(m) Y(n, m, v), c(m) = sum over v of s(v) Y(n, m, v); then for n = levels with the
/// excess kurtosis of the samples (NaN where they are all equal). As in PyRadiomics, Y takes the polar angle of a
/// vertex for the azimuth and its azimuth for the polar angle, and nothing is conjugated.
/// Values fill `box`, i fastest; voxels within the radius and 30 voxels of the box are read (tails of the spline
/// coefficients: below 1e-15).
/// errors domain: box not inside the image
/// source Banerjee et al. 2013; PyRadiomics' getLBP3DImage
void lbp_3d(const image::Volume& image, const image::Box& box, const Lbp3dOptions& options,
            const std::function<void(int, std::vector<double>&&)>& sink);

/// Voxels beyond the box that are read.
int lbp_3d_reach(const Lbp3dOptions& options);

/// Vertices of an icosphere: the icosahedron with vertices (0, 1, t), t the golden ratio, and their cyclic shifts and
/// sign changes; each subdivision adds the middles of the edges, moved to the radius.
std::vector<image::Vec3> icosphere_vertices(int subdivision, double radius);

}  // namespace larc::filters
