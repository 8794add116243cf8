#include "radiomics/gldm.h"

#include "radiomics/level_features.h"
#include "radiomics/neighbours.h"

namespace larc::radiomics {

namespace {

constexpr LevelFeature kFeatures[] = {
    {small_extent, "gldm_SmallDependenceEmphasis"},
    {large_extent, "gldm_LargeDependenceEmphasis"},
    {low_level, "gldm_LowGrayLevelEmphasis"},
    {high_level, "gldm_HighGrayLevelEmphasis"},
    {small_extent_low_level, "gldm_SmallDependenceLowGrayLevelEmphasis"},
    {small_extent_high_level, "gldm_SmallDependenceHighGrayLevelEmphasis"},
    {large_extent_low_level, "gldm_LargeDependenceLowGrayLevelEmphasis"},
    {large_extent_high_level, "gldm_LargeDependenceHighGrayLevelEmphasis"},
    {level_non_uniformity, "gldm_GrayLevelNonUniformity"},
    {level_non_uniformity_normalised, "ngl_glnu_norm"},
    {extent_non_uniformity, "gldm_DependenceNonUniformity"},
    {extent_non_uniformity_normalised, "gldm_DependenceNonUniformityNormalized"},
    {percentage, "ngl_dc_perc"},
    {level_variance, "gldm_GrayLevelVariance"},
    {extent_variance, "gldm_DependenceVariance"},
    {entropy, "gldm_DependenceEntropy"},
    {energy, "ngl_dc_energy"},
};

}  // namespace

void compute_gldm(const RegionView& region, FeatureCollector& out) {
  if (!wants_any(kFeatures, out)) return;
  add_level_features(
      kFeatures, neighbours_of(region, true, false), [](const NeighbourMatrix& m) -> auto& { return m.dependences; },
      out);
}

}  // namespace larc::radiomics
