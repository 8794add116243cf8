#pragma once
#include <string>
#include <string_view>

#include "image/volume.h"

namespace larc::io {

/// One single-file NIfTI-1 or NIfTI-2 image, either byte order, gzip or not. The sform gives the geometry when it has a
/// code, unless it points to another space (code over 1) and the qform to the scanner (code 1); without either, voxel
/// sizes along RAS axes. Spacing is pixdim where the sform agrees with it to 1e-4, else the length of its columns.
/// scl_slope and scl_inter are applied in double.
/// errors format, unsupported, domain, as read_image
image::Volume decode_nifti(std::string_view bytes, const std::string& name);

/// NIfTI-1, not compressed, smallest exact voxel type, qform and sform with code 1.
std::string encode_nifti(const image::Volume& volume);

}  // namespace larc::io
