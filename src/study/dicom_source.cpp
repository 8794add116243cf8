#include "study/dicom_source.h"

#include "core/error.h"

namespace larc::study {

using io::dicom::DicomInstance;

namespace {

constexpr const char* kFormat = "larc.dicom_source/1";

Json to_json(const DicomInstance& instance) {
  Json one{{"uid", instance.sop_instance_uid}, {"class", instance.sop_class_uid}};
  if (instance.frame) one["frame"] = *instance.frame;
  if (instance.image_position_lps) one["position_lps"] = *instance.image_position_lps;
  return one;
}

/// HHMMSS.FFFFFF; nothing for what is no time and might be anything.
std::string time_of_day(const std::string& text) {
  return text.find_first_not_of("0123456789.") == std::string::npos ? text : "";
}

const std::string& first_of(const std::string& a, const std::string& b, const std::string& c) {
  return !a.empty() ? a : !b.empty() ? b : c;
}

}  // namespace

std::string encode_dicom_source(const io::dicom::DicomSeries& stack, bool pseudonymous) {
  const DicomInstance& first = stack.instances.front();
  Json document{{"format", kFormat},
                {"pseudonymous", pseudonymous},
                {"study_uid", first.study_uid},
                {"series_uid", first.series_uid},
                {"frame_of_reference_uid", first.frame_of_reference_uid},
                {"modality", first.modality},
                {"study_date", first.study_date},
                {"study_time", time_of_day(first.study_time)},
                {"series_date", first_of(first.acquisition_date, first.series_date, first.study_date)},
                {"rows", first.rows.value_or(0)},
                {"columns", first.columns.value_or(0)},
                {"images", Json::array()}};
  for (const auto& instance : stack.instances) document["images"].push_back(to_json(instance));
  return dump_json(document);
}

DicomSource decode_dicom_source(const std::string& text, const std::string& name) {
  const Json document = parse_json(text, name);
  if (!document.is_object() || document.value("format", "") != kFormat)
    throw Error(ErrorCode::format, name + " is not of this larc's making; import the series again");
  DicomSource source{document.at("study_date"),
                     document.at("study_time"),
                     document.at("series_date"),
                     document.at("pseudonymous"),
                     {}};
  for (const Json& one : document.at("images")) {
    DicomInstance instance;
    instance.study_uid = document.at("study_uid");
    instance.series_uid = document.at("series_uid");
    instance.frame_of_reference_uid = document.at("frame_of_reference_uid");
    instance.modality = document.at("modality");
    instance.rows = document.at("rows").get<int>();
    instance.columns = document.at("columns").get<int>();
    instance.sop_instance_uid = one.at("uid");
    instance.sop_class_uid = one.at("class");
    if (const auto frame = one.find("frame"); frame != one.end()) instance.frame = frame->get<int>();
    if (const auto place = one.find("position_lps"); place != one.end())
      instance.image_position_lps = place->get<image::Vec3>();
    source.instances.push_back(std::move(instance));
  }
  return source;
}

}  // namespace larc::study
