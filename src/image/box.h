#pragma once
#include <algorithm>

#include "image/volume.h"

namespace larc::image {

// Boxes of voxels, both ends inside; empty where lower exceeds upper.

inline Box all_of(const Index3& size) {
  return {{0, 0, 0}, {size[0] - 1, size[1] - 1, size[2] - 1}};
}

inline Index3 size_of(const Box& box) {
  return {box.upper[0] - box.lower[0] + 1, box.upper[1] - box.lower[1] + 1, box.upper[2] - box.lower[2] + 1};
}

inline Box grown(Box box, const Index3& voxels) {
  for (std::size_t a = 0; a < 3; ++a) {
    box.lower[a] -= voxels[a];
    box.upper[a] += voxels[a];
  }
  return box;
}

inline Box grown(const Box& box, int voxels) {
  return grown(box, {voxels, voxels, voxels});
}

inline Box common(const Box& a, const Box& b) {
  Box box{};
  for (std::size_t axis = 0; axis < 3; ++axis) {
    box.lower[axis] = std::max(a.lower[axis], b.lower[axis]);
    box.upper[axis] = std::min(a.upper[axis], b.upper[axis]);
  }
  return box;
}

inline bool within(const Box& inner, const Box& outer) {
  const Box box = common(inner, outer);
  return box.lower == inner.lower && box.upper == inner.upper;
}

/// A grid's box as a grid of its own: every voxel keeps its place. box  not empty
inline Geometry part_of(const Geometry& grid, const Box& box) {
  Geometry part = grid;
  part.size = size_of(box);
  part.origin_lps = grid.point_lps(
      {static_cast<double>(box.lower[0]), static_cast<double>(box.lower[1]), static_cast<double>(box.lower[2])});
  return part;
}

/// In indices that count from `origin`.
inline Box counted_from(Box box, const Index3& origin) {
  for (std::size_t a = 0; a < 3; ++a) {
    box.lower[a] -= origin[a];
    box.upper[a] -= origin[a];
  }
  return box;
}

/// Back again: the box whose indices count from `origin`.
inline Box moved(Box box, const Index3& origin) {
  for (std::size_t a = 0; a < 3; ++a) {
    box.lower[a] += origin[a];
    box.upper[a] += origin[a];
  }
  return box;
}

}  // namespace larc::image
