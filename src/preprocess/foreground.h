#pragma once
#include "image/volume.h"

namespace larc::preprocess {

/// Otsu's threshold over 256 equal bins between minimum and maximum: the upper edge of the lower class, or the
/// middle of the gap between the classes (Otsu 1979).
/// errors domain: NaN voxels, or all voxels equal
double otsu_threshold(const image::Volume& volume);

struct ForegroundSettings {
  bool largest_component = true;  // neighbours share a face
  bool fill_holes = true;         // background not joined to the border of its slice becomes foreground
};

/// Body against air: voxels above Otsu's threshold, then as set. Ties between components go to the one found first.
/// errors as otsu_threshold
image::Mask foreground_mask(const image::Volume& volume, const ForegroundSettings& settings = {});

}  // namespace larc::preprocess
