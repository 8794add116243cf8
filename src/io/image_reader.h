#pragma once
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "image/geometry.h"
#include "io/voxels.h"

namespace larc::io {

/// One 3D image file, opened: what its header says is known, its voxels are read in order and in pieces, as they are
/// stored, so that nobody needs to hold the whole image.
class ImageReader {
 public:
  /// errors as read_image, but for those of voxels
  explicit ImageReader(const std::filesystem::path& path);
  ~ImageReader();
  ImageReader(const ImageReader&) = delete;
  ImageReader& operator=(const ImageReader&) = delete;

  const std::string& name() const { return name_; }
  const image::Geometry& geometry() const { return geometry_; }
  VoxelType type() const { return type_; }
  /// Whether a voxel's value is stored * slope + intercept.
  bool scaled() const { return scaled_; }
  double slope() const { return slope_; }
  double intercept() const { return intercept_; }

  /// Receives whole voxels of type(), in this machine's byte order, and the offset of the first of them in the image.
  using Sink = std::function<void(std::string_view bytes, std::size_t first)>;
  /// Voxels first .. last - 1. May be called again. A compressed file is read to its end all the same, so that damage
  /// is found.
  /// errors format (fewer bytes than the header announces, damaged), io
  void read(std::size_t first, std::size_t last, const Sink& sink) const;
  void read(const Sink& sink) const { read(0, geometry_.voxel_count(), sink); }

 private:
  void read_plain(std::size_t first, std::size_t last, const Sink& sink) const;
  void read_compressed(std::size_t first, std::size_t last, const Sink& sink) const;
  void give(std::string& piece, std::size_t bytes, std::size_t first, const Sink& sink) const;

  std::filesystem::path path_;
  std::string name_;
  image::Geometry geometry_;
  VoxelType type_ = VoxelType::float64;
  bool scaled_ = false, big_endian_ = false, compressed_ = false, may_go_on_ = false;
  double slope_ = 1, intercept_ = 0;
  std::size_t file_offset_ = 0;        // where the voxels, or the compressed stream, begin in the file
  std::size_t stream_offset_ = 0;      // where the voxels begin in the stream
  std::shared_ptr<std::string> held_;  // voxels of files that are not read in pieces
};

}  // namespace larc::io
