#pragma once
#include <algorithm>

#include "image/volume.h"

namespace larc::preprocess {

// Boxes of voxels, both ends inside; empty where lower exceeds upper.

inline image::Box all_of(const image::Index3& size) {
  return {{0, 0, 0}, {size[0] - 1, size[1] - 1, size[2] - 1}};
}

inline image::Index3 size_of(const image::Box& box) {
  return {box.upper[0] - box.lower[0] + 1, box.upper[1] - box.lower[1] + 1, box.upper[2] - box.lower[2] + 1};
}

inline image::Box grown(image::Box box, const image::Index3& voxels) {
  for (std::size_t a = 0; a < 3; ++a) {
    box.lower[a] -= voxels[a];
    box.upper[a] += voxels[a];
  }
  return box;
}

inline image::Box grown(const image::Box& box, int voxels) {
  return grown(box, {voxels, voxels, voxels});
}

inline image::Box common(const image::Box& a, const image::Box& b) {
  image::Box box{};
  for (std::size_t axis = 0; axis < 3; ++axis) {
    box.lower[axis] = std::max(a.lower[axis], b.lower[axis]);
    box.upper[axis] = std::min(a.upper[axis], b.upper[axis]);
  }
  return box;
}

inline bool within(const image::Box& inner, const image::Box& outer) {
  const image::Box box = common(inner, outer);
  return box.lower == inner.lower && box.upper == inner.upper;
}

/// In indices that count from `origin`.
inline image::Box counted_from(image::Box box, const image::Index3& origin) {
  for (std::size_t a = 0; a < 3; ++a) {
    box.lower[a] -= origin[a];
    box.upper[a] -= origin[a];
  }
  return box;
}

/// Back again: the box whose indices count from `origin`.
inline image::Box moved(image::Box box, const image::Index3& origin) {
  for (std::size_t a = 0; a < 3; ++a) {
    box.lower[a] += origin[a];
    box.upper[a] += origin[a];
  }
  return box;
}

}  // namespace larc::preprocess
