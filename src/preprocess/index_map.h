#pragma once
#include "image/volume.h"

namespace larc::preprocess {

/// Where the voxels of one grid lie in another: source index = origin + matrix * target index.
struct IndexMap {
  image::Vec3 origin{0, 0, 0};
  image::Mat3 matrix{{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}};

  image::Vec3 at(const image::Vec3& target) const;
};

/// With the true inverse of the source's direction matrix: grids of one rounded matrix stay parallel.
IndexMap index_map(const image::Geometry& source, const image::Geometry& target);

/// The map of the box's own indices, which count from its lower corner.
IndexMap shifted(const IndexMap& map, const image::Index3& lower);

/// The box of source indices that encloses the places of a target box, rounded outwards, not clipped.
image::Box enclosing_box(const IndexMap& map, const image::Box& target);

}  // namespace larc::preprocess
