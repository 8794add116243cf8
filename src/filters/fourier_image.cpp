#include "filters/fourier_image.h"

namespace larc::filters {

Extended extended(const image::Volume& volume, const image::Index3& margin, int dimension, Boundary boundary) {
  Extended result;
  result.size = volume.geometry.size;
  std::array<std::vector<int>, 3> index;
  for (std::size_t a = 0; a < 3; ++a) {
    const int size = volume.geometry.size[a];
    if (boundary != Boundary::periodic && a < static_cast<std::size_t>(dimension)) {
      result.lower[a] = margin[a];
      result.size[a] = good_fft_size(size + 2 * margin[a]);
    }
    for (int i = 0; i < result.size[a]; ++i) index[a].push_back(inside_index(i - result.lower[a], size, boundary));
  }
  result.voxels.reserve(static_cast<std::size_t>(result.size[0]) * static_cast<std::size_t>(result.size[1]) *
                        static_cast<std::size_t>(result.size[2]));
  for (const int k : index[2]) {
    for (const int j : index[1]) {
      for (const int i : index[0]) result.voxels.push_back(i < 0 || j < 0 || k < 0 ? 0 : volume.at(i, j, k));
    }
  }
  return result;
}

image::Volume inner_part(Spectrum spectrum, const image::Index3& lower, const image::Geometry& geometry) {
  const image::Index3 size = spectrum.size;
  const std::vector<double> voxels = inverse_transform(std::move(spectrum));
  image::Volume result{geometry, {}};
  result.voxels.reserve(geometry.voxel_count());
  for (int k = 0; k < geometry.size[2]; ++k) {
    for (int j = 0; j < geometry.size[1]; ++j) {
      const std::size_t row = (static_cast<std::size_t>(k + lower[2]) * static_cast<std::size_t>(size[1]) +
                               static_cast<std::size_t>(j + lower[1])) *
                                  static_cast<std::size_t>(size[0]) +
                              static_cast<std::size_t>(lower[0]);
      const auto start = voxels.begin() + static_cast<std::ptrdiff_t>(row);
      result.voxels.insert(result.voxels.end(), start, start + geometry.size[0]);
    }
  }
  return result;
}

}  // namespace larc::filters
