#pragma once
// Parts that written objects share. Internal: includes DCMTK.
#include "io/dicom/dataset.h"
#include "io/dicom/write.h"

namespace larc::io::dicom {

/// errors domain: UIDs, patient_id, rescale or modality that DICOM does not allow
void check_info(const DicomSeriesInfo& info);

DcmDataset& start_file(DcmFileFormat& file, const char* sop_class, const std::string& sop_uid);

void put_optional(DcmItem& data, const DcmTagKey& tag, const std::string& value);
void put_optional(DcmItem& data, const DcmTagKey& tag, double value);

void put_patient_and_study(DcmItem& data, const DicomSeriesInfo& info);

}  // namespace larc::io::dicom
