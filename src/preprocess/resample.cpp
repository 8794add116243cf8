#include "preprocess/resample.h"

#include "core/error.h"
#include "core/number.h"
#include "image/box.h"
#include "preprocess/bspline.h"
#include "preprocess/sample.h"

namespace larc::preprocess {

using image::Box;
using image::Geometry;
using image::Vec3;

Interpolation parse_interpolation(const std::string& name) {
  if (name == "nearest") return Interpolation::nearest;
  if (name == "linear") return Interpolation::linear;
  if (name == "bspline") return Interpolation::bspline;
  throw Error(ErrorCode::domain, "interpolation '" + name + "' is not known; choose nearest, linear or bspline");
}

image::Volume resample(const image::Volume& volume, const Geometry& target, Interpolation interpolation,
                       double outside) {
  image::check_geometry(volume.geometry, "image to resample");
  image::check_geometry(target, "target grid");
  image::check_finite(volume, "image to resample");
  if (image::same_geometry(volume.geometry, target, 1e-9)) return volume;
  const image::Index3& size = volume.geometry.size;
  const IndexMap map = index_map(volume.geometry, target);
  const Box support = support_box(enclosing_box(map, image::all_of(target.size)), size, interpolation);
  image::Volume part;
  if (interpolation == Interpolation::bspline) {
    const Box wide = common(grown(support, kSplineMargin), image::all_of(size));
    part = image::crop(volume, wide);
    part.voxels = spline_coefficients(std::move(part.voxels), part.geometry.size);
    part = image::crop(part, counted_from(support, wide.lower));
  } else {
    part = image::crop(volume, support);
  }
  return {target,
          sample({part.voxels, part.geometry.size, support.lower, size}, map, target.size, interpolation, outside)};
}

image::Mask resample(const image::Mask& mask, const Geometry& target, Interpolation interpolation, double threshold) {
  if (interpolation == Interpolation::bspline)
    throw Error(ErrorCode::domain, "a region is resampled with nearest or linear; a spline overshoots at its border");
  if (!(threshold > 0 && threshold <= 1))
    throw Error(ErrorCode::domain, "the threshold of a resampled region is " + format_double(threshold) +
                                       "; choose one above 0 and at most 1");
  image::check_geometry(mask.geometry, "region to resample");
  image::check_geometry(target, "target grid");
  if (image::same_geometry(mask.geometry, target, 1e-9)) {
    image::Mask result{target, mask.voxels};
    for (std::uint8_t& v : result.voxels) v = v != 0 ? 1 : 0;
    return result;
  }
  image::Mask result{target, std::vector<std::uint8_t>(target.voxel_count(), 0)};
  if (image::voxel_count(mask) == 0) return result;
  // Only where the region can reach: less than one voxel beyond its box.
  const Box reach = enclosing_box(index_map(target, mask.geometry), grown(image::bounding_box(mask), 1));
  const Box box = common(grown(reach, 1), image::all_of(target.size));
  for (std::size_t axis = 0; axis < 3; ++axis)
    if (box.lower[axis] > box.upper[axis]) return result;
  const IndexMap map = shifted(index_map(mask.geometry, target), box.lower);
  const image::Index3 box_size = size_of(box);
  const Box support = support_box(enclosing_box(map, image::all_of(box_size)), mask.geometry.size, interpolation);
  const image::Mask part = image::crop(mask, support);
  std::vector<double> share(part.voxels.size());
  std::transform(part.voxels.begin(), part.voxels.end(), share.begin(),
                 [](std::uint8_t v) { return v != 0 ? 1.0 : 0.0; });
  share = sample({share, part.geometry.size, support.lower, mask.geometry.size}, map, box_size, interpolation, 0);
  // Shares that are exactly the threshold, such as 0.5 halfway between two centres, must not depend on rounding.
  auto value = share.begin();
  for (int k = box.lower[2]; k <= box.upper[2]; ++k)
    for (int j = box.lower[1]; j <= box.upper[1]; ++j)
      for (int i = box.lower[0]; i <= box.upper[0]; ++i)
        result.voxels[target.offset(i, j, k)] = *value++ >= threshold - 1e-9 ? 1 : 0;
  return result;
}

Geometry resampled_geometry(const Geometry& geometry, const Vec3& spacing_mm) {
  image::check_geometry(geometry, "image to resample");
  Geometry result = geometry;
  Vec3 first{0, 0, 0};  // of the new grid, as an index of the old
  for (std::size_t axis = 0; axis < 3; ++axis) {
    if (!(spacing_mm[axis] > 0) || !std::isfinite(spacing_mm[axis]))
      throw Error(ErrorCode::domain, "the wanted voxel spacing along axis " + std::to_string(axis) + " is " +
                                         format_double(spacing_mm[axis]) + " mm; it must be positive");
    const double extent_mm = geometry.size[axis] * geometry.spacing_mm[axis];
    result.size[axis] = std::max(1, static_cast<int>(std::ceil(extent_mm / spacing_mm[axis] - 1e-6)));
    result.spacing_mm[axis] = spacing_mm[axis];
    first[axis] =
        0.5 * ((geometry.size[axis] - 1) - (result.size[axis] - 1) * spacing_mm[axis] / geometry.spacing_mm[axis]);
  }
  result.origin_lps = geometry.point_lps(first);
  return result;
}

}  // namespace larc::preprocess
