#include "image/volume.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <set>

#include "core/error.h"
#include "core/number.h"
#include "core/text.h"
#include "image/box.h"

namespace larc::image {

std::size_t voxel_count(const Mask& mask) {
  return static_cast<std::size_t>(
      std::count_if(mask.voxels.begin(), mask.voxels.end(), [](std::uint8_t v) { return v != 0; }));
}

namespace {

// First index in begin .. end - 1 that is not 0, or end; eight bytes at a time.
std::size_t first_set(const std::uint8_t* row, std::size_t begin, std::size_t end) {
  std::uint64_t word;
  for (; begin + sizeof word <= end; begin += sizeof word) {
    std::memcpy(&word, row + begin, sizeof word);
    if (word != 0) break;
  }
  while (begin < end && row[begin] == 0) ++begin;
  return begin;
}

}  // namespace

Box bounding_box(const Mask& mask) {
  const Geometry& g = mask.geometry;
  Box box{g.size, {-1, -1, -1}};
  const auto width = static_cast<std::size_t>(g.size[0]);
  for (int k = 0; k < g.size[2]; ++k)
    for (int j = 0; j < g.size[1]; ++j) {
      const std::uint8_t* row = mask.voxels.data() + g.offset(0, j, k);
      const std::size_t first = first_set(row, 0, width);
      if (first == width) continue;
      std::size_t last = width - 1;
      while (row[last] == 0) --last;
      box.lower = {std::min(box.lower[0], static_cast<int>(first)), std::min(box.lower[1], j),
                   std::min(box.lower[2], k)};
      box.upper = {std::max(box.upper[0], static_cast<int>(last)), std::max(box.upper[1], j),
                   std::max(box.upper[2], k)};
    }
  if (box.upper[0] < 0) throw Error(ErrorCode::domain, "the mask is empty: no voxel is marked; outline the region");
  return box;
}

namespace {

template <typename Image>
Image crop_any(const Image& image, Box box) {
  const Geometry& g = image.geometry;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    box.lower[axis] = std::clamp(box.lower[axis], 0, g.size[axis] - 1);
    box.upper[axis] = std::clamp(box.upper[axis], box.lower[axis], g.size[axis] - 1);
  }
  Image part{part_of(g, box), {}};
  part.voxels.reserve(part.geometry.voxel_count());
  for (int k = box.lower[2]; k <= box.upper[2]; ++k)
    for (int j = box.lower[1]; j <= box.upper[1]; ++j) {
      const auto first = image.voxels.begin() + static_cast<std::ptrdiff_t>(g.offset(box.lower[0], j, k));
      part.voxels.insert(part.voxels.end(), first, first + part.geometry.size[0]);
    }
  return part;
}

}  // namespace

Volume crop(const Volume& volume, const Box& box) {
  return crop_any(volume, box);
}
Mask crop(const Mask& mask, const Box& box) {
  return crop_any(mask, box);
}

Mask select_label(const Volume& label_map, int label) {
  Mask mask{label_map.geometry, std::vector<std::uint8_t>(label_map.voxels.size(), 0)};
  bool found = false;
  for (std::size_t v = 0; v < label_map.voxels.size(); ++v) {
    const double value = label_map.voxels[v];
    if (value != std::round(value))
      throw Error(ErrorCode::domain, "the label map holds " + format_double(value) +
                                         ", labels are whole numbers; give a label map, not a probability map");
    if (value == label) {
      mask.voxels[v] = 1;
      found = true;
    }
  }
  if (!found) {
    std::set<double> labels;
    for (const double value : label_map.voxels)
      if (value != 0 && labels.size() < 20) labels.insert(value);
    if (labels.empty()) throw Error(ErrorCode::domain, "the mask is empty: no voxel is marked; outline the region");
    std::vector<std::string> names;
    for (const double value : labels) names.push_back(format_double(value));
    throw Error(ErrorCode::domain, "label " + std::to_string(label) + " is not in the mask; it holds " +
                                       join(names, ", ") + "; choose one of these");
  }
  return mask;
}

void check_same_geometry(const Volume& volume, const Mask& mask) {
  if (!same_geometry(volume.geometry, mask.geometry))
    throw Error(ErrorCode::geometry_mismatch,
                "image and mask do not match: " + describe_difference(volume.geometry, mask.geometry) +
                    "; export the mask on the grid of this image");
}

void check_finite(const Volume& volume, const std::string& name) {
  std::size_t count = 0, first = 0;
  for (std::size_t v = 0; v < volume.voxels.size(); ++v)
    if (!std::isfinite(volume.voxels[v]) && count++ == 0) first = v;
  if (count == 0) return;
  const auto nx = static_cast<std::size_t>(volume.geometry.size[0]),
             ny = static_cast<std::size_t>(volume.geometry.size[1]);
  throw Error(ErrorCode::domain, name + " has " + std::to_string(count) +
                                     " voxels that are NaN or infinite, the first at index (" +
                                     std::to_string(first % nx) + ", " + std::to_string(first / nx % ny) + ", " +
                                     std::to_string(first / nx / ny) + "); repair or exclude the image");
}

}  // namespace larc::image
