// The regions of the benchmark: an ellipsoid (axes 1 : 1 : 0.8) of about `voxels` voxels in an MR-like texture, 1 mm
// voxels, intensities 100 to 900 so that bins of 25 give exactly 32 grey levels, and a margin of 8 voxels.
#pragma once
#include <algorithm>
#include <cmath>

#include "core/random.h"
#include "image/volume.h"

namespace larc::bench {

struct Case {
  image::Volume volume;
  image::Mask mask;
};

/// Normal noise smoothed with a Gaussian of `sigma` voxels, standard deviation 1.
inline std::vector<double> smooth_noise(const image::Geometry& grid, double sigma, Random& random) {
  std::vector<double> field(grid.voxel_count());
  for (double& value : field) value = random.normal();
  const int reach = static_cast<int>(std::ceil(4 * sigma));
  std::vector<double> kernel;
  for (int d = -reach; d <= reach; ++d) kernel.push_back(std::exp(-0.5 * d * d / (sigma * sigma)));
  std::size_t stride = 1;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    const int size = grid.size[axis];
    std::vector<double> line(static_cast<std::size_t>(size));
    for (std::size_t first = 0; first < field.size(); ++first) {
      if (first / stride % static_cast<std::size_t>(size) != 0) continue;
      for (int i = 0; i < size; ++i)
        line[static_cast<std::size_t>(i)] = field[first + static_cast<std::size_t>(i) * stride];
      for (int i = 0; i < size; ++i) {
        double sum = 0;
        for (int d = -reach; d <= reach; ++d)
          sum += kernel[static_cast<std::size_t>(d + reach)] *
                 line[static_cast<std::size_t>(std::min(std::max(i + d, 0), size - 1))];
        field[first + static_cast<std::size_t>(i) * stride] = sum;
      }
    }
    stride *= static_cast<std::size_t>(size);
  }
  double mean = 0, square = 0;
  for (const double value : field) mean += value / static_cast<double>(field.size());
  for (double& value : field) value -= mean, square += value * value;
  for (double& value : field) value /= std::sqrt(square / static_cast<double>(field.size()));
  return field;
}

/// `size`  of the whole image, region in its middle; zeros: the region's box with the margin
inline Case make_case(double voxels, image::Index3 size = {0, 0, 0}) {
  const double a = std::cbrt(voxels * 3 / (4 * 3.14159265358979323846 * 0.8)), c = 0.8 * a;
  const int margin = 8;
  Case item;
  if (size[0] == 0) {
    const int wide = 2 * (static_cast<int>(std::ceil(a)) + margin) + 1;
    size = {wide, wide, 2 * (static_cast<int>(std::ceil(c)) + margin) + 1};
  }
  item.volume.geometry.size = size;
  item.mask.geometry = item.volume.geometry;
  Random random(7);
  const auto fine = smooth_noise(item.volume.geometry, 1, random),
             coarse = smooth_noise(item.volume.geometry, 3, random);
  bool first = true;
  std::size_t last = 0, at = 0;
  for (int k = 0; k < size[2]; ++k)
    for (int j = 0; j < size[1]; ++j)
      for (int i = 0; i < size[0]; ++i, ++at) {
        const double x = (i - size[0] / 2) / a, y = (j - size[1] / 2) / a, z = (k - size[2] / 2) / c;
        const bool inside = x * x + y * y + z * z <= 1;
        const double value = (0.55 * fine[at] + 0.6 * coarse[at] + 0.45 * random.normal()) / 0.93;
        item.volume.voxels.push_back(static_cast<float>(std::clamp(500 + 110 * value, 100.001, 899.999)));
        item.mask.voxels.push_back(inside ? 1 : 0);
        if (!inside) continue;
        if (first) item.volume.voxels.back() = static_cast<float>(100.001);  // pins the range
        first = false;
        last = at;
      }
  item.volume.voxels[last] = static_cast<float>(899.999);
  return item;
}

}  // namespace larc::bench
