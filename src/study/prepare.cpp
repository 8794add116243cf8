#include "study/prepare.h"

#include "core/error.h"
#include "extraction/case.h"
#include "preprocess/bias_field.h"
#include "preprocess/foreground.h"
#include "preprocess/normalise.h"
#include "preprocess/resample.h"
#include "study/thumbnail.h"

namespace larc::study {

namespace {

/// A body coil's field is smooth over centimetres: every sixth voxel in plane and three levels of knots describe it, at
/// a tenth of the time of N4's defaults.
preprocess::BiasFieldSettings bias_field_settings() {
  preprocess::BiasFieldSettings settings;
  settings.shrink = 6;
  settings.iterations = {25, 25, 25};
  return settings;
}

/// Features see standard deviations of the body times this, so that bins of width 25 divide it well.
constexpr double kFeatureScale = 100;

image::Volume zscore(const image::Volume& volume, const image::Mask& foreground, double scale) {
  preprocess::NormalisationSettings settings;
  settings.method = preprocess::NormalisationMethod::zscore;
  settings.scale = scale;
  return preprocess::normalise(volume, foreground, settings);
}

void check_region(const image::Volume& volume, const image::Mask& mask) {
  image::check_same_geometry(volume, mask);
  const std::size_t voxels = image::voxel_count(mask);
  if (voxels < kMinimumVoxels)
    throw Error(ErrorCode::domain, "the mask has " + std::to_string(voxels) + " voxels, at least " +
                                       std::to_string(kMinimumVoxels) + " are needed; check the outline");
  double lower = std::numeric_limits<double>::infinity(), upper = -lower;
  for (std::size_t v = 0; v < mask.voxels.size(); ++v) {
    if (mask.voxels[v] == 0) continue;
    lower = std::min(lower, volume.voxels[v]);
    upper = std::max(upper, volume.voxels[v]);
  }
  if (lower == upper)
    throw Error(ErrorCode::domain,
                "the image is constant inside the mask; check that the image is not empty or clipped");
}

image::Vec3 centroid_lps(const image::Mask& mask) {
  image::Vec3 sum{0, 0, 0};
  double count = 0;
  for (int k = 0; k < mask.geometry.size[2]; ++k)
    for (int j = 0; j < mask.geometry.size[1]; ++j)
      for (int i = 0; i < mask.geometry.size[0]; ++i)
        if (mask.at(i, j, k)) {
          sum[0] += i;
          sum[1] += j;
          sum[2] += k;
          ++count;
        }
  return mask.geometry.point_lps({sum[0] / count, sum[1] / count, sum[2] / count});
}

image::Geometry crop_geometry(const image::Mask& mask, const CropRule& rule) {
  image::Geometry target = mask.geometry;
  target.size = rule.size;
  target.spacing_mm = rule.spacing_mm;
  const image::Vec3 centre = centroid_lps(mask);
  target.origin_lps = {0, 0, 0};
  const image::Vec3 half =
      target.point_lps({(rule.size[0] - 1) / 2.0, (rule.size[1] - 1) / 2.0, (rule.size[2] - 1) / 2.0});
  for (std::size_t axis = 0; axis < 3; ++axis) target.origin_lps[axis] = centre[axis] - half[axis];
  return target;
}

std::vector<float> make_crop(const image::Volume& normalised, const image::Mask& mask, const CropRule& rule) {
  const image::Geometry target = crop_geometry(mask, rule);
  const image::Volume image_part = preprocess::resample(normalised, target, preprocess::Interpolation::linear, 0.0);
  const image::Volume mask_volume{mask.geometry, std::vector<double>(mask.voxels.begin(), mask.voxels.end())};
  const image::Volume mask_part = preprocess::resample(mask_volume, target, preprocess::Interpolation::linear, 0.0);
  std::vector<float> crop;
  crop.reserve(2 * image_part.voxels.size());
  for (const double value : image_part.voxels) crop.push_back(static_cast<float>(value));
  for (const double value : mask_part.voxels) crop.push_back(static_cast<float>(value));
  return crop;
}

}  // namespace

PreparedCase prepare_case(const image::Volume& volume, const image::Mask& mask, const ExtractionRule* rule,
                          const CropRule* crop) {
  check_region(volume, mask);
  PreparedCase result;
  result.volume_ml = static_cast<double>(image::voxel_count(mask)) * volume.geometry.voxel_volume_mm3() / 1000.0;
  result.thumbnail = thumbnail(volume, mask);

  const bool needs_bias_field = (rule && rule->bias_field) || (crop && crop->bias_field);
  const bool needs_foreground = needs_bias_field || (rule && rule->zscore) || crop;
  const image::Mask foreground = needs_foreground ? preprocess::foreground_mask(volume) : image::Mask{};
  const image::Volume corrected =
      needs_bias_field ? preprocess::correct_bias_field(volume, foreground, bias_field_settings()).corrected
                       : image::Volume{};

  if (rule) {
    image::Volume input = rule->bias_field ? corrected : volume;
    if (rule->zscore) input = zscore(input, foreground, kFeatureScale);
    const auto extracted =
        extraction::extract_case(extraction::make_feature_plan(rule->features, "features"), input, mask);
    result.features = Json::object();
    for (const auto& feature : extracted.features) {
      result.features[feature.name] = number_or_null(feature.value);
      if (!std::isfinite(feature.value)) result.undefined.emplace_back(feature.name, feature.reason);
    }
    result.notes = extracted.notes;
  }
  if (crop) result.crop = make_crop(zscore(crop->bias_field ? corrected : volume, foreground, 1), mask, *crop);
  return result;
}

}  // namespace larc::study
