#include "io/diffusion.h"

#include "core/error.h"
#include "core/number.h"
#include "core/text.h"

namespace larc::io {

namespace {

constexpr double kLeastMedian = 0.2, kMostMedian = 5;  // 10^-3 mm2/s

/// Lower case, without blanks and the signs that come and go in "10^-6 mm^2/s".
std::string bare(const std::string& text) {
  std::string out;
  const std::string lower = to_lower(text);
  for (std::size_t n = 0; n < lower.size(); ++n) {
    const auto c = static_cast<unsigned char>(lower[n]);
    if (c == ' ' || c == '^' || c == '*' || c == '.' || c == '(' || c == ')' || c == '[' || c == ']' || c == '_' ||
        c == 0xc2)
      continue;
    if (c == 0xb2) {
      out += '2';  // superscript two, in Latin-1 and after 0xc2 in UTF-8
    } else if (c == 0xb5) {
      out += 'u';
    } else {
      out += static_cast<char>(c);
    }
  }
  return out;
}

/// To 10^-3 mm2/s; NaN where the text names no unit.
double factor_named(const std::string& text) {
  const std::string plain = bare(text);
  const auto holds = [&](const char* part) { return plain.find(part) != std::string::npos; };
  if (holds("10-6") || holds("1e-6") || holds("1e-06") || holds("10e-6") || holds("um2/s")) return 1e-3;
  if (holds("10-3") || holds("1e-3") || holds("1e-03") || holds("10e-3")) return 1;
  if (holds("mm2/s")) return 1e3;
  return kNaN;
}

double median_of_positive(const image::Volume& map) {
  std::vector<double> positive;
  for (const double value : map.voxels)
    if (value > 0 && std::isfinite(value)) positive.push_back(value);
  if (positive.empty()) throw Error(ErrorCode::domain, "an ADC map without positive values; give the scanner's map");
  const auto middle = positive.begin() + static_cast<std::ptrdiff_t>(positive.size() / 2);
  std::nth_element(positive.begin(), middle, positive.end());
  return *middle;
}

}  // namespace

AdcUnit find_adc_unit(const dicom::DicomInstance& header, const image::Volume& map) {
  const double median = median_of_positive(map);
  const auto fits = [&](const AdcUnit& unit) {
    const double value = median * unit.factor + unit.offset;
    return value >= kLeastMedian && value <= kMostMedian;
  };
  std::string disbelieved;
  const auto named = [&](const std::string& source, const std::string& text, double slope,
                         double intercept) -> std::optional<AdcUnit> {
    const double factor = factor_named(text);
    if (std::isnan(factor)) return std::nullopt;
    AdcUnit unit{slope * factor, intercept * factor, source + " says " + text};
    if (fits(unit)) return unit;
    disbelieved += " (" + source + " says " + text + ", which the values contradict)";
    return std::nullopt;
  };
  if (!std::isnan(header.real_world_slope)) {
    // Both map stored values: displayed = stored * rescale + intercept, quantity = stored * slope + intercept.
    const double rescale = std::isnan(header.rescale_slope) ? 1 : header.rescale_slope;
    const double shift = std::isnan(header.rescale_intercept) ? 0 : header.rescale_intercept;
    const double slope = header.real_world_slope / rescale;
    if (const auto unit = named("the real world value mapping", header.real_world_unit, slope,
                                header.real_world_intercept - slope * shift))
      return *unit;
  }
  const std::pair<const char*, const std::string*> texts[] = {{"RescaleType", &header.rescale_type},
                                                              {"the series description", &header.series_description},
                                                              {"the derivation", &header.derivation},
                                                              {"the image comments", &header.image_comments}};
  for (const auto& [source, text] : texts)
    if (const auto unit = named(source, *text, 1, 0)) return *unit;
  for (const double factor : {1e-3, 1.0, 1e3}) {
    AdcUnit unit{factor, 0, {}};
    if (!fits(unit)) continue;
    unit.decided_by = "the median of the positive values, " + format_fixed(median, median < 1 ? 6 : 1) +
                      ", is that of " +
                      (factor == 1e-3 ? "10^-6 mm2/s"
                       : factor == 1  ? "10^-3 mm2/s"
                                      : "mm2/s") +
                      disbelieved;
    return unit;
  }
  throw Error(ErrorCode::domain,
              "the unit of the ADC map is not known: the header names none that fits the median of its "
              "positive values, " +
                  format_double(median) + disbelieved + "; give the map in 10^-6 mm2/s");
}

std::string bring_to_adc_unit(image::Volume& map, const dicom::DicomInstance& header) {
  const AdcUnit unit = find_adc_unit(header, map);
  for (double& value : map.voxels) value = value * unit.factor + unit.offset;
  return "ADC in 10^-3 mm2/s: values times " + format_double(unit.factor) + "; " + unit.decided_by;
}

AdcFit fit_adc(const std::vector<DwiVolume>& volumes, double lowest_b) {
  std::vector<DwiVolume> used;
  for (const DwiVolume& v : volumes)
    if (v.b_value >= lowest_b) used.push_back(v);
  const auto [low, high] =
      std::minmax_element(used.begin(), used.end(), [](const auto& a, const auto& b) { return a.b_value < b.b_value; });
  if (used.size() < 2 || !(high->b_value > low->b_value))
    throw Error(ErrorCode::domain,
                "ADC needs diffusion volumes of at least two different b-values; give a series with both "
                "low and high b");
  const image::Geometry& grid = used.front().volume->geometry;
  for (const DwiVolume& v : used)
    if (!image::same_geometry(grid, v.volume->geometry))
      throw Error(ErrorCode::geometry_mismatch, "the diffusion volumes of b " + format_double(used.front().b_value) +
                                                    " and b " + format_double(v.b_value) + " lie on different grids: " +
                                                    image::describe_difference(grid, v.volume->geometry) +
                                                    "; take the b-values of one series");
  AdcFit fit{{grid, std::vector<double>(grid.voxel_count(), 0)},
             {grid, std::vector<std::uint8_t>(grid.voxel_count(), 0)}};
  for (std::size_t p = 0; p < fit.adc.voxels.size(); ++p) {
    double n = 0, b = 0, y = 0, bb = 0, by = 0;
    for (const DwiVolume& v : used) {
      const double signal = v.volume->voxels[p];
      if (!(signal > 0) || !std::isfinite(signal)) continue;
      const double logarithm = std::log(signal);
      n += 1;
      b += v.b_value;
      y += logarithm;
      bb += v.b_value * v.b_value;
      by += v.b_value * logarithm;
    }
    const double spread = n * bb - b * b;
    if (n < 2 || !(spread > 1e-9 * n * bb)) {
      fit.undefined.voxels[p] = 1;
    } else {
      fit.adc.voxels[p] = -1e3 * (n * by - b * y) / spread;
    }
  }
  return fit;
}

}  // namespace larc::io
