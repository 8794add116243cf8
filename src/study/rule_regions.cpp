#include "study/rule_regions.h"

#include "core/error.h"
#include "image/box.h"
#include "preprocess/habitats.h"
#include "preprocess/resample.h"
#include "preprocess/rings.h"
#include "study/prepare.h"

namespace larc::study {

namespace {

void keep_if_large(NamedRegion& region) {
  const std::size_t voxels = image::voxel_count(region.mask);
  if (voxels >= kMinimumVoxels) return;
  region.reason =
      "it has " + std::to_string(voxels) + " voxels, at least " + std::to_string(kMinimumVoxels) + " are needed";
  region.mask = {};
}

NamedRegion ring(std::string name, const image::Mask& mask, double from, double to, const image::Mask* body) {
  NamedRegion region{std::move(name), {}, ""};
  try {
    region.mask = preprocess::ring(mask, from, to, body);
    keep_if_large(region);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::domain) throw;
    region.reason = error.message();
  }
  return region;
}

/// The other image must have been acquired where the region is: what resampling puts beyond its edge is no tissue.
void check_covers(const image::Geometry& image, const image::Mask& mask) {
  const image::Box box = image::bounding_box(mask);
  for (int corner = 0; corner < 8; ++corner) {
    image::Vec3 index;
    for (std::size_t axis = 0; axis < 3; ++axis) index[axis] = corner >> axis & 1 ? box.upper[axis] : box.lower[axis];
    const image::Vec3 place = image.index_ijk(mask.geometry.point_lps(index));
    for (std::size_t axis = 0; axis < 3; ++axis)
      if (place[axis] < -0.5 || place[axis] > image.size[axis] - 0.5)
        throw Error(ErrorCode::domain, "it does not cover the mask");
  }
}

}  // namespace

std::vector<NamedRegion> rings_of(const RingRule& rule, const image::Mask& mask, const image::Mask* body) {
  std::vector<NamedRegion> regions;
  double from = 0;
  for (const double to : rule.outside_mm) {
    regions.push_back(ring(ring_name(to), mask, from, to, body));
    from = to;
  }
  from = 0;
  for (const double depth : rule.inside_mm) {
    regions.push_back(ring(rim_name(depth), mask, -depth, -from, nullptr));
    from = depth;
  }
  return regions;
}

HabitatRegions habitats_of(const HabitatRule& rule, const image::Mask& mask, const std::vector<image::Volume>& images,
                           std::uint64_t seed) {
  HabitatRegions result;
  try {
    std::vector<image::Volume> matched;
    for (std::size_t i = 0; i < images.size(); ++i)
      in_context("image '" + rule.images[i] + "'", [&] {
        if (image::same_geometry(images[i].geometry, mask.geometry)) return matched.push_back(images[i]);
        check_covers(images[i].geometry, mask);
        matched.push_back(preprocess::resample(images[i], mask.geometry, preprocess::Interpolation::linear, 0));
      });
    preprocess::HabitatImages patient{{}, &mask};
    for (auto& image : matched) {
      image.geometry = mask.geometry;
      patient.images.push_back(&image);
    }
    preprocess::HabitatSettings settings;
    settings.count = rule.count;
    settings.starts = rule.starts;
    settings.scaling = preprocess::HabitatScaling::region;
    settings.seed = seed;
    const auto map = preprocess::apply_habitats(preprocess::fit_habitats({patient}, settings), patient);
    result.fraction = map.fraction;
    for (int h = 1; h <= rule.count; ++h) {
      result.regions.push_back({habitat_name(h), preprocess::habitat(map, h), ""});
      keep_if_large(result.regions.back());
    }
  } catch (const Error& error) {
    if (error.code() != ErrorCode::domain) throw;
    result.reason = error.what();
  }
  return result;
}

}  // namespace larc::study
