#pragma once
#include "radiomics/convex_hull.h"

namespace larc::radiomics {

/// Semi-axes, largest first, of the ellipsoid of least volume that holds all points. Khachiyan's lifting (1996) makes
/// it the least ellipsoid about the origin of space with one dimension more, whose matrix H solves
///   minimise -log det H  subject to  q^T H q <= 1  for every lifted point q,
/// solved by a primal-dual interior point method to a duality gap of 1e-12: the volume is within 1e-12 of the least,
/// but for rounding, and the ellipsoid holds every point. points  not in one plane; unit: distance of neighbouring grid
/// points along each axis
std::array<double, 3> enclosing_ellipsoid(const std::vector<GridPoint>& points, const image::Vec3& unit);

}  // namespace larc::radiomics
