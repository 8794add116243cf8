#include "io/itk_image.h"

#include <itkMetaDataObject.h>
#include <itkMetaImageIO.h>
#include <itkNiftiImageIO.h>
#include <itkNrrdImageIO.h>
#include <unistd.h>

#include <atomic>
#include <mutex>

#include "core/error.h"
#include "core/file.h"
#include "core/number.h"
#include "core/text.h"
#include "io/meta_image.h"
#include "io/nrrd.h"
#include "io/stored_voxels.h"
#include "io/voxels.h"

namespace larc::io {

namespace fs = std::filesystem;
using image::Geometry;
using itk::IOComponentEnum;

namespace {

/// Warnings off, once. The first object that ITK makes sets up its list of factories, which is not safe in several
/// threads at the same time: here one thread makes it and the others wait.
void start_itk_io() {
  static const bool done = [] {
    itk::Object::SetGlobalWarningDisplay(false);
    itk::NiftiImageIO::New();
    return true;
  }();
  static_cast<void>(done);
}

itk::ImageIOBase::Pointer new_image_io(FileFormat format) {
  start_itk_io();
  switch (format) {
    case FileFormat::nifti:
      return itk::NiftiImageIO::New().GetPointer();
    case FileFormat::meta_image:
      return itk::MetaImageIO::New().GetPointer();
    default:
      return itk::NrrdImageIO::New().GetPointer();
  }
}

/// What ITK says is wrong, in one line without its prefixes and addresses.
std::string reason_of(const itk::ExceptionObject& exception) {
  std::string text = exception.GetDescription(), out;
  for (const std::string& line : split(text, '\n')) {
    const std::string part(trim(line));
    if (part.empty() || to_lower(part).starts_with("itk")) continue;
    out.append(out.empty() ? "" : "; ").append(part);
  }
  if (out.empty()) out = text.substr(text.rfind("): ") == std::string::npos ? 0 : text.rfind("): ") + 3);
  return out;
}

VoxelType voxel_type(IOComponentEnum type, const std::string& name) {
  switch (type) {
    case IOComponentEnum::CHAR:
      return VoxelType::int8;
    case IOComponentEnum::UCHAR:
      return VoxelType::uint8;
    case IOComponentEnum::SHORT:
      return VoxelType::int16;
    case IOComponentEnum::USHORT:
      return VoxelType::uint16;
    case IOComponentEnum::INT:
      return VoxelType::int32;
    case IOComponentEnum::UINT:
      return VoxelType::uint32;
    case IOComponentEnum::LONG:
    case IOComponentEnum::LONGLONG:
      return VoxelType::int64;
    case IOComponentEnum::ULONG:
    case IOComponentEnum::ULONGLONG:
      return VoxelType::uint64;
    case IOComponentEnum::FLOAT:
      return VoxelType::float32;
    case IOComponentEnum::DOUBLE:
      return VoxelType::float64;
    default:
      throw Error(ErrorCode::unsupported, name + ": its voxel type is not read; export a scalar image");
  }
}

IOComponentEnum component_of(VoxelType type) {
  switch (type) {
    case VoxelType::uint8:
      return IOComponentEnum::UCHAR;
    case VoxelType::int16:
      return IOComponentEnum::SHORT;
    case VoxelType::uint16:
      return IOComponentEnum::USHORT;
    case VoxelType::int32:
      return IOComponentEnum::INT;
    case VoxelType::float32:
      return IOComponentEnum::FLOAT;
    default:
      return IOComponentEnum::DOUBLE;
  }
}

PlainHeader plain_header(const itk::ImageIOBase& io) {
  PlainHeader header;
  header.components = io.GetNumberOfComponents();
  for (unsigned axis = 0; axis < io.GetNumberOfDimensions(); ++axis) {
    header.size.push_back(io.GetDimensions(axis));
    header.spacing.push_back(io.GetSpacing(axis));
    header.origin.push_back(io.GetOrigin(axis));
    header.direction.push_back(io.GetDirection(axis));
  }
  return header;
}

void read_information(itk::ImageIOBase& io, const std::string& name) {
  static std::mutex one_at_a_time;  // NrrdIO gathers its error messages in one place for all threads
  const std::lock_guard<std::mutex> lock(one_at_a_time);
  try {
    io.ReadImageInformation();
  } catch (const itk::ExceptionObject& exception) {
    const std::string reason = reason_of(exception);
    if (reason.find("orthonormal") != std::string::npos)
      throw Error(ErrorCode::domain, name +
                                         ": the image axes are not at right angles (sheared or degenerate direction "
                                         "matrix); resample the image to a rectangular grid first");
    throw Error(ErrorCode::format, name + ": " + reason + "; the header is damaged, export the image again");
  }
}

struct TemporaryFile {
  fs::path path;
  ~TemporaryFile() {
    std::error_code ignored;
    fs::remove(path, ignored);
  }
};

}  // namespace

ImageHeader read_header_with_itk(const fs::path& path, FileFormat format, double millimetres) {
  const std::string name = path.string();
  const itk::ImageIOBase::Pointer io = new_image_io(format);
  io->SetFileName(name);
  read_information(*io, name);
  ImageHeader header{geometry_of(plain_header(*io), name), {}};
  for (double& v : header.geometry.origin_lps) v *= millimetres;  // ITK scales the spacing alone
  if (format == FileFormat::nrrd)
    use_exact_geometry(header.geometry, [&](const char* key) {
      std::string text;
      itk::ExposeMetaData<std::string>(io->GetMetaDataDictionary(), key, text);
      return text;
    });
  image::check_geometry(header.geometry, name);
  checked_voxel_count(header.geometry.size, name);
  header.type = voxel_type(io->GetComponentType(), name);
  return header;
}

image::Volume read_with_itk(const fs::path& path, std::string_view bytes, FileFormat format) {
  const std::string name = path.string();
  image::Volume volume;
  double millimetres = 1.0;
  if (format == FileFormat::nifti) {
    NiftiVoxels nifti = read_nifti_voxels(bytes, path);
    volume.voxels = std::move(nifti.values);
    millimetres = nifti.millimetres;
  }
  if (format == FileFormat::nrrd) check_nrrd_header(bytes, path);

  const ImageHeader header = format == FileFormat::meta_image ? read_meta_image_header(bytes, path)
                                                              : read_header_with_itk(path, format, millimetres);
  volume.geometry = header.geometry;
  const std::size_t count = volume.geometry.voxel_count();
  if (format == FileFormat::nifti) {
    if (volume.voxels.size() != count)
      throw Error(ErrorCode::format, name + ": its header contradicts itself; export the image again");
    return volume;
  }
  const std::size_t needed = count * byte_size(header.type);
  const StoredVoxels stored = format == FileFormat::meta_image ? read_meta_image_voxels(bytes, path, needed)
                                                               : read_nrrd_voxels(bytes, path, needed);
  volume.voxels = decode_voxels(stored.bytes, count, header.type, name, stored.big_endian);
  return volume;
}

std::string encode_with_itk(const image::Volume& volume, FileFormat format, const fs::path& folder) {
  const Geometry& g = volume.geometry;
  for (const int n : g.size)
    if (format == FileFormat::nifti && n > 32767)
      throw Error(ErrorCode::unsupported, "NIfTI-1 holds at most 32767 voxels along an axis; write .nrrd instead");
  const VoxelType type = smallest_exact_type(volume.voxels);
  static std::atomic<unsigned> counter{0};
  std::string unique = "larc-";
  unique.append(std::to_string(::getpid())).append("-").append(std::to_string(counter++));
  const TemporaryFile file{folder / (unique + (format == FileFormat::nifti ? ".partial.nii" : ".partial.mha"))};
  const itk::ImageIOBase::Pointer io = new_image_io(format);
  io->SetFileName(file.path.string());
  io->SetNumberOfDimensions(3);
  io->SetComponentType(component_of(type));
  io->SetPixelType(itk::IOPixelEnum::SCALAR);
  io->SetNumberOfComponents(1);
  itk::ImageIORegion region(3);
  for (unsigned axis = 0; axis < 3; ++axis) {
    const auto size = static_cast<itk::SizeValueType>(g.size[axis]);
    io->SetDimensions(axis, size);
    region.SetSize(axis, size);
    io->SetSpacing(axis, g.spacing_mm[axis]);
    io->SetOrigin(axis, g.origin_lps[axis]);
    io->SetDirection(axis, std::vector<double>{g.direction[0][axis], g.direction[1][axis], g.direction[2][axis]});
  }
  io->SetIORegion(region);
  const std::string stored = encode_voxels(volume.voxels, type);
  try {
    io->WriteImageInformation();
    io->Write(stored.data());
  } catch (const itk::ExceptionObject& exception) {
    throw Error(ErrorCode::io,
                "image to write: " + reason_of(exception) + "; look at the space and the rights on the disk");
  }
  return read_file(file.path);
}

}  // namespace larc::io
