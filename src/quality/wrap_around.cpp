#include "quality/wrap_around.h"

#include "quality/robust.h"

namespace larc::quality {

namespace {

constexpr double kNoSeam = 0.2, kSeam = 0.5;  // relative correlation across the seam
constexpr double kDarkTenth = 0.4;            // of the median, with nothing folded
constexpr std::size_t kSample = 100000;
constexpr std::size_t kMargin = 4;  // voxels to either side that have to lie within the body

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

/// Share of the signal that lies over the middle half of the field along the axis.
double overlaid(const Scene& scene, int axis) {
  const auto& g = scene.volume->geometry;
  image::Index3 lower{0, 0, 0}, upper = g.size;
  const auto a = static_cast<std::size_t>(axis);
  lower[a] = g.size[a] / 4;
  upper[a] = g.size[a] - lower[a];
  const std::size_t step = std::max<std::size_t>(1, g.voxel_count() / 2 / kSample);
  std::vector<double> values;
  std::size_t count = 0;
  for (int k = lower[2]; k < upper[2]; ++k)
    for (int j = lower[1]; j < upper[1]; ++j)
      for (int i = lower[0]; i < upper[0]; ++i) {
        const std::size_t v = g.offset(i, j, k);
        if (scene.parts[v] == Part::air || scene.parts[v] == Part::rim) continue;
        if (count++ % step == 0) values.push_back(scene.volume->voxels[v]);
      }
  const double dark = take_quantile(values, 0.1), median = take_median(values);
  return median > 0 ? std::clamp((dark / median - kDarkTenth) / (1 - kDarkTenth), 0.0, 1.0) : 0;
}

}  // namespace

Number wrap_around(const Scene& scene, int axis) {
  const auto& g = scene.volume->geometry;
  const auto a = static_cast<std::size_t>(axis);
  const int n = g.size[a], length = g.size[1 - a];
  const auto step = axis == 0 ? std::size_t{1} : static_cast<std::size_t>(g.size[0]);
  const auto aside = axis == 0 ? static_cast<std::size_t>(g.size[0]) : std::size_t{1};
  Agreement seam, within;
  std::size_t shown = 0;
  // Two lines together, the lower of them at `m`; two voxels apart along the seam, against noise. The outline of the
  // body is alike on both edges of any field that cuts it, so only places well within the body count.
  std::array<std::vector<double>, 4> lines;
  std::array<std::vector<std::uint8_t>, 4> inside;
  for (auto& line : lines) line.resize(static_cast<std::size_t>(length));
  for (auto& line : inside) line.resize(static_cast<std::size_t>(length));
  const int lower[4] = {0, 2, n - 4, n - 2};
  for (int k = 0; k < g.size[2]; ++k) {
    for (std::size_t t = 0; t < 4; ++t)
      for (int l = 0; l < length; ++l) {
        const std::size_t v =
            g.offset(0, 0, k) + static_cast<std::size_t>(lower[t]) * step + static_cast<std::size_t>(l) * aside;
        lines[t][static_cast<std::size_t>(l)] = scene.volume->voxels[v] + scene.volume->voxels[v + step];
        const auto shows = [&](Part part) { return part == Part::body || part == Part::hollow; };
        inside[t][static_cast<std::size_t>(l)] = shows(scene.parts[v]) && shows(scene.parts[v + step]) ? 1 : 0;
      }
    for (std::size_t l = 0; l < static_cast<std::size_t>(length); ++l)
      shown += inside[0][l] != 0 && inside[3][l] != 0 ? 1 : 0;
    for (std::size_t l = kMargin; l + 2 + kMargin < static_cast<std::size_t>(length); ++l) {
      std::array<double, 4> slope;
      std::array<bool, 4> well;
      for (std::size_t t = 0; t < 4; ++t) {
        slope[t] = lines[t][l + 2] - lines[t][l];
        well[t] = std::all_of(&inside[t][l - kMargin], &inside[t][l + 2 + kMargin] + 1,
                              [](std::uint8_t shows) { return shows != 0; });
      }
      if (well[0] && well[3]) seam.add(slope[0], slope[3]);
      if (well[0] && well[1]) within.add(slope[0], slope[1]);
      if (well[2] && well[3]) within.add(slope[2], slope[3]);
    }
  }
  const double inner = within.value();
  if (shown == 0) return {0, ""};
  if (!(inner > 0.1)) return undefined("lines at the edge of the field hold too little signal to compare");
  const double continuous = std::clamp((seam.value() / inner - kNoSeam) / (kSeam - kNoSeam), 0.0, 1.0);
  return {continuous * overlaid(scene, axis), ""};
}

}  // namespace larc::quality
