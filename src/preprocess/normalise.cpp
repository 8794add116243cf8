#include "preprocess/normalise.h"

#include "core/error.h"
#include "core/number.h"
#include "preprocess/quantile.h"

namespace larc::preprocess {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNormalIqr = 1.3489795003921634;  // interquartile range of the standard normal distribution

void check_settings(const NormalisationSettings& s) {
  if (!(s.scale > 0) || !std::isfinite(s.scale))
    throw Error(ErrorCode::domain, "normalisation: scale is " + format_double(s.scale) + "; it must be positive");
  if (!(s.lower_percentile >= 0 && s.lower_percentile < s.upper_percentile && s.upper_percentile <= 100))
    throw Error(ErrorCode::domain, "normalisation: percentiles must satisfy 0 <= lower < upper <= 100");
  if (s.clip && !(*s.clip > 0))
    throw Error(ErrorCode::domain,
                "normalisation: clip is " + format_double(*s.clip) + "; it must be positive or absent");
}

}  // namespace

NormalisationMethod parse_normalisation(const std::string& name) {
  if (name == "none") return NormalisationMethod::none;
  if (name == "zscore") return NormalisationMethod::zscore;
  if (name == "robust") return NormalisationMethod::robust;
  if (name == "percentile") return NormalisationMethod::percentile;
  throw Error(ErrorCode::domain,
              "normalisation '" + name + "' is not known; choose none, zscore, robust or percentile");
}

IntensityMap fit_normalisation(const image::Volume& volume, const image::Mask& foreground,
                               const NormalisationSettings& settings) {
  check_settings(settings);
  image::check_same_geometry(volume, foreground);
  IntensityMap map{0, 1, settings.scale, -kInfinity, kInfinity};
  if (settings.clip) {
    const bool shifted = settings.method == NormalisationMethod::percentile;
    map.lower_limit = shifted ? 0 : -*settings.clip * settings.scale;
    map.upper_limit = shifted ? settings.scale : *settings.clip * settings.scale;
  }
  if (settings.method == NormalisationMethod::none) return map;
  image::check_finite(volume, "image to normalise");
  std::vector<double> values;
  for (std::size_t v = 0; v < volume.voxels.size(); ++v)
    if (foreground.voxels[v]) values.push_back(volume.voxels[v]);
  if (values.size() < 2)
    throw Error(ErrorCode::domain, "normalisation needs at least two foreground voxels, there are " +
                                       std::to_string(values.size()) + "; check the foreground mask");
  if (settings.method == NormalisationMethod::zscore) {
    double sum = 0, squares = 0;
    for (const double v : values) sum += v;
    map.centre = sum / static_cast<double>(values.size());
    for (const double v : values) squares += (v - map.centre) * (v - map.centre);
    map.spread = std::sqrt(squares / static_cast<double>(values.size() - 1));
  } else {
    std::sort(values.begin(), values.end());
    if (settings.method == NormalisationMethod::robust) {
      map.centre = quantile(values, 0.5);
      map.spread = (quantile(values, 0.75) - quantile(values, 0.25)) / kNormalIqr;
    } else {
      map.centre = quantile(values, settings.lower_percentile / 100);
      map.spread = quantile(values, settings.upper_percentile / 100) - map.centre;
    }
  }
  if (!(map.spread > 1e-12 * std::abs(map.centre)))
    throw Error(ErrorCode::domain, "normalisation: the foreground voxels have no spread (all about " +
                                       format_double(map.centre) +
                                       "); check or exclude the image, or use zscore or none");
  return map;
}

image::Volume apply(const IntensityMap& map, const image::Volume& volume) {
  image::Volume result = volume;
  for (double& v : result.voxels)
    v = std::clamp((v - map.centre) / map.spread * map.scale, map.lower_limit, map.upper_limit);
  return result;
}

image::Volume normalise(const image::Volume& volume, const image::Mask& foreground,
                        const NormalisationSettings& settings) {
  return apply(fit_normalisation(volume, foreground, settings), volume);
}

image::Volume normalise(const image::Volume& volume, const NormalisationSettings& settings) {
  const image::Mask everywhere{volume.geometry, std::vector<std::uint8_t>(volume.voxels.size(), 1)};
  return normalise(volume, everywhere, settings);
}

}  // namespace larc::preprocess
