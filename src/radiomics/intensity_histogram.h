#pragma once
#include "radiomics/families.h"

namespace larc::radiomics {

/// Family `intensity_histogram` (IBSI 1): statistics of the region's grey levels. The histogram has a bin for each
/// level from 1 to the highest in use. Percentiles interpolate between levels in order, as those of intensities do.
void compute_intensity_histogram(const RegionView& region, FeatureCollector& out);

}  // namespace larc::radiomics
