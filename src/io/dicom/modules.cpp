#include "io/dicom/modules.h"

#include "core/text.h"

namespace larc::io::dicom {

namespace {

void check_uid(const std::string& uid, const char* name) {
  const bool valid = !uid.empty() && uid.size() <= 64 && uid.find_first_not_of("0123456789.") == std::string::npos &&
                     uid.front() != '.' && uid.back() != '.' && uid.find("..") == std::string::npos;
  if (!valid)
    throw Error(ErrorCode::domain, std::string(name) + " '" + uid +
                                       "' is not a DICOM UID (digits and points, 64 characters "
                                       "at most); make one with make_uid");
}

}  // namespace

void check_info(const DicomSeriesInfo& info) {
  check_uid(info.study_uid, "study_uid");
  check_uid(info.series_uid, "series_uid");
  check_uid(info.frame_of_reference_uid, "frame_of_reference_uid");
  if (info.patient_id.empty() || info.patient_id.size() > 64 || info.patient_id.find('\\') != std::string::npos)
    throw Error(ErrorCode::domain, "patient_id must have 1 to 64 characters and no backslash");
  if (!(std::abs(info.rescale_slope) > 0) || !std::isfinite(info.rescale_slope) ||
      !std::isfinite(info.rescale_intercept))
    throw Error(ErrorCode::domain, "rescale_slope must be finite and not 0, rescale_intercept finite");
  if (info.modality.empty() || info.modality.size() > 16)
    throw Error(ErrorCode::domain, "modality must have 1 to 16 characters, such as MR");
}

void put_optional(DcmItem& data, const DcmTagKey& tag, const std::string& value) {
  if (!value.empty()) put_text(data, tag, value);
}
void put_optional(DcmItem& data, const DcmTagKey& tag, double value) {
  if (std::isfinite(value)) put_number(data, tag, value);
}

void put_patient_and_study(DcmItem& data, const DicomSeriesInfo& info) {
  put_text(data, DCM_SpecificCharacterSet, "ISO_IR 192");
  put_text(data, DCM_PatientName, info.patient_id);
  put_text(data, DCM_PatientID, info.patient_id);
  put_text(data, DCM_PatientBirthDate, info.patient_birth_date);
  put_text(data, DCM_PatientSex, info.patient_sex);
  put_optional(data, DCM_PatientAge, info.patient_age);
  put_optional(data, DCM_PatientWeight, info.patient_weight_kg);
  put_text(data, DCM_StudyInstanceUID, info.study_uid);
  put_text(data, DCM_StudyDate, info.study_date);
  put_text(data, DCM_StudyTime, info.study_time);
  put_text(data, DCM_StudyID, info.study_id);
  put_text(data, DCM_AccessionNumber, info.accession_number);
  put_text(data, DCM_ReferringPhysicianName, "");
  put_optional(data, DCM_StudyDescription, info.study_description);
}

DcmDataset& start_file(DcmFileFormat& file, const char* sop_class, const std::string& sop_uid) {
  DcmDataset& data = *file.getDataset();
  put_text(data, DCM_SOPClassUID, sop_class);
  put_text(data, DCM_SOPInstanceUID, sop_uid);
  return data;
}

}  // namespace larc::io::dicom
