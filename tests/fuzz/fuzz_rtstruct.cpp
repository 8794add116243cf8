// Any bytes as an RTSTRUCT: every region as a mask, or an Error.
#include "core/error.h"
#include "io/dicom/rtstruct.h"
#include "memory_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace larc;
  const fuzz::MemoryFile file(data, size);
  image::Geometry grid;
  grid.size = {7, 6, 5};
  grid.spacing_mm = {0.75, 0.5, 3.25};
  try {
    const auto rois = io::dicom::list_rois(file.path());
    io::dicom::referenced_series_uids(file.path());
    for (std::size_t r = 0; r < rois.size() && r < 4; ++r) try {
        io::dicom::read_roi(file.path(), rois[r].name, grid);
      } catch (const Error&) {
        // This region does not fit the grid.
      }
  } catch (const Error&) {
    // A refusal with its reason.
  }
  return 0;
}
