#pragma once
#include "radiomics/families.h"

namespace larc::radiomics {

/// Grey level distance zone features (Thibault 2014; IBSI 1, VMDZ): zones by level and smallest distance of their
/// voxels from the edge of the whole mask.
void compute_gldzm(const RegionView& region, FeatureCollector& out);

}  // namespace larc::radiomics
