#include "io/dicom/identity_risk.h"

#include "core/text.h"
#include "io/dicom/clean_text.h"
#include "io/dicom/dataset.h"

namespace larc::io::dicom {

namespace {

bool any_of(const std::string& text, std::initializer_list<const char*> parts) {
  return std::any_of(parts.begin(), parts.end(),
                     [&](const char* part) { return text.find(part) != std::string::npos; });
}

/// "... Image Storage" without its UID: a name of the standard, never one from the file.
std::string class_name(const std::string& uid) {
  const char* name = dcmFindNameOfUID(uid.c_str());
  return name == nullptr ? "" : name;
}

}  // namespace

std::string unsuitable_object(DcmDataset& data) {
  const std::string uid = text_of(data, DCM_SOPClassUID);
  if (!is_uid_text(uid)) return "no SOP Class UID; export the object again";
  if (!is_uid_text(text_of(data, DCM_SOPInstanceUID))) return "no SOP Instance UID; export the object again";
  const std::string name = class_name(uid);
  if (data.tagExists(DCM_EncapsulatedDocument) || name.find("Encapsulated") != std::string::npos)
    return "an encapsulated document, whose contents cannot be cleaned; leave it out";
  if (name.empty()) return "of a class that is private or newer than this program; its contents are not known";
  if (name.find("RawDataStorage") != std::string::npos) return "raw data of a scanner, whose contents are not known";
  if (data.tagExists(DCM_WaveformSequence)) return "waveforms, which can identify a person; leave it out";
  return {};
}

std::string burned_in_risk(DcmDataset& data) {
  if (!data.tagExists(DCM_PixelData)) return {};
  const std::string stated = text_of(data, DCM_BurnedInAnnotation);
  if (stated == "YES") return "BurnedInAnnotation is YES";
  if (stated == "NO") return {};
  const std::string name = class_name(text_of(data, DCM_SOPClassUID));
  if (any_of(name, {"SecondaryCapture", "Ultrasound", "VL", "Video", "Ophthalmic", "HardcopyColor", "HardcopyGray"}))
    return "its class is one of screens, photographs or ultrasound (" + name + ")";
  const std::string modality = text_of(data, DCM_Modality);
  static const std::set<std::string> kScreens{"US", "SC", "OT", "ES", "XC",   "GM", "DOC",
                                              "DG", "HC", "DD", "EC", "IVUS", "OP"};
  if (kScreens.contains(modality))
    return "its modality is one of screens, photographs or ultrasound (" + modality + ")";
  if (const std::string type = text_of(data, DCM_ConversionType); !type.empty())
    return "it was made from film, video or a screen (ConversionType)";
  const std::string type = all_text_of(data, DCM_ImageType);
  if (any_of(type, {"SCREEN", "CAPTURE", "SNAPSHOT", "REPORT", "TEXT", "ANNOT", "PROTOCOL", "DOSE", "PRINT", "PASTED"}))
    return "its ImageType tells of a screen, a report or annotations";
  const std::string colour = text_of(data, DCM_PhotometricInterpretation);
  if ((modality == "MR" || modality == "CT" || modality == "PT") && !colour.empty() &&
      !colour.starts_with("MONOCHROME"))
    return "it is in colour, as pictures with a legend are";
  return {};
}

}  // namespace larc::io::dicom
