#pragma once
#include <functional>
#include <string>
#include <string_view>

#include "image/geometry.h"

namespace larc::io {

/// NRRD keeps spacing and direction as one product. larc's files hold them apart as well, in keys of their own, so that
/// the doubles come back unchanged. Takes them over when they agree with `geometry`, as read from the product; an
/// edited header has moved away from them and wins. value_of  text of a key, empty when absent
void use_exact_geometry(image::Geometry& geometry, const std::function<std::string(const char* key)>& value_of);

/// The grid of an image as the content store keeps it, without its voxels. errors format: as decode_nrrd, of the header
image::Geometry decode_nrrd_geometry(std::string_view bytes, const std::string& name);

}  // namespace larc::io
