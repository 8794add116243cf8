#pragma once
#include <vector>

#include "core/json.h"
#include "image/volume.h"

namespace larc::preprocess {

/// What happens to intensities beyond the outermost landmarks: `extend` goes on with the slope of the outermost piece
/// (as Nyul 2000), `clip` gives them the value of the outermost landmark.
enum class BeyondLandmarks { extend, clip };

struct LandmarkSettings {
  std::vector<double> percentiles{1, 10, 20, 30, 40, 50, 60, 70, 80, 90, 99};  // ascending
  double scale_minimum = 0;  // where the first and last percentile of every image go
  double scale_maximum = 100;
  BeyondLandmarks beyond = BeyondLandmarks::extend;
};

/// The standard scale learnt from training images: where each percentile of a new image goes.
struct LandmarkScale {
  std::vector<double> percentiles;
  std::vector<double> standard;
  BeyondLandmarks beyond = BeyondLandmarks::extend;
};

/// Percentiles of the foreground, type 7; what one image contributes. Small: collect these, then fit.
/// errors domain: NaN voxels, empty foreground, settings out of range; geometry_mismatch
std::vector<double> histogram_landmarks(const image::Volume& volume, const image::Mask& foreground,
                                        const LandmarkSettings& settings = {});

/// Mean over training images of the landmarks, each image's first and last taken to the ends of the scale.
/// landmarks (images,) each (percentiles,)
/// errors domain: no images, an image without contrast (names it by its place); shape_mismatch
LandmarkScale fit_landmarks(const std::vector<std::vector<double>>& landmarks, const LandmarkSettings& settings = {});

/// The image on the standard scale, piecewise linear between its own landmarks. Landmarks of one intensity (many equal
/// voxels) become one, at the mean of their places on the scale.
/// errors domain: fewer than two different landmarks; as histogram_landmarks
image::Volume apply_landmarks(const LandmarkScale& scale, const image::Volume& volume, const image::Mask& foreground);

Json to_json(const LandmarkScale& scale);
/// errors format: a key missing or of the wrong kind, lists of different or too little length, not ascending
LandmarkScale landmark_scale_from_json(const Json& json);

}  // namespace larc::preprocess
