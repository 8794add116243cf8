#pragma once
#include "radiomics/families.h"
#include "radiomics/level_counts.h"

namespace larc::radiomics {

/// A quantity and the feature that is it.
struct LevelFeature {
  LevelQuantity quantity;
  const char* id;
};

/// Adds the features of each wanted aggregation: means over the slices for by_slice.
/// cells_of  the cells of a matrix: by size, by distance or by dependence
template <std::size_t count, typename Matrices, typename CellsOf>
void add_level_features(const LevelFeature (&features)[count], const Matrices& matrices, const CellsOf& cells_of,
                        FeatureCollector& out) {
  const auto add = [&](const LevelQuantities& quantities, Aggregation aggregation) {
    for (const LevelFeature& feature : features) out.add(feature.id, quantities[feature.quantity], aggregation);
  };
  if (out.wants(Aggregation::by_slice)) {
    std::vector<LevelQuantities> slices;
    for (const auto& slice : matrices.slices) slices.push_back(quantities_of(cells_of(slice), slice.voxels));
    add(mean_quantities(slices), Aggregation::by_slice);
  }
  if (out.wants(Aggregation::slices_merged))
    add(quantities_of(cells_of(*matrices.slices_merged), matrices.slices_merged->voxels), Aggregation::slices_merged);
  if (out.wants(Aggregation::volume))
    add(quantities_of(cells_of(*matrices.volume), matrices.volume->voxels), Aggregation::volume);
}

/// Whether anybody asked for one of them.
template <std::size_t count>
bool wants_any(const LevelFeature (&features)[count], const FeatureCollector& out) {
  return std::any_of(std::begin(features), std::end(features),
                     [&](const LevelFeature& feature) { return out.wants(std::string_view(feature.id)); });
}

}  // namespace larc::radiomics
