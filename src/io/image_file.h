#pragma once
#include <filesystem>
#include <string>
#include <string_view>

#include "image/volume.h"

namespace larc::io {

/// By name: .nii, .nii.gz, .nrrd, .nhdr, .mha, .mhd, whatever the case.
bool looks_like_image_file(const std::filesystem::path& path);

/// One 3D image, geometry as ITK 5.2 reads it. Geometry in LPS; NIfTI qform and sform are honoured (scanner-based form
/// first), without either the axes are those of LPS; a direction within 1e-3 of orthonormal, as float headers give it,
/// becomes the nearest orthonormal one. A 2D NRRD or MetaImage becomes one slice, a 4D image with one frame that frame.
/// errors not_found; format (empty, cut off, not an image: names the file and the remedy); unsupported (several frames
/// or channels, an extension not known); domain (sheared axes)
image::Volume read_image(const std::filesystem::path& path);

/// A label map in which every voxel is 0 or not 0: 1 where it is not.
/// errors as read_image, and domain: a voxel that is not a whole number
image::Mask read_mask(const std::filesystem::path& path);

/// Writes .nrrd, .nii, .nii.gz or .mha in the smallest voxel type that holds every voxel exactly (uint8, int16,
/// uint16, int32, float32, float64). The same image gives the same bytes, and the target is the old file or the new
/// one. `.nrrd` and `.mha` keep the doubles of the geometry; `.nii` stores float32 geometry.
/// errors unsupported (extension), domain (invalid geometry, voxel count), io
void write_image(const std::filesystem::path& path, const image::Volume& volume);
void write_image(const std::filesystem::path& path, const image::Mask& mask);

/// A gzip-compressed NRRD in memory, as the content store keeps volumes: attached header, LPS, geometry as the shortest
/// digits that give the same double, voxels little endian in the smallest exact type. Same image, same bytes.
std::string encode_nrrd(const image::Volume& volume);
std::string encode_nrrd(const image::Mask& mask);

/// Reads back what encode_nrrd wrote, and nothing else. `name` stands in error messages.
/// errors format: cut off, damaged, or not in larc's own form
image::Volume decode_nrrd(std::string_view bytes, const std::string& name = "image");
/// As read_mask. Exact for what encode_nrrd(Mask) wrote.
image::Mask decode_nrrd_mask(std::string_view bytes, const std::string& name = "mask");

}  // namespace larc::io
