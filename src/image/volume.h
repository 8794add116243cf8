#pragma once
#include <cstdint>
#include <vector>

#include "image/geometry.h"

namespace larc::image {

/// A scalar image. Voxels are doubles because features must agree with references that compute in double to 1e-9.
struct Volume {
  Geometry geometry;
  std::vector<double> voxels;  // geometry.voxel_count(), i fastest

  double at(int i, int j, int k) const { return voxels[geometry.offset(i, j, k)]; }
  double& at(int i, int j, int k) { return voxels[geometry.offset(i, j, k)]; }
};

/// A region: 1 inside, 0 outside.
struct Mask {
  Geometry geometry;
  std::vector<std::uint8_t> voxels;  // geometry.voxel_count(), i fastest

  bool at(int i, int j, int k) const { return voxels[geometry.offset(i, j, k)] != 0; }
};

std::size_t voxel_count(const Mask& mask);

/// A box of voxels: lower and upper index, both inside.
struct Box {
  Index3 lower;
  Index3 upper;
};

/// The smallest box around the mask. errors domain: empty mask
Box bounding_box(const Mask& mask);

/// The part of the image inside `box`, clipped to the image; the geometry keeps every voxel at its place.
Volume crop(const Volume& volume, const Box& box);
Mask crop(const Mask& mask, const Box& box);

/// Voxels of the label map equal to `label`. errors domain: the label is absent (names the labels there are),
/// or the map holds values that are not whole numbers
Mask select_label(const Volume& label_map, int label);

/// errors geometry_mismatch: says what differs and by how much
void check_same_geometry(const Volume& volume, const Mask& mask);

/// errors domain: NaN or infinite voxels (count, and index of the first)
void check_finite(const Volume& volume, const std::string& name);

}  // namespace larc::image
