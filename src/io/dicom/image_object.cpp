#include "io/dicom/image_object.h"

#include "io/dicom/encode.h"
#include "io/dicom/modules.h"

namespace larc::io::dicom {

namespace {

using image::Geometry;
using image::Vec3;

void put_plane(DcmItem& data, const Geometry& g, const SlicePlace& place) {
  const auto& d = g.direction;
  Vec3 position = g.point_lps({0, 0, static_cast<double>(place.slice)});
  const Vec3 normal{d[0][2], d[1][2], d[2][2]};
  if (place.shift_mm != 0)
    for (std::size_t r = 0; r < 3; ++r) position[r] += place.shift_mm * normal[r];
  put_numbers(data, DCM_ImagePositionPatient, {position[0], position[1], position[2]});
  put_numbers(data, DCM_ImageOrientationPatient, {d[0][0], d[1][0], d[2][0], d[0][1], d[1][1], d[2][1]});
  put_number(data, DCM_SliceLocation, position[0] * normal[0] + position[1] * normal[1] + position[2] * normal[2]);
}

/// PS3.3 A.8.1: a picture of a screen, without a place in the patient.
void put_secondary_capture(DcmItem& data, const DicomSeriesInfo& info) {
  put_text(data, DCM_ConversionType, "WSD");
  put_text(data, DCM_ImageType, "DERIVED\\SECONDARY\\SCREEN SAVE");
  put_optional(data, DCM_BurnedInAnnotation, info.burned_in_annotation);
  put_text(data, DCM_ContentDate, info.study_date);
  put_text(data, DCM_ContentTime, info.study_time);
}

}  // namespace

DicomFile image_object(const image::Volume& volume, const std::vector<std::int32_t>& stored, bool is_signed,
                       const DicomSeriesInfo& info, const SlicePlace& place, const std::array<double, 2>& window,
                       const FileForm& form) {
  const Geometry& g = volume.geometry;
  const char* sop_class = info.secondary_capture ? UID_SecondaryCaptureImageStorage : UID_MRImageStorage;
  DicomFile result{sop_class, make_uid(info.series_uid + "/" + std::to_string(place.instance_number)), ""};
  DcmFileFormat file;
  DcmDataset& data = start_file(file, sop_class, result.sop_instance_uid);
  put_patient_and_study(data, info);
  put_series(data, info);
  put_equipment(data, info);
  if (info.secondary_capture) {
    put_secondary_capture(data, info);
  } else {
    put_mr(data, info, g);
    put_plane(data, g, place);
  }
  put_text(data, DCM_InstanceNumber, std::to_string(place.instance_number));
  put_image_pixel(data, g, is_signed);
  if (!info.secondary_capture) put_numbers(data, DCM_PixelSpacing, {g.spacing_mm[1], g.spacing_mm[0]});
  put_number(data, DCM_WindowCenter, window[0]);
  put_number(data, DCM_WindowWidth, window[1]);
  if (info.rescale_slope != 1 || info.rescale_intercept != 0) {
    put_number(data, DCM_RescaleIntercept, info.rescale_intercept);
    put_number(data, DCM_RescaleSlope, info.rescale_slope);
    put_text(data, DCM_RescaleType, info.rescale_type);
  }
  put_attributes(data, info.extra);
  const std::size_t count = static_cast<std::size_t>(g.size[0]) * static_cast<std::size_t>(g.size[1]);
  std::vector<Uint16> pixels(count);
  for (std::size_t p = 0; p < count; ++p)
    pixels[p] = static_cast<Uint16>(stored[static_cast<std::size_t>(place.slice) * count + p]);
  data.putAndInsertUint16Array(DCM_PixelData, pixels.data(), static_cast<unsigned long>(count));
  result.bytes = encode(file, form, 2 * count + 16384);
  return result;
}

}  // namespace larc::io::dicom
