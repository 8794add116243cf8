#pragma once
#include <filesystem>
#include <string>
#include <string_view>

#include "image/volume.h"
#include "io/plain_header.h"

namespace larc::io {

enum class FileFormat { nifti, meta_image, nrrd };

/// What ITK's reader of NIfTI or NRRD says of the file's header; to be asked after the header was found whole.
/// MetaImage headers are read by meta_image.h: ITK's reader does not end on some damaged ones. millimetres  of one unit
/// of length in the header errors as read_image, but for those of voxels
ImageHeader read_header_with_itk(const std::filesystem::path& path, FileFormat format, double millimetres = 1);

/// One 3D image. ITK's reader of the format (NIfTI-1, NRRD) says size, voxel type and geometry; the voxels come from
/// `bytes`, the content of the file at `path` (stored_voxels.h says why). errors as read_image
image::Volume read_with_itk(const std::filesystem::path& path, std::string_view bytes, FileFormat format);

/// The bytes of a file as ITK writes it, not compressed, in the smallest exact voxel type; NIfTI or MetaImage.
/// ITK writes files only: a temporary one stands in `folder` meanwhile.
/// errors unsupported (an axis too long for NIfTI-1), io
std::string encode_with_itk(const image::Volume& volume, FileFormat format, const std::filesystem::path& folder);

}  // namespace larc::io
