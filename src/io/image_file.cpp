#include "io/image_file.h"

#include "core/error.h"
#include "core/file.h"
#include "core/number.h"
#include "core/text.h"
#include "io/gzip.h"
#include "io/itk_image.h"

namespace larc::io {

namespace fs = std::filesystem;

namespace {

enum class Format { none, nifti, nifti_gz, nrrd, nhdr, mha, mhd };

Format format_of(const fs::path& path) {
  const std::string name = to_lower(path.filename().string());
  if (name.ends_with(".nii.gz")) return Format::nifti_gz;
  if (name.ends_with(".nii")) return Format::nifti;
  if (name.ends_with(".nrrd")) return Format::nrrd;
  if (name.ends_with(".nhdr")) return Format::nhdr;
  if (name.ends_with(".mha")) return Format::mha;
  if (name.ends_with(".mhd")) return Format::mhd;
  return Format::none;
}

image::Mask to_mask(const image::Volume& volume, const std::string& name) {
  image::Mask mask{volume.geometry, std::vector<std::uint8_t>(volume.voxels.size())};
  for (std::size_t v = 0; v < volume.voxels.size(); ++v) {
    const double value = volume.voxels[v];
    if (!(value == std::round(value)))
      throw Error(ErrorCode::domain, name + " holds " + format_double(value) +
                                         ", labels are whole numbers; give a label map, not a probability map");
    mask.voxels[v] = value != 0 ? 1 : 0;
  }
  return mask;
}

}  // namespace

bool looks_like_image_file(const fs::path& path) {
  return format_of(path) != Format::none;
}

image::Volume read_image(const fs::path& path) {
  const std::string name = path.string();
  const Format format = format_of(path);
  if (format == Format::none)
    throw Error(
        ErrorCode::unsupported,
        name + ": not an image format that larc knows by its name; give .nii, .nii.gz, .nrrd, .nhdr, .mha or .mhd");
  if (fs::is_directory(path)) throw Error(ErrorCode::not_found, name + " is a folder; give the image file");
  const std::string bytes = read_file(path);
  if (bytes.empty()) throw Error(ErrorCode::format, name + " is empty (0 bytes); copy the file again from its source");
  switch (format) {
    case Format::nifti:
    case Format::nifti_gz:
      return read_with_itk(path, bytes, FileFormat::nifti);
    case Format::nrrd:
    case Format::nhdr:
      return read_with_itk(path, bytes, FileFormat::nrrd);
    default:
      return read_with_itk(path, bytes, FileFormat::meta_image);
  }
}

image::Mask read_mask(const fs::path& path) {
  return to_mask(read_image(path), path.string());
}

void write_image(const fs::path& path, const image::Volume& volume) {
  image::check_geometry(volume.geometry, "image to write");
  if (volume.voxels.size() != volume.geometry.voxel_count())
    throw Error(ErrorCode::shape_mismatch, "image to write: " + std::to_string(volume.voxels.size()) +
                                               " voxels for a grid of " +
                                               std::to_string(volume.geometry.voxel_count()));
  const Format format = format_of(path);
  const bool through_itk = format == Format::nifti || format == Format::nifti_gz || format == Format::mha;
  if (through_itk && path.has_parent_path()) ensure_directory(path.parent_path());
  switch (format) {
    case Format::nifti:
      return write_file_atomic(path, encode_with_itk(volume, FileFormat::nifti, path.parent_path()));
    case Format::nifti_gz:
      return write_file_atomic(path, gzip(encode_with_itk(volume, FileFormat::nifti, path.parent_path())));
    case Format::nrrd:
      return write_file_atomic(path, encode_nrrd(volume));
    case Format::mha:
      return write_file_atomic(path, encode_with_itk(volume, FileFormat::meta_image, path.parent_path()));
    default:
      throw Error(ErrorCode::unsupported,
                  path.string() + ": larc does not write this format; name it .nii, .nii.gz, .nrrd or .mha");
  }
}

void write_image(const fs::path& path, const image::Mask& mask) {
  image::Volume volume{mask.geometry, std::vector<double>(mask.voxels.size())};
  std::transform(mask.voxels.begin(), mask.voxels.end(), volume.voxels.begin(),
                 [](std::uint8_t v) { return v != 0 ? 1.0 : 0.0; });
  write_image(path, volume);
}

image::Mask decode_nrrd_mask(std::string_view bytes, const std::string& name) {
  return to_mask(decode_nrrd(bytes, name), name);
}

}  // namespace larc::io
