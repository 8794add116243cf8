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
void put_equipment(DcmItem& data, const DicomSeriesInfo& info);
void put_series(DcmItem& data, const DicomSeriesInfo& info);
/// The MR Image module of a classic image (PS3.3 C.8.3.1) and the b-value where the vendor puts it.
void put_mr(DcmItem& data, const DicomSeriesInfo& info, const image::Geometry& g);
/// After everything else: info.extra.
void put_attributes(DcmItem& data, const std::vector<DicomAttribute>& attributes);

/// Values as stored, by rescale. errors domain: not finite, outside 16 bits (names the value and a slope that would
/// fit)
struct Stored {
  std::vector<std::int32_t> values;
  bool is_signed = false;
};
Stored quantise(const image::Volume& volume, const DicomSeriesInfo& info);

/// The Image Pixel module (PS3.3 C.7.6.3) without the pixels: grey, 16 bit or `bits`.
void put_image_pixel(DcmItem& data, const image::Geometry& g, bool is_signed, unsigned bits = 16);

}  // namespace larc::io::dicom
