#pragma once
#include <vector>

#include "radiomics/families.h"

namespace larc::radiomics {

/// Intensity statistics of the region: PyRadiomics' first-order features and IBSI's stat_* family; Entropy and
/// Uniformity from the grey levels (ih_*). Variance and what derives from it divide by n.
void compute_first_order(const RegionView& region, FeatureCollector& out);

/// Percentiles between the order statistics at (n - 1) p, linearly (numpy's default; type 7 of Hyndman, Fan 1996).
/// values     not empty, finite, any order
/// fractions  each in 0 .. 1
std::vector<double> percentiles(const std::vector<double>& values, const std::vector<double>& fractions);

}  // namespace larc::radiomics
