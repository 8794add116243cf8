#include "io/image_reader.h"

#include <cerrno>
#include <cstring>
#include <fstream>

#include "core/error.h"
#include "core/file.h"
#include "core/text.h"
#include "io/gzip.h"
#include "io/image_file.h"
#include "io/itk_image.h"
#include "io/meta_image.h"
#include "io/stored_voxels.h"

namespace larc::io {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kPiece = std::size_t{1} << 18;   // bytes: fits the second cache
constexpr std::size_t kHeader = std::size_t{1} << 20;  // bytes of a file's beginning looked at for its header

std::ifstream open_at(const fs::path& path, std::size_t offset) {
  std::ifstream stream(path, std::ios::binary);
  if (!stream) throw Error(ErrorCode::io, "file " + path.string() + " cannot be opened: " + std::strerror(errno));
  stream.seekg(static_cast<std::streamoff>(offset));
  return stream;
}

std::string beginning_of(const fs::path& path, std::size_t bytes) {
  std::string head(bytes, '\0');
  std::ifstream stream = open_at(path, 0);
  stream.read(head.data(), static_cast<std::streamsize>(bytes));
  head.resize(static_cast<std::size_t>(stream.gcount()));
  return head;
}

/// Pieces of a file from `offset` on, for Gunzip.
std::function<std::string_view()> pieces_of(const fs::path& path, std::size_t offset) {
  auto stream = std::make_shared<std::ifstream>(open_at(path, offset));
  auto buffer = std::make_shared<std::string>(kPiece, '\0');
  return [stream, buffer] {
    stream->read(buffer->data(), static_cast<std::streamsize>(buffer->size()));
    return std::string_view(buffer->data(), static_cast<std::size_t>(stream->gcount()));
  };
}

Error breaks_off(const std::string& name, std::size_t needed, std::size_t there) {
  return Error(ErrorCode::format, name + " breaks off: " + std::to_string(needed) + " bytes of voxels announced, " +
                                      std::to_string(there) + " there; copy the file again from its source");
}

}  // namespace

ImageReader::ImageReader(const fs::path& path) : path_(path), name_(path.string()) {
  if (!looks_like_image_file(path))
    throw Error(
        ErrorCode::unsupported,
        name_ + ": not an image format that larc knows by its name; give .nii, .nii.gz, .nrrd, .nhdr, .mha or .mhd");
  std::error_code status;
  if (!fs::exists(path, status)) throw Error(ErrorCode::not_found, "file " + name_ + " does not exist; check the path");
  if (fs::is_directory(path, status)) throw Error(ErrorCode::not_found, name_ + " is a folder; give the image file");
  const auto size = static_cast<std::size_t>(fs::file_size(path));
  if (size == 0) throw Error(ErrorCode::format, name_ + " is empty (0 bytes); copy the file again from its source");

  const std::string lower = to_lower(name_);
  if (lower.ends_with(".nii") || lower.ends_with(".nii.gz")) {
    std::string head = beginning_of(path, kNiftiHeaderBytes);
    compressed_ = is_gzip(head);
    if (compressed_ && !lower.ends_with(".gz"))
      throw Error(ErrorCode::format, name_ + " is compressed, against its name; rename it to .nii.gz");
    if (compressed_) {
      head.resize(kNiftiHeaderBytes);
      head.resize(Gunzip(pieces_of(path, 0), name_).read(head.data(), head.size()));
    }
    const NiftiLayout layout = nifti_layout(head, path);
    geometry_ = read_header_with_itk(path, FileFormat::nifti, layout.millimetres).geometry;
    type_ = layout.type;
    scaled_ = layout.scaled;
    slope_ = layout.slope;
    intercept_ = layout.intercept;
    big_endian_ = layout.big_endian;
    (compressed_ ? stream_offset_ : file_offset_) = layout.offset;
    may_go_on_ = true;
    if (layout.count != geometry_.voxel_count())
      throw Error(ErrorCode::format, name_ + ": its header contradicts itself; export the image again");
  } else if (lower.ends_with(".nrrd") || lower.ends_with(".nhdr")) {
    const std::string head = beginning_of(path, std::min(size, kHeader));
    check_nrrd_header(head, path);
    const ImageHeader header = read_header_with_itk(path, FileFormat::nrrd);
    geometry_ = header.geometry;
    type_ = header.type;
    const NrrdLayout layout = nrrd_layout(head, path);
    big_endian_ = layout.big_endian;
    compressed_ = layout.compressed;
    file_offset_ = layout.offset;
    if (layout.detached)
      held_ = std::make_shared<std::string>(
          read_nrrd_voxels(read_file(path), path, geometry_.voxel_count() * byte_size(type_)).bytes);
  } else {
    const std::string bytes = read_file(path);
    const ImageHeader header = read_meta_image_header(bytes, path);
    geometry_ = header.geometry;
    type_ = header.type;
    StoredVoxels stored = read_meta_image_voxels(bytes, path, geometry_.voxel_count() * byte_size(type_));
    big_endian_ = stored.big_endian;
    held_ = std::make_shared<std::string>(std::move(stored.bytes));
  }
  if (held_ || compressed_) return;
  const std::size_t needed = geometry_.voxel_count() * byte_size(type_);
  if (size < file_offset_)
    throw Error(ErrorCode::format,
                name_ + " breaks off before its voxels, or its header is damaged; copy the file again");
  if (size - file_offset_ < needed) throw breaks_off(name_, needed, size - file_offset_);
  if (size - file_offset_ > needed && !may_go_on_)
    throw Error(ErrorCode::format,
                name_ + ": more bytes than the header announces; the NRRD file is damaged, export it again");
}

