#include "io/dicom/rtstruct.h"

#include <algorithm>
#include <map>
#include <set>

#include "core/number.h"
#include "core/text.h"
#include "io/dicom/dataset.h"
#include "io/dicom/roi_contours.h"

namespace larc::io::dicom {

namespace fs = std::filesystem;
using image::Geometry;
using image::Vec3;

namespace {

void open(DcmFileFormat& file, const fs::path& path) {
  start_dcmtk();
  load(file, path);
  DcmDataset& data = *file.getDataset();
  if (text_of(data, DCM_SOPClassUID) != UID_RTStructureSetStorage && text_of(data, DCM_Modality) != "RTSTRUCT")
    throw Error(ErrorCode::format, path.string() + " is not an RTSTRUCT; give the structure set file");
}

/// Which series each image that the file names belongs to.
using SeriesOfImage = std::map<std::string, std::string>;

SeriesOfImage series_of_images(DcmDataset& data) {
  SeriesOfImage series_of_image;
  for (DcmItem* frame : items_of(data, DCM_ReferencedFrameOfReferenceSequence))
    for (DcmItem* study : items_of(*frame, DCM_RTReferencedStudySequence))
      for (DcmItem* series : items_of(*study, DCM_RTReferencedSeriesSequence))
        for (DcmItem* image : items_of(*series, DCM_ContourImageSequence))
          series_of_image[text_of(*image, DCM_ReferencedSOPInstanceUID)] = text_of(*series, DCM_SeriesInstanceUID);
  return series_of_image;
}

/// The series of the first image that a contour names; empty when it names none that the file describes.
std::string series_of_contour(DcmItem& contour, const SeriesOfImage& series_of_image) {
  for (DcmItem* image : items_of(contour, DCM_ContourImageSequence)) {
    const auto found = series_of_image.find(text_of(*image, DCM_ReferencedSOPInstanceUID));
    if (found != series_of_image.end()) return found->second;
  }
  return "";
}

std::set<std::string> series_of(DcmDataset& data) {
  std::set<std::string> uids;
  for (DcmItem* frame : items_of(data, DCM_ReferencedFrameOfReferenceSequence))
    for (DcmItem* study : items_of(*frame, DCM_RTReferencedStudySequence))
      for (DcmItem* series : items_of(*study, DCM_RTReferencedSeriesSequence))
        if (const std::string uid = text_of(*series, DCM_SeriesInstanceUID); !uid.empty()) uids.insert(uid);
  return uids;
}

DcmItem* contours_of(DcmDataset& data, int number, const std::string& name) {
  for (DcmItem* item : items_of(data, DCM_ROIContourSequence))
    if (integer_of(*item, DCM_ReferencedROINumber, name) == number) return item;
  return nullptr;
}

std::vector<RtRoi> rois_of(DcmDataset& data, const std::string& name) {
  const SeriesOfImage series_of_image = series_of_images(data);
  const std::set<std::string> all_series = series_of(data);
  std::map<int, DcmItem*> drawn_of;
  for (DcmItem* item : items_of(data, DCM_ROIContourSequence))
    if (const auto number = integer_of(*item, DCM_ReferencedROINumber, name)) drawn_of.emplace(*number, item);
  std::vector<RtRoi> rois;
  for (DcmItem* item : items_of(data, DCM_StructureSetROISequence)) {
    const auto number = integer_of(*item, DCM_ROINumber, name);
    if (!number) throw Error(ErrorCode::format, name + ": a region without a number; export the structure set again");
    RtRoi roi{*number, text_of(*item, DCM_ROIName), 0, 0, text_of(*item, DCM_ReferencedFrameOfReferenceUID), {}};
    std::set<std::string> series;
    if (const auto drawn = drawn_of.find(roi.number); drawn != drawn_of.end())
      for (DcmItem* contour : items_of(*drawn->second, DCM_ContourSequence)) {
        ++(is_closed(*contour) ? roi.contour_count : roi.other_count);
        if (const std::string uid = series_of_contour(*contour, series_of_image); !uid.empty()) series.insert(uid);
      }
    const auto& known = series.empty() ? all_series : series;
    roi.series_uids.assign(known.begin(), known.end());
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

std::set<std::string> frames_of(DcmDataset& data) {
  std::set<std::string> uids;
  for (DcmItem* frame : items_of(data, DCM_ReferencedFrameOfReferenceSequence))
    if (const std::string uid = text_of(*frame, DCM_FrameOfReferenceUID); !uid.empty()) uids.insert(uid);
  for (DcmItem* roi : items_of(data, DCM_StructureSetROISequence))
    if (const std::string uid = text_of(*roi, DCM_ReferencedFrameOfReferenceUID); !uid.empty()) uids.insert(uid);
  return uids;
}

void check_reference(const RtRoi& roi, DcmDataset& data, const RtReference& reference, const std::string& name) {
  const auto& series = roi.series_uids;
  if (!reference.series_uid.empty() && !series.empty() &&
      std::find(series.begin(), series.end(), reference.series_uid) == series.end())
    throw Error(ErrorCode::conflict, name + ": the contours were drawn on series " + series.front() + ", not on " +
                                         reference.series_uid + "; give the image they were drawn on");
  std::set<std::string> frames;
  if (roi.frame_of_reference_uid.empty())
    frames = frames_of(data);
  else
    frames.insert(roi.frame_of_reference_uid);
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

}  // namespace

std::vector<RtRoi> list_rois(const fs::path& path) {
  DcmFileFormat file;
  open(file, path);
  return rois_of(*file.getDataset(), path.string());
}

std::vector<std::string> referenced_series_uids(const fs::path& path) {
  DcmFileFormat file;
  open(file, path);
  const auto uids = series_of(*file.getDataset());
  return {uids.begin(), uids.end()};
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

RtMask read_roi(const fs::path& path, std::string_view roi_name, const Geometry& geometry,
                const RtReference& reference) {
  image::check_geometry(geometry, "image of the structure set");
  DcmFileFormat file;
  open(file, path);
  const std::string name = path.string();
  DcmDataset& data = *file.getDataset();
  const RtRoi roi = choose_roi(rois_of(data, name), roi_name, name);
  const std::string region = name + ", region '" + roi.name + "'";
  check_reference(roi, data, reference, region);
  if (roi.contour_count == 0)
    throw Error(ErrorCode::domain, region + " has no closed planar contour; outline it, or export contours");

  const SeriesOfImage series_of_image = series_of_images(data);
  RoiPainter painter(geometry, region);
  std::size_t number = 0, elsewhere = 0;
  for (DcmItem* contour : items_of(*contours_of(data, roi.number, name), DCM_ContourSequence)) {
    ++number;
    if (!is_closed(*contour)) continue;
    const std::string series = series_of_contour(*contour, series_of_image);
    if (!reference.series_uid.empty() && !series.empty() && series != reference.series_uid) {
      ++elsewhere;
      continue;
    }
    painter.paint(*contour, number);
  }
  RtMask result = painter.finish();
  const auto note = [&](auto count, const std::string& what) {
    if (count > 0) result.notes.push_back(std::to_string(count) + " " + what);
  };
  note(roi.other_count, "open contours or points, which enclose nothing, were left out");
  note(elsewhere, "contours drawn on other series were left out");
  if (image::voxel_count(result.mask) == 0)
    throw Error(ErrorCode::domain, region + " holds no voxel centre; outline the region");
  return result;
}

image::Mask read_rtstruct(const fs::path& path, std::string_view roi_name, const Geometry& geometry,
                          const RtReference& reference) {
  return read_roi(path, roi_name, geometry, reference).mask;
}

}  // namespace larc::io::dicom
