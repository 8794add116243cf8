#pragma once
#include "image/volume.h"
#include "radiomics/settings.h"

namespace larc::radiomics {

struct MeshMeasure {
  double volume_mm3;
  double area_mm2;
};

/// Volume and surface of the triangle mesh half way between the voxel centres inside and outside (marching cubes,
/// Lorensen, Cline 1987). Everything outside the grid counts as outside.
/// mask  voxels 0 or 1
MeshMeasure measure_mesh(const image::Mask& mask, MeshRule rule);

/// Largest distances between mesh vertices.
struct MeshDiameters {
  double in_3d_mm;
  std::array<double, 3> across_axis_mm;  // between vertices in one plane across index axis 0, 1, 2
};

/// Exact: only corners of the convex hulls of planes can be ends of a largest distance.
/// mask  voxels 0 or 1, at least one voxel 1
MeshDiameters measure_diameters(const image::Mask& mask);

}  // namespace larc::radiomics
