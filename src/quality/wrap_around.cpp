#include "quality/wrap_around.h"

namespace larc::quality {

namespace {

/// Correlation, pooled over slices, of differences along two lines.
struct Agreement {
  double both = 0, first = 0, second = 0;
  void add(double a, double b) {
    both += a * b;
    first += a * a;
    second += b * b;
  }
  double value() const { return first > 0 && second > 0 ? both / std::sqrt(first * second) : 0; }
};

}  // namespace

Number wrap_around(const Scene& scene, int axis) {
  const auto& g = scene.volume->geometry;
  const auto a = static_cast<std::size_t>(axis);
  const int n = g.size[a], length = g.size[1 - a];
  const auto step = axis == 0 ? std::size_t{1} : static_cast<std::size_t>(g.size[0]);
  const auto aside = axis == 0 ? static_cast<std::size_t>(g.size[0]) : std::size_t{1};
  Agreement seam, within;
  double shown = 0, places = 0;
  // Two lines together, the lower of them at `m`; two voxels apart along the seam, against noise.
  std::array<std::vector<double>, 4> lines;
  for (auto& line : lines) line.resize(static_cast<std::size_t>(length));
  for (int k = 0; k < g.size[2]; ++k) {
    const std::size_t start = g.offset(0, 0, k);
    const int lower[4] = {0, 2, n - 4, n - 2};
    for (std::size_t t = 0; t < 4; ++t)
      for (int l = 0; l < length; ++l) {
        const std::size_t v = start + static_cast<std::size_t>(lower[t]) * step + static_cast<std::size_t>(l) * aside;
        lines[t][static_cast<std::size_t>(l)] = scene.volume->voxels[v] + scene.volume->voxels[v + step];
      }
    for (int l = 0; l < length; ++l) {
      const std::size_t first = start + static_cast<std::size_t>(l) * aside;
      const bool body =
          scene.parts[first] == Part::body && scene.parts[first + static_cast<std::size_t>(n - 1) * step] == Part::body;
      shown += body ? 1 : 0;
      places += 1;
    }
    for (std::size_t l = 0; l + 2 < static_cast<std::size_t>(length); ++l) {
      std::array<double, 4> slope;
      for (std::size_t t = 0; t < 4; ++t) slope[t] = lines[t][l + 2] - lines[t][l];
      seam.add(slope[0], slope[3]);
      within.add(slope[0], slope[1]);
      within.add(slope[2], slope[3]);
    }
  }
  const double inner = within.value();
  if (!(inner > 0.1))
    return shown > 0 ? undefined("lines at the edge of the field hold too little signal to compare") : Number{0, ""};
  return {std::clamp(seam.value() / inner, 0.0, 1.0) * shown / places, ""};
}

}  // namespace larc::quality
