#include "quality/sharpness.h"

namespace larc::quality {

namespace {

constexpr int kHalf = 2;  // the average reaches that far to either side

struct Variation {
  double all = 0, lost = 0;
};

/// Variation along an axis whose steps are `step` voxels apart: `lines` neighbouring lines at once, first voxel at x.
void add_variation(const double* x, std::size_t step, int length, std::size_t lines, std::vector<double>& smooth,
                   Variation& sum) {
  constexpr double kWeight = 1.0 / (2 * kHalf + 1);
  smooth.assign(static_cast<std::size_t>(length) * lines, 0);
  for (int n = kHalf; n + kHalf < length; ++n) {
    double* out = smooth.data() + static_cast<std::size_t>(n) * lines;
    const double* rows[2 * kHalf + 1];
    for (int t = 0; t <= 2 * kHalf; ++t) rows[t] = x + static_cast<std::size_t>(n + t - kHalf) * step;
    for (std::size_t l = 0; l < lines; ++l)
      out[l] = kWeight * (rows[0][l] + rows[1][l] + rows[2][l] + rows[3][l] + rows[4][l]);
  }
  for (int n = kHalf; n + kHalf + 1 < length; ++n) {
    const double *a = x + static_cast<std::size_t>(n) * step, *b = a + step;
    const double *c = smooth.data() + static_cast<std::size_t>(n) * lines, *d = c + lines;
    for (std::size_t l = 0; l < lines; ++l) {
      const double sharp = std::abs(b[l] - a[l]), blurred = std::abs(d[l] - c[l]);
      sum.all += sharp;
      sum.lost += std::max(0.0, sharp - blurred);
    }
  }
}

}  // namespace

Number sharpness(const Scene& scene) {
  const auto& g = scene.volume->geometry;
  const auto nx = static_cast<std::size_t>(g.size[0]);
  Variation along_i, along_j;
  std::vector<double> smooth, turned(nx * static_cast<std::size_t>(g.size[1]));
  for (int k = 0; k < g.size[2]; ++k) {
    const double* slice = scene.volume->voxels.data() + g.offset(0, 0, k);
    add_variation(slice, nx, g.size[1], nx, smooth, along_j);
    for (int j = 0; j < g.size[1]; ++j)
      for (int i = 0; i < g.size[0]; ++i)
        turned[static_cast<std::size_t>(i * g.size[1] + j)] =
            slice[static_cast<std::size_t>(j) * nx + static_cast<std::size_t>(i)];
    add_variation(turned.data(), static_cast<std::size_t>(g.size[1]), g.size[0], static_cast<std::size_t>(g.size[1]),
                  smooth, along_i);
  }
  if (!(along_i.all > 0) || !(along_j.all > 0)) return undefined("the slices have one intensity throughout");
  return {std::min(along_i.lost / along_i.all, along_j.lost / along_j.all), ""};
}

}  // namespace larc::quality
