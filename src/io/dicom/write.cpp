#include "io/dicom/write.h"

#include "core/error.h"
#include "core/file.h"
#include "core/hash.h"
#include "core/text.h"
#include "io/dicom/contours.h"
#include "io/dicom/dataset.h"

namespace larc::io::dicom {

namespace fs = std::filesystem;
using image::Geometry;
using image::Vec3;

namespace {

void check_uid(const std::string& uid, const char* name) {
  const bool valid = !uid.empty() && uid.size() <= 64 && uid.find_first_not_of("0123456789.") == std::string::npos &&
                     uid.front() != '.' && uid.back() != '.' && uid.find("..") == std::string::npos;
  if (!valid)
    throw Error(ErrorCode::domain, std::string(name) + " '" + uid +
                                       "' is not a DICOM UID (digits and points, 64 characters "
                                       "at most); make one with make_uid");
}

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

void check_right_handed(const Geometry& g) {
  const auto& d = g.direction;
  const double determinant = d[0][0] * (d[1][1] * d[2][2] - d[1][2] * d[2][1]) -
                             d[0][1] * (d[1][0] * d[2][2] - d[1][2] * d[2][0]) +
                             d[0][2] * (d[1][0] * d[2][1] - d[1][1] * d[2][0]);
  if (determinant < 0)
    throw Error(ErrorCode::domain,
                "left-handed voxel axes: DICOM stacks slices along row x column; reverse the slice axis first");
}

void put_optional(DcmItem& data, const DcmTagKey& tag, const std::string& value) {
  if (!value.empty()) put_text(data, tag, value);
}
void put_optional(DcmItem& data, const DcmTagKey& tag, double value) {
  if (std::isfinite(value)) put_number(data, tag, value);
}
/// Type 2: present, empty when unknown.
void put_or_empty(DcmItem& data, const DcmTagKey& tag, double value) {
  put_text(data, tag, std::isfinite(value) ? decimal_string(value) : "");
}

std::string joined(const std::vector<std::string>& values) {
  return join(values, "\\");
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

void put_equipment(DcmItem& data, const DicomSeriesInfo& info) {
  put_text(data, DCM_Manufacturer, info.manufacturer);
  put_optional(data, DCM_ManufacturerModelName, info.model);
  put_optional(data, DCM_InstitutionName, info.institution_name);
  put_optional(data, DCM_StationName, info.station_name);
  put_optional(data, DCM_DeviceSerialNumber, info.device_serial_number);
  put_optional(data, DCM_SoftwareVersions, info.software_versions);
}

void put_series(DcmItem& data, const DicomSeriesInfo& info) {
  put_text(data, DCM_Modality, info.modality);
  put_text(data, DCM_SeriesInstanceUID, info.series_uid);
  put_text(data, DCM_SeriesNumber, std::to_string(info.series_number));
  put_optional(data, DCM_SeriesDescription, info.series_description);
  put_optional(data, DCM_ProtocolName, info.protocol_name);
  put_text(data, DCM_SeriesDate, info.acquisition_date.empty() ? info.study_date : info.acquisition_date);
  put_text(data, DCM_SeriesTime, info.acquisition_time.empty() ? info.study_time : info.acquisition_time);
  put_optional(data, DCM_BodyPartExamined, info.body_part);
  put_text(data, DCM_PatientPosition, info.patient_position);
  put_text(data, DCM_FrameOfReferenceUID, info.frame_of_reference_uid);
  put_text(data, DCM_PositionReferenceIndicator, "");
}

void put_b_value(DcmItem& data, const DicomSeriesInfo& info) {
  if (!std::isfinite(info.b_value)) return;
  const auto whole = [](double value) { return std::to_string(std::llround(value)); };
  switch (info.b_value_place) {
    case BValuePlace::standard:
      data.putAndInsertFloat64(DcmTagKey(0x0018, 0x9087), info.b_value);
      break;
    case BValuePlace::siemens:
      data.putAndInsertString(DcmTag(0x0019, 0x0010, EVR_LO), "SIEMENS MR HEADER");
      data.putAndInsertString(DcmTag(0x0019, 0x100c, EVR_IS), whole(info.b_value).c_str());
      break;
    case BValuePlace::ge:
      data.putAndInsertString(DcmTag(0x0043, 0x0010, EVR_LO), "GEMS_PARM_01");
      data.putAndInsertString(DcmTag(0x0043, 0x1039, EVR_IS), (whole(info.b_value + 1e9) + "\\8\\0\\0").c_str());
      break;
  }
}

void put_mr(DcmItem& data, const DicomSeriesInfo& info, const Geometry& g) {
  const std::string date = info.acquisition_date.empty() ? info.study_date : info.acquisition_date;
  const std::string time = info.acquisition_time.empty() ? info.study_time : info.acquisition_time;
  put_text(data, DCM_ImageType, joined(info.image_type));
  put_optional(data, DCM_AcquisitionDate, date);
  put_optional(data, DCM_AcquisitionTime, time);
  put_text(data, DCM_ContentDate, date);
  put_text(data, DCM_ContentTime, time);
  put_text(data, DCM_AcquisitionNumber, std::to_string(info.acquisition_number));
  put_text(data, DCM_ScanningSequence, info.scanning_sequence);
  put_text(data, DCM_SequenceVariant, info.sequence_variant);
  put_text(data, DCM_ScanOptions, info.scan_options);
  put_text(data, DCM_MRAcquisitionType, info.mr_acquisition_type);
  put_optional(data, DCM_SequenceName, info.sequence_name);
  put_number(data, DCM_SliceThickness,
             std::isfinite(info.slice_thickness_mm) ? info.slice_thickness_mm : g.spacing_mm[2]);
  put_number(data, DCM_SpacingBetweenSlices, g.spacing_mm[2]);
  put_or_empty(data, DCM_RepetitionTime, info.repetition_time_ms);
  put_or_empty(data, DCM_EchoTime, info.echo_time_ms);
  put_text(data, DCM_EchoTrainLength, std::to_string(info.echo_train_length));
  put_optional(data, DCM_InversionTime, info.inversion_time_ms);
  put_optional(data, DCM_FlipAngle, info.flip_angle_deg);
  put_optional(data, DCM_NumberOfAverages, info.number_of_averages);
  put_optional(data, DCM_PixelBandwidth, info.pixel_bandwidth_hz);
  put_optional(data, DCM_MagneticFieldStrength, info.field_strength_t);
  put_optional(data, DCM_ImagingFrequency, info.imaging_frequency_mhz);
  put_b_value(data, info);
  if (info.temporal_position > 0)
    put_text(data, DCM_TemporalPositionIdentifier, std::to_string(info.temporal_position));
}

struct Stored {
  std::vector<std::int32_t> values;
  bool is_signed = false;
};

Stored quantise(const image::Volume& volume, const DicomSeriesInfo& info) {
  image::check_finite(volume, "volume to write");
  Stored stored;
  stored.values.reserve(volume.voxels.size());
  double low = 0, high = 0, low_value = 0, high_value = 0;
  for (const double value : volume.voxels) {
    const double level = std::round((value - info.rescale_intercept) / info.rescale_slope);
    if (level < low) low = level, low_value = value;
    if (level > high) high = level, high_value = value;
    stored.values.push_back(static_cast<std::int32_t>(std::clamp(level, -2147483648.0, 2147483647.0)));
  }
  stored.is_signed = low < 0;
  const double least = stored.is_signed ? -32768 : 0, most = stored.is_signed ? 32767 : 65535;
  if (low < least || high > most) {
    const bool below = low < least;
    const double needed = std::abs(info.rescale_slope) * std::max(-low / 32768.0, high / most);
    throw Error(ErrorCode::domain, "the voxel value " + format_double(below ? low_value : high_value) +
                                       " does not fit in 16 bits with rescale_slope " +
                                       format_double(info.rescale_slope) + "; use a slope of at least " +
                                       format_double(needed));
  }
  return stored;
}

DcmDataset& start_file(DcmFileFormat& file, const char* sop_class, const std::string& sop_uid) {
  DcmDataset& data = *file.getDataset();
  put_text(data, DCM_SOPClassUID, sop_class);
  put_text(data, DCM_SOPInstanceUID, sop_uid);
  return data;
}

std::string image_bytes(const image::Volume& volume, const Stored& stored, const DicomSeriesInfo& info, int slice,
                        const std::array<double, 2>& window) {
  const Geometry& g = volume.geometry;
  DcmFileFormat file;
  DcmDataset& data =
      start_file(file, UID_MRImageStorage, slice_uid(info.series_uid, info.first_instance_number, slice));
  put_patient_and_study(data, info);
  put_series(data, info);
  put_equipment(data, info);
  put_mr(data, info, g);
  const auto& d = g.direction;
  const Vec3 position = g.point_lps({0, 0, static_cast<double>(slice)});
  put_text(data, DCM_InstanceNumber, std::to_string(info.first_instance_number + slice));
  put_numbers(data, DCM_ImagePositionPatient, {position[0], position[1], position[2]});
  put_numbers(data, DCM_ImageOrientationPatient, {d[0][0], d[1][0], d[2][0], d[0][1], d[1][1], d[2][1]});
  const Vec3 normal{d[0][2], d[1][2], d[2][2]};
  put_number(data, DCM_SliceLocation, position[0] * normal[0] + position[1] * normal[1] + position[2] * normal[2]);
  put_unsigned(data, DCM_SamplesPerPixel, 1);
  put_text(data, DCM_PhotometricInterpretation, "MONOCHROME2");
  put_unsigned(data, DCM_Rows, static_cast<unsigned>(g.size[1]));
  put_unsigned(data, DCM_Columns, static_cast<unsigned>(g.size[0]));
  put_numbers(data, DCM_PixelSpacing, {g.spacing_mm[1], g.spacing_mm[0]});
  put_unsigned(data, DCM_BitsAllocated, 16);
  put_unsigned(data, DCM_BitsStored, 16);
  put_unsigned(data, DCM_HighBit, 15);
  put_unsigned(data, DCM_PixelRepresentation, stored.is_signed ? 1 : 0);
  put_number(data, DCM_WindowCenter, window[0]);
  put_number(data, DCM_WindowWidth, window[1]);
  if (info.rescale_slope != 1 || info.rescale_intercept != 0) {
    put_number(data, DCM_RescaleIntercept, info.rescale_intercept);
    put_number(data, DCM_RescaleSlope, info.rescale_slope);
    put_text(data, DCM_RescaleType, info.rescale_type);
  }
  const std::size_t count = static_cast<std::size_t>(g.size[0]) * static_cast<std::size_t>(g.size[1]);
  std::vector<Uint16> pixels(count);
  for (std::size_t p = 0; p < count; ++p)
    pixels[p] = static_cast<Uint16>(stored.values[static_cast<std::size_t>(slice) * count + p]);
  data.putAndInsertUint16Array(DCM_PixelData, pixels.data(), static_cast<unsigned long>(count));
  return to_bytes(file, 2 * count + 16384);
}

/// Files of a series may be many; each is whole or absent, but not flushed to disk one by one.
void write_file(const fs::path& path, const std::string& bytes) {
  std::ofstream stream(path, std::ios::binary | std::ios::trunc);
  stream.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  stream.close();
  if (!stream) {
    std::error_code ignored;
    fs::remove(path, ignored);
    throw Error(ErrorCode::io, "file " + path.string() + " cannot be written; check the free space and permissions");
  }
}

/// The instances in the order of the mask's slices.
std::vector<const DicomInstance*> match_slices(const Geometry& g, const std::vector<DicomInstance>& series) {
  std::vector<const DicomInstance*> slices(static_cast<std::size_t>(g.size[2]), nullptr);
  for (const DicomInstance& instance : series) {
    if (!instance.image_position_lps) continue;
    const Vec3 index = g.index_ijk(*instance.image_position_lps);
    const double nearest = std::round(index[2]);
    const bool fits = std::abs(index[0]) < 0.01 && std::abs(index[1]) < 0.01 && std::abs(index[2] - nearest) < 0.01 &&
                      nearest >= 0 && nearest < g.size[2] && instance.rows == g.size[1] &&
                      instance.columns == g.size[0];
    if (fits) slices[static_cast<std::size_t>(nearest)] = &instance;
  }
  if (series.size() > slices.size())
    throw Error(ErrorCode::geometry_mismatch, "the referenced series has " + std::to_string(series.size()) +
                                                  " images, the mask " + std::to_string(slices.size()) +
                                                  " slices; give the instances of the image the mask was drawn on");
  for (std::size_t k = 0; k < slices.size(); ++k)
    if (slices[k] == nullptr)
      throw Error(ErrorCode::geometry_mismatch,
                  "the referenced series does not hold slice " + std::to_string(k + 1) + " of " +
                      std::to_string(slices.size()) +
                      " of the mask; give the instances of the image the mask was drawn on");
  return slices;
}

/// Contours of region `r`; returns about how many bytes they take.
std::size_t put_contours(DcmItem& data, const RtRegion& region, std::size_t r,
                         const std::vector<const DicomInstance*>& slices) {
  static constexpr const char* kColours[] = {"255\\0\\0", "0\\160\\255", "0\\200\\0"};
  const Geometry& g = region.mask->geometry;
  DcmItem& drawn = add_item(data, DCM_ROIContourSequence);
  put_text(drawn, DCM_ROIDisplayColor, kColours[r % 3]);
  put_text(drawn, DCM_ReferencedROINumber, std::to_string(r + 1));
  std::size_t text_size = 0;
  for (int k = 0; k < g.size[2]; ++k)
    for (const auto& loop : trace_borders(*region.mask, k)) {
      DcmItem& contour = add_item(drawn, DCM_ContourSequence);
      DcmItem& on = add_item(contour, DCM_ContourImageSequence);
      put_text(on, DCM_ReferencedSOPClassUID, slices[static_cast<std::size_t>(k)]->sop_class_uid);
      put_text(on, DCM_ReferencedSOPInstanceUID, slices[static_cast<std::size_t>(k)]->sop_instance_uid);
      put_text(contour, DCM_ContourGeometricType, "CLOSED_PLANAR");
      put_text(contour, DCM_NumberOfContourPoints, std::to_string(loop.size()));
      std::vector<double> points;
      for (const auto& corner : loop) {
        const Vec3 point = g.point_lps({corner[0], corner[1], static_cast<double>(k)});
        points.insert(points.end(), point.begin(), point.end());
      }
      put_numbers(contour, DCM_ContourData, points);
      text_size += 17 * points.size() + 512;
    }
  return text_size;
}

}  // namespace

std::string make_uid(std::string_view seed_text) {
  const std::string digest = sha256(seed_text);
  std::array<unsigned, 16> bytes{};
  for (std::size_t b = 0; b < 16; ++b)
    bytes[b] = static_cast<unsigned>(std::stoul(digest.substr(2 * b, 2), nullptr, 16));
  bytes[6] = (bytes[6] & 0x0FU) | 0x80U;  // version 8: contents chosen by the maker
  bytes[8] = (bytes[8] & 0x3FU) | 0x80U;  // variant of RFC 4122
  std::string digits;
  while (std::any_of(bytes.begin(), bytes.end(), [](unsigned b) { return b != 0; })) {
    unsigned rest = 0;
    for (unsigned& byte : bytes) {
      const unsigned value = rest * 256 + byte;
      byte = value / 10;
      rest = value % 10;
    }
    digits.insert(digits.begin(), static_cast<char>('0' + rest));
  }
  return "2.25." + digits;
}

std::string slice_uid(const std::string& series_uid, int first_instance_number, int slice) {
  return make_uid(series_uid + "/" + std::to_string(first_instance_number + slice));
}

std::vector<DicomInstance> write_series(const fs::path& folder, const image::Volume& volume,
                                        const DicomSeriesInfo& info) {
  start_dcmtk();
  image::check_geometry(volume.geometry, "volume to write");
  check_right_handed(volume.geometry);
  check_info(info);
  if (volume.voxels.size() != volume.geometry.voxel_count())
    throw Error(ErrorCode::shape_mismatch, "volume to write: " + std::to_string(volume.voxels.size()) +
                                               " voxels for a grid of " +
                                               std::to_string(volume.geometry.voxel_count()));
  if (volume.geometry.size[0] > 65535 || volume.geometry.size[1] > 65535)
    throw Error(ErrorCode::domain, "a DICOM image has at most 65535 rows and columns; crop the volume");
  const Stored stored = quantise(volume, info);
  const auto [low, high] = std::minmax_element(volume.voxels.begin(), volume.voxels.end());
  const std::array<double, 2> window{
      std::isfinite(info.window_center) ? info.window_center : (*low + *high) / 2,
      std::isfinite(info.window_width) ? info.window_width : std::max(1.0, *high - *low)};
  ensure_directory(folder);
  std::vector<DicomInstance> written;
  for (int slice = 0; slice < volume.geometry.size[2]; ++slice) {
    std::string number = std::to_string(info.first_instance_number + slice);
    number.insert(0, number.size() < 4 ? 4 - number.size() : 0, '0');
    const fs::path path = folder / ("IM" + number + ".dcm");
    write_file(path, image_bytes(volume, stored, info, slice, window));
    written.push_back(read_instances(path).at(0));
  }
  return written;
}

void write_rtstruct(const fs::path& path, const std::vector<RtRegion>& regions, const DicomSeriesInfo& info,
                    const std::vector<DicomInstance>& series) {
  start_dcmtk();
  if (regions.empty()) throw Error(ErrorCode::domain, "a structure set without region; give one");
  const Geometry& g = regions.front().mask->geometry;
  image::check_geometry(g, "mask to write");
  check_info(info);
  for (const auto& region : regions) {
    if (region.name.empty() || region.name.size() > 64)
      throw Error(ErrorCode::domain, "roi_name must have 1 to 64 characters");
    if (!image::same_geometry(region.mask->geometry, g))
      throw Error(ErrorCode::geometry_mismatch,
                  "region '" + region.name + "' lies on another grid than '" + regions.front().name + "': " +
                      image::describe_difference(region.mask->geometry, g) + "; write a structure set for each image");
  }
  const auto slices = match_slices(g, series);
  const DicomInstance& image = *slices.front();
  if (image.frame_of_reference_uid != info.frame_of_reference_uid)
    throw Error(
        ErrorCode::geometry_mismatch,
        "frame_of_reference_uid is not the one of the referenced series; a structure set must share the image's frame");
  DcmFileFormat file;
  DcmDataset& data =
      start_file(file, UID_RTStructureSetStorage, make_uid(info.series_uid + "/" + regions.front().name));
  put_patient_and_study(data, info);
  put_equipment(data, info);
  put_text(data, DCM_Modality, "RTSTRUCT");
  put_text(data, DCM_SeriesInstanceUID, info.series_uid);
  put_text(data, DCM_SeriesNumber, std::to_string(info.series_number));
  put_optional(data, DCM_SeriesDescription, info.series_description);
  put_text(data, DCM_OperatorsName, "");
  put_text(data, DCM_InstanceNumber, "1");
  put_text(data, DCM_StructureSetLabel, "REGION");
  put_text(data, DCM_StructureSetDate, info.study_date);
  put_text(data, DCM_StructureSetTime, info.study_time);
  put_text(data, DCM_ApprovalStatus, "UNAPPROVED");

  DcmItem& frame = add_item(data, DCM_ReferencedFrameOfReferenceSequence);
  put_text(frame, DCM_FrameOfReferenceUID, info.frame_of_reference_uid);
  DcmItem& study = add_item(frame, DCM_RTReferencedStudySequence);
  put_text(study, DCM_ReferencedSOPClassUID,
           "1.2.840.10008.3.1.2.3.1");  // Detached Study Management, as the module asks
  put_text(study, DCM_ReferencedSOPInstanceUID, image.study_uid);
  DcmItem& referenced = add_item(study, DCM_RTReferencedSeriesSequence);
  put_text(referenced, DCM_SeriesInstanceUID, image.series_uid);
  for (const DicomInstance* slice : slices) {
    DcmItem& item = add_item(referenced, DCM_ContourImageSequence);
    put_text(item, DCM_ReferencedSOPClassUID, slice->sop_class_uid);
    put_text(item, DCM_ReferencedSOPInstanceUID, slice->sop_instance_uid);
  }
  for (std::size_t r = 0; r < regions.size(); ++r) {
    DcmItem& roi = add_item(data, DCM_StructureSetROISequence);
    put_text(roi, DCM_ROINumber, std::to_string(r + 1));
    put_text(roi, DCM_ReferencedFrameOfReferenceUID, info.frame_of_reference_uid);
    put_text(roi, DCM_ROIName, regions[r].name);
    put_text(roi, DCM_ROIGenerationAlgorithm, "MANUAL");
    DcmItem& observation = add_item(data, DCM_RTROIObservationsSequence);
    put_text(observation, DCM_ObservationNumber, std::to_string(r + 1));
    put_text(observation, DCM_ReferencedROINumber, std::to_string(r + 1));
    put_text(observation, DCM_RTROIInterpretedType, "");
    put_text(observation, DCM_ROIInterpreter, "");
  }
  std::size_t text_size = 0;
  for (std::size_t r = 0; r < regions.size(); ++r) text_size += put_contours(data, regions[r], r, slices);
  write_file_atomic(path, to_bytes(file, text_size + 256 * slices.size() + 65536));
}

void write_rtstruct(const fs::path& path, const image::Mask& mask, const DicomSeriesInfo& info,
                    const std::string& roi_name, const std::vector<DicomInstance>& series) {
  write_rtstruct(path, {{roi_name, &mask}}, info, series);
}

}  // namespace larc::io::dicom
