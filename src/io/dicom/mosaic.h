#pragma once
// DCMTK's types stay within this folder's .cpp files; nothing outside src/io/dicom includes this header.
#include "io/dicom/dataset.h"
#include "io/dicom/scan.h"

namespace larc::io::dicom {

/// Siemens' MOSAIC: the slices of one volume as tiles of one image, a square of tiles filled row by row.
bool is_mosaic(const DicomInstance& instance);

/// One description for each tile, in the tiles' order. The header's position is that of a plain image of the mosaic's
/// size around the same centre, so the corner of a tile lies (columns of the mosaic - columns of a tile) / 2 further
/// along the row, and likewise down the column. The slices follow the normal; the CSA header says which way it points.
/// errors format: number of tiles, slice spacing or geometry absent, or a size that the tiles do not fill
std::vector<DicomInstance> tiles_of(const Attributes& data, const DicomInstance& mosaic);

/// Tiles along one side.
int tiles_a_side(int tiles);

}  // namespace larc::io::dicom
