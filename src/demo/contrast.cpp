#include "demo/contrast.h"

#include <cctype>
#include <cmath>
#include <numbers>

namespace larc::demo {

namespace {

double signal(const Tissue& tissue, Contrast contrast) {
  // Fat is bright on T2w and, being suppressed, dark on the echo-planar image; fluid has a high ADC.
  const double fat = std::clamp(tissue.t2 / (tissue.t2 + 4 * tissue.s0 + 0.2) - 0.25, 0.0, 0.6) / 0.6;
  const double fluid = std::clamp((tissue.adc - 1.6) / 1.2, 0.0, 1.0);
  const double filled = 1 - tissue.gas;
  switch (contrast) {
    case Contrast::t2:
      return tissue.t2;
    case Contrast::t2_fat_sat:
      return tissue.t2 * (1 - 0.9 * fat);
    case Contrast::t1:
      return filled * (1.0 + 2.2 * fat - 0.6 * fluid);
    case Contrast::t1_contrast: {
      const double perfused = std::min(tissue.s0, 2.0) * (1 - fluid);
      return filled * (0.7 + 1.3 * perfused - 0.4 * fluid) * (1 - 0.75 * fat);
    }
    case Contrast::gradient:
      return filled * (0.8 + 0.5 * fat + 0.9 * fluid);
  }
  return 0;
}

/// 1 in the body, 0 beyond the skin.
double in_body(const image::Vec3& p) {
  return coverage(ellipsoid_distance(p[0], p[1] + 25, 0, {185, 122, 1e4}, 1e9) / 3);
}

/// Three columns by five rows, bits from the top left; space for what is not here.
unsigned glyph(char letter) {
  static constexpr std::pair<char, unsigned> kGlyphs[] = {
      {'A', 0x2BED}, {'B', 0x6BAE}, {'C', 0x3923}, {'D', 0x6B6E}, {'E', 0x79A7}, {'F', 0x79A4}, {'G', 0x396B},
      {'H', 0x5BED}, {'I', 0x7497}, {'J', 0x126A}, {'K', 0x5BAD}, {'L', 0x4927}, {'M', 0x5FED}, {'N', 0x6B6D},
      {'O', 0x2B6A}, {'P', 0x6BA4}, {'Q', 0x2B73}, {'R', 0x6BAD}, {'S', 0x388E}, {'T', 0x7492}, {'U', 0x5B6F},
      {'V', 0x5B6A}, {'W', 0x5BFD}, {'X', 0x5AAD}, {'Y', 0x5A92}, {'Z', 0x72A7}, {'0', 0x7B6F}, {'1', 0x2C97},
      {'2', 0x73E7}, {'3', 0x73CF}, {'4', 0x5BC9}, {'5', 0x79CF}, {'6', 0x79EF}, {'7', 0x7292}, {'8', 0x7BEF},
      {'9', 0x7BCF}, {'-', 0x01C0}, {'.', 0x0002}};
  for (const auto& [own, bits] : kGlyphs)
    if (own == letter) return bits;
  return 0;
}

}  // namespace

image::Geometry view_geometry(View view, const image::Geometry& t2w, int matrix, int slices, double pixel_mm,
                              double slice_mm) {
  image::Geometry g = t2w;
  const image::Vec3 middle = t2w.point_lps({0.5 * (t2w.size[0] - 1), 0.5 * (t2w.size[1] - 1), 0.5 * (t2w.size[2] - 1)});
  if (view == View::axial) g.direction = {{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}};
  if (view == View::sagittal) g.direction = {{{0, 0, -1}, {1, 0, 0}, {0, -1, 0}}};  // columns: back, feet, right
  if (view == View::coronal) g.direction = {{{1, 0, 0}, {0, 0, 1}, {0, -1, 0}}};    // columns: left, feet, back
  g.size = {matrix, matrix, slices};
  g.spacing_mm = {pixel_mm, pixel_mm, slice_mm};
  for (std::size_t r = 0; r < 3; ++r) {
    g.origin_lps[r] = middle[r];
    for (std::size_t a = 0; a < 3; ++a) g.origin_lps[r] -= g.direction[r][a] * g.spacing_mm[a] * 0.5 * (g.size[a] - 1);
  }
  return g;
}

image::Volume render_contrast(const Phantom& phantom, int examination, const SlicePlan& plan, Contrast contrast) {
  const auto& g = plan.geometry;
  image::Volume volume{g, std::vector<double>(g.voxel_count(), 0.0)};
  render(phantom, examination, plan, 1, [&](int j, int k, const Phantom::Row& row) {
    for (int i = 0; i < g.size[0]; ++i) {
      image::Vec3 p = g.point_lps({static_cast<double>(i), static_cast<double>(j), static_cast<double>(k)});
      for (std::size_t r = 0; r < 3; ++r) p[r] -= plan.phantom_origin_lps[r];
      volume.at(i, j, k) = in_body(p) * signal(row.tissue[static_cast<std::size_t>(i)], contrast);
    }
  });
  return volume;
}

void finish(image::Volume& volume, double gain, double noise, std::uint64_t seed) {
  Random random(seed);
  for (auto& value : volume.voxels)
    value = std::clamp(std::floor(gain * rician(value, noise, random) + 0.5), 0.0, 32767.0);
}

image::Volume other_body_part(const image::Geometry& geometry, std::uint64_t seed) {
  Random random(seed);
  const auto& g = geometry;
  image::Volume volume{g, std::vector<double>(g.voxel_count(), 0.0)};
  const double liver = random.uniform(0.9, 1.2);
  for (int k = 0; k < g.size[2]; ++k)
    for (int j = 0; j < g.size[1]; ++j)
      for (int i = 0; i < g.size[0]; ++i) {
        const double x = (2.0 * i + 1) / g.size[0] - 1, y = (2.0 * j + 1) / g.size[1] - 1;
        const auto within = [&](double cx, double cy, double rx, double ry) {
          return std::hypot((x - cx) / rx, (y - cy) / ry) < 1;
        };
        double& value = volume.at(i, j, k);
        if (within(0, 0, 0.88, 0.66)) value = 2.6;           // fat
        if (within(0, 0, 0.82, 0.60)) value = 1.0;           // wall
        if (within(-0.35, -0.1, 0.42, 0.40)) value = liver;  // liver
        if (within(0.48, 0.12, 0.17, 0.22)) value = 1.9;     // spleen
        if (within(0, 0.36, 0.14, 0.14)) value = 1.5;        // spine
        if (within(0, 0.38, 0.06, 0.06)) value = 4.5;        // its canal
        if (within(0.30, -0.3, 0.18, 0.12)) value = 3.5;     // stomach
      }
  return volume;
}

image::Volume phase_map(const image::Geometry& geometry, std::uint64_t seed) {
  Random random(seed);
  const auto& g = geometry;
  image::Volume volume{g, std::vector<double>(g.voxel_count(), 0.0)};
  const double a = random.uniform(4, 9), b = random.uniform(4, 9), c = random.uniform(0.3, 0.9);
  for (int k = 0; k < g.size[2]; ++k)
    for (int j = 0; j < g.size[1]; ++j)
      for (int i = 0; i < g.size[0]; ++i) {
        const double x = (2.0 * i + 1) / g.size[0] - 1, y = (2.0 * j + 1) / g.size[1] - 1;
        const double turns = a * x * x - b * y * y + c * k + 0.05 * random.normal();
        volume.at(i, j, k) = std::floor(4095 * (turns - std::floor(turns)));
      }
  return volume;
}

image::Volume screen(const std::vector<std::string>& lines) {
  constexpr int kWidth = 160, kHeight = 96, kScale = 2;
  image::Geometry g;
  g.size = {kWidth, kHeight, 1};
  g.spacing_mm = {1, 1, 1};
  g.direction = {{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}};
  image::Volume volume{g, std::vector<double>(g.voxel_count(), 12.0)};
  for (std::size_t row = 0; row < lines.size(); ++row)
    for (std::size_t column = 0; column < lines[row].size(); ++column) {
      const auto bits = glyph(static_cast<char>(std::toupper(static_cast<unsigned char>(lines[row][column]))));
      for (int v = 0; v < 5 * kScale; ++v)
        for (int u = 0; u < 3 * kScale; ++u) {
          const int x = 6 + static_cast<int>(column) * 4 * kScale + u, y = 8 + static_cast<int>(row) * 7 * kScale + v;
          if (x >= kWidth || y >= kHeight) continue;
          if ((bits >> (14 - (v / kScale * 3 + u / kScale))) & 1U) volume.at(x, y, 0) = 240;
        }
    }
  return volume;
}

}  // namespace larc::demo
