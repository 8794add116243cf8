#pragma once
#include <array>
#include <cstdint>
#include <vector>

#include "image/geometry.h"

namespace larc::radiomics {

/// A point of a grid.
using GridPoint = std::array<int, 3>;

/// A convex polyhedron: all of its facets are triangles, so that a flat face may be several.
struct ConvexHull {
  std::vector<GridPoint> vertices;
  std::vector<std::array<int, 3>> triangles;  // indices of vertices, counter-clockwise seen from outside
};

/// Quickhull (Barber, Dobkin, Huhdanpaa 1996) in whole numbers: exact, whatever lies in one plane or on one line.
/// points  in any order, also repeated; the product of the extents along the axes at most 1e18
/// Without triangles when the points lie in one plane.
ConvexHull convex_hull(const std::vector<GridPoint>& points);

struct HullMeasure {
  double volume;
  double area;
};

/// With `unit` as the distance of neighbouring grid points along each axis.
HullMeasure measure_hull(const ConvexHull& hull, const image::Vec3& unit);

}  // namespace larc::radiomics
