#pragma once
#include <array>
#include <vector>

#include "radiomics/families.h"

namespace larc::radiomics {

/// Grey level co-occurrence features (Haralick 1973; IBSI 1, LFYI): of each direction's matrix and then averaged
/// (PyRadiomics; IBSI 3D_avg), and of the sum of the matrices (IBSI 3D_comb).
void compute_glcm(const RegionView& region, FeatureCollector& out);

/// Steps to one half of the neighbours at Chebyshev distance `distance` (13 at distance 1, 49 at 2), the other half
/// being their opposites; with `force_2d`, those within the slices across `axis` (4 at distance 1).
std::vector<std::array<int, 3>> half_neighbours(int distance, bool force_2d, int axis);

}  // namespace larc::radiomics
