#pragma once
#include <vector>

#include "core/json.h"
#include "image/volume.h"
#include "study/study_file.h"

namespace larc::study {

/// Fewest voxels a region may have: below, neither shape nor texture means anything.
inline constexpr std::size_t kMinimumVoxels = 10;

/// What one image with its mask gives to the models.
struct PreparedCase {
  Json features;  // {name: value or null}, in the order of the feature table
  std::vector<std::pair<std::string, std::string>> undefined;  // feature, reason
  std::vector<std::string> notes;
  std::vector<float> crop;  // (2, d, h, w): z-scored image, mask; empty without a crop rule
  Json thumbnail;
  double volume_ml = 0;
};

/// Bias field, normalisation, features and crop of one case as the study file asks. The same code serves the study and
/// a new patient.
/// rule, crop  may be null: that part is left out
/// errors domain (too few voxels, constant region, ...), geometry_mismatch
PreparedCase prepare_case(const image::Volume& volume, const image::Mask& mask, const ExtractionRule* rule,
                          const CropRule* crop);

}  // namespace larc::study
