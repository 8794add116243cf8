#pragma once
#include "image/volume.h"
#include "preprocess/normalise.h"

namespace larc::preprocess {

/// Divides by a tissue that should look alike in every patient: the median of `reference` becomes `target`.
/// errors domain: NaN voxels, empty reference, median not positive (use a map with two tissues), target not positive;
/// geometry_mismatch
IntensityMap fit_reference(const image::Volume& volume, const image::Mask& reference, double target = 1);

/// The line that takes the medians of two tissues, such as muscle and fat, to two values.
/// errors as above; the medians or the targets equal
IntensityMap fit_two_references(const image::Volume& volume, const image::Mask& lower, const image::Mask& upper,
                                double lower_target = 0, double upper_target = 1);

/// Divides by a percentile of the foreground, in 0 .. 100: it becomes `target`. errors as fit_reference; percentile out
/// of range
IntensityMap fit_percentile(const image::Volume& volume, const image::Mask& foreground, double percentile,
                            double target = 1);

/// The intensity of fat without an outline, on sequences that show it bright (T1, T2 without fat saturation). The rule:
/// histogram of the foreground, 256 bins from its minimum to its 99.9th percentile, smoothed by a Gaussian of 4 bins;
/// peaks are local maxima that stand out by at least 5% of the highest one from the valley towards any higher peak; fat
/// is the brightest peak above the foreground's median, its place refined by a parabola through three bins. Gain and
/// offset of the scanner carry over to the result. errors domain: NaN voxels, fewer than 1000 foreground voxels, no
/// contrast, no such peak (give an outline); geometry_mismatch
double bright_fat_mode(const image::Volume& volume, const image::Mask& foreground);

/// Divides by bright_fat_mode: fat becomes `target`. errors as above; mode or target not positive
IntensityMap fit_bright_fat(const image::Volume& volume, const image::Mask& foreground, double target = 1);

}  // namespace larc::preprocess
