#include "nn/augment.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <span>

namespace larc::nn {

namespace {

/// Where a pixel comes from: the upper left neighbour, the steps to the right and lower ones, and the weights.
struct Source {
  std::size_t index;
  std::size_t right;
  std::size_t down;
  float weight_right;
  float weight_down;
};

std::vector<Source> in_plane_sources(std::size_t height, std::size_t width, double angle, double zoom, bool flip) {
  const double cosine = std::cos(angle) / zoom;
  const double sine = std::sin(angle) / zoom;
  const double middle_y = 0.5 * static_cast<double>(height - 1);
  const double middle_x = 0.5 * static_cast<double>(width - 1);
  std::vector<Source> sources;
  sources.reserve(height * width);
  for (std::size_t row = 0; row < height; ++row) {
    for (std::size_t column = 0; column < width; ++column) {
      const double y = static_cast<double>(row) - middle_y;
      const double x = (static_cast<double>(column) - middle_x) * (flip ? -1.0 : 1.0);
      const double from_y = std::clamp(cosine * y + sine * x + middle_y, 0.0, 2.0 * middle_y);
      const double from_x = std::clamp(cosine * x - sine * y + middle_x, 0.0, 2.0 * middle_x);
      const auto top = static_cast<std::size_t>(from_y);
      const auto left = static_cast<std::size_t>(from_x);
      sources.push_back({top * width + left, left + 1 < width ? std::size_t{1} : 0, top + 1 < height ? width : 0,
                         static_cast<float>(from_x - static_cast<double>(left)),
                         static_cast<float>(from_y - static_cast<double>(top))});
    }
  }
  return sources;
}

void warp(std::span<const float> from, std::span<float> to, const std::vector<Source>& sources) {
  const std::size_t plane = sources.size();
  for (std::size_t offset = 0; offset < from.size(); offset += plane) {
    for (std::size_t i = 0; i < plane; ++i) {
      const Source& s = sources[i];
      const float* p = from.data() + offset + s.index;
      const float top = p[0] + s.weight_right * (p[s.right] - p[0]);
      const float bottom = p[s.down] + s.weight_right * (p[s.down + s.right] - p[s.down]);
      to[offset + i] = top + s.weight_down * (bottom - top);
    }
  }
}

/// Four 16-bit uniforms of one draw summed: mean 0, variance 1, near enough to normal for noise and ten times cheaper.
float rough_normal(Random& random) {
  const std::uint64_t bits = random.bits();
  const auto sum =
      static_cast<std::int64_t>((bits & 0xffff) + ((bits >> 16) & 0xffff) + ((bits >> 32) & 0xffff) + (bits >> 48));
  const float scale = static_cast<float>(std::numbers::sqrt3 / 65536.0);
  return static_cast<float>(sum - 131070) * scale;
}

void change_intensity(std::span<float> image, const AugmentSettings& settings, Random& random) {
  const float shift = static_cast<float>(settings.shift * random.uniform(-1.0, 1.0));
  const float gain = static_cast<float>(1.0 + settings.gain * random.uniform(-1.0, 1.0));
  const float gamma = static_cast<float>(1.0 + settings.gamma * random.uniform(-1.0, 1.0));
  const float noise = static_cast<float>(settings.noise * random.uniform());
  const auto [least, greatest] = std::ranges::minmax(image);
  const float range = greatest - least;
  for (float& value : image) {
    if (settings.gamma > 0.0 && range > 0.0F) value = least + range * std::pow((value - least) / range, gamma);
    value = gain * value + shift;
    if (settings.noise > 0.0) value += noise * rough_normal(random);
  }
}

}  // namespace

std::vector<float> augment(const std::vector<float>& values, const Crops& grid, const AugmentSettings& settings,
                           Random& random) {
  const double angle = settings.rotation_degrees * random.uniform(-1.0, 1.0) * std::numbers::pi / 180.0;
  const double zoom = 1.0 + settings.scale * random.uniform(-1.0, 1.0);
  const bool flip = settings.flip_left_right && random.uniform() < 0.5;
  std::vector<float> changed(values.size());
  warp(values, changed, in_plane_sources(grid.height, grid.width, angle, zoom, flip));

  const std::size_t voxels = grid.depth * grid.height * grid.width;
  for (std::size_t channel = 0; channel < grid.channels; ++channel) {
    const std::span<float> part(changed.data() + channel * voxels, voxels);
    if (std::ranges::find(grid.mask_channels, channel) == grid.mask_channels.end()) {
      change_intensity(part, settings, random);
    } else {
      for (float& value : part) value = std::clamp(value, 0.0F, 1.0F);
    }
  }
  return changed;
}

}  // namespace larc::nn
