#pragma once
// DCMTK's types stay within this folder's .cpp files; nothing outside src/io/dicom includes this header.
#include "io/dicom/dataset.h"

namespace larc::io::dicom {

/// The elements before the pixel data of an ordinary file, without a parse tree: most files of a disk are classic
/// images in little endian, and DCMTK takes 0.3 ms for each, of which next to nothing is asked for.
struct RawHeader {
  std::string bytes;  // of the file, up to the pixel data
  std::vector<RawElement> elements;
  HeaderEnd end;
  std::uint64_t pixels_at = 0, pixels_length = 0;  // value of the pixel data; length 0: none, or compressed
};

/// returns false where the file is better left to DCMTK: no preamble, big endian, deflated, functional groups, nested
/// values that larc reads, tags out of order, lengths beyond the file, anything unknown
bool read_raw_header(const std::filesystem::path& path, RawHeader& header);

}  // namespace larc::io::dicom
