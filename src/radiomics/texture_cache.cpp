#include "radiomics/texture_cache.h"

namespace larc::radiomics {

TextureCache& texture_cache(const RegionView& region) {
  if (!region.textures) region.textures = std::make_shared<TextureCache>();
  return *region.textures;
}

WantedAggregations::WantedAggregations(const ExtractionSettings& settings) {
  for (const Aggregation aggregation : settings.aggregations_of(Aggregates::neighbourhoods)) {
    by_slice = by_slice || aggregation == Aggregation::by_slice;
    slices_merged = slices_merged || aggregation == Aggregation::slices_merged;
    volume = volume || aggregation == Aggregation::volume;
  }
}

bool lists_family(const ExtractionSettings& settings, const std::string& family) {
  return std::find(settings.families.begin(), settings.families.end(), family) != settings.families.end();
}

}  // namespace larc::radiomics
