#include "io/dicom/write.h"

#include "core/error.h"
#include "core/file.h"
#include "core/hash.h"
#include "io/dicom/contours.h"
#include "io/dicom/image_object.h"
#include "io/dicom/modules.h"

namespace larc::io::dicom {

namespace fs = std::filesystem;
using image::Geometry;
using image::Vec3;

namespace {

void check_right_handed(const Geometry& g) {
  const auto& d = g.direction;
  const double determinant = d[0][0] * (d[1][1] * d[2][2] - d[1][2] * d[2][1]) -
                             d[0][1] * (d[1][0] * d[2][2] - d[1][2] * d[2][0]) +
                             d[0][2] * (d[1][0] * d[2][1] - d[1][1] * d[2][0]);
  if (determinant < 0)
    throw Error(ErrorCode::domain,
                "left-handed voxel axes: DICOM stacks slices along row x column; reverse the slice axis first");
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
      if (slices[static_cast<std::size_t>(k)]->number_of_frames.value_or(1) > 1)
        put_text(on, DCM_ReferencedFrameNumber, std::to_string(k + 1));
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

void write_dicom_file(const fs::path& path, const std::string& bytes) {
  std::ofstream stream(path, std::ios::binary | std::ios::trunc);
  stream.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  stream.close();
  if (!stream) {
    std::error_code ignored;
    fs::remove(path, ignored);
    throw Error(ErrorCode::io, "file " + path.string() + " cannot be written; check the free space and permissions");
  }
}

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

std::vector<SlicePlace> all_slices(const image::Volume& volume, int first_instance_number) {
  std::vector<SlicePlace> places;
  for (int slice = 0; slice < volume.geometry.size[2]; ++slice)
    places.push_back({slice, first_instance_number + slice, 0.0});
  return places;
}

std::vector<DicomFile> encode_series(const image::Volume& volume, const DicomSeriesInfo& info,
                                     const std::vector<SlicePlace>& places, const FileForm& form) {
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
  std::vector<DicomFile> files;
  for (const auto& place : places) {
    if (place.slice < 0 || place.slice >= volume.geometry.size[2])
      throw Error(ErrorCode::domain, "slice " + std::to_string(place.slice) + " is none of the volume's " +
                                         std::to_string(volume.geometry.size[2]) + " slices");
    files.push_back(image_object(volume, stored.values, stored.is_signed, info, place, window, form));
  }
  return files;
}

std::vector<DicomInstance> write_series(const fs::path& folder, const image::Volume& volume,
                                        const DicomSeriesInfo& info) {
  const auto places = all_slices(volume, info.first_instance_number);
  const auto files = encode_series(volume, info, places);
  ensure_directory(folder);
  std::vector<DicomInstance> written;
  for (std::size_t n = 0; n < files.size(); ++n) {
    std::string number = std::to_string(places[n].instance_number);
    number.insert(0, number.size() < 4 ? 4 - number.size() : 0, '0');
    const fs::path path = folder / ("IM" + number + ".dcm");
    write_dicom_file(path, files[n].bytes);
    written.push_back(read_instances(path).at(0));
  }
  return written;
}

DicomFile encode_rtstruct(const std::vector<RtRegion>& regions, const DicomSeriesInfo& info,
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
  DicomFile result{UID_RTStructureSetStorage, make_uid(info.series_uid + "/" + regions.front().name), ""};
  DcmFileFormat file;
  DcmDataset& data = start_file(file, UID_RTStructureSetStorage, result.sop_instance_uid);
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
    // All slices of a multi-frame image are one instance.
    if (slice != slices.front() && slice->sop_instance_uid == slices.front()->sop_instance_uid) continue;
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
  put_attributes(data, info.extra);
  result.bytes = to_bytes(file, text_size + 256 * slices.size() + 65536);
  return result;
}

void write_rtstruct(const fs::path& path, const std::vector<RtRegion>& regions, const DicomSeriesInfo& info,
                    const std::vector<DicomInstance>& series) {
  write_file_atomic(path, encode_rtstruct(regions, info, series).bytes);
}

void write_rtstruct(const fs::path& path, const image::Mask& mask, const DicomSeriesInfo& info,
                    const std::string& roi_name, const std::vector<DicomInstance>& series) {
  write_rtstruct(path, {{roi_name, &mask}}, info, series);
}

}  // namespace larc::io::dicom
