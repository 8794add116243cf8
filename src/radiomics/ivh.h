#pragma once
#include "radiomics/families.h"

namespace larc::radiomics {

/// The intensity-volume histogram: the share of the region's voxels at or above each intensity level.
struct VolumeHistogram {
  /// Share at 10% and 90% of the way from the lowest to the highest level; NaN with one level.
  double v10 = 0, v90 = 0;
  /// The lowest level that at most 10% and 90% of the voxels reach: may be the one above the highest.
  double i10 = 0, i90 = 0;
  /// Under the curve of shares over intensity fractions, by trapezoids; NaN with one level.
  double area = 0;
};

/// Levels run from `lower` to `upper` in steps of 1, and every intensity of the region is a level.
/// intensities  at least one, from `lower` to `upper`
VolumeHistogram volume_histogram(std::vector<double> intensities, double lower, double upper);

/// Family `ivh` (IBSI 1), after the settings `ivh_binning`. Without binning, and with bins of fixed width, the range is
/// that of an absolute `resegment_range`, else that of the region's intensities; bins count as their centres.
void compute_ivh(const RegionView& region, FeatureCollector& out);

}  // namespace larc::radiomics
