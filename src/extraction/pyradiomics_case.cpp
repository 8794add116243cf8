#include <utility>

#include "core/error.h"
#include "core/number.h"
#include "extraction/case_orders.h"
#include "extraction/diagnostics.h"
#include "extraction/normalisation.h"
#include "image/box.h"
#include "preprocess/bspline.h"

namespace larc::extraction {

using image::Box;
using image::Geometry;
using image::Index3;
using image::Vec3;
using io::VoxelType;

namespace {

/// What ITK's resampling stores of a value in an image of `type`: whole numbers are cut off towards zero. A value that
/// only rounding keeps from a whole number counts as that number.
double stored_as(double value, VoxelType type) {
  return io::with_type(type, [&](auto zero) {
    using T = decltype(zero);
    if constexpr (std::is_integral_v<T>) {
      const double near = std::round(value);
      if (std::abs(value - near) < 1e-9 * std::max(1.0, std::abs(near))) value = near;
      const auto low = static_cast<double>(std::numeric_limits<T>::lowest()),
                 high = static_cast<double>(std::numeric_limits<T>::max());
      return value <= low ? low : value >= high ? high : std::trunc(value);
    } else {
      return static_cast<double>(static_cast<T>(value));
    }
  });
}

Box clipped(Box box, const Index3& size) {
  for (std::size_t axis = 0; axis < 3; ++axis) {
    box.lower[axis] = std::clamp(box.lower[axis], 0, size[axis] - 1);
    box.upper[axis] = std::clamp(box.upper[axis], box.lower[axis], size[axis] - 1);
  }
  return box;
}

Box padded(const Box& box, int distance, const Index3& size) {
  return clipped(grown(box, distance), size);
}

/// Spacing after resampling: 0, and axes along which the region is one slice, keep the mask's.
Vec3 wanted_spacing(const PyRadiomicsSteps& steps, const GridRegion& region) {
  Vec3 spacing = *steps.resampled_spacing_mm;
  for (std::size_t axis = 0; axis < 3; ++axis)
    if (spacing[axis] == 0 || region.box.lower[axis] == region.box.upper[axis])
      spacing[axis] = region.grid.spacing_mm[axis];
  return spacing;
}

/// PyRadiomics' grid: from the mask's corner, cut to the region's box and `padDistance` new voxels around it.
Geometry resampling_grid(const PyRadiomicsSteps& steps, const GridRegion& region, const Vec3& spacing) {
  Geometry target = region.grid;
  target.spacing_mm = spacing;
  Vec3 first;  // of the new grid, as an index of the mask
  for (std::size_t axis = 0; axis < 3; ++axis) {
    const double old = region.grid.spacing_mm[axis], ratio = old / spacing[axis];
    const double last = std::ceil(region.grid.size[axis] * ratio) - 1;
    const double lower = std::max(0.0, std::floor((region.box.lower[axis] - 0.5) * ratio - steps.pad_distance));
    const double upper = std::min(last, std::ceil((region.box.upper[axis] + 0.5) * ratio + steps.pad_distance));
    target.size[axis] = static_cast<int>(upper - lower + 1);
    first[axis] = 0.5 * (spacing[axis] - old) / old + lower / ratio;
  }
  target.origin_lps = region.grid.point_lps(first);
  return target;
}

/// Voxels of the image that interpolation at the target's voxels takes.
Box source_box(const Geometry& image, const Geometry& target, preprocess::Interpolation interpolation) {
  const int margin = interpolation == preprocess::Interpolation::bspline ? preprocess::kSplineMargin + 4 : 2;
  Box box{image.size, {-1, -1, -1}};
  for (int corner = 0; corner < 8; ++corner) {
    Vec3 index;
    for (std::size_t axis = 0; axis < 3; ++axis) index[axis] = corner >> axis & 1 ? target.size[axis] - 1 : 0;
    const Vec3 place = image.index_ijk(target.point_lps(index));
    for (std::size_t axis = 0; axis < 3; ++axis) {
      box.lower[axis] = std::min(box.lower[axis], static_cast<int>(std::floor(place[axis])) - margin);
      box.upper[axis] = std::max(box.upper[axis], static_cast<int>(std::ceil(place[axis])) + margin);
    }
  }
  return clipped(box, image.size);
}

/// Image and region when checks and filters see them.
struct Prepared {
  image::Volume image;
  GridRegion region;      // on the grid of the diagnostics
  Index3 lower{0, 0, 0};  // of `image` in that grid
  std::optional<double> largest_magnitude;
  std::optional<bool> whole_numbers;
};

class Preparation {
 public:
  Preparation(const Plan& plan, const ImageSource& image, const LabelMap& map, std::int64_t label, CaseResult& result)
      : plan_(plan), steps_(plan.pyradiomics), image_(image), map_(map), label_(label), result_(result) {}

  Prepared run() {
    GridRegion region = region_of(map_, label_);
    original_ = region;
    if (steps_.resampled_spacing_mm) {
      check_inside(region, image_.geometry(), map_.name);
      const Vec3 spacing = wanted_spacing(steps_, region);
      return same_spacing(spacing) ? without_interpolation(region) : interpolated(region, spacing);
    }
    return steps_.pre_crop ? cropped(matched(region, false)) : whole(matched(region, true));
  }

