#pragma once
#include <string>
#include <vector>

#include "core/json.h"
#include "io/dicom/series.h"

namespace larc::study {

/// What a DICOM object that refers to an image must know of the series it came from. Kept in the content store; the
/// image's details name it under `dicom_source`.
struct DicomSource {
  std::string study_date, study_time;  // YYYYMMDD, HHMMSS; empty where the source says nothing that can be one
  std::string series_date;             // of the acquisition, else of the series, else of the study
  bool pseudonymous = false;           // ids, UIDs and dates are not those of the hospital
  /// UIDs, SOP class, modality, matrix, frame and position; of frames and tiles one each, as in the stack.
  std::vector<io::dicom::DicomInstance> instances;
};

inline constexpr const char* kDicomSource = "dicom_source";

/// The same stack gives the same text.
std::string encode_dicom_source(const io::dicom::DicomSeries& stack, bool pseudonymous);

/// errors format: not what encode_dicom_source wrote (names `name`)
DicomSource decode_dicom_source(const std::string& text, const std::string& name);

}  // namespace larc::study
