#include "demo/spoil.h"

#include <cmath>

#include "demo/contrast.h"

namespace larc::demo {

namespace {

constexpr double kBand = 0.07;  // of the rows, at each edge, which a slight wrap-around covers

image::Geometry finer(const image::Geometry& old, double factor) {
  image::Geometry g = old;
  for (std::size_t a = 0; a < 2; ++a) {
    g.size[a] = std::max(8, static_cast<int>(std::lround(factor * old.size[a])));
    g.spacing_mm[a] = old.spacing_mm[a] * old.size[a] / g.size[a];
    // The edges of the field stay where they are.
    const double shift = 0.5 * (g.spacing_mm[a] - old.spacing_mm[a]);
    for (std::size_t r = 0; r < 3; ++r) g.origin_lps[r] += g.direction[r][a] * shift;
  }
  return g;
}

/// Continuous index in the old grid of index `i` along axis `a`.
double old_index(const image::Geometry& g, const image::Geometry& old, std::size_t a, int i) {
  return std::clamp((i + 0.5) * g.spacing_mm[a] / old.spacing_mm[a] - 0.5, 0.0, old.size[a] - 1.0);
}

}  // namespace

void wrap_around(image::Volume& image, const Phantom& phantom, int examination, const SlicePlan& plan, bool strong) {
  const auto& g = image.geometry;
  const double field_mm = g.size[1] * g.spacing_mm[1];
  for (const double side : {-1.0, 1.0}) {
    SlicePlan beyond = plan;
    for (std::size_t r = 0; r < 3; ++r) beyond.geometry.origin_lps[r] += side * field_mm * g.direction[r][1];
    const auto folded = render_contrast(phantom, examination, beyond, Contrast::t2);
    for (int k = 0; k < g.size[2]; ++k)
      for (int j = 0; j < g.size[1]; ++j) {
        // A slight one: what lies just beyond the edge folds onto the other edge.
        const double from_edge = (side > 0 ? j + 0.5 : g.size[1] - j - 0.5) / g.size[1];
        const double share = strong ? 1.0 : std::clamp(1 - from_edge / kBand, 0.0, 1.0);
        if (share <= 0) continue;
        for (int i = 0; i < g.size[0]; ++i) image.at(i, j, k) += share * folded.at(i, j, k);
      }
  }
}

SlicePlan moved_along_rows(SlicePlan plan, double shift_mm) {
  for (std::size_t r = 0; r < 3; ++r) plan.geometry.origin_lps[r] += shift_mm * plan.geometry.direction[r][0];
  return plan;
}

image::Volume resampled(const image::Volume& volume, double factor, double scale) {
  const auto& old = volume.geometry;
  image::Volume result{finer(old, factor), {}};
  const auto& g = result.geometry;
  result.voxels.resize(g.voxel_count());
  for (int k = 0; k < g.size[2]; ++k)
    for (int j = 0; j < g.size[1]; ++j)
      for (int i = 0; i < g.size[0]; ++i) {
        const double x = old_index(g, old, 0, i), y = old_index(g, old, 1, j);
        const int u = std::min(static_cast<int>(x), old.size[0] - 2),
                  v = std::min(static_cast<int>(y), old.size[1] - 2);
        const double fx = x - u, fy = y - v;
        const double value = (1 - fy) * ((1 - fx) * volume.at(u, v, k) + fx * volume.at(u + 1, v, k)) +
                             fy * ((1 - fx) * volume.at(u, v + 1, k) + fx * volume.at(u + 1, v + 1, k));
        result.at(i, j, k) = scale == 1 ? value : std::clamp(std::round(scale * value), 0.0, 32767.0);
      }
  return result;
}

image::Mask resampled(const image::Mask& mask, double factor) {
  const auto& old = mask.geometry;
  image::Mask result{finer(old, factor), {}};
  const auto& g = result.geometry;
  result.voxels.resize(g.voxel_count());
  for (int k = 0; k < g.size[2]; ++k)
    for (int j = 0; j < g.size[1]; ++j)
      for (int i = 0; i < g.size[0]; ++i)
        result.voxels[g.offset(i, j, k)] = mask.at(static_cast<int>(std::lround(old_index(g, old, 0, i))),
                                                   static_cast<int>(std::lround(old_index(g, old, 1, j))), k)
                                               ? 1
                                               : 0;
  return result;
}

}  // namespace larc::demo
