#include "preprocess/rings.h"

#include "core/error.h"
#include "core/number.h"
#include "preprocess/distance.h"

namespace larc::preprocess {

namespace {

constexpr double kRounding = 1e-9;

std::string limits(double from_mm, double to_mm) {
  return format_double(from_mm) + " to " + format_double(to_mm) + " mm";
}

/// All voxels that can be in the ring, and one more on each side.
image::Box reach(const image::Mask& region, double to_mm) {
  image::Box box = image::bounding_box(region);
  for (std::size_t axis = 0; axis < 3; ++axis) {
    const double most = region.geometry.size[axis];
    const int voxels =
        static_cast<int>(std::min(most, std::floor(std::max(to_mm, 0.0) / region.geometry.spacing_mm[axis]))) + 1;
    box.lower[axis] = std::max(0, box.lower[axis] - voxels);
    box.upper[axis] = std::min(region.geometry.size[axis] - 1, box.upper[axis] + voxels);
  }
  return box;
}

}  // namespace

image::Mask ring(const image::Mask& region, double from_mm, double to_mm, const image::Mask* body) {
  image::check_geometry(region.geometry, "region");
  if (!(from_mm < to_mm))
    throw Error(ErrorCode::domain, "a ring from " + limits(from_mm, to_mm) + " has no width; give from below to");
  if (body && !image::same_geometry(region.geometry, body->geometry))
    throw Error(ErrorCode::geometry_mismatch,
                "region and body mask do not match: " + image::describe_difference(region.geometry, body->geometry) +
                    "; use masks of one image");
  const image::Box box = reach(region, to_mm);
  const image::Mask part = image::crop(region, box);
  const std::vector<double> distance = signed_distance_mm(part);
  // A voxel at a limit must not depend on rounding: outside it belongs to the nearer ring, inside likewise.
  const double from = from_mm * (1 + kRounding), to = to_mm * (1 + kRounding);
  image::Mask result{region.geometry, std::vector<std::uint8_t>(region.voxels.size(), 0)};
  std::size_t found = 0;
  auto d = distance.begin();
  for (int k = box.lower[2]; k <= box.upper[2]; ++k)
    for (int j = box.lower[1]; j <= box.upper[1]; ++j)
      for (int i = box.lower[0]; i <= box.upper[0]; ++i, ++d) {
        const bool inside = *d > 0 ? *d > from && *d <= to : *d >= from && *d < to;
        const std::size_t v = region.geometry.offset(i, j, k);
        if (!inside || (body && !body->voxels[v])) continue;
        result.voxels[v] = 1;
        ++found;
      }
  if (found == 0)
    throw Error(ErrorCode::domain, "no voxel lies " + limits(from_mm, to_mm) + " from the region's border" +
                                       (body ? " within the body" : "") +
                                       "; widen the ring to at least one voxel, or leave it out for this region");
  return result;
}

}  // namespace larc::preprocess
