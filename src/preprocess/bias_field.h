#pragma once
#include <string>
#include <vector>

#include "image/volume.h"

namespace larc::preprocess {

/// N4 (Tustison 2010). The defaults are those of its paper and of ITK but for the shrinking, which costs little
/// accuracy because the field is smooth, and makes a 256 x 256 x 32 volume take seconds.
struct BiasFieldSettings {
  int shrink = 4;                               // on the finest axis; thicker axes shrink less, towards cubic voxels
  std::vector<int> iterations{50, 50, 50, 50};  // at most, one entry a fitting level
  double spline_distance_mm = 0;                // of the first level's knots; 0: one span over the image
  double convergence = 1e-3;                    // coefficient of variation between iterations that ends a level
  int histogram_bins = 200;
  double field_fwhm = 0.15;
  double wiener_noise = 0.01;
};

struct BiasCorrection {
  image::Volume corrected;  // volume / field, every voxel
  double field_minimum;     // of the multiplicative field within the foreground
  double field_maximum;
};

/// Divides out a smooth multiplicative field estimated within `foreground`; voxels at or below 0 take no part. The
/// scale is as N4 leaves it. One thread: call it for several cases side by side. errors domain: NaN voxels, settings
/// out of range, no positive foreground or one without contrast; geometry_mismatch; internal (N4 failed)
BiasCorrection correct_bias_field(const image::Volume& volume, const image::Mask& foreground,
                                  const BiasFieldSettings& settings = {});

/// With foreground_mask of the volume.
BiasCorrection correct_bias_field(const image::Volume& volume, const BiasFieldSettings& settings = {});

/// "5.2.1"
std::string itk_version();

}  // namespace larc::preprocess
