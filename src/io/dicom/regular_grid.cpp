#include "io/dicom/regular_grid.h"

#include "core/error.h"
#include "core/number.h"
#include "io/dicom/vectors.h"

namespace larc::io::dicom {

using image::Geometry;
using image::Vec3;

namespace {

constexpr double kWidestGap = 3.01;  // spacings
constexpr std::size_t kMostVoxels = std::size_t{1} << 27;

Vec3 axis_of(const Geometry& g, std::size_t column) {
  return {g.direction[0][column], g.direction[1][column], g.direction[2][column]};
}

}  // namespace

std::string straighten(SlicePlanes& planes) {
  const Geometry from = planes.stored.geometry;
  const Vec3 row = axis_of(from, 0), column = axis_of(from, 1), normal = axis_of(from, 2);
  // Offsets of each slice within its plane, in pixels.
  std::vector<std::array<double, 2>> offsets;
  std::array<double, 2> low{0, 0}, high{0, 0};
  for (const Vec3& corner : planes.corner_lps) {
    const Vec3 step = sum(corner, scaled(planes.corner_lps.front(), -1));
    offsets.push_back({dot(step, row) / from.spacing_mm[0], dot(step, column) / from.spacing_mm[1]});
    for (std::size_t a = 0; a < 2; ++a) {
      low[a] = std::min(low[a], offsets.back()[a]);
      high[a] = std::max(high[a], offsets.back()[a]);
    }
  }
  for (std::size_t a = 0; a < 2; ++a)
    if (high[a] - low[a] > from.size[a])
      throw Error(ErrorCode::domain,
                  "tilt: the slices lie further apart within their plane than a slice is wide; "
                  "they are not one stack, send the series again");
  const std::array<int, 2> before{static_cast<int>(std::ceil(-low[0] - 1e-6)),
                                  static_cast<int>(std::ceil(-low[1] - 1e-6))};
  const std::array<int, 2> after{static_cast<int>(std::ceil(high[0] - 1e-6)),
                                 static_cast<int>(std::ceil(high[1] - 1e-6))};
  image::Volume out;
  out.geometry = from;
  for (std::size_t a = 0; a < 2; ++a) out.geometry.size[a] += before[a] + after[a];
  if (out.geometry.voxel_count() > kMostVoxels)
    throw Error(ErrorCode::unsupported, "the grid that holds the tilted slices has " +
                                            std::to_string(out.geometry.voxel_count()) +
                                            " voxels, too many; resample the series before");
  const double lowest = *std::min_element(planes.stored.voxels.begin(), planes.stored.voxels.end());
  out.voxels.assign(out.geometry.voxel_count(), lowest);
  const auto at = [&](int i, int j, int k) {
    const bool inside = i >= 0 && j >= 0 && i < from.size[0] && j < from.size[1];
    return inside ? planes.stored.at(i, j, k) : lowest;
  };
  for (int k = 0; k < from.size[2]; ++k) {
    const auto& offset = offsets[static_cast<std::size_t>(k)];
    for (int j = 0; j < out.geometry.size[1]; ++j)
      for (int i = 0; i < out.geometry.size[0]; ++i) {
        const double x = i - before[0] - offset[0], y = j - before[1] - offset[1];
        const int x0 = static_cast<int>(std::floor(x)), y0 = static_cast<int>(std::floor(y));
        const double fx = x - x0, fy = y - y0;
        out.at(i, j, k) = (1 - fy) * ((1 - fx) * at(x0, y0, k) + fx * at(x0 + 1, y0, k)) +
                          fy * ((1 - fx) * at(x0, y0 + 1, k) + fx * at(x0 + 1, y0 + 1, k));
      }
  }
  const Vec3 first = sum(planes.corner_lps.front(), sum(scaled(row, -before[0] * from.spacing_mm[0]),
                                                        scaled(column, -before[1] * from.spacing_mm[1])));
  const double start = dot(planes.corner_lps.front(), normal);
  double widest = 0;
  for (std::size_t k = 0; k < planes.corner_lps.size(); ++k) {
    widest = std::max(widest, std::hypot(offsets[k][0] * from.spacing_mm[0], offsets[k][1] * from.spacing_mm[1]));
    planes.corner_lps[k] = sum(first, scaled(normal, dot(planes.corner_lps[k], normal) - start));
  }
  planes.stored = std::move(out);
  return "tilt removed: slices moved within their plane by up to " + format_fixed(widest, 3) + " mm, bilinear";
}

std::string even_out(SlicePlanes& planes, double spacing_mm) {
  const Geometry from = planes.stored.geometry;
  const Vec3 normal = axis_of(from, 2);
  std::vector<double> places;
  for (const Vec3& corner : planes.corner_lps)
    places.push_back(dot(corner, normal) - dot(planes.corner_lps.front(), normal));
  for (std::size_t k = 1; k < places.size(); ++k)
    if (places[k] - places[k - 1] > kWidestGap * spacing_mm)
      throw Error(ErrorCode::domain, "missing slices: a gap of " + format_fixed(places[k] - places[k - 1], 3) +
                                         " mm is more than three slice spacings of " + format_fixed(spacing_mm, 3) +
                                         " mm and is not bridged; send the complete series again");
  const int count = static_cast<int>(std::floor(places.back() / spacing_mm + 1e-3)) + 1;
  image::Volume out;
  out.geometry = from;
  out.geometry.size[2] = count;
  out.voxels.resize(out.geometry.voxel_count());
  const std::size_t plane = static_cast<std::size_t>(from.size[0]) * static_cast<std::size_t>(from.size[1]);
  std::size_t below = 0, made = 0;
  std::vector<Vec3> corners;
  for (int k = 0; k < count; ++k) {
    const double place = k * spacing_mm;
    while (below + 2 < places.size() && places[below + 1] <= place) ++below;
    double share = std::clamp((place - places[below]) / (places[below + 1] - places[below]), 0.0, 1.0);
    if (std::abs(share * (places[below + 1] - places[below])) < 0.01 * spacing_mm) share = 0;
    if (std::abs((1 - share) * (places[below + 1] - places[below])) < 0.01 * spacing_mm) share = 1;
    made += share > 0 && share < 1 ? 1U : 0U;
    const double* lower = planes.stored.voxels.data() + below * plane;
    double* target = out.voxels.data() + static_cast<std::size_t>(k) * plane;
    for (std::size_t p = 0; p < plane; ++p) target[p] = (1 - share) * lower[p] + share * lower[plane + p];
    corners.push_back(sum(planes.corner_lps.front(), scaled(normal, place)));
  }
  const std::size_t had = planes.corner_lps.size();
  planes.stored = std::move(out);
  planes.corner_lps = std::move(corners);
  return "gaps evened out: " + std::to_string(had) + " slices to " + std::to_string(count) + " at " +
         format_fixed(spacing_mm, 3) + " mm, " + std::to_string(made) + " of them linear between neighbours";
}

}  // namespace larc::io::dicom
