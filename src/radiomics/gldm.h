#pragma once
#include "radiomics/families.h"

namespace larc::radiomics {

/// Grey level dependence features (Sun, Wee 1983; IBSI 1, REK0, there neighbouring grey level dependence): voxels by
/// level and by 1 + number of neighbours whose level differs by at most `dependence_difference`.
void compute_gldm(const RegionView& region, FeatureCollector& out);

}  // namespace larc::radiomics
