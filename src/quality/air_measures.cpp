#include "quality/air_measures.h"

#include <numbers>

namespace larc::quality {

namespace {

constexpr double kFewestVoxels = 100;  // of a region whose mean is taken

struct Sums {
  double count = 0, sum = 0, squares = 0;
  void add(double x) {
    count += 1;
    sum += x;
    squares += x * x;
  }
  double mean() const { return sum / count; }
};

/// The box of the body in slice k: lower and upper index along i, then j; empty where lower exceeds upper.
std::array<int, 4> body_box(const Scene& scene, int k) {
  const auto& g = scene.volume->geometry;
  std::array<int, 4> box{g.size[0], -1, g.size[1], -1};
  for (int j = 0; j < g.size[1]; ++j) {
    const Part* row = scene.parts.data() + g.offset(0, j, k);
    for (int i = 0; i < g.size[0]; ++i)
      if (row[i] == Part::body) {
        box[0] = std::min(box[0], i);
        box[1] = std::max(box[1], i);
        box[2] = std::min(box[2], j);
        box[3] = j;
      }
  }
  return box;
}

}  // namespace

AirMeasures air_measures(const Scene& scene, std::optional<int> phase_axis) {
  AirMeasures result;
  if (scene.air != Air::present) {
    result.snr = result.fber = result.ghost = undefined(scene.no_air_reason());
    return result;
  }
  const auto& g = scene.volume->geometry;
  Sums body, air, beside[2];  // air that lies from the body along i, along j
  for (int k = 0; k < g.size[2]; ++k) {
    const auto box = body_box(scene, k);
    for (int j = 0; j < g.size[1]; ++j) {
      const std::size_t start = g.offset(0, j, k);
      const bool level_j = j >= box[2] && j <= box[3];
      for (int i = 0; i < g.size[0]; ++i) {
        const std::size_t v = start + static_cast<std::size_t>(i);
        const double x = scene.volume->voxels[v];
        if (scene.parts[v] == Part::body) body.add(x);
        if (scene.parts[v] != Part::air) continue;
        air.add(x);
        const bool level_i = i >= box[0] && i <= box[1];
        if (level_i != level_j) beside[level_j ? 0 : 1].add(x);
      }
    }
  }
  const double variance = air.squares / air.count - air.mean() * air.mean();
  result.snr = variance > 0 ? Number{body.mean() / (std::sqrt(2 / (4 - std::numbers::pi)) * std::sqrt(variance)), ""}
                            : undefined("the air holds no noise");
  result.fber = air.squares > 0 ? Number{body.squares / body.count / (air.squares / air.count), ""}
                                : undefined("the air holds no signal at all");
  if (!phase_axis)
    result.ghost = undefined("the header does not say along which axis phase was encoded");
  else if (beside[0].count < kFewestVoxels || beside[1].count < kFewestVoxels)
    result.ghost = undefined("no air on both sides of the body to compare");
  else
    result.ghost = {100 * std::max(0.0, beside[*phase_axis].mean() - beside[1 - *phase_axis].mean()) / body.mean(), ""};
  return result;
}

}  // namespace larc::quality
