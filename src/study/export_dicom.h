#pragma once
#include "study/export_table.h"

namespace larc::study {

struct DicomSettings {
  int threads = 1;
};

/// DICOM objects of the eligible patients. For every image that came from a DICOM series and has an outline, under the
/// patient's name of letters and digits: IMAGE_seg.dcm, a Segmentation with a segment for each mask in the order of
/// study.yaml, and IMAGE_report.dcm, a measurement report (TID 1500) of the segments. Both bear the patient id, study
/// and frame of reference that the registry has, pseudonymous where the study is, and refer to the images of the
/// series. UIDs follow from what the objects say: the same content has the same UIDs and bytes. objects.csv lists them.
/// An image that no object can refer to is left out with the reason.
/// errors not_ready (study.yaml declares no mask, no eligible patient has an outline, nothing can be written: the first
/// reason), io
ExportSummary write_dicom(const Study& study, const DicomSettings& settings, ExportFolder& folder);

}  // namespace larc::study
