#pragma once
#include "radiomics/families.h"

namespace larc::radiomics {

/// Grey level co-occurrence features (Haralick 1973; IBSI 1, LFYI). The settings' `weighting_norm` weighs merged
/// directions by exp(-length^2), as PyRadiomics does.
void compute_glcm(const RegionView& region, FeatureCollector& out);

}  // namespace larc::radiomics
