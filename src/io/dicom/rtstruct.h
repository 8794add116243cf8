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
  int contour_count;  // closed planar contours
};

/// All regions in file order. errors not_found, format (not an RTSTRUCT, or broken)
std::vector<RtRoi> list_rois(const std::filesystem::path& path);

/// The series whose images the contours were drawn on; empty when the file does not say.
/// errors as list_rois; conflict: it refers to several series
std::string referenced_series_uid(const std::filesystem::path& path);
std::string referenced_frame_of_reference_uid(const std::filesystem::path& path);

/// Which image a mask is made for; empty UIDs are not checked.
struct RtReference {
  std::string series_uid;
  std::string frame_of_reference_uid;
};

/// The region as a mask on `geometry`. Points go into index space (oblique images are fine); a contour belongs to the
/// slice nearest to it. In each slice a voxel is inside when its centre is, by the even-odd rule over all contours of
/// the slice together: a contour within another one is a hole. Centres on a border: lower edges in, upper edges out,
/// so that two regions sharing a border never share a voxel.
/// roi_name  exact name, else a glob, both without regard to case; must match one region
/// errors not_found (no such region: names those there are), conflict (several match; wrong series or frame of
/// reference), geometry_mismatch (a contour more than half a slice or half a voxel outside the image, or not parallel
/// to its slices), domain (region without closed planar contour, or no voxel centre within), format
image::Mask read_rtstruct(const std::filesystem::path& path, std::string_view roi_name, const image::Geometry& geometry,
                          const RtReference& reference = {});

}  // namespace larc::io::dicom
