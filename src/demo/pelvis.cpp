#include "demo/pelvis.h"

#include <numbers>

namespace larc::demo {

namespace {

using namespace tissues;

constexpr double kBendMm = 1.8;  // standard deviation of each component of the bending
constexpr double kBendReachMm = 5.0;

RandomField bending(std::uint64_t seed, std::uint64_t axis) {
  Random random(derive_seed(seed, "bending", axis));
  return RandomField({-96, -96, -96}, {96, 96, 96}, 8.0, 11.0, random);
}

}  // namespace

Pelvis::Pelvis(const Habitus& habitus, const PelvisState& state, std::uint64_t seed)
    : bend_x_(bending(seed, 0)), bend_y_(bending(seed, 1)), bend_z_(bending(seed, 2)) {
  Random random(derive_seed(seed, "anatomy"));
  const double wide = (habitus.male ? 0.97 : 1.03) * random.uniform(0.97, 1.03);
  const double fatness = std::clamp((habitus.bmi - 25.0) / 10.0, -0.8, 1.2);
  add_walls(wide, 1.0 - 0.06 * fatness, random);

  // The bladder's back and floor stay where they are; a full one rises to the front and to the head.
  const double filling = state.bladder_filling;
  const double back = -24.0 + random.uniform(-1.5, 1.5) + state.front_shift_mm;
  add({random.uniform(-3.0, 3.0), back - 24 * filling, -9 + 27 * filling}, {37 * filling, 24 * filling, 27 * filling},
      0, kUrine, 2.8 / std::sqrt(filling), kBladderWall);
  if (habitus.male) {
    add_male(state, random);
  } else {
    add_female(state, random);
  }
}

void Pelvis::add(const image::Vec3& centre, const image::Vec3& semi, double turn_degrees, const Tissue& tissue,
                 double shell_mm, const Tissue& shell) {
  const double turn = turn_degrees * std::numbers::pi / 180.0;
  const double c = std::cos(turn);
  const double s = std::sin(turn);
  const image::Vec3 reach{std::hypot(c * semi[0], s * semi[1]) + kRampMm + kBendReachMm,
                          std::hypot(s * semi[0], c * semi[1]) + kRampMm + kBendReachMm,
                          semi[2] + kRampMm + kBendReachMm};
  organs_.push_back({centre, semi, c, s, tissue, shell_mm, shell, reach});
}

void Pelvis::add_walls(double wide, double lean, Random& random) {
  Tissue marrow = kMarrow;
  marrow.t2 = random.uniform(1.9, 2.5);
  for (const double side : {-1.0, 1.0}) {
    const auto at = [&](double x, double y, double z) {
      return image::Vec3{side * x * wide + random.uniform(-1.0, 1.0), y + random.uniform(-1.5, 1.5), z};
    };
    add(at(44, 64, 0), {38 * lean, 15 * lean, 90}, side * -26, kStreakedMuscle);  // gluteus maximus
    add(at(34, 41, 26), {22, 7.5 * lean, 22}, side * -32, kMuscle);               // piriformis
    add(at(30, 42, -20), {21, 2.6, 13}, side * -34, kMuscle);                     // coccygeus
    add(at(68, -6, 6), {16, 31, 48}, side * 8, marrow, 1.8, kCortex);             // acetabulum
    add(at(64, 30, -26), {13, 14, 30}, side * 10, marrow, 1.8, kCortex);          // ischium
    add(at(50, 0, 0), {7.5 * lean, 36, 62}, side * 7, kMuscle);                   // obturator internus
    add(at(36, -58, -14), {26, 9 * lean, 40}, side * 30, kMuscle);                // obturator externus, pectineus
    add(at(56, -54, 0), {4.2, 4.2, 90}, 0, kArtery);
    add(at(47, -50, 0), {5.2, 4.6, 90}, 0, kVein);
    add(at(42, 8, 10), {1.9, 1.7, 60}, 0, kArtery);
    add(at(40, 13, 8), {2.3, 2.0, 60}, 0, kVein);
    add(at(38, 25, 16), {1.6, 1.4, 40}, 0, kArtery);
    add(at(36, 30, 12), {2.0, 1.6, 40}, 0, kVein);
    const double node_z = random.uniform(-25, 25);
    if (random.uniform() < 0.5) add(at(41, -20, node_z), {1.9, 3.2, 4.0}, side * 10, kNode);  // an obturator node
    add(at(44, 48, 4), {4.5, 2.2, 40}, side * -30, {1.6, 0.9, 1.3, 0.2, 0, 0});               // sciatic nerve
  }
  const double sacrum = random.uniform(54, 57);
  for (int segment = 0; segment < 6; ++segment) {
    const double z = -26.0 + 16.0 * segment;
    const double taper = 0.72 + 0.10 * segment;
    add({0, sacrum + 0.003 * (z - 5) * (z - 5), z}, {20 * taper, 9 * std::min(1.0, taper), 9.2}, 0, marrow, 1.5,
        kCortex);
  }
}

void Pelvis::add_male(const PelvisState& state, Random& random) {
  const double y = state.front_shift_mm;
  for (const double side : {-1.0, 1.0}) {
    add({side * 14, -21.5 + y + random.uniform(-1.0, 1.0), 4}, {14, 4.4, 9}, side * -14, kSeminalVesicle, 0.8,
        kSeminalWall);
    add({side * 4.5, -20 + y, 9}, {2.4, 2.4, 14}, 0, {1.9, 1.2, 1.5, 0.1, 0, 0}, 1.0, kSeminalWall);  // vas deferens
  }
  add({0, -35 + y, -26}, {23, 16, 18}, 0, kPeripheralZone, 0.9, kProstateCapsule);
  for (const double side : {-1.0, 1.0})
    add({side * 8, -39 + y, -24}, {10, 10.5, 15}, 0, kTransitionZone, 0.7, kProstateCapsule);
  add({0, -37 + y, -24}, {2.0, 2.5, 16}, 0, {2.8, 1.6, 1.6, 0, 0, 0});  // urethra
}

void Pelvis::add_female(const PelvisState& state, Random& random) {
  const double y = state.front_shift_mm;
  const double lean_over = random.uniform(-15.0, 15.0);
  const double x = random.uniform(-4.0, 4.0);
  for (const double side : {-1.0, 1.0}) {
    const image::Vec3 ovary{side * random.uniform(31, 36), -22 + y, 16};
    add(ovary, {8.5, 6, 9}, side * 20, kOvary, 0.8, kJunctionalZone);
    for (int follicle = 0; follicle < 3; ++follicle) {
      const double radius = random.uniform(1.6, 2.8);
      add({ovary[0] + random.uniform(-4, 4), ovary[1] + random.uniform(-2, 2), ovary[2] + random.uniform(-5, 5)},
          {radius, radius, radius}, 0, kFollicle);
    }
    add({side * 24, -25 + y, 12}, {14, 2.2, 4}, side * 10, {1.7, 1.0, 1.5, 0.2, 0, 0});  // broad ligament
  }
  add({x, -28 + y, 10}, {23, 12, 26}, lean_over, kMyometrium, 0.8, {1.2, 1.2, 1.4, 0, 0, 0});
  add({x, -28 + y, 12}, {10, 3.2, 20}, lean_over, kEndometrium, 1.6, kJunctionalZone);
  add({0, -24 + y, -28}, {18, 5, 22}, 0, {2.4, 1.4, 1.6, 0.1, 0, 0}, 2.4, kVaginalWall);
}

void Pelvis::paint(const Line& line, std::vector<Tissue>& row) const {
  row.assign(static_cast<std::size_t>(line.count), kFat);
  // The bending is smooth: every eighth point, straight between.
  constexpr int kEvery = 8;
  thread_local std::vector<image::Vec3> points;
  points.resize(row.size());
  const auto bent = [&](int i) {
    auto p = line.at(i);
    const image::Vec3 q = p;
    p[0] += kBendMm * bend_x_.at(q);
    p[1] += kBendMm * bend_y_.at(q);
    p[2] += kBendMm * bend_z_.at(q);
    return p;
  };
  image::Vec3 from = bent(0);
  for (int begin = 0; begin < line.count; begin += kEvery) {
    const image::Vec3 to = bent(begin + kEvery);
    for (int i = begin; i < std::min(begin + kEvery, line.count); ++i) {
      const double share = static_cast<double>(i - begin) / kEvery;
      auto& p = points[static_cast<std::size_t>(i)];
      for (std::size_t a = 0; a < 3; ++a) p[a] = from[a] + share * (to[a] - from[a]);
    }
    from = to;
  }
  for (const auto& organ : organs_) {
    const Stretch stretch = clipped(line, organ.centre, organ.reach);
    for (int i = stretch.begin; i < stretch.end; ++i) {
      const auto& p = points[static_cast<std::size_t>(i)];
      auto& state = row[static_cast<std::size_t>(i)];
      const double dx = p[0] - organ.centre[0];
      const double dy = p[1] - organ.centre[1];
      const double d =
          ellipsoid_distance(organ.cos_turn * dx + organ.sin_turn * dy, organ.cos_turn * dy - organ.sin_turn * dx,
                             p[2] - organ.centre[2], organ.semi, organ.shell_mm + kRampMm);
      if (d > kRampMm) continue;
      if (organ.shell_mm > 0) blend(state, organ.shell, coverage(d));
      blend(state, organ.tissue, coverage(d + organ.shell_mm));
    }
  }
}

}  // namespace larc::demo
