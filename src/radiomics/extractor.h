#pragma once
#include <string>
#include <vector>

#include "core/json.h"
#include "image/volume.h"
#include "radiomics/region.h"

namespace larc::radiomics {

struct FeatureValue {
  std::string name;    // by the naming of the settings
  double value;        // NaN when undefined
  std::string reason;  // why it is NaN, else empty
};

struct ExtractionResult {
  std::vector<FeatureValue> features;  // in the order of the feature table
  Json diagnostics;                    // PyRadiomics' diagnostics_* keys this module can know, and larc's own
  std::vector<std::string> notes;      // what a reader should know: poor binning, with a remedy
};

/// Features of one region of one image. Image and mask stand on one grid, already resampled and filtered; the region is
/// cropped first, so the size of the image costs only the search for the box. Single-threaded and without state: call
/// it from as many threads as wanted.
/// errors as make_region and discretise, and those of ExtractionSettings::check
ExtractionResult extract(const image::Volume& image, const image::Mask& mask, const ExtractionSettings& settings);

/// Features of the region's present image, all families of its settings. `image_type` names the image: empty for the
/// original; a derived one has no shape families.
/// notes  receives what a reader should know
/// errors as discretise
std::vector<FeatureValue> compute_features(RegionView& region, const std::string& image_type,
                                           std::vector<std::string>& notes);

/// What extract says beside the features.
Json diagnostics_of(const image::Volume& image, const image::Mask& mask, const RegionView& region);

}  // namespace larc::radiomics
