// Any bytes as an image file: the first byte says by which name, NIfTI (plain or compressed), NRRD or MetaImage. Read
// whole and in pieces, as a label map onto a grid, or refused with an Error.
#include "core/error.h"
#include "image/placement.h"
#include "io/image_file.h"
#include "io/image_reader.h"
#include "memory_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace larc;
  static const char* const kEndings[] = {".nii", ".nii.gz", ".nrrd", ".mha"};
  if (size == 0) return 0;
  const auto path = fuzz::named_file(data + 1, size - 1, kEndings[data[0] % 4]);
  try {
    const io::ImageReader reader(path);
    reader.read([](std::string_view, std::size_t) {});
  } catch (const Error&) {
    // A refusal with its reason.
  }
  try {
    const image::Volume labels = io::read_image(path);
    image::label_volumes_mm3(labels);
    image::Geometry grid;
    grid.size = {7, 6, 5};
    image::mask_on(labels, 1, grid, image::OtherGrid::nearest);
  } catch (const Error&) {
    // A refusal with its reason.
  }
  return 0;
}
