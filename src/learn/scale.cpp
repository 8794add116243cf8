#include "learn/scale.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/number.h"

namespace larc::learn {

ScaleState fit_scale(const FeatureMatrix& training, double clip) {
  if (!(clip > 0.0)) throw Error(ErrorCode::domain, "the clip is " + format_double(clip) + "; give a number > 0");
  ScaleState state;
  state.names = training.names;
  state.clip = clip;
  const double n = static_cast<double>(training.values.rows());
  for (Eigen::Index j = 0; j < training.values.cols(); ++j) {
    const double mean = training.values.col(j).mean();
    const double sd = std::sqrt((training.values.col(j).array() - mean).square().sum() / n);
    state.mean.push_back(mean);
    state.sd.push_back(sd > 0.0 ? sd : 1.0);
  }
  return state;
}

FeatureMatrix apply_scale(const ScaleState& state, const FeatureMatrix& matrix, std::vector<std::string>* notes) {
  FeatureMatrix result = select_features(matrix, feature_positions(matrix, state.names));
  std::size_t cut = 0;
  for (Eigen::Index j = 0; j < result.values.cols(); ++j) {
    const double mean = state.mean[static_cast<std::size_t>(j)];
    const double sd = state.sd[static_cast<std::size_t>(j)];
    for (Eigen::Index i = 0; i < result.values.rows(); ++i) {
      const double scaled = (result.values(i, j) - mean) / sd;
      cut += std::abs(scaled) > state.clip ? 1 : 0;
      result.values(i, j) = std::clamp(scaled, -state.clip, state.clip);
    }
  }
  if (cut > 0 && notes != nullptr)
    notes->push_back(std::to_string(cut) + (cut == 1 ? " value" : " values") + " beyond " + format_double(state.clip) +
                     " training standard deviations cut to that");
  return result;
}

Json to_json(const ScaleState& state) {
  return {{"names", state.names}, {"mean", state.mean}, {"sd", state.sd}, {"clip", state.clip}};
}

ScaleState scale_from_json(const Json& json) {
  return {json.at("names").get<std::vector<std::string>>(), json.at("mean").get<std::vector<double>>(),
          json.at("sd").get<std::vector<double>>(), json.at("clip").get<double>()};
}

}  // namespace larc::learn
