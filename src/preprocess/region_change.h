#pragma once
#include <cstdint>
#include <optional>

#include "image/volume.h"

namespace larc::preprocess {

/// The region with lround(voxels * (1 + fraction)) voxels, at least one: grown by the voxels nearest to it, or shrunk
/// by those nearest to its border (signed_distance_mm; the image's edge is not a border), equally near ones at random.
/// Nothing where the image has no room to grow.
/// errors domain: empty region, fraction not finite or not above -1, shrinking a region that fills the image
std::optional<image::Mask> change_volume(const image::Mask& region, double fraction, std::uint64_t seed);

/// The region put together anew from the supervoxels of the image (Zwanenburg 2019): a supervoxel with a share of at
/// least 0.9 in the region belongs, one below 0.2 does not, others by chance with their share as probability; the one
/// with the largest share always does. Then one closing with the six neighbours. The image should reach
/// contour_margin_mm beyond the region.
/// errors domain: empty region, region constant and NaN voxels; geometry_mismatch
image::Mask randomise_contour(const image::Volume& volume, const image::Mask& region, std::uint64_t seed);

/// So far around the region supervoxels are made.
double contour_margin_mm(const image::Vec3& spacing_mm);

}  // namespace larc::preprocess
