#include "quality/slice_measures.h"

#include "quality/robust.h"

namespace larc::quality {

namespace {

constexpr double kMissingShare = 0.1;  // of the median slice's mean
constexpr std::size_t kSample = 8000;  // voxels a slice

}  // namespace

SliceMeasures slice_measures(const Scene& scene) {
  const auto& g = scene.volume->geometry;
  const auto voxels = static_cast<std::size_t>(g.size[0]) * static_cast<std::size_t>(g.size[1]);
  const std::size_t step = std::max<std::size_t>(1, voxels / kSample);
  std::vector<double> medians, means;
  for (int k = 0; k < g.size[2]; ++k) {
    std::vector<double> body;
    double sum = 0;
    for (std::size_t v = g.offset(0, 0, k), end = v + voxels; v < end; ++v) {
      sum += std::abs(scene.volume->voxels[v]);
      if (v % step == 0 && scene.parts[v] == Part::body) body.push_back(scene.volume->voxels[v]);
    }
    medians.push_back(take_median(body));
    means.push_back(sum / static_cast<double>(voxels));
  }
  SliceMeasures result;
  auto sorted = means;
  const double usual = take_median(sorted);
  const auto is_missing = [&](double mean) { return !(mean > kMissingShare * usual); };
  result.missing = {static_cast<double>(std::count_if(means.begin(), means.end(), is_missing)), ""};
  double greatest = -1;
  for (std::size_t k = 1; k + 1 < medians.size(); ++k) {
    if (is_missing(means[k - 1]) || is_missing(means[k]) || is_missing(means[k + 1])) continue;
    if (!(medians[k - 1] > 0 && medians[k] > 0 && medians[k + 1] > 0)) continue;
    const double between = 0.5 * (std::log(medians[k - 1]) + std::log(medians[k + 1]));
    greatest = std::max(greatest, std::abs(std::log(medians[k]) - between));
  }
  result.jump =
      greatest < 0 ? undefined("fewer than three slices with signal in a row") : Number{100 * std::expm1(greatest), ""};
  return result;
}

}  // namespace larc::quality