 private:
  const Geometry& grid() const { return image_.geometry(); }

  // numpy's allclose.
  bool same_spacing(const Vec3& spacing) const {
    for (std::size_t axis = 0; axis < 3; ++axis)
      if (std::abs(grid().spacing_mm[axis] - spacing[axis]) > 1e-8 + 1e-5 * std::abs(spacing[axis])) return false;
    return true;
  }

  GridRegion matched(const GridRegion& region, bool report) {
    if (same_grid(steps_, grid(), region.grid)) {
      GridRegion same = region;
      same.grid = grid();
      same.mask = mask_in(same, same.box);
      return same;
    }
    if (!steps_.correct_mask)
      throw Error(ErrorCode::geometry_mismatch,
                  map_.name + " and " + image_.name() +
                      ": image and mask do not match: " + image::describe_difference(grid(), region.grid) +
                      "; export the mask on the grid of this image, or set 'correctMask: true' or a larger "
                      "'geometryTolerance' under 'setting'");
    check_inside(region, grid(), map_.name);
    GridRegion corrected = on_grid(region, grid());
    corrected_ = report;
    return corrected;
  }

  // As PyRadiomics' image has an integer type; unknown of images in memory.
  std::optional<bool> whole_numbers() const {
    if (image_.in_memory()) return {};
    return !steps_.normalize &&
           io::with_type(image_.type(), [](auto zero) { return std::is_integral_v<decltype(zero)>; });
  }

  // Reads the image; the diagnostics of image and mask as they came go first.
  image::Volume read(const Box& box, std::optional<double>* largest = nullptr) {
    const bool report = plan_.additional_info && plan_.image_diagnostics;
    ImagePart part = image_.read({box, report || steps_.normalize || largest != nullptr, report});
    if (plan_.additional_info) {
      add_versions(result_.diagnostics);
      add_configuration(result_.diagnostics, plan_, label_);
      if (report) add_image(result_.diagnostics, "original", grid(), part.statistics);
      add_mask(result_.diagnostics, "original", {original_.mask, original_.grid, original_.box.lower}, map_.sha1,
               nullptr);
    }
    const Normalisation normalised(steps_, part.statistics, image_.name());
    if (steps_.normalize)
      for (double& value : part.volume.voxels) value = normalised(value);
    if (largest != nullptr)
      *largest = std::max(normalised.largest_magnitude(part.statistics), plan_.largest_magnitude.value_or(0));
    return std::move(part.volume);
  }

  // All that filters see is the cut itself.
  Prepared cut(image::Volume image, const GridRegion& region, const Box& box) {
    Prepared prepared;
    prepared.region.mask = mask_in(region, box);
    prepared.image = std::move(image);
    prepared.region.grid = prepared.image.geometry;
    prepared.region.mask.geometry = prepared.image.geometry;
    prepared.region.box = image::all_of(prepared.image.geometry.size);
    prepared.region = shrunk(std::move(prepared.region));
    prepared.whole_numbers = whole_numbers();
    return prepared;
  }

  void report_interpolated(const Prepared& prepared) {
    if (!plan_.additional_info) return;
    const image::Volume part = image::crop(prepared.image, prepared.region.box);
    add_image(result_.diagnostics, "interpolated", prepared.image.geometry, statistics_of(prepared.image.voxels));
    add_mask(result_.diagnostics, "interpolated",
             {prepared.region.mask, prepared.region.grid, prepared.region.box.lower}, "", &part.voxels);
  }

  Prepared without_interpolation(const GridRegion& region) {
    GridRegion on_image = region;
    if (same_grid(steps_, grid(), region.grid))
      on_image.grid = grid();
    else
      on_image = on_grid(region, grid());
    const Box box = padded(on_image.box, steps_.pad_distance, grid().size);
    Prepared prepared = cut(read(box), on_image, box);
    report_interpolated(prepared);
    return prepared;
  }

  Prepared interpolated(const GridRegion& region, const Vec3& spacing) {
    const Geometry target = resampling_grid(steps_, region, spacing);
    image::Volume image = in_context(image_.name(), [&] {
      return preprocess::resample(read(source_box(grid(), target, steps_.interpolation)), target, steps_.interpolation,
                                  0);
    });
    const VoxelType type = steps_.normalize ? VoxelType::float64 : image_.type();
    for (double& value : image.voxels) value = stored_as(value, type);
    const GridRegion moved = in_context(map_.name, [&] { return on_grid(region, target); });
    Prepared prepared = cut(std::move(image), moved, image::all_of(target.size));
    report_interpolated(prepared);
    return prepared;
  }

  Prepared cropped(const GridRegion& region) {
    check_size(region.mask, steps_, map_.name);
    const Box box = padded(region.box, steps_.pad_distance, grid().size);
    return cut(read(box), region, box);
  }

