#pragma once
#include <filesystem>
#include <memory>
#include <string>

#include "image/volume.h"
#include "io/image_reader.h"

namespace larc::extraction {

/// Of all voxels of an image.
struct ImageStatistics {
  double mean = 0;
  double deviation = 0;  // divided by n - 1
  double minimum = 0;
  double maximum = 0;
  bool finite = true;  // false: the others are of no use
  std::string sha1;    // of the voxels as stored; empty if not wanted
};

struct ImageRequest {
  image::Box box;           // voxels wanted, inside the image
  bool statistics = false;  // of the whole image
  bool sha1 = false;
};

struct ImagePart {
  image::Volume volume;  // the voxels in the box
  ImageStatistics statistics;
};

/// An image of which a part is wanted: read from its file once and in pieces, or taken from memory.
class ImageSource {
 public:
  virtual ~ImageSource() = default;
  virtual const std::string& name() const = 0;
  virtual const image::Geometry& geometry() const = 0;
  /// What its voxels are stored as.
  virtual io::VoxelType type() const = 0;
  virtual bool in_memory() const { return false; }
  /// errors as io::read_image
  virtual ImagePart read(const ImageRequest& request) const = 0;
};

/// Values that the file scales are given as floats, as ITK gives them, with `as_itk`; otherwise as exact doubles.
std::unique_ptr<ImageSource> image_in_file(const std::filesystem::path& path, bool as_itk);
/// volume  outlives the source
std::unique_ptr<ImageSource> image_in_memory(const image::Volume& volume);

/// The same image held in memory, read from `source` once: for several regions of one image.
std::unique_ptr<ImageSource> image_held(const ImageSource& source, bool with_sha1);

/// Statistics of a volume.
ImageStatistics statistics_of(const std::vector<double>& voxels);

}  // namespace larc::extraction
