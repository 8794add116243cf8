#pragma once
#include <map>
#include <string>
#include <vector>

#include "image/volume.h"
#include "study/extraction_rule.h"

namespace larc::study {

/// A region that features are computed of, beside the mask itself.
struct NamedRegion {
  std::string name;    // stands before its features: "ring5"
  image::Mask mask;    // empty with a reason
  std::string reason;  // why there is none in this patient
};

/// Rings of the rule, outside ones first. A ring without voxels, or with too few, has a reason and no mask.
/// body  limits outside rings; null: the image does
std::vector<NamedRegion> rings_of(const RingRule& rule, const image::Mask& mask, const image::Mask* body);

struct HabitatRegions {
  std::vector<NamedRegion> regions;  // habitat1 ..., by rising intensity in the first image
  std::vector<double> fraction;      // of the mask's voxels; empty with a reason
  std::string reason;                // why the patient has none
};

/// k-means within the patient; images come to the grid of the mask by linear interpolation.
/// images  one for each of rule.images, in the patient's frame; seed of the starts
HabitatRegions habitats_of(const HabitatRule& rule, const image::Mask& mask, const std::vector<image::Volume>& images,
                           std::uint64_t seed);

}  // namespace larc::study
