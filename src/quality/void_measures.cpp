#include "quality/void_measures.h"

#include "quality/surroundings.h"

namespace larc::quality {

namespace {

constexpr double kReachMm = 10;
constexpr double kCentreMm = 40;

}  // namespace

Number void_near_tumour(const Scene& scene, const image::Mask& tumour) {
  double hollow = 0, all = 0;
  visit_surroundings(tumour, kReachMm, [&](std::size_t v, double) {
    all += 1;
    hollow += scene.parts[v] == Part::body ? 0 : 1;
  });
  if (all == 0) return undefined("the outline of the tumour is empty on this image");
  return {100 * hollow / all, ""};
}

Number central_void(const Scene& scene, bool quantitative_map) {
  const auto& g = scene.volume->geometry;
  std::size_t hollow = 0;
  const double floor = quantitative_map ? scene.hollow_below : kFloor * scene.noise_sd;
  const auto around = [&](std::size_t v) {
    if (quantitative_map) return scene.volume->voxels[v];
    const auto nx = static_cast<std::size_t>(g.size[0]);
    double sum = 0;
    for (const std::size_t row : {v - nx, v, v + nx})
      sum += scene.volume->voxels[row - 1] + scene.volume->voxels[row] + scene.volume->voxels[row + 1];
    return sum / 9;
  };
  for (int j = 1; j + 1 < g.size[1]; ++j) {
    const double y = (j - 0.5 * (g.size[1] - 1)) * g.spacing_mm[1];
    for (int i = 1; i + 1 < g.size[0]; ++i) {
      const double x = (i - 0.5 * (g.size[0] - 1)) * g.spacing_mm[0];
      if (x * x + y * y > kCentreMm * kCentreMm) continue;
      for (int k = 0; k < g.size[2]; ++k) hollow += around(g.offset(i, j, k)) <= floor ? 1 : 0;
    }
  }
  return {static_cast<double>(hollow) * g.voxel_volume_mm3() / 1000, ""};
}

}  // namespace larc::quality
