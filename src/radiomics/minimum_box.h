#pragma once
#include "radiomics/convex_hull.h"

namespace larc::radiomics {

struct OrientedBox {
  std::array<double, 3> extent;

  double volume() const { return extent[0] * extent[1] * extent[2]; }
  double area() const { return 2 * (extent[0] * extent[1] + extent[1] * extent[2] + extent[2] * extent[0]); }
};

/// The box of least volume around a convex hull, in any orientation.
/// A box of least volume has two adjacent sides that each hold an edge of the hull (O'Rourke 1985): the normal of the
/// first is perpendicular to an edge and lies between the normals of its two faces; the second side is found exactly,
/// by rotating calipers in the shadow along that normal. So one angle at each edge is left to search: the normals of
/// all faces and normals between them at most 4 degrees apart are tried, the best of them refined to 1e-10. The result
/// is never larger than any box with a side on a face of the hull. That none is smaller holds up to the sampling.
/// hull  with triangles; unit: distance of neighbouring grid points along each axis
OrientedBox minimum_box(const ConvexHull& hull, const image::Vec3& unit);

}  // namespace larc::radiomics
