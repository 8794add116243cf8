#pragma once
#include <string>
#include <vector>

#include "image/volume.h"

namespace larc::io::dicom {

/// Slices as they were acquired: parallel planes of one size.
struct SlicePlanes {
  image::Volume stored;                 // k-th plane: k-th slice; spacing_mm[2] and origin_lps not yet meant
  std::vector<image::Vec3> corner_lps;  // of each slice, along the normal ascending
};

/// Every slice moved within its plane onto the axes of the first, bilinear; the grid grows to hold all slices and what
/// none covers gets the lowest value there is. Corners come out on one normal. Says what was done.
std::string straighten(SlicePlanes& planes);

/// Linear along the normal onto even places `spacing_mm` apart, from the first slice to the last.
/// errors domain: a gap of more than three spacings
std::string even_out(SlicePlanes& planes, double spacing_mm);

}  // namespace larc::io::dicom
