#include "demo/phantom.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace larc::demo {

namespace {

constexpr double kPi = std::numbers::pi;
constexpr double kRampMm = 1.0;

RectalTube draw_tube(std::uint64_t seed) {
  Random random(seed);
  RectalTube tube;
  tube.centre_v = random.uniform(5.0, 11.0);
  tube.lumen_radius = random.uniform(9.0, 12.5);
  tube.bend_phase = random.uniform(0.0, 2.0 * kPi);
  return tube;
}

RandomField draw_grain(std::uint64_t seed) {
  Random random(seed);
  return RandomField({-110, -110, -90}, {110, 110, 90}, 3.0, 3.0, random);
}

Tumour draw_tumour(const TumourAppearance& appearance, const RectalTube& tube, std::uint64_t seed) {
  Random random(seed);
  return Tumour(appearance, tube, random);
}

/// 1 well inside, 0 well outside, a ramp between; `distance` is negative inside.
double coverage(double distance_mm) {
  return std::clamp(0.5 - distance_mm / kRampMm, 0.0, 1.0);
}

/// Approximate signed distance to an ellipsoid; a far point answers a large number without the square roots.
double ellipsoid_distance(double x, double y, double z, const image::Vec3& semi, double margin_mm) {
  const double nx = x / semi[0];
  const double ny = y / semi[1];
  const double nz = z / semi[2];
  const double squared = nx * nx + ny * ny + nz * nz;
  const double shortest = std::min({semi[0], semi[1], semi[2]});
  const double outer = 1.0 + margin_mm / shortest;
  if (squared > outer * outer) return 1e3;
  if (squared < 1e-6) return -shortest;
  const double radius = std::sqrt(squared);
  const double gx = nx / semi[0];
  const double gy = ny / semi[1];
  const double gz = nz / semi[2];
  return radius * (radius - 1.0) / std::sqrt(gx * gx + gy * gy + gz * gz);
}

template <typename Tissue>
void blend(Tissue& state, const Tissue& tissue, double share) {
  state.signal += share * (tissue.signal - state.signal);
  state.texture += share * (tissue.texture - state.texture);
}

}  // namespace

Phantom::Phantom(const TumourAppearance& appearance, const Habitus& habitus, const image::Mat3& frame,
                 std::uint64_t seed)
    : frame_(frame),
      tube_(draw_tube(derive_seed(seed, "tube"))),
      tumour_(draw_tumour(appearance, tube_, derive_seed(seed, "tumour"))),
      grain_(draw_grain(derive_seed(seed, "grain"))) {
  Random anatomy(derive_seed(seed, "anatomy"));
  build_pelvis(habitus, anatomy);
  Random mesorectum(derive_seed(seed, "mesorectum"));
  build_mesorectum(mesorectum);
}

void Phantom::add(const image::Vec3& centre, const image::Vec3& semi, double turn_degrees, Tissue tissue,
                  double shell_mm, Tissue shell) {
  const double turn = turn_degrees * kPi / 180.0;
  organs_.push_back(
      {centre, semi, std::max(semi[0], semi[1]) + kRampMm, std::cos(turn), std::sin(turn), tissue, shell_mm, shell});
}