  Prepared whole(const GridRegion& region) {
    const Box box = needed_box(plan_, grid(), region.box);
    Prepared prepared;
    prepared.image = read(box, needs_largest_magnitude(plan_) ? &prepared.largest_magnitude : nullptr);
    prepared.whole_numbers = whole_numbers();
    prepared.region = region;
    prepared.lower = box.lower;
    if (corrected_ && plan_.additional_info) {
      const image::Volume part = image::crop(prepared.image, counted_from(region.box, box.lower));
      add_mask(result_.diagnostics, "corrected", {region.mask, region.grid, region.box.lower}, "", &part.voxels);
    }
    return prepared;
  }

  const Plan& plan_;
  const PyRadiomicsSteps& steps_;
  const ImageSource& image_;
  const LabelMap& map_;
  std::int64_t label_;
  CaseResult& result_;
  GridRegion original_;
  bool corrected_ = false;
};

/// The voxels that resegmentation keeps, on the grid of the region's crop.
image::Mask kept_mask(const radiomics::RegionView& region) {
  image::Mask kept{region.mask.geometry, std::vector<std::uint8_t>(region.mask.voxels.size(), 0)};
  for (const std::uint32_t offset : region.offsets) kept.voxels[offset] = 1;
  return kept;
}

/// Shape of the mask that PyRadiomics takes for it; IBSI's morphology also wants the intensities of the region.
void compute_shape(const Plan& plan, radiomics::RegionView& region, const image::Mask& shape_mask, CaseResult& result) {
  radiomics::ExtractionSettings shape = plan.region;
  std::erase_if(shape.families, [](const std::string& family) { return !is_shape(family); });
  if (shape.families.empty()) return;
  std::sort(shape.families.begin(), shape.families.end());
  if (plan.naming == radiomics::Naming::ibsi && !plan.pyradiomics.resegment_shape) {
    const radiomics::ExtractionSettings* const own = std::exchange(region.settings, &shape);
    result.features = radiomics::compute_features(region, "", result.notes);
    region.settings = own;
  } else {
    shape.resegment_range.reset();
    shape.resegment_sigma.reset();
    const image::Volume part = image::crop(*region.source, region.box);
    radiomics::RegionView of_shape = radiomics::make_region(part, shape_mask, shape);
    result.features = radiomics::compute_features(of_shape, "", result.notes);
  }
  sort_as_asked(shape, "", result.features);
}

}  // namespace

CaseResult extract_as_pyradiomics(const Plan& plan, const ImageSource& image, const LabelMap& map, std::int64_t label,
                                  const FeatureMapRequest& maps) {
  CaseResult result;
  const PyRadiomicsSteps& steps = plan.pyradiomics;
  const Prepared prepared = Preparation(plan, image, map, label, result).run();
  const Box box = counted_from(prepared.region.box, prepared.lower);
  check_size(prepared.region.mask, steps, map.name);

  // The whole part goes along: some families look around the region.
  image::Mask mask = mask_in(prepared.region, moved(image::all_of(prepared.image.geometry.size), prepared.lower));
  mask.geometry = prepared.image.geometry;
  const auto make = [&](const image::Mask& of, const radiomics::ExtractionSettings& settings) {
    return in_context(image.name(), [&] { return radiomics::make_region(prepared.image, of, settings); });
  };
  radiomics::RegionView region = make(mask, plan.region);

  image::Mask shape_mask = region.mask;
  if (plan.region.resegment_range || plan.region.resegment_sigma) {
    const image::Mask kept = kept_mask(region);
    if (region.offsets.size() <= 1)
      throw Error(ErrorCode::domain, map.name + ": 'resegmentRange' leaves one voxel of the region; widen it");
    check_size(kept, steps, map.name);
    if (plan.additional_info) {
      const image::Volume part = image::crop(*region.source, region.box);
      add_mask(result.diagnostics, "resegmented", {kept, prepared.region.grid, prepared.region.box.lower}, "",
               &part.voxels);
    }
    // PyRadiomics cuts the mask for shape to the box of what resegmentation keeps.
    if (steps.resegment_shape) {
      shape_mask = kept;
    } else {
      const Box inner = image::bounding_box(kept);
      const GridRegion all{region.mask.geometry, image::all_of(region.mask.geometry.size), region.mask};
      shape_mask =
          mask_in({region.mask.geometry, inner, mask_in(all, inner)}, image::all_of(region.mask.geometry.size));
    }
  }

  in_context(image.name(), [&] {
    compute_shape(plan, region, shape_mask, result);
    compute_kinds(plan, region, {prepared.image, box, prepared.largest_magnitude, prepared.whole_numbers}, false, maps,
                  result);
  });
  return result;
}

image::Volume whole_image_as_pyradiomics(const Plan& plan, const ImageSource& image) {
  const PyRadiomicsSteps& steps = plan.pyradiomics;
  ImagePart part = image.read({image::all_of(image.geometry().size), steps.normalize, false});
  const Normalisation normalised(steps, part.statistics, image.name());
  if (steps.normalize)
    for (double& value : part.volume.voxels) value = normalised(value);
  return std::move(part.volume);
}

}  // namespace larc::extraction
