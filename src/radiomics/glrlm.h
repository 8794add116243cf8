#pragma once
#include "radiomics/families.h"

namespace larc::radiomics {

/// Grey level run length features (Galloway 1975; IBSI 1, TP0I), of runs along the directions at distance 1. The
/// settings' `weighting_norm` weighs merged directions by the length of their step in mm, as PyRadiomics does. Under
/// PyRadiomics' names a direction of which no line holds two voxels is left out.
void compute_glrlm(const RegionView& region, FeatureCollector& out);

}  // namespace larc::radiomics