void Phantom::build_pelvis(const Habitus& habitus, Random& random) {
  const double wide = (habitus.male ? 0.97 : 1.03) * random.uniform(0.97, 1.03);
  const double fatness = std::clamp((habitus.bmi - 25.0) / 10.0, -0.8, 1.2);
  const double lean = 1.0 - 0.06 * fatness;
  fat_ = random.uniform(3.3, 3.5);
  const Tissue muscle{1.0, 0.10};
  const Tissue marrow{random.uniform(2.3, 2.7), 0.08};
  const Tissue cortex{0.25, 0.0};
  const Tissue urine{random.uniform(5.0, 5.4), 0.01};
  const Tissue bladder_wall{1.3, 0.05};

  for (const double side : {-1.0, 1.0}) {
    const auto at = [&](double x, double y, double z) {
      return image::Vec3{side * x * wide + random.uniform(-1.0, 1.0), y + random.uniform(-1.5, 1.5), z};
    };
    add(at(47, 60, 0), {34 * lean, 15 * lean, 80}, side * -28, muscle);
    add(at(30, 40, 22), {20, 6 * lean, 26}, side * -30, muscle);
    add(at(54, -2, 0), {8.5 * lean, 36, 60}, side * 6, muscle);
    add(at(44, 34, -22), {4, 18, 30}, side * 24, muscle);
    add(at(73, -4, 4), {17, 30, 46}, side * 8, marrow, 1.8, cortex);
    add(at(66, 34, -30), {12, 12, 26}, 0, marrow, 1.8, cortex);
    add(at(36, -58, -14), {26, 9 * lean, 40}, side * 30, muscle);
    add(at(56, -54, 0), {4.2, 4.2, 90}, 0, {0.3, 0});
    add(at(47, -50, 0), {5.0, 5.0, 90}, 0, {1.9, 0});
    add(at(46, 12, 10), {1.9, 1.9, 60}, 0, {0.4, 0});
    add(at(43, 16, 10), {2.2, 2.2, 60}, 0, {2.9, 0});
  }
  const double sacrum_y = random.uniform(54, 58);
  for (int segment = 0; segment < 6; ++segment) {
    const double z = -24.0 + 16.0 * segment;
    const double taper = 0.55 + 0.12 * segment;
    add({0, sacrum_y + 0.004 * (z - 5) * (z - 5), z}, {19 * taper, 8 * std::min(1.0, taper), 9.5}, 0, marrow, 1.4,
        cortex);
  }
  add({0, -82, -30}, {16, 12, 24}, 0, marrow, 1.6, cortex);

  const double filling = random.uniform(0.8, 1.1);
  add({random.uniform(-3.0, 3.0), -50, 20}, {36 * filling, 24 * filling, 27 * filling}, 0, urine, 3.0, bladder_wall);
  if (habitus.male) {
    for (const double side : {-1.0, 1.0}) {
      add({side * 13, -25 + random.uniform(-1.0, 1.0), 3}, {13, 4.5, 8}, side * -14, {3.4, 0.30}, 0.8, {1.2, 0});
    }
    add({0, -38, -27}, {22, 15, 17}, 0, {1.9, 0.18}, 1.0, {1.0, 0});
    add({0, -31, -28}, {18, 6, 14}, 0, {2.9, 0.10});
  } else {
    const double lean_over = random.uniform(-15.0, 15.0);
    add({random.uniform(-4.0, 4.0), -27, 10}, {22, 11, 26}, lean_over, {1.9, 0.12});
    add({0, -27, 12}, {9, 2.6, 20}, lean_over, {4.2, 0.05}, 1.2, {0.8, 0});
    add({0, -24, -26}, {18, 4.5, 22}, 0, {1.5, 0.10});
    for (const double side : {-1.0, 1.0}) {
      add({side * random.uniform(30, 34), -22, 18}, {8, 6, 9}, side * 20, {2.6, 0.15});
    }
  }
}

void Phantom::build_mesorectum(Random& random) {
  mesorectum_centre_ = {0, tube_.centre_v + 3.0, 0};
  mesorectum_semi_ = {random.uniform(34, 38), random.uniform(27, 30), 0};
  gas_level_ = random.uniform(-6.0, 3.0);
  lumen_phase_ = random.uniform(0.0, 2.0 * kPi);
  content_ = random.uniform(2.2, 3.2);
  const auto place = [&](double least) {
    const double angle = random.uniform(-kPi, kPi);
    const double share = std::sqrt(random.uniform(least * least, 0.81));
    return image::Vec3{share * mesorectum_semi_[0] * std::cos(angle),
                       mesorectum_centre_[1] + share * mesorectum_semi_[1] * std::sin(angle), 0};
  };
  for (int i = 0; i < 16; ++i) {
    const auto at = place(0.55);
    const Tissue tissue = i % 2 == 0 ? Tissue{0.5, 0} : Tissue{1.7, 0};
    vessels_.push_back(
        {at[0], at[1], random.uniform(1.0, 4.0), random.uniform(0.0, 2.0 * kPi), random.uniform(0.6, 1.5), tissue});
  }
  const int count = 3 + static_cast<int>(random.below(5));
  for (int i = 0; i < count; ++i) {
    auto at = place(0.6);
    at[2] = random.uniform(-32, 32);
    const double size = random.uniform(2.0, 3.8);
    nodes_.push_back({at, {size, 0.8 * size, 1.1 * size}, 5, 1, 0, {random.uniform(1.5, 2.1), 0.05}, 0, {1, 0}});
  }
}

Phantom::Row Phantom::row(double v, double w, double reach_u) const {
  Row row{v, w, tube_.axis_at(w), std::clamp(1.0 + 0.006 * w, 0.62, 1.15), {}, {}};
  const double y = frame_[1][1] * v + frame_[1][2] * w;
  const double z = frame_[2][1] * v + frame_[2][2] * w;
  const double slack_y = std::abs(frame_[1][0]) * reach_u;
  const double slack_z = std::abs(frame_[2][0]) * reach_u;
  for (const auto& organ : organs_) {
    if (std::abs(z - organ.centre[2]) > organ.semi[2] + kRampMm + slack_z) continue;
    if (std::abs(y - organ.centre[1]) > organ.reach_xy + slack_y) continue;
    row.organs.push_back(&organ);
  }
  for (auto vessel : vessels_) {
    vessel.u = row.taper * vessel.u + vessel.wander * std::sin(w / 13.0 + vessel.phase);
    vessel.v = row.taper * vessel.v + vessel.wander * std::cos(w / 11.0 + vessel.phase);
    if (std::abs(v - vessel.v) < 3.0) row.vessels.push_back(vessel);
  }
  return row;
}

