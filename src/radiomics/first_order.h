#pragma once
#include "radiomics/families.h"

namespace larc::radiomics {

/// Intensity statistics of the region: PyRadiomics' first-order features and IBSI's stat_* family; Entropy and
/// Uniformity from the grey levels. Variance and what derives from it divide by n.
void compute_first_order(const RegionView& region, FeatureCollector& out);

}  // namespace larc::radiomics
