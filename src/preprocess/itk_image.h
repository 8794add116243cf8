#pragma once
// ITK's types stay within this folder's .cpp files; nothing outside src/preprocess includes this header.
#include <itkImage.h>

#include <vector>

#include "image/volume.h"

namespace larc::preprocess {

/// Once a process, before any other use of ITK: console warnings and threads off (results must not depend on their
/// number), and ITK's own set-up done in one thread.
void start_itk();

/// Copies the voxels into an ITK image whose first voxel has index `start`.
template <typename Pixel, typename Voxels>
typename itk::Image<Pixel, 3>::Pointer to_itk(const Voxels& voxels, const image::Geometry& g,
                                              const image::Index3& start) {
  using Image = itk::Image<Pixel, 3>;
  auto out = Image::New();
  typename Image::RegionType region;
  typename Image::SpacingType spacing;
  typename Image::PointType origin;
  typename Image::DirectionType direction;
  for (unsigned a = 0; a < 3; ++a) {
    region.SetIndex(a, start[a]);
    region.SetSize(a, static_cast<itk::SizeValueType>(g.size[a]));
    spacing[a] = g.spacing_mm[a];
    origin[a] = g.origin_lps[a];
    for (unsigned c = 0; c < 3; ++c) direction(a, c) = g.direction[a][c];
  }
  out->SetRegions(region);
  out->SetSpacing(spacing);
  out->SetOrigin(origin);
  out->SetDirection(direction);
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
