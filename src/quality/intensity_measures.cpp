#include "quality/intensity_measures.h"

namespace larc::quality {

Number entropy_focus(const Scene& scene) {
  // -sum (x / b) ln(x / b) = (ln b sum x - sum x ln x) / b, so one pass is enough.
  double squares = 0, sum = 0, logs = 0;
  const double unit = std::max(std::abs(scene.minimum), std::abs(scene.maximum));
  if (!(unit > 0)) return undefined("the image is empty");
  for (const double voxel : scene.volume->voxels) {
    const double x = std::abs(voxel) / unit;
    squares += x * x;
    sum += x;
    if (x > 0) logs += x * std::log(x);
  }
  const double b = std::sqrt(squares), root = std::sqrt(static_cast<double>(scene.volume->voxels.size()));
  return {(std::log(b) * sum - logs) / b / (root * std::log(root)), ""};
}

Number clipped_share(const Scene& scene) {
  const auto top = std::count(scene.volume->voxels.begin(), scene.volume->voxels.end(), scene.maximum);
  if (scene.body_count == 0) return undefined("the image is empty");
  return {top > 1 ? 100 * static_cast<double>(top) / static_cast<double>(scene.body_count) : 0.0, ""};
}

}  // namespace larc::quality
