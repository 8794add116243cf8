#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "image/volume.h"

namespace larc::extraction {

/// A label map of at most 255 labels, a byte a voxel.
struct LabelMap {
  std::string name;  // for messages
  image::Geometry geometry;
  std::vector<std::uint8_t> codes;   // of each voxel: 0 background, c: the label labels[c - 1]
  std::vector<std::int64_t> labels;  // in the order in which they were met
  std::string sha1;                  // of the labels as 32-bit numbers, as PyRadiomics has it; empty if not wanted
};

/// One pass over the file.
/// errors as io::read_image; domain (labels that are not whole numbers, more than 255 labels)
LabelMap read_label_map(const std::filesystem::path& path, bool with_sha1);
/// Label 1 where the mask is.
LabelMap label_map_of(const image::Mask& mask);

/// Labels there are, ascending.
std::vector<std::int64_t> labels_of(const LabelMap& map);

/// Where a label is.
struct LabelRegion {
  std::uint8_t code = 0;
  image::Box box{};
};

/// errors domain: the mask is empty, or has no such label (names those it has)
LabelRegion find_label(const LabelMap& map, std::int64_t label);

/// The label's voxels within `box`, which lies inside the map.
image::Mask mask_in_box(const LabelMap& map, const LabelRegion& region, const image::Box& box);

}  // namespace larc::extraction