ImageReader::~ImageReader() = default;

void ImageReader::give(std::string& piece, std::size_t bytes, std::size_t first, const Sink& sink) const {
  const std::size_t width = byte_size(type_);
  if (big_endian_ && width > 1)
    for (std::size_t at = 0; at < bytes; at += width)
      std::reverse(piece.begin() + static_cast<std::ptrdiff_t>(at),
                   piece.begin() + static_cast<std::ptrdiff_t>(at + width));
  sink(std::string_view(piece.data(), bytes), first);
}

void ImageReader::read(std::size_t first, std::size_t last, const Sink& sink) const {
  if (held_) {
    const std::size_t width = byte_size(type_), step = kPiece / width;
    std::string piece;
    for (; first < last; first += step) {
      const std::size_t count = std::min(step, last - first);
      piece.assign(*held_, first * width, count * width);
      give(piece, count * width, first, sink);
    }
  } else if (compressed_) {
    read_compressed(first, last, sink);
  } else {
    read_plain(first, last, sink);
  }
}

void ImageReader::read_plain(std::size_t first, std::size_t last, const Sink& sink) const {
  const std::size_t width = byte_size(type_), step = kPiece / width;
  std::string piece(kPiece, '\0');
  std::ifstream stream;
  stream.rdbuf()->pubsetbuf(nullptr, 0);
  stream.open(path_, std::ios::binary);
  stream.seekg(static_cast<std::streamoff>(file_offset_ + first * width));
  for (; first < last; first += step) {
    const std::size_t bytes = std::min(step, last - first) * width;
    if (!stream.read(piece.data(), static_cast<std::streamsize>(bytes)))
      throw Error(ErrorCode::io, "file " + name_ + " cannot be read to its end");
    give(piece, bytes, first, sink);
  }
}

void ImageReader::read_compressed(std::size_t first, std::size_t last, const Sink& sink) const {
  const std::size_t width = byte_size(type_), step = kPiece / width, count = geometry_.voxel_count();
  Gunzip stream(pieces_of(path_, file_offset_), name_);
  std::string piece(kPiece, '\0');
  for (std::size_t skipped = 0; skipped < stream_offset_;) {
    const std::size_t bytes = std::min(kPiece, stream_offset_ - skipped);
    if (stream.read(piece.data(), bytes) < bytes)
      throw Error(ErrorCode::format,
                  name_ + " breaks off before its voxels, or its header is damaged; copy the file again");
    skipped += bytes;
  }
  for (std::size_t at = 0; at < count; at += step) {
    const std::size_t bytes = std::min(step, count - at) * width, got = stream.read(piece.data(), bytes);
    if (got < bytes) throw breaks_off(name_, count * width, at * width + got);
    const std::size_t from = std::max(at, first), to = std::min(at + bytes / width, last);
    if (from >= to) continue;
    if (from > at) piece.erase(0, (from - at) * width);
    give(piece, (to - from) * width, from, sink);
    piece.resize(kPiece);
  }
  while (stream.read(piece.data(), kPiece) > 0)
    if (!may_go_on_)
      throw Error(ErrorCode::format,
                  name_ + ": more bytes than the header announces; the NRRD file is damaged, export it again");
}

}  // namespace larc::io
