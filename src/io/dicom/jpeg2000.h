#pragma once
#include <cstdint>
#include <string_view>
#include <vector>

namespace larc::io::dicom {

struct Jpeg2000Image {
  std::vector<std::int32_t> values;  // rows * columns
  unsigned precision = 0;
  bool is_signed = false;
};

/// One grey image from a JPEG 2000 codestream (OpenJPEG), which must have this size.
/// errors format: not JPEG 2000, another size, more than one component, or what the decoder says
Jpeg2000Image decode_jpeg2000(std::string_view codestream, int rows, int columns);

}  // namespace larc::io::dicom
