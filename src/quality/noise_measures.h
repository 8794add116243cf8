#pragma once
#include "quality/number.h"
#include "quality/scene.h"

namespace larc::quality {

struct NoiseMeasures {
  Number snr;  // median of the body over the noise within it (Kaufman 1989; the noise as in scene.cpp)
  Number cnr;  // difference of bright and dark tissue over that noise (Magnotta, Friedman 2006)
  Number cjv;  // (sd of bright + sd of dark) / difference of their means (Ganzetti 2016)
};

/// The pelvis has no grey and white matter: the two tissues are the body's classes by Otsu's threshold, over voxels
/// between the 1st and 99th percentile.
NoiseMeasures noise_measures(const Scene& scene);

/// Difference of the mean inside the tumour and in a shell around it over the noise of the body, without sign
/// (Magnotta, Friedman 2006). The shell is what lies 3 to 10 mm from the tumour and holds signal.
/// tumour  on the image's grid
Number tumour_contrast(const Scene& scene, const image::Mask& tumour);

}  // namespace larc::quality
