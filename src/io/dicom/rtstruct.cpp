#include "io/dicom/rtstruct.h"

#include "core/number.h"
#include "core/text.h"
#include "io/dicom/contours.h"
#include "io/dicom/dataset.h"

namespace larc::io::dicom {

namespace fs = std::filesystem;
using image::Geometry;
using image::Vec3;

namespace {

// Contours of a slice lie in its plane; exported coordinates are rounded to 1e-2 mm at worst.
constexpr double kFlatness_slices = 0.1;
constexpr double kOutside_voxels = 0.5 + 1e-3;
// Corners that fall on voxel centres come rounded to a few decimals; without snapping the rounding would decide.
constexpr double kSnap_voxels = 1e-3;

void open(DcmFileFormat& file, const fs::path& path) {
  start_dcmtk();
  load(file, path);
  DcmDataset& data = *file.getDataset();
  if (text_of(data, DCM_SOPClassUID) != UID_RTStructureSetStorage && text_of(data, DCM_Modality) != "RTSTRUCT")
    throw Error(ErrorCode::format, path.string() + " is not an RTSTRUCT; give the structure set file");
}

bool is_closed(DcmItem& contour) {
  const std::string type = text_of(contour, DCM_ContourGeometricType);
  return type == "CLOSED_PLANAR" || type == "CLOSEDPLANAR_XOR";
}

DcmItem* contours_of(DcmDataset& data, int number, const std::string& name) {
  for (DcmItem* item : items_of(data, DCM_ROIContourSequence))
    if (integer_of(*item, DCM_ReferencedROINumber, name) == number) return item;
  return nullptr;
}

std::vector<RtRoi> rois_of(DcmDataset& data, const std::string& name) {
  std::vector<RtRoi> rois;
  for (DcmItem* item : items_of(data, DCM_StructureSetROISequence)) {
    const auto number = integer_of(*item, DCM_ROINumber, name);
    if (!number) throw Error(ErrorCode::format, name + ": a region without a number; export the structure set again");
    RtRoi roi{*number, text_of(*item, DCM_ROIName), 0};
    if (DcmItem* drawn = contours_of(data, roi.number, name))
      for (DcmItem* contour : items_of(*drawn, DCM_ContourSequence)) roi.contour_count += is_closed(*contour) ? 1 : 0;
    rois.push_back(std::move(roi));
  }
  return rois;
}

RtRoi choose_roi(const std::vector<RtRoi>& rois, std::string_view wanted, const std::string& name) {
  const std::string pattern = to_lower(trim(wanted));
  std::vector<RtRoi> exact, matched;
  std::vector<std::string> names;
  for (const RtRoi& roi : rois) {
    const std::string lower = to_lower(roi.name);
    names.push_back("'" + roi.name + "'");
    if (lower == pattern) exact.push_back(roi);
    if (glob_match(pattern, lower)) matched.push_back(roi);
  }
  if (!exact.empty()) matched = exact;
  if (matched.size() == 1) return matched.front();
  const std::string there = names.empty() ? "no region at all" : join(names, ", ");
  if (matched.empty())
    throw Error(ErrorCode::not_found,
                name + ": no region named '" + std::string(wanted) + "'; the file holds " + there);
  throw Error(ErrorCode::conflict, name + ": " + std::to_string(matched.size()) + " regions match '" +
                                       std::string(wanted) + "' among " + there + "; give the exact name");
}

std::set<std::string> series_of(DcmDataset& data) {
  std::set<std::string> uids;
  for (DcmItem* frame : items_of(data, DCM_ReferencedFrameOfReferenceSequence))
    for (DcmItem* study : items_of(*frame, DCM_RTReferencedStudySequence))
      for (DcmItem* series : items_of(*study, DCM_RTReferencedSeriesSequence))
        if (const std::string uid = text_of(*series, DCM_SeriesInstanceUID); !uid.empty()) uids.insert(uid);
  return uids;
}

std::set<std::string> frames_of(DcmDataset& data) {
  std::set<std::string> uids;
  for (DcmItem* frame : items_of(data, DCM_ReferencedFrameOfReferenceSequence))
    if (const std::string uid = text_of(*frame, DCM_FrameOfReferenceUID); !uid.empty()) uids.insert(uid);
  for (DcmItem* roi : items_of(data, DCM_StructureSetROISequence))
    if (const std::string uid = text_of(*roi, DCM_ReferencedFrameOfReferenceUID); !uid.empty()) uids.insert(uid);
  return uids;
}

void check_reference(DcmDataset& data, const RtReference& reference, const std::string& name) {
  const auto series = series_of(data), frames = frames_of(data);
  if (!reference.series_uid.empty() && !series.empty() && !series.contains(reference.series_uid))
    throw Error(ErrorCode::conflict, name + ": the contours were drawn on series " + *series.begin() + ", not on " +
                                         reference.series_uid + "; give the image they were drawn on");
  if (!reference.frame_of_reference_uid.empty() && !frames.empty() &&
      !frames.contains(reference.frame_of_reference_uid))
    throw Error(ErrorCode::conflict, name + ": the contours lie in frame of reference " + *frames.begin() +
                                         ", the image in " + reference.frame_of_reference_uid +
                                         "; register the image first or give the one they were drawn on");
}

std::string only_one(const std::set<std::string>& uids, const std::string& name, const char* what) {
  if (uids.size() > 1)
    throw Error(ErrorCode::conflict, name + ": it refers to " + std::to_string(uids.size()) + " " + what +
                                         "; export one structure set for each");
  return uids.empty() ? "" : *uids.begin();
}

struct PlacedLoop {
  Loop loop;
  double place;  // continuous slice index
};

PlacedLoop place_contour(DcmItem& contour, const Geometry& g, std::size_t number, const std::string& name) {
  const std::string where = name + ", contour " + std::to_string(number);
  const auto values = numbers_of(contour, DCM_ContourData, where);
  const auto announced = integer_of(contour, DCM_NumberOfContourPoints, where);
  if (values.size() % 3 != 0 || (announced && static_cast<std::size_t>(std::max(0, *announced)) != values.size() / 3))
    throw Error(ErrorCode::format, where + ": " + std::to_string(values.size()) + " coordinates for " +
                                       (announced ? std::to_string(*announced) : "an unknown number of") +
                                       " points; export the structure set again");
  PlacedLoop placed{{}, 0};
  double low = std::numeric_limits<double>::infinity(), high = -low;
  for (std::size_t p = 0; p + 2 < values.size(); p += 3) {
    Vec3 index = g.index_ijk({values[p], values[p + 1], values[p + 2]});
    for (std::size_t axis = 0; axis < 2; ++axis) {
      const double nearest = std::round(index[axis]);
      if (std::abs(index[axis] - nearest) < kSnap_voxels) index[axis] = nearest;
      if (index[axis] < -kOutside_voxels || index[axis] > g.size[axis] - 1 + kOutside_voxels)
        throw Error(ErrorCode::geometry_mismatch, where + " leaves the image: index " + format_fixed(index[axis], 2) +
                                                      " along axis " + std::to_string(axis) + " of " +
                                                      std::to_string(g.size[axis]) +
                                                      " voxels; give the image it was drawn on");
    }
    placed.loop.push_back({index[0], index[1]});
    low = std::min(low, index[2]);
    high = std::max(high, index[2]);
  }
  if (placed.loop.empty()) return placed;
  if (high - low > kFlatness_slices)
    throw Error(ErrorCode::geometry_mismatch, where + " is not parallel to the slices of the image: it spans " +
                                                  format_fixed(high - low, 2) +
                                                  " slices; give the image it was drawn on");
  placed.place = 0.5 * (low + high);
  if (placed.place < -0.5 || placed.place > g.size[2] - 0.5)
    throw Error(ErrorCode::geometry_mismatch, where + " leaves the image: slice index " +
                                                  format_fixed(placed.place, 2) + " of " + std::to_string(g.size[2]) +
                                                  " slices; give the image it was drawn on");
  return placed;
}

}  // namespace

std::vector<RtRoi> list_rois(const fs::path& path) {
  DcmFileFormat file;
  open(file, path);
  return rois_of(*file.getDataset(), path.string());
}

std::string referenced_series_uid(const fs::path& path) {
  DcmFileFormat file;
  open(file, path);
  return only_one(series_of(*file.getDataset()), path.string(), "series");
}

std::string referenced_frame_of_reference_uid(const fs::path& path) {
  DcmFileFormat file;
  open(file, path);
  return only_one(frames_of(*file.getDataset()), path.string(), "frames of reference");
}

image::Mask read_rtstruct(const fs::path& path, std::string_view roi_name, const Geometry& geometry,
                          const RtReference& reference) {
  image::check_geometry(geometry, "image of the structure set");
  DcmFileFormat file;
  open(file, path);
  const std::string name = path.string();
  DcmDataset& data = *file.getDataset();
  check_reference(data, reference, name);
  const RtRoi roi = choose_roi(rois_of(data, name), roi_name, name);
  const std::string region = name + ", region '" + roi.name + "'";
  if (roi.contour_count == 0)
    throw Error(ErrorCode::domain, region + " has no closed planar contour; outline it, or export contours");

  image::Mask mask{geometry, std::vector<std::uint8_t>(geometry.voxel_count(), 0)};
  std::vector<double> place_of_slice(static_cast<std::size_t>(geometry.size[2]), kNaN);
  std::size_t number = 0;
  for (DcmItem* contour : items_of(*contours_of(data, roi.number, name), DCM_ContourSequence)) {
    ++number;
    if (!is_closed(*contour)) continue;
    const PlacedLoop placed = place_contour(*contour, geometry, number, region);
    if (placed.loop.size() < 3) continue;
    const int k = std::clamp(static_cast<int>(std::lround(placed.place)), 0, geometry.size[2] - 1);
    double& seen = place_of_slice[static_cast<std::size_t>(k)];
    if (std::isnan(seen)) seen = placed.place;
    if (std::abs(seen - placed.place) > kFlatness_slices)
      throw Error(ErrorCode::geometry_mismatch, region + ": contours at two heights fall on slice " +
                                                    std::to_string(k + 1) +
                                                    "; they were drawn on thinner slices, give that image");
    invert_within(placed.loop, mask, k);
  }
  if (image::voxel_count(mask) == 0)
    throw Error(ErrorCode::domain, region + " holds no voxel centre; outline the region");
  return mask;
}

}  // namespace larc::io::dicom
