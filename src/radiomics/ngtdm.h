#pragma once
#include "radiomics/families.h"

namespace larc::radiomics {

/// Neighbourhood grey tone difference features (Amadasun, King 1989; IBSI 1, IPET). PyRadiomics' ngtdm_* count voxels
/// without neighbours as voxels that do not differ; IBSI's ngt_* leave them out.
void compute_ngtdm(const RegionView& region, FeatureCollector& out);

}  // namespace larc::radiomics
