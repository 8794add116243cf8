#pragma once
#include "radiomics/families.h"

namespace larc::radiomics {

/// Grey level size zone features (Thibault 2009; IBSI 1, 9SAK): zones by level and number of voxels.
void compute_glszm(const RegionView& region, FeatureCollector& out);

}  // namespace larc::radiomics
