#include "nn/augment.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <span>

namespace larc::nn {

namespace {

/// Control points of the random bending along either axis of the plane.
constexpr std::size_t kControls = 4;

/// Where a pixel comes from: the upper left neighbour, the steps to the right and lower ones, and the weights.
struct Source {
  std::size_t index;
  std::size_t right;
  std::size_t down;
  float weight_right;
  float weight_down;
};

/// A smooth random displacement in pixels: values at control points, cubic B-splines between them, so that folds are
/// out of reach of the small displacements asked for.
class Bending {
 public:
  Bending(double largest_y, double largest_x, Random& random) {
    for (std::size_t i = 0; i < y_.size(); ++i) {
      y_[i] = largest_y * random.uniform(-1.0, 1.0);
      x_[i] = largest_x * random.uniform(-1.0, 1.0);
    }
  }
  /// u, v in 0..1 across the plane
  std::pair<double, double> at(double u, double v) const {
    const auto row = weights(u), column = weights(v);
    double y = 0, x = 0;
    for (std::size_t i = 0; i < kControls; ++i)
      for (std::size_t j = 0; j < kControls; ++j) {
        const double w = row[i] * column[j];
        y += w * y_[i * kControls + j];
        x += w * x_[i * kControls + j];
      }
    return {y, x};
  }

