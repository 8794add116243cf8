#include "study/series_attributes.h"

#include <set>

#include "clinical/expression.h"
#include "core/number.h"
#include "core/text.h"

namespace larc::study {

namespace {

using image::Vec3;
using io::dicom::DicomInstance;
using io::dicom::DicomSeries;

std::string whole(const std::optional<int>& number) {
  return number ? std::to_string(*number) : "";
}
std::string real(double value) {
  return std::isfinite(value) ? format_double(value) : "";
}

std::optional<Vec3> normal_of(const DicomInstance& first) {
  if (!first.image_orientation) return std::nullopt;
  const auto& [row, column] = *first.image_orientation;
  return Vec3{row[1] * column[2] - row[2] * column[1], row[2] * column[0] - row[0] * column[2],
              row[0] * column[1] - row[1] * column[0]};
}

/// The axis of the patient nearest to the normal: 0 sagittal, 1 coronal, 2 axial.
std::size_t nearest_axis(const Vec3& normal) {
  std::size_t axis = 0;
  for (std::size_t a = 1; a < 3; ++a)
    if (std::abs(normal[a]) > std::abs(normal[axis])) axis = a;
  return axis;
}

std::string orientation(const DicomSeries& stack) {
  static constexpr const char* kPlanes[] = {"sagittal", "coronal", "axial"};
  const auto normal = normal_of(stack.instances.front());
  return normal ? kPlanes[nearest_axis(*normal)] : "";
}

std::string tilt(const DicomSeries& stack) {
  const auto normal = normal_of(stack.instances.front());
  if (!normal) return "";
  const double cosine = std::min(1.0, std::abs((*normal)[nearest_axis(*normal)]));
  return format_fixed(std::acos(cosine) * 180 / std::numbers::pi, 1);
}

/// Places along the normal, ascending, 0.01 mm apart at least.
std::vector<double> places(const DicomSeries& stack) {
  const auto normal = normal_of(stack.instances.front());
  std::vector<double> along;
  if (!normal) return along;
  for (const auto& instance : stack.instances)
    if (const auto& at = instance.image_position_lps)
      along.push_back((*at)[0] * (*normal)[0] + (*at)[1] * (*normal)[1] + (*at)[2] * (*normal)[2]);
  std::sort(along.begin(), along.end());
  along.erase(std::unique(along.begin(), along.end(), [](double a, double b) { return b - a < 0.01; }), along.end());
  return along;
}

std::string slices(const DicomSeries& stack) {
  const std::size_t count = places(stack).size();
  return std::to_string(count > 0 ? count : stack.instances.size());
}

std::string slice_distance(const DicomSeries& stack) {
  const auto along = places(stack);
  if (along.size() < 2) return "";
  std::vector<double> gaps;
  for (std::size_t i = 1; i < along.size(); ++i) gaps.push_back(along[i] - along[i - 1]);
  std::nth_element(gaps.begin(), gaps.begin() + static_cast<std::ptrdiff_t>(gaps.size() / 2), gaps.end());
  return format_fixed(gaps[gaps.size() / 2], 3);
}

std::string field_of_view(const DicomInstance& i) {
  if (!i.pixel_spacing_mm || !i.rows || !i.columns) return "";
  return format_fixed(std::min((*i.pixel_spacing_mm)[0] * *i.rows, (*i.pixel_spacing_mm)[1] * *i.columns), 1);
}

std::string in_plane(const DicomInstance& i) {
  return i.pixel_spacing_mm ? real(std::max((*i.pixel_spacing_mm)[0], (*i.pixel_spacing_mm)[1])) : "";
}

struct OfImage {
  const char* name;
  std::string (*value)(const DicomInstance&);
};
struct OfStack {
  const char* name;
  std::string (*value)(const DicomSeries&);
};

const OfImage kOfImage[] = {
    {"modality", [](const DicomInstance& i) { return i.modality; }},
    {"study_description", [](const DicomInstance& i) { return i.study_description; }},
    {"study_id", [](const DicomInstance& i) { return i.study_id; }},
    {"series_description", [](const DicomInstance& i) { return i.series_description; }},
    {"protocol_name", [](const DicomInstance& i) { return i.protocol_name; }},
    {"sequence_name", [](const DicomInstance& i) { return i.sequence_name; }},
    {"scanning_sequence", [](const DicomInstance& i) { return i.scanning_sequence; }},
    {"sequence_variant", [](const DicomInstance& i) { return i.sequence_variant; }},
    {"scan_options", [](const DicomInstance& i) { return i.scan_options; }},
    {"image_type", [](const DicomInstance& i) { return join(i.image_type, "/"); }},
    {"component", [](const DicomInstance& i) { return i.complex_component; }},
    {"contrast_agent", [](const DicomInstance& i) { return i.contrast_agent; }},
    {"burned_in", [](const DicomInstance& i) { return i.burned_in; }},
    {"body_part", [](const DicomInstance& i) { return i.body_part; }},
    {"acquisition", [](const DicomInstance& i) { return whole(i.acquisition_number); }},
    {"series_number", [](const DicomInstance& i) { return whole(i.series_number); }},
    {"temporal_position", [](const DicomInstance& i) { return whole(i.temporal_position); }},
    {"b_value", [](const DicomInstance& i) { return real(i.b_value); }},
    {"echo_time_ms", [](const DicomInstance& i) { return real(i.echo_time_ms); }},
    {"repetition_time_ms", [](const DicomInstance& i) { return real(i.repetition_time_ms); }},
    {"inversion_time_ms", [](const DicomInstance& i) { return real(i.inversion_time_ms); }},
    {"flip_angle_deg", [](const DicomInstance& i) { return real(i.flip_angle_deg); }},
    {"echo_train_length", [](const DicomInstance& i) { return whole(i.echo_train_length); }},
    {"field_strength_t", [](const DicomInstance& i) { return real(i.field_strength_t); }},
    {"rows", [](const DicomInstance& i) { return whole(i.rows); }},
    {"columns", [](const DicomInstance& i) { return whole(i.columns); }},
    {"in_plane_mm", in_plane},
    {"fov_mm", field_of_view},
    {"slice_thickness_mm", [](const DicomInstance& i) { return real(i.slice_thickness_mm); }},
    {"manufacturer", [](const DicomInstance& i) { return i.manufacturer; }},
    {"model", [](const DicomInstance& i) { return i.model; }},
    {"institution", [](const DicomInstance& i) { return i.institution_name; }},
    {"date", examination_date},
    {"time", [](const DicomInstance& i) { return i.acquisition_time.empty() ? i.series_time : i.acquisition_time; }},
};
const OfStack kOfStack[] = {
    {"orientation", orientation},
    {"tilt_deg", tilt},
    {"slices", slices},
    {"slice_mm", slice_distance},
    {"images", [](const DicomSeries& stack) { return std::to_string(stack.instances.size()); }},
};
// What series_rule.h makes of the others.
constexpr const char* kSequence = "sequence";

}  // namespace

SeriesAttributes series_attributes(const DicomSeries& stack) {
  SeriesAttributes values;
  for (const auto& attribute : kOfImage) values[attribute.name] = attribute.value(stack.instances.front());
  for (const auto& attribute : kOfStack) values[attribute.name] = attribute.value(stack);
  return values;
}

std::string series_attribute_names() {
  std::vector<std::string> names{kSequence};
  for (const auto& attribute : kOfImage) names.emplace_back(attribute.name);
  for (const auto& attribute : kOfStack) names.emplace_back(attribute.name);
  return join(names, ", ");
}

bool is_series_attribute(const std::string& name) {
  const auto is = [&](const auto& attribute) { return name == attribute.name; };
  return name == kSequence || std::any_of(std::begin(kOfImage), std::end(kOfImage), is) ||
         std::any_of(std::begin(kOfStack), std::end(kOfStack), is);
}

std::string examination_date(const DicomInstance& instance) {
  for (const std::string* date : {&instance.acquisition_date, &instance.series_date, &instance.study_date}) {
    if (date->size() < 8) continue;
    const std::string iso = date->substr(0, 4) + "-" + date->substr(4, 2) + "-" + date->substr(6, 2);
    if (clinical::parse_date(iso)) return iso;
  }
  return "";
}

}  // namespace larc::study
