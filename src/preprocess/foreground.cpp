#include "preprocess/foreground.h"

#include "core/error.h"

namespace larc::preprocess {

using image::Geometry;
using image::Mask;

namespace {

/// All voxels with mask value `value` joined to the seeds by faces, along the first `axes` axes; marks them in `seen`.
std::vector<std::size_t> flood(const Mask& mask, std::vector<std::size_t> front, std::uint8_t value,
                               std::vector<std::uint8_t>& seen, std::size_t axes) {
  const Geometry& g = mask.geometry;
  const std::size_t strides[3] = {1, static_cast<std::size_t>(g.size[0]),
                                  static_cast<std::size_t>(g.size[0]) * static_cast<std::size_t>(g.size[1])};
  std::vector<std::size_t> found;
  for (const std::size_t seed : front) seen[seed] = 1;
  while (!front.empty()) {
    const std::size_t v = front.back();
    front.pop_back();
    found.push_back(v);
    for (std::size_t axis = 0; axis < axes; ++axis) {
      const auto size = static_cast<std::size_t>(g.size[axis]);
      const std::size_t place = v / strides[axis] % size;
      for (const bool up : {false, true}) {
        if (up ? place + 1 == size : place == 0) continue;
        const std::size_t next = up ? v + strides[axis] : v - strides[axis];
        if (mask.voxels[next] != value || seen[next]) continue;
        seen[next] = 1;
        front.push_back(next);
      }
    }
  }
  return found;
}

void keep_largest(Mask& mask) {
  std::vector<std::uint8_t> seen(mask.voxels.size(), 0);
  std::vector<std::size_t> largest;
  for (std::size_t v = 0; v < mask.voxels.size(); ++v) {
    if (!mask.voxels[v] || seen[v]) continue;
    auto component = flood(mask, {v}, 1, seen, 3);
    if (component.size() > largest.size()) largest = std::move(component);
  }
  std::fill(mask.voxels.begin(), mask.voxels.end(), std::uint8_t{0});
  for (const std::size_t v : largest) mask.voxels[v] = 1;
}

void fill_holes(Mask& mask) {
  const Geometry& g = mask.geometry;
  std::vector<std::uint8_t> open(mask.voxels.size(), 0);
  std::vector<std::size_t> seeds;
  for (int k = 0; k < g.size[2]; ++k)
    for (int j = 0; j < g.size[1]; ++j)
      for (int i = 0; i < g.size[0]; ++i) {
        const bool border = i == 0 || j == 0 || i == g.size[0] - 1 || j == g.size[1] - 1;
        if (border && !mask.at(i, j, k)) seeds.push_back(g.offset(i, j, k));
      }
  flood(mask, seeds, 0, open, 2);
  for (std::size_t v = 0; v < mask.voxels.size(); ++v)
    if (!open[v]) mask.voxels[v] = 1;
}

}  // namespace

double otsu_threshold(const image::Volume& volume) {
  constexpr std::size_t kBins = 256;
  image::check_finite(volume, "image");
  const auto [low, high] = std::minmax_element(volume.voxels.begin(), volume.voxels.end());
  if (volume.voxels.empty() || *low == *high)
    throw Error(ErrorCode::domain,
                "all voxels of the image are equal, so there is no foreground; check or exclude the image");
  const double first = *low, width = (*high - *low) / kBins;
  std::array<double, kBins> count{};
  for (const double value : volume.voxels)
    count[std::min(kBins - 1, static_cast<std::size_t>((value - first) / width))] += 1;
  double total = 0, weighted = 0;
  for (std::size_t b = 0; b < kBins; ++b) {
    total += count[b];
    weighted += count[b] * static_cast<double>(b);
  }
  double below = 0, sum_below = 0, best = -1;
  std::size_t first_cut = 0, last_cut = 0;  // empty bins between the classes all separate them equally well
  for (std::size_t b = 0; b + 1 < kBins; ++b) {
    below += count[b];
    sum_below += count[b] * static_cast<double>(b);
    if (below == 0 || below == total) continue;
    const double difference = sum_below / below - (weighted - sum_below) / (total - below);
    const double between = below * (total - below) * difference * difference;
    if (between > best * (1 + 1e-12)) {
      best = between;
      first_cut = last_cut = b;
    } else if (between >= best * (1 - 1e-12)) {
      last_cut = b;
    }
  }
  return first + width * (0.5 * static_cast<double>(first_cut + last_cut) + 1);
}

Mask foreground_mask(const image::Volume& volume, const ForegroundSettings& settings) {
  const double threshold = otsu_threshold(volume);
  Mask mask{volume.geometry, std::vector<std::uint8_t>(volume.voxels.size())};
  std::transform(volume.voxels.begin(), volume.voxels.end(), mask.voxels.begin(),
                 [&](double v) { return static_cast<std::uint8_t>(v >= threshold ? 1 : 0); });
  if (settings.largest_component) keep_largest(mask);
  if (settings.fill_holes) fill_holes(mask);
  return mask;
}

}  // namespace larc::preprocess
