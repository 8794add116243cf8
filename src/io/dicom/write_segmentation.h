#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "image/volume.h"
#include "io/dicom/terms.h"
#include "io/dicom/write.h"

namespace larc::io::dicom {

/// One segment to write.
struct SegRegion {
  std::string label;  // 1 to 64 characters
  const image::Mask* mask = nullptr;
  RegionTerm term;
  std::string algorithm_type = "MANUAL";  // MANUAL, SEMIAUTOMATIC, AUTOMATIC
  std::string algorithm_name{};           // must be given unless MANUAL
  std::string tracking_id{};              // empty: the label
  std::string tracking_uid{};             // empty: made from patient, label and series
  std::string description{};              // in words; may be empty
};

/// What the report needs to know of a segmentation.
struct WrittenSegmentation {
  std::string sop_instance_uid;
  std::string series_uid;
  std::vector<std::string> tracking_ids, tracking_uids;  // by segment
};

/// Writes one BINARY Segmentation (PS3.3 A.51): a segment for each region, numbered from 1, and a frame for each slice
/// that it marks and refers to the image, of a multi-frame image to the frame, it was drawn on. Regions may overlap;
/// their masks share one grid. `series` are the instances of the image, at least of every marked slice; `info` gives
/// patient, study, equipment and `extra` attributes, its series_uid is that of the segmentation and its
/// frame_of_reference_uid must be the image's. read_segment gives back exactly these masks. Same input, same bytes.
/// errors geometry_mismatch (regions on different grids; a marked slice without instance), domain (no region, an empty
/// mask, a label, algorithm or date that the standard does not allow), io
WrittenSegmentation write_segmentation(const std::filesystem::path& path, const std::vector<SegRegion>& regions,
                                       const DicomSeriesInfo& info, const std::vector<DicomInstance>& series);

}  // namespace larc::io::dicom
