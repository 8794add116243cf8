#pragma once
#include <optional>
#include <string>
#include <vector>

#include "image/geometry.h"

namespace larc::io::dicom {

struct SegFile;

/// The grid that all frames of a segmentation lie on, and the slice of each.
struct SegStack {
  image::Geometry grid;  // slices that no frame describes are between them, too
  std::vector<int> slice_of_frame;
};

struct StackResult {
  std::optional<SegStack> stack;
  std::string fault;  // why there is none
};

/// Slice spacing from the positions and the spacing that the file gives; of a single slice from the latter alone.
StackResult stack_of(const SegFile& file);

}  // namespace larc::io::dicom
