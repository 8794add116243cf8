#include "io/dicom/deidentify.h"

#include <unistd.h>

#include "core/error.h"
#include "core/text.h"
#include "io/dicom/clean_item.h"
#include "io/dicom/clean_pixels.h"
#include "io/dicom/clean_value.h"
#include "io/dicom/encode.h"
#include "io/dicom/identity_risk.h"

namespace larc::io::dicom {

namespace fs = std::filesystem;

namespace {

enum class Kind { dicom, maybe, other };

/// From the first bytes: the mark behind the preamble, or an element that a bare data set begins with.
Kind kind_of(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  std::array<char, 132> start{};
  stream.read(start.data(), start.size());
  if (stream.gcount() == 132 && std::string_view(start.data() + 128, 4) == "DICM") return Kind::dicom;
  if (stream.gcount() < 16) return Kind::other;
  const bool group_8 = (start[0] == 8 && start[1] == 0) || (start[0] == 0 && start[1] == 8);
  const bool group_2 = start[0] == 2 && start[1] == 0;
  return group_8 || group_2 ? Kind::maybe : Kind::other;
}

Deidentified refusal(std::string reason) {
  Deidentified result;
  result.outcome = Deidentified::Outcome::refused;
  result.reason = std::move(reason);
  return result;
}

/// Codes of PS3.16 CID 7050.
void put_methods(DcmItem& data, const ProfileOptions& options) {
  struct Method {
    bool used;
    const char* code;
    const char* meaning;
  };
  const std::array<Method, 7> methods{
      {{true, "113100", "Basic Application Confidentiality Profile"},
       {options.clean_structured_content, "113104", "Clean Structured Content Option"},
       {options.clean_descriptors, "113105", "Clean Descriptors Option"},
       {options.modified_dates, "113107", "Retain Longitudinal Temporal Information Modified Dates Option"},
       {options.patient_characteristics, "113108", "Retain Patient Characteristics Option"},
       {options.device_identity, "113109", "Retain Device Identity Option"},
       {options.safe_private, "113111", "Retain Safe Private Option"}}};
  put_text(data, DCM_PatientIdentityRemoved, "YES");
  put_text(data, DCM_DeidentificationMethod, "DICOM PS3.15 Annex E\\larc, tables " + profile_version());
  put_text(data, DCM_LongitudinalTemporalInformationModified, options.modified_dates ? "MODIFIED" : "REMOVED");
  for (const Method& method : methods) {
    if (!method.used) continue;
    DcmItem& item = add_item(data, DCM_DeidentificationMethodCodeSequence);
    put_text(item, DCM_CodeValue, method.code);
    put_text(item, DCM_CodingSchemeDesignator, "DCM");
    put_text(item, DCM_CodeMeaning, method.meaning);
  }
}

void write_new_file(std::unique_ptr<DcmDataset> data, const fs::path& to) {
  const DcmXfer original(data->getOriginalXfer());
  const E_TransferSyntax syntax = original.isEncapsulated() ? original.getXfer() : EXS_LittleEndianExplicit;
  // A new file: its preamble is zero and its meta information holds nothing of the old one's.
  DcmFileFormat file(data.release(), OFFalse);
  fill_meta(file, syntax);
  const OFCondition status = file.saveFile(to.c_str(), syntax, EET_ExplicitLength, EGL_withoutGL, EPD_withoutPadding, 0,
                                           0, EWM_dontUpdateMeta);
  if (status.good()) return;
  ::unlink(to.c_str());
  throw Error(ErrorCode::io, std::string("a de-identified object cannot be written (") + status.text() +
                                 "); check the space and the permissions of the target folder");
}

/// The id that stands for the patient; empty when there is none.
std::string patient_id_of(DcmDataset& data, bool allow_missing) {
  const std::string id = text_of(data, DCM_PatientID);
  if (!normalised_patient_id(id).empty() || !allow_missing) return id;
  const std::string study = text_of(data, DCM_StudyInstanceUID);
  return study.empty() ? "" : "study " + study;
}

Deidentified deidentify_loaded(DcmFileFormat& file, const fs::path& to, const DeidentifyOptions& options,
                               Pseudonyms& pseudonyms) {
  std::unique_ptr<DcmDataset> data(file.getAndRemoveDataset());
  if (std::string reason = unsuitable_object(*data); !reason.empty()) return refusal(std::move(reason));
  const std::string risk = burned_in_risk(*data);
  if (!risk.empty() && !options.accept_burned_in)
    return refusal("text may be burned into its pixels: " + risk + "; look at it, then leave it out or accept it");
  if (data->tagExists(DCM_ContentSequence) && !options.profile.clean_structured_content)
    return refusal("a structured report with free text; allow clean-structured-content or leave it out");
  // Text that cannot be converted stays as it is and is dropped where it is not plain ASCII.
  data->convertToUTF8();
  const std::string id = patient_id_of(*data, options.allow_missing_id);
  if (normalised_patient_id(id).empty())
    return refusal("no PatientID, so no pseudonym; add it, or allow objects without one");
  if (std::string reason = clean_pixels(*data); !reason.empty()) return refusal(std::move(reason));

  Deidentified result;
  result.outcome = Deidentified::Outcome::written;
  result.pseudonym = pseudonyms.of_patient(id);
  result.burned_in_accepted = !risk.empty();
  Cleaning cleaning{options.profile, pseudonyms, result.pseudonym, pseudonyms.date_shift_days(id), {}, 0};
  gather_identity(*data, options.profile, cleaning.identity);
  clean_item(*data, cleaning);
  put_text(*data, DCM_SpecificCharacterSet, "ISO_IR 192");
  put_text(*data, DCM_PatientName, result.pseudonym);
  put_text(*data, DCM_PatientID, result.pseudonym);
  put_methods(*data, options.profile);
  result.study_uid = text_of(*data, DCM_StudyInstanceUID);
  result.series_uid = text_of(*data, DCM_SeriesInstanceUID);
  result.instance_uid = text_of(*data, DCM_SOPInstanceUID);
  result.texts_removed = cleaning.texts_removed;
  write_new_file(std::move(data), to);
  return result;
}

}  // namespace

Deidentified deidentify_file(const fs::path& from, const fs::path& to, const DeidentifyOptions& options,
                             Pseudonyms& pseudonyms) {
  const Kind kind = kind_of(from);
  if (kind == Kind::other) return {};
  start_dcmtk();
  DcmFileFormat file;
  try {
    load(file, from);
  } catch (const Error& error) {
    if (kind == Kind::maybe) return {};
    // The message names the file, whose name may name the patient.
    return refusal(error.code() == ErrorCode::format
                       ? "DICOM that breaks off or contradicts itself; send or export the file again"
                       : "a file that cannot be read");
  }
  const std::string stored_class = text_of(*file.getMetaInfo(), DCM_MediaStorageSOPClassUID);
  if (stored_class == UID_MediaStorageDirectoryStorage || file.getDataset()->tagExists(DCM_DirectoryRecordSequence)) {
    Deidentified directory;
    directory.outcome = Deidentified::Outcome::directory;
    return directory;
  }
  if (kind == Kind::maybe && !is_uid_text(text_of(*file.getDataset(), DCM_SOPClassUID))) return {};
  for (const auto& [tag, stored] : {std::pair(DCM_SOPClassUID, DCM_MediaStorageSOPClassUID),
                                    std::pair(DCM_SOPInstanceUID, DCM_MediaStorageSOPInstanceUID)})
    if (const std::string uid = text_of(*file.getMetaInfo(), stored);
        is_uid_text(uid) && !file.getDataset()->tagExists(tag))
      put_text(*file.getDataset(), tag, uid);
  try {
    return deidentify_loaded(file, to, options, pseudonyms);
  } catch (const std::bad_alloc&) {
    return refusal("more memory needed than there is; use fewer threads");
  }
}

}  // namespace larc::io::dicom
