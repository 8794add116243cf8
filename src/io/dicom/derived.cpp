#include "io/dicom/derived.h"

#include <map>

#include "io/dicom/terms.h"

namespace larc::io::dicom {

namespace {

std::string or_else(const std::string& text, const char* otherwise) {
  return text.empty() ? otherwise : text;
}

}  // namespace

void put_derived_series(DcmItem& data, const DicomSeriesInfo& info, const char* modality) {
  const std::string date = or_else(info.acquisition_date, info.study_date.c_str());
  const std::string time = or_else(or_else(info.acquisition_time, info.study_time.c_str()), "000000");
  if (date.size() != 8 || date.find_first_not_of("0123456789") != std::string::npos)
    throw Error(ErrorCode::domain,
                "study_date '" + date + "' is no date; a segmentation or report needs one (YYYYMMDD)");
  put_text(data, DCM_Modality, modality);
  put_text(data, DCM_SeriesInstanceUID, info.series_uid);
  put_text(data, DCM_SeriesNumber, std::to_string(info.series_number));
  put_text(data, DCM_SeriesDate, date);
  put_text(data, DCM_SeriesTime, time);
  put_optional(data, DCM_SeriesDescription, info.series_description);
  put_text(data, DCM_InstanceNumber, "1");
  put_text(data, DCM_ContentDate, date);
  put_text(data, DCM_ContentTime, time);
  put_text(data, DCM_Manufacturer, or_else(info.manufacturer, "larc"));
  put_text(data, DCM_ManufacturerModelName, or_else(info.model, "larc"));
  put_text(data, DCM_DeviceSerialNumber, or_else(info.device_serial_number, "0"));
  put_text(data, DCM_SoftwareVersions, or_else(info.software_versions, "larc"));
  put_optional(data, DCM_InstitutionName, info.institution_name);
}

void put_code(DcmItem& data, const DcmTagKey& sequence, const Code& code) {
  if (code.value.empty()) return;
  DcmItem& item = add_item(data, sequence);
  put_text(item, code.value.size() <= 16 ? DCM_CodeValue : DCM_LongCodeValue, code.value);
  put_text(item, DCM_CodingSchemeDesignator, code.scheme);
  put_text(item, DCM_CodeMeaning, code.meaning.substr(0, 64));
}

void put_own_scheme(DcmItem& data) {
  DcmItem& item = add_item(data, DCM_CodingSchemeIdentificationSequence);
  put_text(item, DCM_CodingSchemeDesignator, kOwnScheme);
  put_text(item, DCM_CodingSchemeName, "larc regions of rectal cancer");
  put_text(item, DCM_CodingSchemeResponsibleOrganization, "larc");
}

void put_referenced_series(DcmItem& data, const std::vector<const DicomInstance*>& instances) {
  std::map<std::string, std::map<std::string, std::string>> by_series;  // series, instance, class
  for (const DicomInstance* instance : instances)
    by_series[instance->series_uid][instance->sop_instance_uid] = instance->sop_class_uid;
  for (const auto& [series, images] : by_series) {
    DcmItem& item = add_item(data, DCM_ReferencedSeriesSequence);
    put_text(item, DCM_SeriesInstanceUID, series);
    for (const auto& [instance, sop_class] : images) {
      DcmItem& image = add_item(item, DCM_ReferencedInstanceSequence);
      put_text(image, DCM_ReferencedSOPClassUID, sop_class);
      put_text(image, DCM_ReferencedSOPInstanceUID, instance);
    }
  }
}

}  // namespace larc::io::dicom
