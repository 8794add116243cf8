#pragma once
#include <functional>

#include "extraction/plan.h"
#include "image/volume.h"

namespace larc::extraction {

/// The image that image kinds are made from: all of it, or a part that holds what the box needs.
struct FilterInput {
  const image::Volume& image;
  image::Box box;  // voxels wanted, in `image`
  // Of the whole image, where `image` is a part of it; absent: as `image` shows.
  std::optional<double> largest_magnitude = {};
  std::optional<bool> whole_numbers = {};
};

/// The image as it is.
bool is_original(const ImageKind& kind);

/// errors domain, unsupported: settings that its filter refuses
void check_kind(const Plan& plan, const ImageKind& kind);

/// Receives the name of a derived image and its voxels in the box.
using DerivedSink = std::function<void(const std::string& name, const image::Volume& values)>;

/// The images of one kind that is not the original, one at a time.
/// errors domain, unsupported
void for_each_derived_image(const Plan& plan, const ImageKind& kind, const FilterInput& input, const DerivedSink& sink,
                            std::vector<std::string>& notes);

/// The voxels that feature maps of the box look at.
image::Box map_box(const Plan& plan, const image::Geometry& geometry, const image::Box& box);

/// The voxels of an image of this geometry that the values in `box` depend on, for all kinds of the plan and for
/// families that look around the region.
image::Box needed_box(const Plan& plan, const image::Geometry& geometry, const image::Box& region_box);

/// Whether a kind needs the largest magnitude of the whole image.
bool needs_largest_magnitude(const Plan& plan);

}  // namespace larc::extraction
