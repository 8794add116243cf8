#pragma once
#include <array>
#include <cstddef>
#include <string>

namespace larc::image {

using Vec3 = std::array<double, 3>;
using Index3 = std::array<int, 3>;
/// Row-major 3 x 3.
using Mat3 = std::array<Vec3, 3>;

/// Where the voxels of an image lie in the patient. Frame: LPS (x to the left, y to the back, z to the head), mm.
/// Voxel (i, j, k) has its centre at  origin_lps + direction * diag(spacing_mm) * (i, j, k);
/// column c of `direction` is the unit vector of index axis c.
struct Geometry {
  Index3 size{0, 0, 0};
  Vec3 spacing_mm{1, 1, 1};
  Vec3 origin_lps{0, 0, 0};
  Mat3 direction{{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}};

  std::size_t voxel_count() const;
  /// i fastest
  std::size_t offset(int i, int j, int k) const {
    return (static_cast<std::size_t>(k) * static_cast<std::size_t>(size[1]) + static_cast<std::size_t>(j)) *
               static_cast<std::size_t>(size[0]) +
           static_cast<std::size_t>(i);
  }
  double voxel_volume_mm3() const { return spacing_mm[0] * spacing_mm[1] * spacing_mm[2]; }
  /// Continuous index to point and back.
  Vec3 point_lps(const Vec3& index_ijk) const;
  Vec3 index_ijk(const Vec3& point_lps) const;
};

/// errors domain: size below 1, spacing not positive and finite, direction not orthonormal (tolerance 1e-3)
void check_geometry(const Geometry& geometry, const std::string& name);

/// Same size, and every corner within `tolerance_mm` (default: 1e-3 mm, the rounding of float headers at 1 m).
bool same_geometry(const Geometry& a, const Geometry& b, double tolerance_mm = 1e-3);

/// What differs, and by how much, for error messages: "size 256x256x24 against 256x256x25; origin differs by 3.2 mm".
std::string describe_difference(const Geometry& a, const Geometry& b);

}  // namespace larc::image
