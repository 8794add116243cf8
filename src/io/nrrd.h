#pragma once
#include <functional>
#include <string>
#include <string_view>

#include "image/volume.h"

namespace larc::io {

/// Bytes of a data file that a detached header names.
using ReadDetached = std::function<std::string(const std::string& file_name)>;

/// NRRD 1 to 5, scalar, 2D, 3D, or 4D with one frame; encoding raw, gzip or text; space LPS, RAS, LAS or none.
/// `read_detached` null: detached data are refused.
/// errors format, unsupported, domain, as read_image
image::Volume parse_nrrd(std::string_view bytes, const std::string& name, const ReadDetached& read_detached);

}  // namespace larc::io
