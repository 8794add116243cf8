#include "demo/scanner.h"

#include <cmath>
#include <numbers>

#include "core/random.h"

namespace larc::demo {

namespace {

/// `size`, spacing and direction are set; puts the middle voxel at `middle`.
void centre_on(image::Geometry& geometry, const image::Vec3& middle) {
  for (std::size_t r = 0; r < 3; ++r) {
    geometry.origin_lps[r] = middle[r];
    for (std::size_t a = 0; a < 3; ++a)
      geometry.origin_lps[r] -= geometry.direction[r][a] * geometry.spacing_mm[a] * 0.5 * (geometry.size[a] - 1);
  }
}

}  // namespace

std::vector<Scanner> scanners_of(Scenario scenario) {
  std::vector<Scanner> all{
      {"A",
       Vendor::siemens,
       "SIEMENS (synthetic)",
       "Demoscan 3T",
       3.0,
       160,
       24,
       0.85,
       3.3,
       100,
       4200,
       220,
       0.15,
       0.15,
       24,
       0.010,
       0.40,
       12,
       24,
       {80, 18, 1.80, 4.4, 50, 800, 62, 5600, 17, 8, 0.020, 1.0}},
      {"B",
       Vendor::philips,
       "Philips (synthetic)",
       "Phantom 1.5T",
       1.5,
       144,
       26,
       0.90,
       3.0,
       95,
       3800,
       85,
       0.12,
       0.10,
       17,
       0.020,
       0.50,
       18,
       30,
       {72, 16, 2.00, 5.0, 0, 1000, 75, 5200, 12, 10, 0.035, 1.2}},
      {"C",
       Vendor::ge,
       "GE MEDICAL SYSTEMS (synthetic)",
       "Onda 3T",
       3.0,
       176,
       20,
       0.80,
       4.0,
       104,
       5000,
       900,
       0.20,
       0.20,
       20,
       0.015,
       0.38,
       8,
       20,
       {80, 20, 1.75, 4.0, 0, 1000, 66, 6000, 15, 8, 0.030, 1.0}},
  };
  if (scenario == Scenario::centre) {
    all[0].echo_time_ms = 75;
    all[1].echo_time_ms = 100;
    all[2].echo_time_ms = 130;
  }
  return all;
}

SlicePlan plan_slices(const Scanner& scanner, int examination, std::uint64_t seed) {
  Random random(derive_seed(seed, "plan"));
  const double degree = std::numbers::pi / 180.0;
  double tilt = random.uniform(scanner.tilt_low_degrees, scanner.tilt_high_degrees) * degree;
  double turn = random.uniform(-3.0, 3.0) * degree;
  image::Vec3 origin{random.uniform(-4.0, 4.0), random.uniform(-30.0, 30.0), random.uniform(-120.0, -40.0)};
  image::Vec3 middle = origin;
  if (examination > 0) {
    Random again(derive_seed(seed, "plan", static_cast<std::uint64_t>(examination)));
    tilt += again.uniform(-3.0, 3.0) * degree;
    turn += again.uniform(-2.5, 2.5) * degree;
    origin = {again.uniform(-4.0, 4.0), again.uniform(-30.0, 30.0), again.uniform(-120.0, -40.0)};
    middle = {origin[0] + again.uniform(-2.5, 2.5), origin[1] + again.uniform(-3.0, 3.0),
              origin[2] + again.uniform(-3.0, 3.0)};
  }
  const double ct = std::cos(tilt), st = std::sin(tilt), cz = std::cos(turn), sz = std::sin(turn);
  SlicePlan plan;
  plan.phantom_origin_lps = origin;
  plan.geometry.size = {scanner.matrix, scanner.matrix, scanner.slices};
  plan.geometry.spacing_mm = {scanner.pixel_mm, scanner.pixel_mm, scanner.slice_mm};
  plan.geometry.direction = {{{cz, -sz * ct, -sz * st}, {sz, cz * ct, cz * st}, {0.0, -st, ct}}};
  centre_on(plan.geometry, middle);
  return plan;
}

SlicePlan plan_diffusion(const SlicePlan& plan, const DiffusionProtocol& protocol) {
  const auto& g = plan.geometry;
  const image::Vec3 middle = g.point_lps({0.5 * (g.size[0] - 1), 0.5 * (g.size[1] - 1), 0.5 * (g.size[2] - 1)});
  SlicePlan result = plan;
  result.geometry.size = {protocol.matrix, protocol.matrix, protocol.slices};
  result.geometry.spacing_mm = {protocol.pixel_mm, protocol.pixel_mm, protocol.slice_mm};
  centre_on(result.geometry, middle);
  return result;
}

}  // namespace larc::demo
