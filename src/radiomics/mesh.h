#pragma once
#include "radiomics/bit_rows.h"
#include "radiomics/settings.h"

namespace larc::radiomics {

/// A vertex of the mesh in half voxels from the centre of voxel (0, 0, 0). Vertices lie half way between neighbours of
/// which one is inside, so one coordinate is odd.
using MeshVertex = std::array<int, 3>;

struct MeshMeasure {
  double volume_mm3;
  double area_mm2;
};

/// Volume and surface of the triangle mesh half way between the voxel centres inside and outside (marching cubes,
/// Lorensen, Cline 1987).
MeshMeasure measure_mesh(const BitRows& rows, const image::Vec3& spacing_mm, MeshRule rule);

/// What surrounds the mesh.
struct MeshExtremes {
  std::array<double, 3> diameter_across_axis_mm;  // largest distance of vertices in one plane across axis 0, 1, 2
  std::vector<MeshVertex> corners;                // few, and every corner of the mesh's convex hull among them
};

/// Exact: the ends of a largest distance in a plane are corners of the plane's convex hull, and a corner of the hull in
/// space is a corner in each of its three planes.
/// rows  at least one voxel
MeshExtremes find_extremes(const BitRows& rows, const image::Vec3& spacing_mm);

/// Largest distance of any two, mm; exact, without looking at every pair.
double largest_distance_mm(const std::vector<MeshVertex>& vertices, const image::Vec3& spacing_mm);

}  // namespace larc::radiomics
