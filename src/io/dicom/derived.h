#pragma once
// What Segmentations and reports have in common. Internal: includes DCMTK.
#include "io/dicom/code.h"
#include "io/dicom/modules.h"

namespace larc::io::dicom {

/// General Series, equipment with every attribute of the enhanced module (PS3.3 C.7.5.2), content date and time.
/// errors domain: no study_date, which both must have
void put_derived_series(DcmItem& data, const DicomSeriesInfo& info, const char* modality);

/// A code sequence of one item; nothing for an empty code. Values over 16 characters go into LongCodeValue.
void put_code(DcmItem& data, const DcmTagKey& sequence, const Code& code);

/// Names larc's private scheme where it is used (PS3.3 C.12.1.1.1).
void put_own_scheme(DcmItem& data);

/// The instances grouped by series, for ReferencedSeriesSequence.
void put_referenced_series(DcmItem& data, const std::vector<const DicomInstance*>& instances);

}  // namespace larc::io::dicom
