#pragma once
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "io/voxels.h"

namespace larc::io {

/// The voxels of an image file, taken from bytes that were found complete. The readers behind ITK fill what is missing
/// with zeros, turn NaN into 0 (NIfTI) or scale in float; here a gap is an error and a value is what the file says.
/// `bytes` is the whole file, `path` its place: it stands in messages, and detached voxels lie beside it.

/// What a NIfTI file holds apart from its place in space.
struct NiftiVoxels {
  std::vector<double> values;  // slope and intercept applied
  double millimetres;          // of one unit of length in the header
};

/// One single-file NIfTI-1 image, gzip by name and by content.
/// errors format (not NIfTI, cut off, damaged); unsupported (NIfTI-2, .hdr/.img pair, 2D, frames, voxel type);
/// domain (voxel size of 0, sheared sform, or sform and voxel sizes that contradict each other)
NiftiVoxels read_nifti_voxels(std::string_view bytes, const std::filesystem::path& path);

/// Where the voxels of a NIfTI file begin, not compressed any more, and what they are.
struct NiftiLayout {
  VoxelType type;
  std::size_t count;
  std::size_t offset;
  bool big_endian;
  bool scaled;  // value = stored * slope + intercept
  double slope, intercept;
  double millimetres;  // of one unit of length in the header
};

/// Bytes of a file's beginning that hold a NIfTI header.
inline constexpr std::size_t kNiftiHeaderBytes = 352;

/// head  the first bytes of the file, not compressed any more: at least kNiftiHeaderBytes, or the whole file
/// errors as read_nifti_voxels, but for those of voxels
NiftiLayout nifti_layout(std::string_view head, const std::filesystem::path& path);

/// Voxels as stored, not compressed any more, `needed` bytes.
struct StoredVoxels {
  std::string bytes;
  bool big_endian;
};

/// The fields of a MetaImage's header, NDims, DimSize, ElementType and ElementDataFile among them.
/// errors format (not a MetaImage, or no complete header); unsupported (text voxels, several data files)
std::map<std::string, std::string> meta_image_fields(std::string_view bytes, const std::filesystem::path& path);
/// errors not_found (detached voxels); format: fewer than `needed` bytes of voxels
StoredVoxels read_meta_image_voxels(std::string_view bytes, const std::filesystem::path& path, std::size_t needed);

/// errors format (not an NRRD, no complete header); unsupported (encoding, space, several data files);
/// not_found (detached voxels)
void check_nrrd_header(std::string_view bytes, const std::filesystem::path& path);
/// Where the voxels of an NRRD file begin.
struct NrrdLayout {
  std::size_t offset;
  bool compressed;
  bool big_endian;
  bool detached;  // they lie in another file
};
/// head  the first bytes of the file, the whole header among them
NrrdLayout nrrd_layout(std::string_view head, const std::filesystem::path& path);
/// errors format: fewer or more than `needed` bytes of voxels
StoredVoxels read_nrrd_voxels(std::string_view bytes, const std::filesystem::path& path, std::size_t needed);

}  // namespace larc::io
