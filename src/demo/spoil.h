#pragma once
#include "demo/acquisition.h"

namespace larc::demo {

/// What lies beyond the field of view in the phase direction (along the columns) folds back onto the image. Strong:
/// with its full signal everywhere; otherwise in a narrow band at both edges only. Before the scanner's errors.
void wrap_around(image::Volume& image, const Phantom& phantom, int examination, const SlicePlan& plan, bool strong);

/// The slices `shift_mm` beside where they should lie, along the rows.
SlicePlan moved_along_rows(SlicePlan plan, double shift_mm);

/// Onto another grid within the slices, `factor` times as many rows and columns over the same field; linear between
/// voxels, and the values times `scale` in whole numbers.
image::Volume resampled(const image::Volume& volume, double factor, double scale);
image::Mask resampled(const image::Mask& mask, double factor);

}  // namespace larc::demo
