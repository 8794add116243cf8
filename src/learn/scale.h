#pragma once
#include <string>
#include <vector>

#include "core/json.h"
#include "learn/matrix.h"

namespace larc::learn {

/// No scaled value lies further from the training mean than this many training standard deviations, so that one
/// outlying scanner cannot carry a prediction away.
inline constexpr double kScaleClip = 5.0;

struct ScaleState {
  std::vector<std::string> names;
  std::vector<double> mean;
  std::vector<double> sd;  // divisor n; 1 for a constant feature
  double clip = kScaleClip;
};

/// errors domain: clip <= 0
ScaleState fit_scale(const FeatureMatrix& training, double clip = kScaleClip);

/// (value - mean) / sd, cut at +-clip. Adds one line to `notes` when values were cut.
/// errors not_found: a feature is absent
FeatureMatrix apply_scale(const ScaleState& state, const FeatureMatrix& matrix,
                          std::vector<std::string>* notes = nullptr);

Json to_json(const ScaleState& state);
ScaleState scale_from_json(const Json& json);

}  // namespace larc::learn
