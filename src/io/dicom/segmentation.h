#pragma once
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "image/placement.h"
#include "io/dicom/code.h"

namespace larc::io::dicom {

/// One segment of a DICOM Segmentation (PS3.3 C.8.20).
struct SegSegment {
  int number;
  std::string label;
  Code category;
  Code type;
  Code anatomic_region;        // empty where the file gives none
  std::string algorithm_type;  // MANUAL, SEMIAUTOMATIC, AUTOMATIC
  std::string algorithm_name;
  std::string tracking_id;
  std::string tracking_uid;
  int frame_count = 0;  // frames that can hold it; in a LABELMAP all of them
};

/// Whether a file is a Segmentation or a Label Map Segmentation, by its SOP class.
bool is_segmentation(const std::string& sop_class_uid);

/// All segments by number, the background of a label map included. errors not_found, format (not a segmentation, or one
/// that contradicts itself)
std::vector<SegSegment> list_segments(const std::filesystem::path& path);

/// What the segmentation was drawn on. The list is empty where the file does not say. errors as list_segments
struct SegReferences {
  std::string frame_of_reference_uid;
  std::vector<std::string> series_uids;
};
SegReferences segmentation_references(const std::filesystem::path& path);

struct SegOptions {
  /// The image that the mask is for; empty UIDs are not checked.
  std::string series_uid;
  std::string frame_of_reference_uid;
  /// A voxel of a FRACTIONAL segmentation is inside from this share of MaximumFractionalValue on.
  double threshold = 0.5;
  image::OtherGrid other_grid = image::OtherGrid::refuse;
};

struct SegMask {
  SegSegment segment;
  image::Mask mask;         // on the grid of the image
  double volume_mm3;        // of `mask`
  double drawn_volume_mm3;  // on the segmentation's own grid; NaN where its slice spacing is not known
  std::vector<std::string> notes;
};

/// One segment on the grid of an image. Each frame is placed by its position and orientation, so the order of frames,
/// absent frames (nothing is marked there), flipped and permuted axes do not matter. Frames whose pixels are not voxel
/// centres of the image are refused, or resampled by nearest neighbour with a note.
/// BINARY, FRACTIONAL (threshold, noted) and LABELMAP; segments may overlap.
/// which  a segment number, else the exact label, else a glob on the label, without regard to case; the background of a
///        label map goes by number only
/// errors not_found (no such segment: names those there are); conflict (several match; other series or frame of
///        reference); geometry_mismatch (another grid: what differs; marked voxels outside the image: how many);
///        domain (nothing marked, no voxel of the image within); unsupported (slide microscopy tiles, frames without
///        position, a transfer syntax without decoder); format
SegMask read_segment(const std::filesystem::path& path, std::string_view which, const image::Geometry& image,
                     const SegOptions& options = {});
/// The mask alone.
image::Mask read_segment(const std::filesystem::path& path, int number, const image::Geometry& image);

}  // namespace larc::io::dicom
