#pragma once
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "image/volume.h"

namespace larc::io::dicom {

/// One region of an RTSTRUCT.
struct RtRoi {
  int number;
  std::string name;
  int contour_count;                     // closed planar contours
  int other_count = 0;                   // open ones and points, which enclose nothing
  std::string frame_of_reference_uid;    // of the region; may be empty
  std::vector<std::string> series_uids;  // of the images its contours name, else those of the file; may be empty
};

/// All regions in file order. errors not_found, format (not an RTSTRUCT, or broken)
std::vector<RtRoi> list_rois(const std::filesystem::path& path);

/// The series whose images the contours were drawn on; none when the file does not say. errors as list_rois
std::vector<std::string> referenced_series_uids(const std::filesystem::path& path);
/// The only one of these; empty when the file does not say.
/// errors as list_rois; conflict: it refers to several series
std::string referenced_series_uid(const std::filesystem::path& path);
std::string referenced_frame_of_reference_uid(const std::filesystem::path& path);

/// Which image a mask is made for; empty UIDs are not checked.
struct RtReference {
  std::string series_uid;
  std::string frame_of_reference_uid;
};

struct RtMask {
  image::Mask mask;
  double volume_mm3;
  std::vector<std::string> notes;  // what was left out or moved
};

/// The region as a mask on `geometry`. Points go into index space (oblique images and slices in any order are fine); a
/// contour belongs to the slice nearest to it, half-way to the upper one. In each slice a voxel is inside when its
/// centre is, by the even-odd rule over all contours of the slice together: a contour within another one is a hole, and
/// so is what a keyhole leads to. Centres on a border: lower edges in, upper edges out, so that two regions sharing a
/// border never share a voxel. Of a region drawn on several series only the contours on reference.series_uid count.
/// Noted: open contours and points, contours of less than three corners, the same contour twice, contours on other
/// series, contours off their slice, slices without contour between others.
/// roi_name  exact name, else a glob, both without regard to case; must match one region
/// errors not_found (no such region: names those there are), conflict (several match; wrong series or frame of
/// reference), geometry_mismatch (a contour more than half a slice or half a voxel outside the image, not parallel
/// to its slices, or several heights on one slice), domain (region without closed planar contour, or no voxel centre
/// within), format
RtMask read_roi(const std::filesystem::path& path, std::string_view roi_name, const image::Geometry& geometry,
                const RtReference& reference = {});
/// The mask alone.
image::Mask read_rtstruct(const std::filesystem::path& path, std::string_view roi_name, const image::Geometry& geometry,
                          const RtReference& reference = {});

}  // namespace larc::io::dicom
