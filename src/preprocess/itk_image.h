#pragma once
// ITK's types stay within this folder's .cpp files; nothing outside src/preprocess includes this header.
#include <itkImage.h>

#include <vector>

#include "image/volume.h"

namespace larc::preprocess {

/// Once a process, before any other use of ITK: console warnings and threads off (results must not depend on their
/// number), and ITK's own set-up done in one thread.
void start_itk();

/// The grid of an ITK image whose first voxel has index `start`.
inline void set_grid(itk::ImageBase<3>& image, const image::Geometry& g, const image::Index3& start = {0, 0, 0}) {
  itk::ImageBase<3>::RegionType region;
  itk::ImageBase<3>::SpacingType spacing;
  itk::ImageBase<3>::PointType origin;
  itk::ImageBase<3>::DirectionType direction;
  for (unsigned a = 0; a < 3; ++a) {
    region.SetIndex(a, start[a]);
    region.SetSize(a, static_cast<itk::SizeValueType>(g.size[a]));
    spacing[a] = g.spacing_mm[a];
    origin[a] = g.origin_lps[a];
    for (unsigned c = 0; c < 3; ++c) direction(a, c) = g.direction[a][c];
  }
  image.SetRegions(region);
  image.SetSpacing(spacing);
  image.SetOrigin(origin);
  image.SetDirection(direction);
}

/// Copies the voxels into an ITK image whose first voxel has index `start`.
template <typename Pixel, typename Voxels>
typename itk::Image<Pixel, 3>::Pointer to_itk(const Voxels& voxels, const image::Geometry& g,
                                              const image::Index3& start) {
  auto out = itk::Image<Pixel, 3>::New();
  set_grid(*out, g, start);
  out->Allocate();
  Pixel* target = out->GetBufferPointer();
  for (const auto& value : voxels) *target++ = static_cast<Pixel>(value);
  return out;
}

/// The voxels with their only layer along `axis` repeated; grid.size changes, the origin does not.
template <typename Value>
std::vector<Value> repeat_layer(const std::vector<Value>& voxels, image::Geometry& grid, std::size_t axis, int copies) {
  std::size_t run = 1;
  for (std::size_t lower = 0; lower < axis; ++lower) run *= static_cast<std::size_t>(grid.size[lower]);
  std::vector<Value> repeated;
  repeated.reserve(voxels.size() * static_cast<std::size_t>(copies));
  for (std::size_t at = 0; at < voxels.size(); at += run)
    for (int copy = 0; copy < copies; ++copy)
      repeated.insert(repeated.end(), voxels.begin() + static_cast<std::ptrdiff_t>(at),
                      voxels.begin() + static_cast<std::ptrdiff_t>(at + run));
  grid.size[axis] = copies;
  return repeated;
}

}  // namespace larc::preprocess
