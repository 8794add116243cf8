#pragma once
#include <filesystem>
#include <string_view>

#include "io/plain_header.h"

namespace larc::io {

/// Grid and voxel type of a MetaImage, whose header the bytes begin with. Read here and not by ITK, whose reader does
/// not end on some damaged headers; the meaning of each field is ITK's (a row of TransformMatrix is the direction of
/// one axis).
/// errors format (no MetaImage, a field absent or not a number), unsupported (text voxels, several data files, voxel
/// type, frames or channels), domain (geometry)
ImageHeader read_meta_image_header(std::string_view bytes, const std::filesystem::path& path);

}  // namespace larc::io
