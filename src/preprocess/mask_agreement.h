#pragma once
#include <string>

#include "core/number.h"
#include "image/volume.h"

namespace larc::preprocess {

/// How well two outlines of one image agree.
struct MaskAgreement {
  std::size_t voxels_a = 0;
  std::size_t voxels_b = 0;
  std::size_t voxels_both = 0;
  double dice = kNaN;
  double jaccard = kNaN;
  double hausdorff_mm = kNaN;    // largest distance of a border voxel to the other border
  double hausdorff95_mm = kNaN;  // 95th percentile of those distances, the larger of the two directions
  double assd_mm = kNaN;         // mean of the distances of all border voxels of both
  double surface_dice = kNaN;    // share of all border voxels within the tolerance of the other border
  std::string reason;            // why a number is NaN
};

/// A border voxel is a voxel of the region with at least one of its face neighbours (six; four in an image one voxel
/// thick) outside the region; what lies beyond the image is outside. Distances are exact, between voxel centres, with
/// the spacing of the image. Percentiles are straight between neighbouring values.
/// One mask empty: Dice, Jaccard and surface Dice 0, distances NaN. Both empty: all NaN. Each with a reason.
/// errors geometry_mismatch; domain: tolerance negative or not finite
/// source Dice 1945; Huttenlocher 1993; Nikolov et al. 2021 (surface Dice, here over border voxels)
MaskAgreement mask_agreement(const image::Mask& a, const image::Mask& b, double tolerance_mm = 1.0);

}  // namespace larc::preprocess
