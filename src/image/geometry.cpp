#include "image/geometry.h"

#include <cmath>

#include "core/error.h"
#include "core/number.h"

namespace larc::image {

std::size_t Geometry::voxel_count() const {
  return static_cast<std::size_t>(size[0]) * static_cast<std::size_t>(size[1]) * static_cast<std::size_t>(size[2]);
}

Vec3 Geometry::point_lps(const Vec3& index) const {
  Vec3 point = origin_lps;
  for (std::size_t row = 0; row < 3; ++row)
    for (std::size_t axis = 0; axis < 3; ++axis) point[row] += direction[row][axis] * spacing_mm[axis] * index[axis];
  return point;
}

Vec3 Geometry::index_ijk(const Vec3& point) const {
  Vec3 index{0, 0, 0};  // the inverse of an orthonormal matrix is its transpose
  for (std::size_t axis = 0; axis < 3; ++axis) {
    for (std::size_t row = 0; row < 3; ++row) index[axis] += direction[row][axis] * (point[row] - origin_lps[row]);
    index[axis] /= spacing_mm[axis];
  }
  return index;
}

void check_geometry(const Geometry& geometry, const std::string& name) {
  for (std::size_t axis = 0; axis < 3; ++axis) {
    if (geometry.size[axis] < 1)
      throw Error(ErrorCode::domain, name + ": size along axis " + std::to_string(axis) + " is " +
                                         std::to_string(geometry.size[axis]) + "; at least one voxel is needed");
    if (!std::isfinite(geometry.spacing_mm[axis]) || geometry.spacing_mm[axis] <= 0)
      throw Error(ErrorCode::domain, name + ": voxel spacing along axis " + std::to_string(axis) + " is " +
                                         format_double(geometry.spacing_mm[axis]) +
                                         " mm; correct the header, it must be positive");
    if (!std::isfinite(geometry.origin_lps[axis]))
      throw Error(ErrorCode::domain, name + ": the origin is not a finite number; correct the header");
  }
  for (std::size_t a = 0; a < 3; ++a)
    for (std::size_t b = a; b < 3; ++b) {
      double dot = 0;
      for (std::size_t row = 0; row < 3; ++row) dot += geometry.direction[row][a] * geometry.direction[row][b];
      if (!(std::abs(dot - (a == b ? 1.0 : 0.0)) < 1e-3))
        throw Error(ErrorCode::domain, name +
                                           ": the image axes are not at right angles (sheared or degenerate direction "
                                           "matrix); resample the image to a rectangular grid first");
    }
}

bool same_geometry(const Geometry& a, const Geometry& b, double tolerance_mm) {
  if (a.size != b.size) return false;
  for (int corner = 0; corner < 8; ++corner) {
    const Vec3 index{corner & 1 ? a.size[0] - 1.0 : 0.0, corner & 2 ? a.size[1] - 1.0 : 0.0,
                     corner & 4 ? a.size[2] - 1.0 : 0.0};
    const Vec3 p = a.point_lps(index), q = b.point_lps(index);
    for (std::size_t axis = 0; axis < 3; ++axis)
      if (!(std::abs(p[axis] - q[axis]) <= tolerance_mm)) return false;
  }
  // A single slice has no corner to show its thickness.
  for (std::size_t axis = 0; axis < 3; ++axis)
    if (!(std::abs(a.spacing_mm[axis] - b.spacing_mm[axis]) <= tolerance_mm)) return false;
  return true;
}

std::string describe_difference(const Geometry& a, const Geometry& b) {
  std::string text;
  const auto add = [&](const std::string& part) { text += (text.empty() ? "" : "; ") + part; };
  const auto size_text = [](const Index3& s) {
    return std::to_string(s[0]) + "x" + std::to_string(s[1]) + "x" + std::to_string(s[2]);
  };
  const auto vec_text = [](const Vec3& v) {
    return format_fixed(v[0], 4) + "x" + format_fixed(v[1], 4) + "x" + format_fixed(v[2], 4);
  };
  if (a.size != b.size) add("size " + size_text(a.size) + " against " + size_text(b.size));
  double spacing = 0, origin = 0, cosine = 1;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    spacing = std::max(spacing, std::abs(a.spacing_mm[axis] - b.spacing_mm[axis]));
    origin += (a.origin_lps[axis] - b.origin_lps[axis]) * (a.origin_lps[axis] - b.origin_lps[axis]);
    double dot = 0;
    for (std::size_t row = 0; row < 3; ++row) dot += a.direction[row][axis] * b.direction[row][axis];
    cosine = std::min(cosine, dot);
  }
  if (spacing > 1e-4) add("spacing " + vec_text(a.spacing_mm) + " mm against " + vec_text(b.spacing_mm) + " mm");
  if (std::sqrt(origin) > 1e-3) add("origin differs by " + format_fixed(std::sqrt(origin), 3) + " mm");
  const double angle = std::acos(std::clamp(cosine, -1.0, 1.0)) * 180.0 / 3.14159265358979323846;
  if (angle > 0.01) add("axes turned by up to " + format_fixed(angle, 2) + " degrees");
  return text.empty() ? "no difference" : text;
}

}  // namespace larc::image
