#include "filters/gradient_magnitude.h"

#include "core/error.h"

namespace larc::filters {

std::vector<double> gradient_magnitude(const image::Volume& image, const image::Box& box, bool use_spacing) {
  const image::Geometry& g = image.geometry;
  image::Vec3 factor;  // of the difference between both neighbours
  std::size_t count = 1;
  for (std::size_t a = 0; a < 3; ++a) {
    if (box.lower[a] < 0 || box.upper[a] < box.lower[a] || box.upper[a] >= g.size[a])
      throw Error(ErrorCode::domain, "the box to filter is empty or not inside the image");
    factor[a] = use_spacing ? 0.5 / g.spacing_mm[a] : 0.5;
    count *= static_cast<std::size_t>(box.upper[a] - box.lower[a] + 1);
  }
  std::vector<double> values;
  values.reserve(count);
  for (int k = box.lower[2]; k <= box.upper[2]; ++k)
    for (int j = box.lower[1]; j <= box.upper[1]; ++j) {
      const auto row = [&](int jj, int kk) {
        return image.voxels.data() + g.offset(0, std::clamp(jj, 0, g.size[1] - 1), std::clamp(kk, 0, g.size[2] - 1));
      };
      const double *here = row(j, k), *before_j = row(j - 1, k), *after_j = row(j + 1, k);
      const double *before_k = row(j, k - 1), *after_k = row(j, k + 1);
      for (int i = box.lower[0]; i <= box.upper[0]; ++i) {
        const double x = factor[0] * (here[std::min(i + 1, g.size[0] - 1)] - here[std::max(i - 1, 0)]);
        const double y = factor[1] * (after_j[i] - before_j[i]);
        const double z = factor[2] * (after_k[i] - before_k[i]);
        values.push_back(std::sqrt(x * x + y * y + z * z));
      }
    }
  return values;
}

}  // namespace larc::filters
