#pragma once
#include <cstdint>
#include <vector>

#include "image/geometry.h"

namespace larc::radiomics {

/// How alike intensities are that lie near each other: over all ordered pairs of different voxels, weighted by the
/// inverse of the distance of their centres.
struct SpatialCorrelation {
  double moran_i;
  double geary_c;
};

enum class PairSum {
  automatic,  // whichever takes less time
  direct,     // pair by pair
  transform   // the sums over pairs are correlations, by Fourier transform on a grid twice the size; the same but for
              // rounding
};

/// offsets      voxels in a grid of `size`, i fastest
/// intensities  of these voxels
/// NaN with fewer than two voxels or one intensity only.
SpatialCorrelation spatial_correlation(const std::vector<std::uint32_t>& offsets,
                                       const std::vector<double>& intensities, const image::Index3& size,
                                       const image::Vec3& spacing_mm, PairSum method = PairSum::automatic);

}  // namespace larc::radiomics
