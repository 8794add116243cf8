#pragma once
// DCMTK's types stay within this folder's .cpp files; nothing outside src/io/dicom includes this header.
#include "io/dicom/dataset.h"

namespace larc::io::dicom {

enum class CellKind { integer, float32, float64 };

/// How the pixels of one file are stored, and how stored values become the displayed ones.
struct PixelLayout {
  int rows = 0, columns = 0, frames = 1;  // of the file: of a mosaic the whole of it
  CellKind kind = CellKind::integer;
  unsigned allocated = 0, stored = 0, high_bit = 0;  // bits
  bool is_signed = false;
  double rescale_slope = 1, rescale_intercept = 0;
  std::vector<double> lookup;  // modality lookup table; empty: none
  int lookup_first = 0;        // stored value of its first entry
  std::size_t pixels() const { return static_cast<std::size_t>(rows) * static_cast<std::size_t>(columns); }
};

/// errors as read_pixels
PixelLayout read_layout(const Attributes& data, const HeaderEnd& end);

/// Stored cells, `bytes` each in the machine's byte order, to the displayed values. Bits outside BitsStored are removed
/// and the sign extended. count values from cells + offset on
void to_values(const std::uint8_t* cells, unsigned bytes, std::size_t count, const PixelLayout& layout, double slope,
               double intercept, double* values);

}  // namespace larc::io::dicom
