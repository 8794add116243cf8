#pragma once
#include "radiomics/bit_rows.h"

namespace larc::radiomics {

/// Sums over the voxel indices of a region.
struct PointCloud {
  std::int64_t count = 0;
  std::array<std::int64_t, 3> sum{0, 0, 0};
  std::array<std::array<long double, 3>, 3> product{};  // upper triangle, exact to 1.8e19
};

PointCloud point_cloud(const BitRows& rows);

/// Variances of the voxel centres along their principal axes, divided by n, mm2, largest first; 0 for an axis without
/// extent.
std::array<double, 3> principal_variances(const PointCloud& cloud, const image::Vec3& spacing_mm);

}  // namespace larc::radiomics
