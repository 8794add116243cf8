#include "io/dicom/mosaic.h"

#include "core/number.h"
#include "io/dicom/csa_header.h"

namespace larc::io::dicom {

using image::Vec3;

namespace {

constexpr int kMostTiles = 1024;

[[noreturn]] void refuse(const std::string& name, const std::string& what) {
  throw Error(ErrorCode::format, name + ": a Siemens mosaic " + what + "; export it as single slices");
}

int number_of_tiles(const Attributes& data, const CsaHeader& csa) {
  double tiles = csa_number(csa, "NumberOfImagesInMosaic");
  if (std::isnan(tiles)) {
    const auto values = loose_numbers(data.find_private(0x0019, 0x0a, "SIEMENS MR HEADER"), 0);
    if (!values.empty()) tiles = values.front();
  }
  if (!(tiles >= 1 && tiles <= kMostTiles) || tiles != std::trunc(tiles))
    refuse(data.file_name(), "that does not say how many images it holds");
  return static_cast<int>(tiles);
}

Vec3 along(const Vec3& from, const Vec3& axis, double mm) {
  return {from[0] + axis[0] * mm, from[1] + axis[1] * mm, from[2] + axis[2] * mm};
}

}  // namespace

bool is_mosaic(const DicomInstance& instance) {
  return instance.number_of_frames.value_or(1) == 1 &&
         std::find(instance.image_type.begin(), instance.image_type.end(), "MOSAIC") != instance.image_type.end();
}

int tiles_a_side(int tiles) {
  int side = 1;
  while (side * side < tiles) ++side;
  return side;
}

std::vector<DicomInstance> tiles_of(const Attributes& data, const DicomInstance& mosaic) {
  const std::string& name = data.file_name();
  const ElementView header = data.find_private(0x0029, 0x10, "SIEMENS CSA HEADER");
  const CsaHeader csa = read_csa_header(header);
  const int tiles = number_of_tiles(data, csa), side = tiles_a_side(tiles);
  if (!mosaic.rows || !mosaic.columns || *mosaic.rows < side || *mosaic.columns < side || *mosaic.rows % side != 0 ||
      *mosaic.columns % side != 0)
    refuse(name, "whose size is no multiple of its " + std::to_string(side) + " x " + std::to_string(side) + " tiles");
  if (!mosaic.image_position_lps || !mosaic.image_orientation || !mosaic.pixel_spacing_mm)
    refuse(name, "without position, orientation or pixel spacing");
  const double spacing = mosaic.spacing_between_slices_mm;
  if (tiles > 1 && !(spacing > 0)) refuse(name, "without SpacingBetweenSlices");
  const Vec3 row = (*mosaic.image_orientation)[0], column = (*mosaic.image_orientation)[1];
  Vec3 normal{row[1] * column[2] - row[2] * column[1], row[2] * column[0] - row[0] * column[2],
              row[0] * column[1] - row[1] * column[0]};
  if (const auto entry = csa.find("SliceNormalVector"); entry != csa.end()) {
    const auto named = csa_numbers(entry->second);
    if (named.size() == 3 && named[0] * normal[0] + named[1] * normal[1] + named[2] * normal[2] < 0)
      for (double& component : normal) component = -component;
  }
  const int rows = *mosaic.rows / side, columns = *mosaic.columns / side;
  Vec3 corner =
      along(*mosaic.image_position_lps, row, (*mosaic.pixel_spacing_mm)[1] * (*mosaic.columns - columns) / 2.0);
  corner = along(corner, column, (*mosaic.pixel_spacing_mm)[0] * (*mosaic.rows - rows) / 2.0);
  std::vector<DicomInstance> slices;
  slices.reserve(static_cast<std::size_t>(tiles));
  for (int n = 0; n < tiles; ++n) {
    DicomInstance slice = mosaic;
    slice.tile = n;
    slice.rows = rows;
    slice.columns = columns;
    slice.image_position_lps = along(corner, normal, n * (tiles > 1 ? spacing : 0.0));
    slices.push_back(std::move(slice));
  }
  return slices;
}

}  // namespace larc::io::dicom
