#include "io/dicom/write_segmentation.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/file.h"
#include "io/dicom/derived.h"

namespace larc::io::dicom {

namespace fs = std::filesystem;
using image::Geometry;
using image::Vec3;

namespace {

const Code kSegmentation{"113076", "DCM", "Segmentation"};
const Code kSource{"121322", "DCM", "Source image for image processing operation"};

struct SegmentFrame {
  std::size_t region;
  int slice;
};

void check_region(const SegRegion& region, const Geometry& g) {
  if (region.label.empty() || region.label.size() > 64 || region.label.find('\\') != std::string::npos)
    throw Error(ErrorCode::domain, "the label of a segment must have 1 to 64 characters and no backslash");
  const std::string where = "region '" + region.label + "'";
  if (region.term.category.value.empty() || region.term.type.value.empty())
    throw Error(ErrorCode::domain, where + " has no coded category or type; take term_of its name");
  if (region.algorithm_type != "MANUAL" && region.algorithm_type != "SEMIAUTOMATIC" &&
      region.algorithm_type != "AUTOMATIC")
    throw Error(ErrorCode::domain,
                where + ": algorithm type '" + region.algorithm_type + "'; give MANUAL, SEMIAUTOMATIC or AUTOMATIC");
  if (region.algorithm_type != "MANUAL" && region.algorithm_name.empty())
    throw Error(ErrorCode::domain, where + " was not drawn by hand; name the algorithm");
  if (!image::same_geometry(region.mask->geometry, g))
    throw Error(ErrorCode::geometry_mismatch, where + " lies on another grid than the first: " +
                                                  image::describe_difference(region.mask->geometry, g) +
                                                  "; write a segmentation for each image");
  if (image::voxel_count(*region.mask) == 0)
    throw Error(ErrorCode::domain, where + ": the mask is empty: no voxel is marked; outline the region");
}

/// The instance of each slice, where there is one.
std::vector<const DicomInstance*> instances_of_slices(const Geometry& g, const std::vector<DicomInstance>& series) {
  std::vector<const DicomInstance*> slices(static_cast<std::size_t>(g.size[2]), nullptr);
  for (const DicomInstance& instance : series) {
    if (!instance.image_position_lps) continue;
    const Vec3 index = g.index_ijk(*instance.image_position_lps);
    const double nearest = std::round(index[2]);
    if (std::abs(index[0]) < 0.01 && std::abs(index[1]) < 0.01 && std::abs(index[2] - nearest) < 0.01 && nearest >= 0 &&
        nearest < g.size[2] && instance.rows == g.size[1] && instance.columns == g.size[0])
      slices[static_cast<std::size_t>(nearest)] = &instance;
  }
  return slices;
}

bool marks_slice(const image::Mask& mask, int k) {
  const auto area = static_cast<std::ptrdiff_t>(mask.geometry.offset(0, 0, 1));
  const auto first = mask.voxels.begin() + k * area;
  return std::any_of(first, first + area, [](std::uint8_t v) { return v != 0; });
}

void put_tag(DcmItem& item, const DcmTagKey& tag, const DcmTagKey& value) {
  if (item.putAndInsertTagKey(tag, value).bad())
    throw Error(ErrorCode::internal, std::string("DICOM attribute not written: ") + DcmTag(tag).getTagName());
}

void put_dimensions(DcmItem& data, const std::string& organisation) {
  put_text(add_item(data, DCM_DimensionOrganizationSequence), DCM_DimensionOrganizationUID, organisation);
  const struct {
    DcmTagKey attribute, group;
    const char* label;
  } dimensions[] = {{DCM_ReferencedSegmentNumber, DCM_SegmentIdentificationSequence, "ReferencedSegmentNumber"},
                    {DCM_ImagePositionPatient, DCM_PlanePositionSequence, "ImagePositionPatient"}};
  for (const auto& dimension : dimensions) {
    DcmItem& item = add_item(data, DCM_DimensionIndexSequence);
    put_text(item, DCM_DimensionOrganizationUID, organisation);
    put_tag(item, DCM_DimensionIndexPointer, dimension.attribute);
    put_tag(item, DCM_FunctionalGroupPointer, dimension.group);
    put_text(item, DCM_DimensionDescriptionLabel, dimension.label);
  }
}

void put_segment(DcmItem& data, const SegRegion& region, unsigned number, const std::string& tracking_id,
                 const std::string& tracking_uid) {
  // CIELab of red, blue, green, orange and violet (PS3.3 C.10.7.1.1), so that neighbours differ on a display.
  static constexpr Uint16 kColours[][3] = {
      {34885, 53485, 50171}, {21166, 53235, 5176}, {30191, 24183, 48110}, {46094, 39006, 53102}, {20022, 48109, 22094}};
  DcmItem& item = add_item(data, DCM_SegmentSequence);
  put_code(item, DCM_SegmentedPropertyCategoryCodeSequence, region.term.category);
  put_code(item, DCM_SegmentedPropertyTypeCodeSequence, region.term.type);
  put_code(item, DCM_AnatomicRegionSequence, region.term.anatomic_region);
  put_unsigned(item, DCM_SegmentNumber, number);
  put_text(item, DCM_SegmentLabel, region.label);
  put_optional(item, DCM_SegmentDescription, region.description);
  put_text(item, DCM_SegmentAlgorithmType, region.algorithm_type);
  put_optional(item, DCM_SegmentAlgorithmName, region.algorithm_name);
  item.putAndInsertUint16Array(DCM_RecommendedDisplayCIELabValue, kColours[(number - 1) % 5], 3);
  put_text(item, DCM_TrackingID, tracking_id);
  put_text(item, DCM_TrackingUID, tracking_uid);
}

void put_shared_groups(DcmItem& data, const Geometry& g) {
  const auto& d = g.direction;
  DcmItem& shared = add_item(data, DCM_SharedFunctionalGroupsSequence);
  DcmItem& measures = add_item(shared, DCM_PixelMeasuresSequence);
  put_number(measures, DCM_SliceThickness, g.spacing_mm[2]);
  put_number(measures, DCM_SpacingBetweenSlices, g.spacing_mm[2]);
  put_numbers(measures, DCM_PixelSpacing, {g.spacing_mm[1], g.spacing_mm[0]});
  put_numbers(add_item(shared, DCM_PlaneOrientationSequence), DCM_ImageOrientationPatient,
              {d[0][0], d[1][0], d[2][0], d[0][1], d[1][1], d[2][1]});
}

void put_frame_groups(DcmItem& data, const Geometry& g, const SegmentFrame& frame, const DicomInstance& source) {
  DcmItem& group = add_item(data, DCM_PerFrameFunctionalGroupsSequence);
  const Uint32 index[] = {static_cast<Uint32>(frame.region + 1), static_cast<Uint32>(frame.slice + 1)};
  add_item(group, DCM_FrameContentSequence).putAndInsertUint32Array(DCM_DimensionIndexValues, index, 2);
  const Vec3 position = g.point_lps({0, 0, static_cast<double>(frame.slice)});
  put_numbers(add_item(group, DCM_PlanePositionSequence), DCM_ImagePositionPatient,
              {position[0], position[1], position[2]});
  put_unsigned(add_item(group, DCM_SegmentIdentificationSequence), DCM_ReferencedSegmentNumber,
               static_cast<unsigned>(frame.region + 1));
  DcmItem& derivation = add_item(group, DCM_DerivationImageSequence);
  put_code(derivation, DCM_DerivationCodeSequence, kSegmentation);
  DcmItem& image = add_item(derivation, DCM_SourceImageSequence);
  put_text(image, DCM_ReferencedSOPClassUID, source.sop_class_uid);
  put_text(image, DCM_ReferencedSOPInstanceUID, source.sop_instance_uid);
  if (source.frame) put_text(image, DCM_ReferencedFrameNumber, std::to_string(*source.frame + 1));
  put_text(image, DCM_SpatialLocationsPreserved, "YES");
  put_code(image, DCM_PurposeOfReferenceCodeSequence, kSource);
}

/// PS3.5 section 8.1.1: bits of all frames one after the other, the first in the lowest bit.
std::vector<Uint8> pack(const std::vector<SegRegion>& regions, const std::vector<SegmentFrame>& frames,
                        std::size_t area) {
  std::vector<Uint8> bytes(((frames.size() * area + 7) / 8 + 1) / 2 * 2, 0);
  std::size_t at = 0;
  for (const auto& frame : frames) {
    const std::uint8_t* slice =
        regions[frame.region].mask->voxels.data() + static_cast<std::size_t>(frame.slice) * area;
    for (std::size_t p = 0; p < area; ++p, ++at)
      if (slice[p] != 0) bytes[at / 8] = static_cast<Uint8>(bytes[at / 8] | (1U << (at % 8)));
  }
  return bytes;
}

}  // namespace

WrittenSegmentation write_segmentation(const fs::path& path, const std::vector<SegRegion>& regions,
                                       const DicomSeriesInfo& info, const std::vector<DicomInstance>& series) {
  start_dcmtk();
  if (regions.empty()) throw Error(ErrorCode::domain, "a segmentation without region; give one");
  const Geometry& g = regions.front().mask->geometry;
  image::check_geometry(g, "mask to write");
  check_info(info);
  for (const auto& region : regions) check_region(region, g);
  if (g.size[0] > 65535 || g.size[1] > 65535)
    throw Error(ErrorCode::domain, "a DICOM image has at most 65535 rows and columns; crop the mask");

  const auto instances = instances_of_slices(g, series);
  std::vector<SegmentFrame> frames;
  std::vector<const DicomInstance*> used;
  for (std::size_t r = 0; r < regions.size(); ++r)
    for (int k = 0; k < g.size[2]; ++k) {
      if (!marks_slice(*regions[r].mask, k)) continue;
      const DicomInstance* source = instances[static_cast<std::size_t>(k)];
      if (source == nullptr)
        throw Error(ErrorCode::geometry_mismatch, "the referenced series does not hold slice " + std::to_string(k + 1) +
                                                      " of " + std::to_string(g.size[2]) +
                                                      " of the mask; give the instances of the image it was drawn on");
      if (source->frame_of_reference_uid != info.frame_of_reference_uid)
        throw Error(ErrorCode::geometry_mismatch,
                    "frame_of_reference_uid is not the one of the referenced series; a segmentation must share it");
      frames.push_back({r, k});
      used.push_back(source);
    }

  WrittenSegmentation written{make_uid(info.series_uid + "/segmentation"), info.series_uid, {}, {}};
  DcmFileFormat file;
  DcmDataset& data = start_file(file, UID_SegmentationStorage, written.sop_instance_uid);
  put_patient_and_study(data, info);
  put_attributes(data, info.extra);
  put_derived_series(data, info, "SEG");
  put_text(data, DCM_FrameOfReferenceUID, info.frame_of_reference_uid);
  put_text(data, DCM_PositionReferenceIndicator, "");
  put_text(data, DCM_ImageType, "DERIVED\\PRIMARY");
  put_text(data, DCM_ContentLabel, "REGIONS");
  put_text(data, DCM_ContentDescription, "");
  put_text(data, DCM_ContentCreatorName, "");
  put_text(data, DCM_LossyImageCompression, "00");
  put_text(data, DCM_SegmentationType, "BINARY");
  put_text(data, DCM_SegmentsOverlap, regions.size() == 1 ? "NO" : "UNDEFINED");
  put_unsigned(data, DCM_SamplesPerPixel, 1);
  put_text(data, DCM_PhotometricInterpretation, "MONOCHROME2");
  put_text(data, DCM_NumberOfFrames, std::to_string(frames.size()));
  put_unsigned(data, DCM_Rows, static_cast<unsigned>(g.size[1]));
  put_unsigned(data, DCM_Columns, static_cast<unsigned>(g.size[0]));
  put_unsigned(data, DCM_BitsAllocated, 1);
  put_unsigned(data, DCM_BitsStored, 1);
  put_unsigned(data, DCM_HighBit, 0);
  put_unsigned(data, DCM_PixelRepresentation, 0);
  put_referenced_series(data, used);
  put_dimensions(data, make_uid(info.series_uid + "/dimensions"));
  bool own_scheme = false;
  for (std::size_t r = 0; r < regions.size(); ++r) {
    const SegRegion& region = regions[r];
    const std::string id = region.tracking_id.empty() ? region.label : region.tracking_id;
    const std::string uid = region.tracking_uid.empty()
                                ? make_uid("tracking/" + info.patient_id + "/" + info.series_uid + "/" + region.label)
                                : region.tracking_uid;
    written.tracking_ids.push_back(id);
    written.tracking_uids.push_back(uid);
    put_segment(data, region, static_cast<unsigned>(r + 1), id, uid);
    own_scheme = own_scheme || region.term.type.scheme == kOwnScheme;
  }
  if (own_scheme) put_own_scheme(data);
  put_shared_groups(data, g);
  for (std::size_t f = 0; f < frames.size(); ++f) put_frame_groups(data, g, frames[f], *used[f]);
  const auto bytes = pack(regions, frames, static_cast<std::size_t>(g.size[0]) * static_cast<std::size_t>(g.size[1]));
  data.putAndInsertUint8Array(DcmTag(DCM_PixelData, EVR_OB), bytes.data(), static_cast<unsigned long>(bytes.size()));
  write_file_atomic(path, to_bytes(file, bytes.size() + 2048 * frames.size() + 65536));
  return written;
}

}  // namespace larc::io::dicom
