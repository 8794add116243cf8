#pragma once
// A DICOM Segmentation opened. Internal: includes DCMTK.
#include <cstdint>
#include <optional>

#include "image/geometry.h"
#include "io/dicom/dataset.h"
#include "io/dicom/segmentation.h"

namespace larc::io::dicom {

enum class SegKind { binary, fractional, label_map };

struct SegFrame {
  int segment;           // 0 in a label map
  image::Geometry grid;  // one slice; spacing along the normal 1
};

/// Frames in file order and their pixels, as the file says.
struct SegFile {
  std::string name;
  SegKind kind = SegKind::binary;
  std::vector<SegSegment> segments;
  SegReferences references;
  std::vector<SegFrame> frames;
  int rows = 0, columns = 0;
  int bits = 1;                      // a pixel: 1, 8 or 16
  unsigned most_value = 1;           // MaximumFractionalValue
  std::string fractional_type;       // PROBABILITY or OCCUPANCY
  double spacing_between_mm = 0;     // SpacingBetweenSlices; 0 where absent
  double thickness_mm = 0;           // SliceThickness; 0 where absent
  std::vector<std::uint8_t> pixels;  // as in the file, little endian

  unsigned value(std::size_t frame, std::size_t pixel) const {
    const std::size_t at = frame * (static_cast<std::size_t>(rows) * static_cast<std::size_t>(columns)) + pixel;
    if (bits == 1) return (pixels[at / 8] >> (at % 8)) & 1U;
    if (bits == 8) return pixels[at];
    return pixels[2 * at] | (static_cast<unsigned>(pixels[2 * at + 1]) << 8);
  }
};

/// Segments and references only, or all of it. errors as read_segment
SegFile open_segments(const std::filesystem::path& path);
SegFile open_segmentation(const std::filesystem::path& path);

}  // namespace larc::io::dicom