 private:
  static std::array<double, kControls> weights(double t) {
    const double s = 1.0 - t;
    return {s * s * s / 6.0, (3 * t * t * t - 6 * t * t + 4) / 6.0, (3 * s * s * s - 6 * s * s + 4) / 6.0,
            t * t * t / 6.0};
  }
  std::array<double, kControls * kControls> y_{}, x_{};
};

std::vector<Source> in_plane_sources(const Grid& grid, const AugmentSettings& settings, Random& random) {
  const double angle = settings.rotation_degrees * random.uniform(-1.0, 1.0) * std::numbers::pi / 180.0;
  const double zoom = 1.0 + settings.scale * random.uniform(-1.0, 1.0);
  const bool flip = settings.flip_left_right && random.uniform() < 0.5;
  const Bending bending(settings.elastic_mm / grid.spacing_mm[1], settings.elastic_mm / grid.spacing_mm[2], random);
  const bool bent = settings.elastic_mm > 0.0;
  const double cosine = std::cos(angle) / zoom;
  const double sine = std::sin(angle) / zoom;
  const double middle_y = 0.5 * static_cast<double>(grid.height - 1);
  const double middle_x = 0.5 * static_cast<double>(grid.width - 1);
  std::vector<Source> sources;
  sources.reserve(grid.height * grid.width);
  for (std::size_t row = 0; row < grid.height; ++row) {
    for (std::size_t column = 0; column < grid.width; ++column) {
      double y = static_cast<double>(row) - middle_y;
      double x = (static_cast<double>(column) - middle_x) * (flip ? -1.0 : 1.0);
      if (bent) {
        const auto [dy, dx] = bending.at(static_cast<double>(row) / std::max(1.0, 2.0 * middle_y),
                                         static_cast<double>(column) / std::max(1.0, 2.0 * middle_x));
        y += dy;
        x += dx;
      }
      const double from_y = std::clamp(cosine * y + sine * x + middle_y, 0.0, 2.0 * middle_y);
      const double from_x = std::clamp(cosine * x - sine * y + middle_x, 0.0, 2.0 * middle_x);
      const auto top = static_cast<std::size_t>(from_y);
      const auto left = static_cast<std::size_t>(from_x);
      sources.push_back({top * grid.width + left, left + 1 < grid.width ? std::size_t{1} : 0,
                         top + 1 < grid.height ? grid.width : 0, static_cast<float>(from_x - static_cast<double>(left)),
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

/// Calls work(centre, neighbour, neighbour) along both axes of each slice, the edge repeated, and writes its result.
template <typename Work>
void filter_plane(std::span<float> values, const Grid& grid, const Work& work) {
  std::vector<float> line;
  const auto run = [&](float* first, std::size_t count, std::size_t step) {
    line.resize(count);
    for (std::size_t i = 0; i < count; ++i) line[i] = first[i * step];
    for (std::size_t i = 0; i < count; ++i)
      first[i * step] = work(line[i], line[i == 0 ? 0 : i - 1], line[std::min(i + 1, count - 1)]);
  };
  for (std::size_t slice = 0; slice < grid.depth; ++slice) {
    float* plane = values.data() + slice * grid.height * grid.width;
    for (std::size_t row = 0; row < grid.height; ++row) run(plane + row * grid.width, grid.width, 1);
    for (std::size_t column = 0; column < grid.width; ++column) run(plane + column, grid.height, grid.width);
  }
}

/// Mixes in a copy shifted by half the height: a ghost along the phase direction.
void add_ghost(std::span<float> image, const Grid& grid, float share) {
  const std::size_t half = grid.height / 2;
  std::vector<float> plane(grid.height * grid.width);
  for (std::size_t slice = 0; slice < grid.depth; ++slice) {
    float* values = image.data() + slice * plane.size();
    std::copy_n(values, plane.size(), plane.begin());
    for (std::size_t row = 0; row < grid.height; ++row) {
      const float* other = plane.data() + (row + half) % grid.height * grid.width;
      for (std::size_t column = 0; column < grid.width; ++column)
        values[row * grid.width + column] += share * (other[column] - values[row * grid.width + column]);
    }
  }
}

void change_intensity(std::span<float> image, const Grid& grid, const AugmentSettings& settings, Random& random) {
  const float shift = static_cast<float>(settings.shift * random.uniform(-1.0, 1.0));
  const float gain = static_cast<float>(1.0 + settings.gain * random.uniform(-1.0, 1.0));
  const float gamma = static_cast<float>(1.0 + settings.gamma * random.uniform(-1.0, 1.0));
  const float noise = static_cast<float>(settings.noise * random.uniform());
  const float ghost = static_cast<float>(settings.ghost * random.uniform());
  const bool blur = random.uniform() < settings.low_resolution;
  std::array<float, 8> corner{};  // of the field: depth, height, width
  for (float& value : corner) value = static_cast<float>(std::exp(settings.bias_field * random.uniform(-1.0, 1.0)));
  if (blur) filter_plane(image, grid, [](float a, float b, float c) { return (a + b + c) / 3.0F; });
  if (settings.ghost > 0.0) add_ghost(image, grid, ghost);
  const auto [least, greatest] = std::ranges::minmax(image);
  const float range = greatest - least;
  if (!(range > 0.0F)) return;
  const auto share = [](std::size_t i, std::size_t count) {
    return count < 2 ? 0.0F : static_cast<float>(i) / static_cast<float>(count - 1);
  };
  const auto between = [](float a, float b, float t) { return a + t * (b - a); };
  float* value = image.data();
  for (std::size_t k = 0; k < grid.depth; ++k)
    for (std::size_t j = 0; j < grid.height; ++j) {
      const float w = share(k, grid.depth), v = share(j, grid.height);
      const float left = between(between(corner[0], corner[2], v), between(corner[4], corner[6], v), w);
      const float right = between(between(corner[1], corner[3], v), between(corner[5], corner[7], v), w);
      for (std::size_t i = 0; i < grid.width; ++i, ++value) {
        float x = (*value - least) / range;
        if (settings.gamma > 0.0) x = std::pow(x, gamma);
        if (settings.bias_field > 0.0) x *= between(left, right, share(i, grid.width));
        *value = gain * (least + range * x) + shift;
        if (settings.noise > 0.0) *value += noise * rough_normal(random);
      }
    }
}

void move_edge(std::span<float> mask, const Grid& grid, double pixels) {
  if (pixels == 0.0) return;
  const std::vector<float> before(mask.begin(), mask.end());
  if (pixels > 0.0)
    filter_plane(mask, grid, [](float a, float b, float c) { return std::max({a, b, c}); });
  else
    filter_plane(mask, grid, [](float a, float b, float c) { return std::min({a, b, c}); });
  const float share = static_cast<float>(std::min(1.0, std::abs(pixels)));
  for (std::size_t i = 0; i < mask.size(); ++i) mask[i] = before[i] + share * (mask[i] - before[i]);
}

}  // namespace

std::vector<float> augment(const std::vector<float>& values, const Grid& grid, const AugmentSettings& settings,
                           Random& random) {
  std::vector<float> changed(values.size());
  warp(values, changed, in_plane_sources(grid, settings, random));
  const std::size_t voxels = grid.voxels();
  change_intensity({changed.data(), voxels}, grid, settings, random);
  const std::span<float> mask(changed.data() + voxels, voxels);
  move_edge(mask, grid, settings.mask_jitter_mm * random.uniform(-1.0, 1.0) / grid.spacing_mm[2]);
  for (float& value : mask) value = std::clamp(value, 0.0F, 1.0F);
  return changed;
}

}  // namespace larc::nn
