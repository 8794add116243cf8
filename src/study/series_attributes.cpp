#include "study/series_attributes.h"

#include "core/number.h"
#include "core/text.h"

namespace larc::study {

namespace {

using io::dicom::DicomInstance;

struct Attribute {
  const char* name;
  std::string (*value)(const DicomInstance&);
};

std::string whole(const std::optional<int>& number) {
  return number ? std::to_string(*number) : "";
}

const Attribute kAttributes[] = {
    {"modality", [](const DicomInstance& i) { return i.modality; }},
    {"study_description", [](const DicomInstance& i) { return i.study_description; }},
    {"study_id", [](const DicomInstance& i) { return i.study_id; }},
    {"series_description", [](const DicomInstance& i) { return i.series_description; }},
    {"protocol_name", [](const DicomInstance& i) { return i.protocol_name; }},
    {"sequence_name", [](const DicomInstance& i) { return i.sequence_name; }},
    {"image_type", [](const DicomInstance& i) { return join(i.image_type, "/"); }},
    {"acquisition", [](const DicomInstance& i) { return whole(i.acquisition_number); }},
    {"b_value", [](const DicomInstance& i) { return std::isfinite(i.b_value) ? format_double(i.b_value) : ""; }},
    {"manufacturer", [](const DicomInstance& i) { return i.manufacturer; }},
};

}  // namespace

std::map<std::string, std::string> series_attributes(const DicomInstance& instance) {
  std::map<std::string, std::string> values;
  for (const auto& attribute : kAttributes) values[attribute.name] = attribute.value(instance);
  return values;
}

bool is_series_attribute(const std::string& name) {
  return std::any_of(std::begin(kAttributes), std::end(kAttributes),
                     [&](const auto& attribute) { return name == attribute.name; });
}

std::string series_attribute_names() {
  std::vector<std::string> names;
  for (const auto& attribute : kAttributes) names.push_back(attribute.name);
  return join(names, ", ");
}

}  // namespace larc::study