void Phantom::paint_mesorectum(const Row& row, const image::Vec3& q, Tissue& state) const {
  const image::Vec3 semi{mesorectum_semi_[0] * row.taper, mesorectum_semi_[1] * row.taper, 1e6};
  const double y = q[1] - mesorectum_centre_[1] - 0.0035 * q[2] * q[2];
  const double distance = ellipsoid_distance(q[0], y, 0, semi, 2.0);
  if (distance > 2.0) return;
  blend(state, {1.5, 0.0}, 0.8 * coverage(distance - 0.5));
  blend(state, {fat_ * 1.02, 0.06}, coverage(distance + 0.6));
  if (distance > 0) return;
  for (const auto& vessel : row.vessels) {
    const double du = q[0] - vessel.u;
    if (std::abs(du) > 3.0) continue;
    blend(state, vessel.tissue, coverage(std::hypot(du, q[1] - vessel.v) - vessel.radius));
  }
  for (const auto& node : nodes_) {
    const double d =
        ellipsoid_distance(q[0] - node.centre[0], q[1] - node.centre[1], q[2] - node.centre[2], node.semi, kRampMm);
    if (d < kRampMm) blend(state, node.tissue, coverage(d));
  }
}

void Phantom::paint_rectum(const Row& row, const image::Vec3& q, const image::Vec3& p, Tissue& state) const {
  constexpr double kMuscularisMm = 2.2;
  constexpr double kMucosaMm = 1.8;
  const double du = q[0] - row.axis.u;
  const double dv = q[1] - row.axis.v;
  const double radius = std::sqrt(du * du + dv * dv);
  if (radius > 1.5 * tube_.lumen_radius + kMuscularisMm + kMucosaMm + kRampMm) return;
  const double angle = std::atan2(dv, du);
  const double lumen =
      tube_.lumen_radius * (1.0 + 0.14 * std::cos(2.0 * angle + lumen_phase_ + q[2] / 25.0) +
                            0.07 * std::cos(3.0 * angle - lumen_phase_ + q[2] / 12.0) + 0.06 * std::sin(q[2] / 9.0));
  const double mucosa_radius = lumen + 0.35 * std::cos(9.0 * angle + q[2] / 5.0);
  blend(state, {1.15, 0.06}, coverage(radius - lumen - kMucosaMm - kMuscularisMm));
  blend(state, {2.5, 0.10}, coverage(radius - lumen - kMucosaMm));
  const double inside = coverage(radius - mucosa_radius);
  if (inside <= 0) return;
  const double gas = coverage(p[1] - tube_.centre_v - gas_level_);
  const Tissue content{content_ + gas * (0.06 - content_), 0.12 * (1.0 - gas)};
  blend(state, content, inside);
}

Phantom::Sample Phantom::at(const Row& row, double u) const {
  const image::Vec3 q{u, row.v, row.w};
  image::Vec3 p{};
  for (int r = 0; r < 3; ++r) p[r] = frame_[r][0] * q[0] + frame_[r][1] * q[1] + frame_[r][2] * q[2];

  Tissue state{fat_, 0.05};
  for (const Organ* organ : row.organs) {
    const double dx = p[0] - organ->centre[0];
    const double dy = p[1] - organ->centre[1];
    if (std::abs(dx) > organ->reach_xy || std::abs(dy) > organ->reach_xy) continue;
    const double d =
        ellipsoid_distance(organ->cos_turn * dx + organ->sin_turn * dy, organ->cos_turn * dy - organ->sin_turn * dx,
                           p[2] - organ->centre[2], organ->semi, kRampMm);
    if (d > kRampMm) continue;
    if (organ->shell_mm > 0) {
      blend(state, organ->shell, coverage(d));
      blend(state, organ->tissue, coverage(d + organ->shell_mm));
    } else {
      blend(state, organ->tissue, coverage(d));
    }
  }
  paint_mesorectum(row, q, state);
  paint_rectum(row, q, p, state);
  if (state.texture > 0) state.signal *= std::max(0.1, 1.0 + state.texture * grain_.at(p));

  const double distance = tumour_.distance(q, row.axis);
  const double share = coverage(distance);
  if (share > 0) state.signal += share * (tumour_.signal(q) - state.signal);
  return {state.signal, distance < 0};
}

}  // namespace larc::demo
