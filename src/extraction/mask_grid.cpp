#include "extraction/mask_grid.h"

#include "core/error.h"
#include "core/number.h"
#include "image/box.h"
#include "preprocess/itk_grid.h"

namespace larc::extraction {

using image::Box;
using image::Geometry;
using image::Index3;
using image::Vec3;

namespace {

// The box of `to` that encloses every voxel of a box of `from`, clipped; empty boxes have lower > upper.
Box enclosing(const Geometry& to, const Geometry& from, const Box& box) {
  Box result{to.size, {-1, -1, -1}};
  for (int corner = 0; corner < 8; ++corner) {
    Vec3 index;
    for (std::size_t axis = 0; axis < 3; ++axis)
      index[axis] = corner >> axis & 1 ? box.upper[axis] + 0.5 : box.lower[axis] - 0.5;
    const Vec3 place = to.index_ijk(from.point_lps(index));
    for (std::size_t axis = 0; axis < 3; ++axis) {
      result.lower[axis] = std::min(result.lower[axis], static_cast<int>(std::floor(place[axis])) - 1);
      result.upper[axis] = std::max(result.upper[axis], static_cast<int>(std::ceil(place[axis])) + 1);
    }
  }
  return common(result, image::all_of(to.size));
}

}  // namespace

GridRegion region_of(const LabelMap& map, std::int64_t label) {
  const LabelRegion found = find_label(map, label);
  return {map.geometry, found.box, mask_in_box(map, found, found.box)};
}

image::Mask mask_in(const GridRegion& region, const Box& box) {
  image::Mask mask{part_of(region.grid, box), {}};
  mask.voxels.assign(mask.geometry.voxel_count(), 0);
  const auto [lower, upper] = common(box, region.box);
  for (int k = lower[2]; k <= upper[2]; ++k)
    for (int j = lower[1]; j <= upper[1]; ++j)
      for (int i = lower[0]; i <= upper[0]; ++i)
        mask.voxels[mask.geometry.offset(i - box.lower[0], j - box.lower[1], k - box.lower[2])] =
            region.mask.voxels[region.mask.geometry.offset(i - region.box.lower[0], j - region.box.lower[1],
                                                           k - region.box.lower[2])];
  return mask;
}

GridRegion shrunk(GridRegion region) {
  const Box box = moved(image::bounding_box(region.mask), region.box.lower);
  region.mask = mask_in(region, box);
  region.box = box;
  return region;
}

GridRegion on_grid(const GridRegion& region, const Geometry& target) {
  GridRegion result{target, enclosing(target, region.grid, region.box), {}};
  for (std::size_t axis = 0; axis < 3; ++axis)
    if (result.box.lower[axis] > result.box.upper[axis])
      throw Error(ErrorCode::geometry_mismatch, "the region lies outside the image; export the mask for this image");
  result.mask = {part_of(target, result.box), {}};
  result.mask.voxels.assign(result.mask.geometry.voxel_count(), 0);
  const Geometry& inner = region.mask.geometry;
  preprocess::for_each_row_as_itk(region.grid, target, [&](int j, int k, const Vec3& first, const Vec3& end) {
    if (j < result.box.lower[1] || j > result.box.upper[1] || k < result.box.lower[2] || k > result.box.upper[2])
      return;
    for (int i = result.box.lower[0]; i <= result.box.upper[0]; ++i) {
      const double alpha = static_cast<double>(i) / static_cast<double>(target.size[0]);
      Index3 at;
      bool inside = true;
      for (std::size_t axis = 0; axis < 3; ++axis) {
        at[axis] = static_cast<int>(std::floor(first[axis] + alpha * (end[axis] - first[axis]) + 0.5)) -
                   region.box.lower[axis];
        inside = inside && at[axis] >= 0 && at[axis] < inner.size[axis];
      }
      if (inside && region.mask.at(at[0], at[1], at[2]))
        result.mask.voxels[result.mask.geometry.offset(i - result.box.lower[0], j - result.box.lower[1],
                                                       k - result.box.lower[2])] = 1;
    }
  });
  if (image::voxel_count(result.mask) == 0)
    throw Error(ErrorCode::domain,
                "no voxel of the region is left on the new grid; it is smaller than the new voxels: use a finer grid");
  return shrunk(std::move(result));
}

bool same_grid(const PyRadiomicsSteps& steps, const Geometry& image, const Geometry& mask) {
  if (image.size != mask.size) return false;
  if (!steps.geometry_tolerance) return image::same_geometry(image, mask);
  const double tolerance = *steps.geometry_tolerance, length = tolerance * image.spacing_mm[0];
  for (std::size_t axis = 0; axis < 3; ++axis) {
    if (!(std::abs(image.origin_lps[axis] - mask.origin_lps[axis]) <= length)) return false;
    if (!(std::abs(image.spacing_mm[axis] - mask.spacing_mm[axis]) <= length)) return false;
    for (std::size_t row = 0; row < 3; ++row)
      if (!(std::abs(image.direction[row][axis] - mask.direction[row][axis]) <= tolerance)) return false;
  }
  return true;
}

void check_inside(const GridRegion& region, const Geometry& image, const std::string& name) {
  Vec3 lower, upper;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    lower[axis] = region.box.lower[axis] - 0.5;
    upper[axis] = region.box.upper[axis] + 0.5;
  }
  const Vec3 a = image.index_ijk(region.grid.point_lps(lower)), b = image.index_ijk(region.grid.point_lps(upper));
  constexpr double kAllowed = 1e-3;
  for (std::size_t axis = 0; axis < 3; ++axis)
    if (std::min(a[axis], b[axis]) < -0.5 - kAllowed || std::max(a[axis], b[axis]) > image.size[axis] - 0.5 + kAllowed)
      throw Error(ErrorCode::geometry_mismatch,
                  name + ": the region reaches outside the image along axis " + std::to_string(axis) + " (indices " +
                      format_fixed(std::min(a[axis], b[axis]), 2) + " to " +
                      format_fixed(std::max(a[axis], b[axis]), 2) + " of " + std::to_string(image.size[axis]) +
                      "); export the mask for this image");
}

void check_size(const image::Mask& mask, const PyRadiomicsSteps& steps, const std::string& name) {
  const Box box = image::bounding_box(mask);
  int dimensions = 0;
  for (std::size_t axis = 0; axis < 3; ++axis) dimensions += box.upper[axis] > box.lower[axis] ? 1 : 0;
  const std::size_t voxels = image::voxel_count(mask);
  if (dimensions < steps.minimum_dimensions)
    throw Error(ErrorCode::domain, name + ": the region of " + std::to_string(voxels) + " voxels extends in " +
                                       std::to_string(dimensions) + " dimensions, 'minimumROIDimensions' asks for " +
                                       std::to_string(steps.minimum_dimensions) + "; correct the mask or lower it");
  if (steps.minimum_size && voxels <= static_cast<std::size_t>(*steps.minimum_size))
    throw Error(ErrorCode::domain, name + ": the region has " + std::to_string(voxels) +
                                       " voxels, 'minimumROISize' asks for more than " +
                                       std::to_string(*steps.minimum_size) + "; correct the mask or lower it");
}

}  // namespace larc::extraction
