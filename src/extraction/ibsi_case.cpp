#include "core/error.h"
#include "extraction/case_orders.h"
#include "extraction/diagnostics.h"
#include "image/box.h"

namespace larc::extraction {

using image::Box;
using image::Geometry;

namespace {

Geometry interpolated_grid(const IbsiSteps& steps, const Geometry& grid) {
  if (!steps.spacing_mm) return grid;
  image::Vec3 spacing = *steps.spacing_mm;
  for (std::size_t axis = 0; axis < 3; ++axis)
    if (spacing[axis] == 0) spacing[axis] = grid.spacing_mm[axis];
  return preprocess::resampled_geometry(grid, spacing);
}

void interpolate(const IbsiSteps& steps, const Geometry& target, image::Volume& image) {
  if (steps.spacing_mm) image = preprocess::resample(image, target, steps.interpolation, 0);
  if (steps.round_intensities)
    for (double& value : image.voxels) value = std::round(value);
}

// The region on the new grid.
GridRegion interpolated_region(const IbsiSteps& steps, const GridRegion& region, const Geometry& target) {
  if (!steps.spacing_mm) return region;
  // One voxel of background, so that the region's own edge is not taken for the image's.
  Box wide = region.box;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    wide.lower[axis] = std::max(0, wide.lower[axis] - 1);
    wide.upper[axis] = std::min(region.grid.size[axis] - 1, wide.upper[axis] + 1);
  }
  const image::Mask mask =
      preprocess::resample(mask_in(region, wide), target, steps.mask_interpolation, steps.mask_threshold);
  if (image::voxel_count(mask) == 0)
    throw Error(ErrorCode::domain,
                "no voxel of the region is left after interpolation; use a finer 'resample_spacing_mm' or a lower "
                "'mask_threshold'");
  return shrunk({target, image::all_of(target.size), mask});
}

/// Voxels of the source that interpolation of a box of the target takes.
Box source_box(const IbsiSteps& steps, const Geometry& source, const Geometry& target, const Box& box) {
  if (!steps.spacing_mm) return box;
  const int margin = steps.interpolation == preprocess::Interpolation::bspline ? 32 : 2;
  Box result;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    const double step = target.spacing_mm[axis] / source.spacing_mm[axis];
    const double first = 0.5 * ((source.size[axis] - 1) - (target.size[axis] - 1) * step);
    result.lower[axis] =
        std::clamp(static_cast<int>(std::floor(first + box.lower[axis] * step)) - margin, 0, source.size[axis] - 1);
    result.upper[axis] =
        std::clamp(static_cast<int>(std::ceil(first + box.upper[axis] * step)) + margin, 0, source.size[axis] - 1);
  }
  return result;
}

}  // namespace

CaseResult extract_as_ibsi(const Plan& plan, const ImageSource& source, const LabelMap& map, std::int64_t label,
                           const FeatureMapRequest& maps) {
  CaseResult result;
  const IbsiSteps& steps = plan.ibsi;
  const Geometry& grid = source.geometry();
  GridRegion initial = region_of(map, label);
  if (!image::same_geometry(grid, initial.grid))
    throw Error(ErrorCode::geometry_mismatch, map.name + " and " + source.name() + ": image and mask do not match: " +
                                                  image::describe_difference(grid, initial.grid) +
                                                  "; export the mask on the grid of this image");
  initial = {grid, initial.box, mask_in({grid, initial.box, initial.mask}, initial.box)};
  const Geometry target = interpolated_grid(steps, grid);
  const GridRegion region = in_context(map.name, [&] { return interpolated_region(steps, initial, target); });

  const bool report = plan.naming == radiomics::Naming::ibsi && plan.image_diagnostics;
  const Box seen = report ? image::all_of(target.size) : needed_box(plan, target, region.box);
  const Box read = report ? image::all_of(grid.size) : source_box(steps, grid, target, seen);
  image::Volume image;
  {
    ImagePart part = source.read({read, report || needs_largest_magnitude(plan), false});
    if (report) {
      add_ibsi_image(result.diagnostics, "init", grid, part.statistics);
      add_ibsi_region(result.diagnostics, "init", grid, initial.mask, initial.mask,
                      image::crop(part.volume, initial.box).voxels);
    }
    image = std::move(part.volume);
  }
  in_context(source.name(), [&] { interpolate(steps, part_of(target, seen), image); });
  const Box box = counted_from(region.box, seen.lower);
  if (report) {
    add_ibsi_image(result.diagnostics, "interp", target, statistics_of(image.voxels));
    add_ibsi_region(result.diagnostics, "interp", target, region.mask, region.mask, image::crop(image, box).voxels);
  }
  image::Mask mask = mask_in(region, seen);
  mask.geometry = image.geometry;
  in_context(source.name(), [&] {
    radiomics::RegionView view = radiomics::make_region(image, mask, plan.region);
    if (report) {
      image::Mask kept{view.mask.geometry, std::vector<std::uint8_t>(view.mask.voxels.size(), 0)};
      for (const std::uint32_t offset : view.offsets) kept.voxels[offset] = 1;
      add_ibsi_region(result.diagnostics, "reseg", target, kept, view.mask, image::crop(image, view.box).voxels);
    }
    compute_kinds(plan, view, {image, box}, true, maps, result);
  });
  return result;
}

image::Volume whole_image_as_ibsi(const Plan& plan, const ImageSource& source) {
  image::Volume image = std::move(source.read({image::all_of(source.geometry().size), false, false}).volume);
  interpolate(plan.ibsi, interpolated_grid(plan.ibsi, source.geometry()), image);
  return image;
}

}  // namespace larc::extraction
