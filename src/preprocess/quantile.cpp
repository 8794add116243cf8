#include "preprocess/quantile.h"

namespace larc::preprocess {

double quantile(const std::vector<double>& sorted, double probability) {
  const double place = probability * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (place - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

std::vector<double> sorted_values(const image::Volume& volume, const image::Mask& mask) {
  image::check_same_geometry(volume, mask);
  image::check_finite(volume, "image to normalise");
  std::vector<double> values;
  for (std::size_t v = 0; v < volume.voxels.size(); ++v)
    if (mask.voxels[v]) values.push_back(volume.voxels[v]);
  std::sort(values.begin(), values.end());
  return values;
}

}  // namespace larc::preprocess
