#include "radiomics/gldzm.h"

#include "radiomics/level_features.h"
#include "radiomics/zones.h"

namespace larc::radiomics {

namespace {

constexpr LevelFeature kFeatures[] = {
    {small_extent, "dzm_sde"},
    {large_extent, "dzm_lde"},
    {low_level, "dzm_lgze"},
    {high_level, "dzm_hgze"},
    {small_extent_low_level, "dzm_sdlge"},
    {small_extent_high_level, "dzm_sdhge"},
    {large_extent_low_level, "dzm_ldlge"},
    {large_extent_high_level, "dzm_ldhge"},
    {level_non_uniformity, "dzm_glnu"},
    {level_non_uniformity_normalised, "dzm_glnu_norm"},
    {extent_non_uniformity, "dzm_zdnu"},
    {extent_non_uniformity_normalised, "dzm_zdnu_norm"},
    {percentage, "dzm_z_perc"},
    {level_variance, "dzm_gl_var"},
    {extent_variance, "dzm_zd_var"},
    {entropy, "dzm_zd_entr"},
};

}  // namespace

void compute_gldzm(const RegionView& region, FeatureCollector& out) {
  if (!wants_any(kFeatures, out)) return;
  add_level_features(
      kFeatures, zones_of(region, true), [](const ZoneMatrix& m) -> auto& { return m.distances; }, out);
}

}  // namespace larc::radiomics
