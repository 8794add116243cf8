#pragma once
#include <string>
#include <string_view>

#include "image/volume.h"
#include "io/nrrd.h"

namespace larc::io {

/// A MetaImage (.mha, or .mhd with its data file): scalar, 2D, 3D, or 4D with one frame, raw or zlib.
/// errors format, unsupported, domain, as read_image
image::Volume decode_meta_image(std::string_view bytes, const std::string& name, const ReadDetached& read_detached);

/// .mha, not compressed, smallest exact voxel type, geometry as the shortest exact digits.
std::string encode_meta_image(const image::Volume& volume);

}  // namespace larc::io
