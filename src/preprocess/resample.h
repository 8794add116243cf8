#pragma once
#include <string>

#include "image/volume.h"

namespace larc::preprocess {

/// bspline: cubic, through the voxel values, mirrored at the borders.
enum class Interpolation { nearest, linear, bspline };

/// errors domain: not one of nearest, linear, bspline
Interpolation parse_interpolation(const std::string& name);

/// The volume on another grid. A point counts as inside the source up to half a voxel beyond its outermost centres (the
/// edge continues there, for the spline its mirror image); further out it gets `outside`. On the source's own grid the
/// voxels come back unchanged. A source with one voxel along an axis is taken as constant along it. Only what the
/// target needs is read; for bspline that is within 1e-12 of the image's range of using all of it (kSplineMargin). One
/// thread; the result depends on nothing else. errors domain: NaN or infinite voxels; geometry not valid
image::Volume resample(const image::Volume& volume, const image::Geometry& target, Interpolation interpolation,
                       double outside = 0);

/// A region on another grid: nearest, or linear with a voxel inside from a share of `threshold` on (IBSI: 0.5).
/// errors domain: bspline (overshoots at borders), threshold outside (0, 1], geometry not valid
image::Mask resample(const image::Mask& mask, const image::Geometry& target, Interpolation interpolation,
                     double threshold = 0.5);

/// The grid with the wanted voxel spacing that covers the old one: size ceil(size * spacing / wanted), same directions,
/// centres of both grids at one point (IBSI reference manual, chapter on interpolation, Zwanenburg 2020).
/// errors domain: spacing not positive
image::Geometry resampled_geometry(const image::Geometry& geometry, const image::Vec3& spacing_mm);

}  // namespace larc::preprocess
