#include "io/dicom/write_directory.h"

#include <dcmtk/dcmdata/dcdicdir.h>
#include <dcmtk/dcmdata/dcdirrec.h>

#include "core/text.h"
#include "io/dicom/dataset.h"

namespace larc::io::dicom {

namespace {

DcmDirectoryRecord* add_record(DcmDirectoryRecord& parent, E_DirRecType type, const std::string& file_id = "",
                               const std::filesystem::path& file = {}) {
  auto* record = file_id.empty() ? new DcmDirectoryRecord(type, nullptr, OFFilename())
                                 : new DcmDirectoryRecord(type, file_id.c_str(), OFFilename(file.c_str()));
  const OFCondition status = record->error().good() ? parent.insertSub(record) : record->error();
  if (status.bad()) {
    delete record;
    throw Error(ErrorCode::io, "record of " + file.string() + " in DICOMDIR cannot be made: " + status.text());
  }
  return record;
}

}  // namespace

void write_directory(const std::filesystem::path& folder, const std::vector<DirectoryEntry>& entries,
                     const std::string& file_set_id) {
  start_dcmtk();
  const auto path = folder / "DICOMDIR";
  DcmDicomDir directory(OFFilename(path.c_str()), file_set_id.c_str());
  // DCMTK would draw an identifier from clock and machine.
  std::vector<std::string> names{"DICOMDIR", file_set_id};
  for (const auto& entry : entries) names.insert(names.end(), entry.file_id.begin(), entry.file_id.end());
  put_text(*directory.getDirFileFormat().getMetaInfo(), DCM_MediaStorageSOPInstanceUID, make_uid(join(names, "/")));
  DcmDirectoryRecord *patient = nullptr, *study = nullptr, *series = nullptr;
  const DicomSeriesInfo* before = nullptr;
  for (const auto& entry : entries) {
    const auto& info = entry.info;
    if (before == nullptr || before->patient_id != info.patient_id) {
      patient = add_record(directory.getRootRecord(), ERT_Patient);
      put_text(*patient, DCM_SpecificCharacterSet, "ISO_IR 192");
      put_text(*patient, DCM_PatientID, info.patient_id);
      put_text(*patient, DCM_PatientName, info.patient_name.empty() ? info.patient_id : info.patient_name);
      before = nullptr;
    }
    if (before == nullptr || before->study_uid != info.study_uid) {
      study = add_record(*patient, ERT_Study);
      put_text(*study, DCM_StudyInstanceUID, info.study_uid);
      put_text(*study, DCM_StudyDate, info.study_date);
      put_text(*study, DCM_StudyTime, info.study_time);
      put_text(*study, DCM_StudyDescription, info.study_description);
      put_text(*study, DCM_StudyID, info.study_id);
      put_text(*study, DCM_AccessionNumber, info.accession_number);
      before = nullptr;
    }
    if (before == nullptr || before->series_uid != info.series_uid) {
      series = add_record(*study, ERT_Series);
      put_text(*series, DCM_SeriesInstanceUID, info.series_uid);
      put_text(*series, DCM_SeriesNumber, std::to_string(info.series_number));
      put_text(*series, DCM_Modality, info.modality);
    }
    before = &info;
    const auto type = info.modality == "RTSTRUCT" ? ERT_RTStructureSet : ERT_Image;
    auto* image = add_record(*series, type, join(entry.file_id, "\\"), folder / join(entry.file_id, "/"));
    put_text(*image, DCM_InstanceNumber, std::to_string(entry.instance_number));
  }
  const OFCondition status = directory.write();
  if (status.bad()) throw Error(ErrorCode::io, path.string() + " cannot be written: " + status.text());
}

}  // namespace larc::io::dicom
