#include "preprocess/histogram_landmarks.h"

#include "core/error.h"
#include "core/number.h"
#include "preprocess/quantile.h"

namespace larc::preprocess {

namespace {

void check_settings(const LandmarkSettings& s) {
  const auto refuse = [](const std::string& what) { throw Error(ErrorCode::domain, "landmarks: " + what); };
  if (s.percentiles.size() < 2) refuse("at least two percentiles are needed");
  for (std::size_t p = 0; p < s.percentiles.size(); ++p)
    if (!(s.percentiles[p] >= 0 && s.percentiles[p] <= 100) || (p > 0 && !(s.percentiles[p] > s.percentiles[p - 1])))
      refuse("percentiles must rise and lie in 0 to 100; entry " + std::to_string(p + 1) + " is " +
             format_double(s.percentiles[p]));
  if (!std::isfinite(s.scale_minimum) || !std::isfinite(s.scale_maximum) || !(s.scale_minimum < s.scale_maximum))
    refuse("scale_minimum must be below scale_maximum");
}

std::vector<double> percentiles_of(const image::Volume& volume, const image::Mask& foreground,
                                   const std::vector<double>& percentiles) {
  const auto values = sorted_values(volume, foreground);
  if (values.empty()) throw Error(ErrorCode::domain, "landmarks: the foreground is empty; check the foreground mask");
  std::vector<double> landmarks;
  for (const double p : percentiles) landmarks.push_back(quantile(values, p / 100));
  return landmarks;
}

/// A rising line of points (from, to).
struct Knots {
  std::vector<double> from, to;
};

Knots knots(const std::vector<double>& landmarks, const std::vector<double>& standard) {
  Knots result;
  for (std::size_t begin = 0; begin < landmarks.size();) {
    std::size_t end = begin;
    double sum = 0;
    while (end < landmarks.size() && landmarks[end] == landmarks[begin]) sum += standard[end++];
    result.from.push_back(landmarks[begin]);
    result.to.push_back(sum / static_cast<double>(end - begin));
    begin = end;
  }
  if (result.from.size() < 2)
    throw Error(ErrorCode::domain, "landmarks: all percentiles of the image are " + format_double(landmarks.front()) +
                                       "; check or exclude the image");
  return result;
}

}  // namespace

std::vector<double> histogram_landmarks(const image::Volume& volume, const image::Mask& foreground,
                                        const LandmarkSettings& settings) {
  check_settings(settings);
  return percentiles_of(volume, foreground, settings.percentiles);
}

LandmarkScale fit_landmarks(const std::vector<std::vector<double>>& landmarks, const LandmarkSettings& settings) {
  check_settings(settings);
  if (landmarks.empty()) throw Error(ErrorCode::domain, "landmarks: there are no training images");
  const std::size_t count = settings.percentiles.size();
  LandmarkScale scale{settings.percentiles, std::vector<double>(count, 0), settings.beyond};
  for (std::size_t image = 0; image < landmarks.size(); ++image) {
    const auto& own = landmarks[image];
    if (own.size() != count)
      throw Error(ErrorCode::shape_mismatch, "landmarks of training image " + std::to_string(image + 1) + " are " +
                                                 std::to_string(own.size()) + ", the settings name " +
                                                 std::to_string(count) + " percentiles");
    if (!(own.front() < own.back()))
      throw Error(ErrorCode::domain,
                  "landmarks: training image " + std::to_string(image + 1) + " has no contrast; check or exclude it");
    const double slope = (settings.scale_maximum - settings.scale_minimum) / (own.back() - own.front());
    for (std::size_t p = 0; p < count; ++p)
      scale.standard[p] += settings.scale_minimum + slope * (own[p] - own.front());
  }
  for (double& value : scale.standard) value /= static_cast<double>(landmarks.size());
  scale.standard.front() = settings.scale_minimum;
  scale.standard.back() = settings.scale_maximum;
  return scale;
}

image::Volume apply_landmarks(const LandmarkScale& scale, const image::Volume& volume, const image::Mask& foreground) {
  const Knots line = knots(percentiles_of(volume, foreground, scale.percentiles), scale.standard);
  const std::size_t last = line.from.size() - 1;
  image::Volume result = volume;
  for (double& v : result.voxels) {
    if (scale.beyond == BeyondLandmarks::clip) v = std::clamp(v, line.from.front(), line.from.back());
    const auto above =
        std::upper_bound(line.from.begin() + 1, line.from.begin() + static_cast<std::ptrdiff_t>(last), v);
    const auto piece = static_cast<std::size_t>(above - line.from.begin()) - 1;
    const double share = (v - line.from[piece]) / (line.from[piece + 1] - line.from[piece]);
    v = line.to[piece] + share * (line.to[piece + 1] - line.to[piece]);
  }
  return result;
}

Json to_json(const LandmarkScale& scale) {
  return {{"percentiles", scale.percentiles},
          {"standard", scale.standard},
          {"beyond", scale.beyond == BeyondLandmarks::clip ? "clip" : "extend"}};
}

LandmarkScale landmark_scale_from_json(const Json& json) {
  LandmarkScale scale;
  const auto refuse = [](const std::string& what) { throw Error(ErrorCode::format, "landmark scale: " + what); };
  std::string beyond;
  try {
    scale.percentiles = json.at("percentiles").get<std::vector<double>>();
    scale.standard = json.at("standard").get<std::vector<double>>();
    beyond = json.at("beyond").get<std::string>();
  } catch (const nlohmann::json::exception&) {
    refuse("it needs the lists of numbers percentiles and standard, and beyond: extend or clip");
  }
  if (beyond != "extend" && beyond != "clip") refuse("beyond is '" + beyond + "'; it must be extend or clip");
  scale.beyond = beyond == "clip" ? BeyondLandmarks::clip : BeyondLandmarks::extend;
  if (scale.percentiles.size() < 2 || scale.percentiles.size() != scale.standard.size())
    refuse("percentiles and standard must have the same length, at least 2");
  for (std::size_t p = 0; p < scale.percentiles.size(); ++p) {
    const bool rises =
        p == 0 || (scale.percentiles[p] > scale.percentiles[p - 1] && scale.standard[p] >= scale.standard[p - 1]);
    if (!rises || !(scale.percentiles[p] >= 0 && scale.percentiles[p] <= 100) || !std::isfinite(scale.standard[p]))
      refuse("percentiles (0 to 100) and standard must rise; see entry " + std::to_string(p + 1));
  }
  return scale;
}

}  // namespace larc::preprocess
