#include "radiomics/glszm.h"

#include "radiomics/level_features.h"
#include "radiomics/zones.h"

namespace larc::radiomics {

namespace {

constexpr LevelFeature kFeatures[] = {
    {small_extent, "glszm_SmallAreaEmphasis"},
    {large_extent, "glszm_LargeAreaEmphasis"},
    {low_level, "glszm_LowGrayLevelZoneEmphasis"},
    {high_level, "glszm_HighGrayLevelZoneEmphasis"},
    {small_extent_low_level, "glszm_SmallAreaLowGrayLevelEmphasis"},
    {small_extent_high_level, "glszm_SmallAreaHighGrayLevelEmphasis"},
    {large_extent_low_level, "glszm_LargeAreaLowGrayLevelEmphasis"},
    {large_extent_high_level, "glszm_LargeAreaHighGrayLevelEmphasis"},
    {level_non_uniformity, "glszm_GrayLevelNonUniformity"},
    {level_non_uniformity_normalised, "glszm_GrayLevelNonUniformityNormalized"},
    {extent_non_uniformity, "glszm_SizeZoneNonUniformity"},
    {extent_non_uniformity_normalised, "glszm_SizeZoneNonUniformityNormalized"},
    {percentage, "glszm_ZonePercentage"},
    {level_variance, "glszm_GrayLevelVariance"},
    {extent_variance, "glszm_ZoneVariance"},
    {entropy, "glszm_ZoneEntropy"},
};

}  // namespace

void compute_glszm(const RegionView& region, FeatureCollector& out) {
  if (!wants_any(kFeatures, out)) return;
  add_level_features(
      kFeatures, zones_of(region, false), [](const ZoneMatrix& m) -> auto& { return m.sizes; }, out);
}

}  // namespace larc::radiomics
