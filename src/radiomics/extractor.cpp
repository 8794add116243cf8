#include "radiomics/extractor.h"

#include "core/number.h"
#include "radiomics/families.h"

namespace larc::radiomics {

namespace {

// Fewer levels say little, more make sparse matrices.
constexpr std::size_t kFewLevels = 8, kManyLevels = 256;

std::string binning_note(const RegionView& region) {
  const std::size_t used = region.levels.numbers.size();
  if (used >= kFewLevels && used <= kManyLevels) return "";
  const auto [low, high] = std::minmax_element(region.intensities.begin(), region.intensities.end());
  std::string note = "the region uses " + std::to_string(used) + " grey level" + (used == 1 ? "" : "s");
  if (region.settings->binning == Binning::fixed_width || region.settings->binning == Binning::fixed_width_from_minimum)
    note += " at bin width " + format_double(region.settings->bin_width);
  note += used < 2 ? ", too few for texture" : used < kFewLevels ? ", few for texture" : ", many for texture";
  const double width = propose_bin_width(*high - *low);
  return note + (width > 0 ? "; a bin width near " + format_double(width) + " gives about 32"
                           : "; all its voxels have the same intensity");
}

}  // namespace

Json diagnostics_of(const image::Volume& image, const image::Mask& mask, const RegionView& region) {
  const image::Geometry& whole = image.geometry;
  const image::Vec3 corner = whole.index_ijk(region.mask.geometry.origin_lps);
  std::array<std::int64_t, 3> sum{0, 0, 0};
  std::size_t count = 0;
  const image::Index3& size = region.size();
  for (int k = 0; k < size[2]; ++k)
    for (int j = 0; j < size[1]; ++j)
      for (int i = 0; i < size[0]; ++i) {
        if (!region.mask.at(i, j, k)) continue;
        sum[0] += i, sum[1] += j, sum[2] += k;
        ++count;
      }
  image::Vec3 centre_index;
  Json box = Json::array();
  for (std::size_t axis = 0; axis < 3; ++axis) {
    const double lower = std::round(corner[axis]);
    centre_index[axis] = lower + static_cast<double>(sum[axis]) / static_cast<double>(count);
    box.push_back(static_cast<int>(lower));
  }
  for (const int extent : size) box.push_back(extent);

  Json json;
  json["diagnostics_Image-original_Size"] = whole.size;
  json["diagnostics_Image-original_Spacing"] = whole.spacing_mm;
  json["diagnostics_Mask-original_Size"] = mask.geometry.size;
  json["diagnostics_Mask-original_Spacing"] = mask.geometry.spacing_mm;
  json["diagnostics_Mask-original_BoundingBox"] = box;
  json["diagnostics_Mask-original_VoxelNum"] = count;
  json["diagnostics_Mask-original_CenterOfMassIndex"] = centre_index;
  json["diagnostics_Mask-original_CenterOfMass"] = whole.point_lps(centre_index);
  json["intensity_voxels"] = region.intensities.size();
  json["grey_levels"] = region.levels.level_count;
  json["grey_levels_in_use"] = region.levels.numbers.size();
  json["settings"] = region.settings->to_json();
  return json;
}

std::vector<FeatureValue> compute_features(RegionView& region, const std::string& image_type,
                                           std::vector<std::string>& notes) {
  const ExtractionSettings& settings = *region.settings;
  std::vector<const FamilyDescriptor*> wanted;
  bool texture = false, levels = false;
  for (const FamilyDescriptor& family : families()) {
    if (std::find(settings.families.begin(), settings.families.end(), family.name) == settings.families.end()) continue;
    if (family.is_shape && !image_type.empty()) continue;
    wanted.push_back(&family);
    levels = levels || family.needs_levels;
    texture = texture || family.is_texture;
  }
  if (levels) region.levels = discretise(region.intensities, settings);
  region.textures.reset();
  std::vector<FeatureValue> features;
  for (const FamilyDescriptor* family : wanted) {
    FeatureCollector collector(*family, settings);
    family->compute(region, collector);
    for (const auto& [row, aggregation, value] : collector.take()) {
      const bool defined = std::isfinite(value);
      features.push_back({feature_name(*row, settings.naming, aggregation, image_type), defined ? value : kNaN,
                          defined ? std::string() : "undefined: " + row->undefined_when});
    }
  }
  if (texture)
    if (std::string note = binning_note(region); !note.empty())
      notes.push_back(image_type.empty() ? note : image_type + ": " + note);
  return features;
}

ExtractionResult extract(const image::Volume& image, const image::Mask& mask, const ExtractionSettings& settings) {
  settings.check();
  RegionView region = make_region(image, mask, settings);
  ExtractionResult result;
  result.features = compute_features(region, "", result.notes);
  result.diagnostics = diagnostics_of(image, mask, region);
  return result;
}

}  // namespace larc::radiomics
