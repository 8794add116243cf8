// Any bytes as a DICOM Segmentation: every segment on two grids, or an Error.
#include "core/error.h"
#include "io/dicom/segmentation.h"
#include "memory_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace larc;
  const fuzz::MemoryFile file(data, size);
  image::Geometry grid;
  grid.size = {7, 6, 5};
  grid.spacing_mm = {0.75, 0.5, 3.25};
  io::dicom::SegOptions nearest;
  nearest.other_grid = image::OtherGrid::nearest;
  try {
    const auto segments = io::dicom::list_segments(file.path());
    for (std::size_t s = 0; s < segments.size() && s < 4; ++s)
      for (const auto& options : {io::dicom::SegOptions{}, nearest}) try {
          io::dicom::read_segment(file.path(), std::to_string(segments[s].number), grid, options);
        } catch (const Error&) {
          // This segment does not fit the grid.
        }
  } catch (const Error&) {
    // A refusal with its reason.
  }
  return 0;
}
