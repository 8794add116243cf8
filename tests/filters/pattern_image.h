#pragma once
#include <cmath>
#include <string>
#include <vector>

#include "filters/pyradiomics_image_types.h"

namespace larc::test {

/// A reproducible image of whole numbers from -60 to 150, or of sevenths of them: the one the fixtures were made from.
inline image::Volume pattern_image(image::Index3 size, bool whole_numbers, image::Vec3 spacing_mm = {1, 1, 1}) {
  image::Volume volume;
  volume.geometry.size = size;
  volume.geometry.spacing_mm = spacing_mm;
  for (int k = 0; k < size[2]; ++k)
    for (int j = 0; j < size[1]; ++j)
      for (int i = 0; i < size[0]; ++i) {
        const int value = (i * 73 + j * 179 + k * 283 + i * j * 31 + j * k * 47) % 211 - 60;
        volume.voxels.push_back(whole_numbers ? value : value / 7.0);
      }
  return volume;
}

inline image::Box whole_box(const image::Volume& volume) {
  const image::Index3& size = volume.geometry.size;
  return {{0, 0, 0}, {size[0] - 1, size[1] - 1, size[2] - 1}};
}

/// One number that every voxel and its place enter.
inline double signature(const std::vector<double>& values) {
  double sum = 0;
  for (std::size_t n = 0; n < values.size(); ++n)
    sum += values[n] * static_cast<double>(static_cast<int>(n * 37 % 101) - 50);
  return sum;
}

inline std::vector<filters::DerivedImage> derive(const image::Volume& volume, const image::Box& box,
                                                 const std::string& type, const Json& options) {
  std::vector<filters::DerivedImage> images;
  filters::for_each_derived_image(volume, box, filters::PyRadiomicsImageType::from_json(type, options),
                                  [&](filters::DerivedImage&& derived) { images.push_back(std::move(derived)); });
  return images;
}

/// The voxels of `values`, which fill `outer`, that lie in `inner`.
inline std::vector<double> inside(const std::vector<double>& values, const image::Box& outer, const image::Box& inner) {
  image::Geometry grid;
  for (std::size_t a = 0; a < 3; ++a) grid.size[a] = outer.upper[a] - outer.lower[a] + 1;
  std::vector<double> part;
  for (int k = inner.lower[2]; k <= inner.upper[2]; ++k)
    for (int j = inner.lower[1]; j <= inner.upper[1]; ++j)
      for (int i = inner.lower[0]; i <= inner.upper[0]; ++i)
        part.push_back(values[grid.offset(i - outer.lower[0], j - outer.lower[1], k - outer.lower[2])]);
  return part;
}

inline double largest_difference(const std::vector<double>& a, const std::vector<double>& b) {
  if (a.size() != b.size()) return HUGE_VAL;
  double largest = 0;
  for (std::size_t n = 0; n < a.size(); ++n)
    if (!(std::isnan(a[n]) && std::isnan(b[n]))) largest = std::max(largest, std::abs(a[n] - b[n]));
  return largest;
}

}  // namespace larc::test
