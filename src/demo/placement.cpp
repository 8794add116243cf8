#include "demo/placement.h"

#include <numbers>
#include <optional>

namespace larc::demo {

namespace {

constexpr double kMostShift = 13;
constexpr double kShiftStep = 0.5;

double depth(const std::vector<image::Vec3>& surface, const Mesorectum& mesorectum, double du, double dv) {
  double least = 1e9;
  for (const auto& point : surface)
    least = std::min(least, -mesorectum.distance({point[0] + du, point[1] + dv, point[2]}));
  return least;
}

}  // namespace

Placement place_rectum(const Tumour& tumour, double distance_mm, std::uint64_t seed) {
  const auto surface = tumour.surface(1.5);
  const double cos_clock = std::cos(tumour.clock());
  const double sin_clock = std::sin(tumour.clock());
  Placement nearest;
  double error = 1e9;
  for (const double girth : {1.0, 0.93, 1.07, 0.87, 1.14, 0.81, 1.22, 0.75, 1.3, 1.4}) {
    const Mesorectum mesorectum(girth, seed);
    const auto depth_at = [&](double s) { return depth(surface, mesorectum, s * cos_clock, s * sin_clock); };
    std::optional<double> best;
    double before = depth_at(-kMostShift);
    for (double s = -kMostShift; s < kMostShift; s += kShiftStep) {
      const double after = depth_at(s + kShiftStep);
      if ((before < distance_mm) != (after < distance_mm)) {
        const double crossing = s + kShiftStep * (distance_mm - before) / (after - before);
        if (!best || std::abs(crossing) < std::abs(*best)) best = crossing;
      }
      if (std::abs(after - distance_mm) < error) {
        error = std::abs(after - distance_mm);
        nearest = {(s + kShiftStep) * cos_clock, (s + kShiftStep) * sin_clock, girth};
      }
      before = after;
    }
    if (best) return {*best * cos_clock, *best * sin_clock, girth};
  }
  return nearest;
}

double measure_mrf_distance(const Tumour& tumour, const Mesorectum& mesorectum) {
  constexpr double kStep = 0.7;
  auto surface = tumour.surface(kStep);
  double nearest = 1e9;
  for (const auto& point : surface) nearest = std::min(nearest, -mesorectum.distance(point));
  if (nearest <= 0) return 0;
  // The first-order distance is good to a few millimetres: what it calls further away cannot be closest.
  constexpr double kDoubt = 4;
  std::erase_if(surface, [&](const auto& point) { return -mesorectum.distance(point) > 1.5 * nearest + kDoubt; });
  double low = 1e9, high = -1e9;
  for (const auto& point : surface) {
    low = std::min(low, point[2]);
    high = std::max(high, point[2]);
  }
  double least = 1e18;
  constexpr double kReach = 10;  // of planes above and below
  for (double w = low - kReach; w <= high + kReach; w += kStep)
    for (double clock = -std::numbers::pi; clock < std::numbers::pi; clock += 0.02) {
      const auto border = mesorectum.border(clock, w);
      for (const auto& point : surface) {
        const double x = border[0] - point[0], y = border[1] - point[1], z = border[2] - point[2];
        least = std::min(least, x * x + y * y + z * z);
      }
    }
  return std::sqrt(least);
}

}  // namespace larc::demo
