#pragma once
#include <cmath>
#include <vector>

#include "demo/tissue.h"
#include "image/geometry.h"

namespace larc::demo {

/// Equally spaced points on a straight line, mm.
struct Line {
  image::Vec3 start{};
  image::Vec3 step{};
  int count = 0;

  image::Vec3 at(int i) const { return {start[0] + i * step[0], start[1] + i * step[1], start[2] + i * step[2]}; }
};

/// Points begin .. end - 1 of a line.
struct Stretch {
  int begin = 0;
  int end = 0;
};

/// The part of `within` whose coordinate `axis` lies between lower and upper.
inline Stretch clipped(const Line& line, std::size_t axis, double lower, double upper, Stretch within) {
  const double start = line.start[axis];
  const double step = line.step[axis];
  if (std::abs(step) < 1e-9) return start < lower || start > upper ? Stretch{} : within;
  const double a = (lower - start) / step;
  const double b = (upper - start) / step;
  const double count = line.count;
  within.begin = std::max(within.begin, static_cast<int>(std::ceil(std::clamp(std::min(a, b), 0.0, count))));
  within.end = std::min(within.end, static_cast<int>(std::floor(std::clamp(std::max(a, b), -1.0, count))) + 1);
  return within;
}

/// The part of a line inside the box centre +- reach.
inline Stretch clipped(const Line& line, const image::Vec3& centre, const image::Vec3& reach) {
  Stretch stretch{0, line.count};
  for (std::size_t a = 0; a < 3 && stretch.begin < stretch.end; ++a)
    stretch = clipped(line, a, centre[a] - reach[a], centre[a] + reach[a], stretch);
  return stretch;
}

/// Signed distance to an ellipsoid, first order at its surface; `deep_mm` or more within answers -1e3, a far point 1e3.
inline double ellipsoid_distance(double x, double y, double z, const image::Vec3& semi, double deep_mm) {
  const double nx = x / semi[0];
  const double ny = y / semi[1];
  const double nz = z / semi[2];
  const double squared = nx * nx + ny * ny + nz * nz;
  const double shortest = std::min({semi[0], semi[1], semi[2]});
  const double outer = 1.0 + kRampMm / shortest;
  if (squared > outer * outer) return 1e3;
  const double inner = 1.0 - deep_mm / shortest;
  if (inner > 0 && squared < inner * inner) return -1e3;
  if (squared < 1e-6) return -shortest;
  const double radius = std::sqrt(squared);
  const double gx = nx / semi[0];
  const double gy = ny / semi[1];
  const double gz = nz / semi[2];
  return radius * (radius - 1.0) / std::sqrt(gx * gx + gy * gy + gz * gz);
}

}  // namespace larc::demo
