#pragma once
#include <optional>
#include <string>

#include "image/volume.h"

namespace larc::preprocess {

/// none        values times `scale`
/// zscore      (v - mean) / standard deviation (n - 1) * scale
/// robust      (v - median) / (interquartile range / 1.349) * scale, which is the z-score of a normal distribution
/// percentile  (v - lower percentile) / (upper - lower) * scale
enum class NormalisationMethod { none, zscore, robust, percentile };

struct NormalisationSettings {
  NormalisationMethod method = NormalisationMethod::zscore;
  double scale = 1;             // 100 gives the usual width of bins a meaning
  double lower_percentile = 1;  // of the percentile method
  double upper_percentile = 99;
  std::optional<double> clip;  // limits the result to +- clip * scale (percentile: to 0 .. scale); absent: no limit
};

/// What was learnt from one image: result = (v - centre) / spread * scale, then the limits.
struct IntensityMap {
  double centre = 0;
  double spread = 1;
  double scale = 1;
  double lower_limit;  // -infinity, infinity when there is none
  double upper_limit;
};

/// errors domain: not one of none, zscore, robust, percentile
NormalisationMethod parse_normalisation(const std::string& name);

/// From the voxels of `foreground`. Quantiles interpolate linearly between order statistics (type 7, Hyndman 1996).
/// errors domain: NaN voxels, empty foreground or fewer than two voxels, voxels without spread (says what to do),
/// settings out of range; geometry_mismatch
IntensityMap fit_normalisation(const image::Volume& volume, const image::Mask& foreground,
                               const NormalisationSettings& settings);
image::Volume apply(const IntensityMap& map, const image::Volume& volume);

/// fit and apply; without foreground from all voxels.
image::Volume normalise(const image::Volume& volume, const image::Mask& foreground,
                        const NormalisationSettings& settings);
image::Volume normalise(const image::Volume& volume, const NormalisationSettings& settings);

}  // namespace larc::preprocess
