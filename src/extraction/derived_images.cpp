#include "extraction/derived_images.h"

#include "core/error.h"
#include "core/text.h"
#include "filters/filter.h"
#include "filters/pyradiomics_image_types.h"
#include "image/box.h"

namespace larc::extraction {

using image::Box;
using image::Geometry;

namespace {

// Radius of the sphere of 1 cm3 that local intensity averages over, mm.
constexpr double kPeakRadius = 6.2035049089940001667;

Box with(Box box, const Box& other) {
  for (std::size_t axis = 0; axis < 3; ++axis) {
    box.lower[axis] = std::min(box.lower[axis], other.lower[axis]);
    box.upper[axis] = std::max(box.upper[axis], other.upper[axis]);
  }
  return box;
}

// The box and `voxels` more on each side, as far as the image reaches. A periodic image is needed whole along an axis
// that the box leaves.
Box surroundings(const Box& box, const image::Index3& voxels, const Geometry& geometry, bool periodic = false) {
  const Box whole = image::all_of(geometry.size), wide = grown(box, voxels);
  Box result = common(wide, whole);
  for (std::size_t axis = 0; axis < 3; ++axis)
    if (periodic && (wide.lower[axis] < whole.lower[axis] || wide.upper[axis] > whole.upper[axis])) {
      result.lower[axis] = whole.lower[axis];
      result.upper[axis] = whole.upper[axis];
    }
  return result;
}

filters::PyRadiomicsImageType image_type(const ImageKind& kind) {
  Json options = Json::object();
  for (const std::string& key : filters::image_type_keys(kind.type))
    if (kind.settings.contains(key)) options[key] = kind.settings[key];
  options["force2D"] = kind.features.force_2d;
  options["force2Ddimension"] = 2 - kind.features.force_2d_axis;
  return filters::PyRadiomicsImageType::from_json(kind.type, options);
}

Box filter_box(const ImageKind& kind, const Geometry& geometry, const Box& box) {
  const auto support = filters::support_voxels(filters::FilterSettings::from_json(kind.settings), geometry.spacing_mm);
  if (!support) return image::all_of(geometry.size);
  return surroundings(box, *support, geometry, kind.settings.value("boundary", std::string()) == "periodic");
}

bool uses_local_intensity(const ImageKind& kind) {
  const auto& families = kind.features.families;
  return std::find(families.begin(), families.end(), "local_intensity") != families.end();
}

}  // namespace

bool is_original(const ImageKind& kind) {
  return kind.type == "Original" || kind.type == "original";
}

void check_kind(const Plan& plan, const ImageKind& kind) {
  if (is_original(kind)) return;
  if (plan.order == Order::pyradiomics)
    image_type(kind);
  else
    filters::FilterSettings::from_json(kind.settings);
}

void for_each_derived_image(const Plan& plan, const ImageKind& kind, const FilterInput& input, const DerivedSink& sink,
                            std::vector<std::string>& notes) {
  if (plan.order == Order::ibsi) {
    const auto settings = filters::FilterSettings::from_json(kind.settings);
    return sink(settings.name(), image::crop(filters::apply(input.image, settings), input.box));
  }
  filters::ImageFacts facts{input.largest_magnitude, input.whole_numbers};
  const auto skipped = filters::for_each_derived_image(
      input.image, input.box, image_type(kind), [&](filters::DerivedImage&& image) { sink(image.name, image.volume); },
      &facts);
  for (const auto& [name, reason] : skipped) notes.push_back(name + " is left out: " + reason);
}

Box map_box(const Plan& plan, const Geometry& geometry, const Box& box) {
  const int radius = plan.voxel.masked_kernel ? 0 : plan.voxel.kernel_radius;
  return surroundings(box, {radius, radius, radius}, geometry);
}

Box needed_box(const Plan& plan, const Geometry& geometry, const Box& region_box) {
  const Box box = map_box(plan, geometry, region_box);
  Box needed = box;
  for (const ImageKind& kind : plan.images) {
    if (uses_local_intensity(kind)) {
      image::Index3 margin;
      for (std::size_t axis = 0; axis < 3; ++axis)
        margin[axis] = static_cast<int>(std::ceil(kPeakRadius / geometry.spacing_mm[axis])) + 1;
      needed = with(needed, surroundings(box, margin, geometry));
    }
    if (is_original(kind)) continue;
    needed = with(needed, plan.order == Order::ibsi ? filter_box(kind, geometry, box)
                                                    : filters::support_of(image_type(kind), geometry, box).box);
  }
  return needed;
}

bool needs_largest_magnitude(const Plan& plan) {
  if (plan.order == Order::ibsi) return false;
  const Geometry any{{1, 1, 1}, {1, 1, 1}, {0, 0, 0}, {{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}}};
  return std::any_of(plan.images.begin(), plan.images.end(), [&](const ImageKind& kind) {
    return !is_original(kind) && filters::support_of(image_type(kind), any, image::all_of(any.size)).largest_magnitude;
  });
}

}  // namespace larc::extraction
