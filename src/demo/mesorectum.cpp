#include "demo/mesorectum.h"

#include <numbers>

namespace larc::demo {

namespace {

constexpr double kPi = std::numbers::pi;
constexpr double kCentreV = 12.0;
constexpr double kFasciaMm = 0.9;     // thickness
constexpr double kLevatorMm = 3.2;    // thickness
constexpr double kLevatorTop = 2.0;   // w above which there is none
constexpr double kLevatorReach = 12;  // outside the fascia

Nodule tube(const image::Vec3& from, const image::Vec3& to, double radius, const Tissue& tissue) {
  return {from, to, radius, tissue, 0};
}

}  // namespace

double nodule_distance(const Nodule& nodule, const image::Vec3& point) {
  image::Vec3 axis{}, offset{};
  double length = 0, along = 0;
  for (std::size_t a = 0; a < 3; ++a) {
    axis[a] = nodule.to[a] - nodule.from[a];
    offset[a] = point[a] - nodule.from[a];
    length += axis[a] * axis[a];
    along += axis[a] * offset[a];
  }
  const double share = length > 0 ? std::clamp(along / length, 0.0, 1.0) : 0.0;
  for (std::size_t a = 0; a < 3; ++a) offset[a] -= share * axis[a];
  const double radius = std::sqrt(offset[0] * offset[0] + offset[1] * offset[1] + offset[2] * offset[2]);
  double surface = nodule.radius;
  if (nodule.lobes > 0 && radius > 0)
    surface *= 1 + nodule.lobes * (std::sin(5 * offset[0] / nodule.radius + 3 * nodule.from[1]) +
                                   std::cos(4 * offset[1] / nodule.radius + 2 * nodule.from[0]));
  return radius - surface;
}

Mesorectum::Mesorectum(double girth, std::uint64_t seed) : fat_tissue_(tissues::kMesorectalFat) {
  Random random(derive_seed(seed, "mesorectum"));
  a_ = girth * random.uniform(36, 40);
  b_ = girth * random.uniform(28, 31);
  for (double& wave : waves_) wave = random.uniform(-0.045, 0.045);
  waves_[0] += 0.03;   // broad and flat
  waves_[3] += 0.025;  // more room beside the sacrum than before it
  fat_tissue_.t2 *= random.uniform(0.97, 1.05);

  const auto place = [&](double clock, double share, double w) {
    const auto outer = border(clock, w);
    const auto centre = ring(w);
    return image::Vec3{centre.u + share * (outer[0] - centre.u), centre.v + share * (outer[1] - centre.v), w};
  };
  // Superior rectal vessels: artery and vein behind the rectum, dividing to both sides further down.
  const double trunk = random.uniform(-0.25, 0.25);
  for (const double side : {-1.0, 1.0}) {
    const double clock = kPi / 2 + trunk + 0.12 * side;
    const Tissue& tissue = side < 0 ? tissues::kArtery : tissues::kVein;
    const double radius = side < 0 ? 1.1 : 1.5;
    nodules_.push_back(tube(place(clock, 0.78, 60), place(clock, 0.80, 12), radius, tissue));
    nodules_.push_back(tube(place(clock, 0.80, 12), place(kPi / 2 + 0.75 * side, 0.82, -18), 0.85 * radius, tissue));
  }
  for (int i = 0; i < 34; ++i) {
    const double clock = random.uniform(-kPi, kPi);
    const double w = random.uniform(-42, 42);
    const double near = random.uniform(0.55, 0.75);
    nodules_.push_back(
        tube(place(clock, near, w),
             place(clock + random.uniform(-0.5, 0.5), random.uniform(0.8, 0.93), w + random.uniform(-14, 14)),
             random.uniform(0.4, 0.95), i % 3 == 0 ? tissues::kVein : tissues::kArtery));
  }
  const int nodes = 3 + static_cast<int>(random.below(5));
  for (int i = 0; i < nodes; ++i) {
    auto at = place(random.uniform(-0.3, kPi + 0.3), random.uniform(0.68, 0.86), random.uniform(-30, 32));
    auto end = at;
    end[0] += random.uniform(-1.5, 1.5);
    end[2] += random.uniform(-2.5, 2.5);
    Tissue tissue = tissues::kNode;
    tissue.t2 = random.uniform(1.4, 2.1);
    nodules_.push_back({at, end, random.uniform(1.4, 2.6), tissue, 0});
  }
}

Mesorectum::Ring Mesorectum::ring(double w) const {
  const double taper = std::clamp(1.0 + 0.006 * w, 0.62, 1.15);
  return {0, kCentreV + 0.0035 * w * w, a_ * taper, b_ * taper};
}

/// Radius of the outline relative to the ellipse.
double Mesorectum::outline(double c, double s) const {
  const double c2 = c * c - s * s;
  const double s2 = 2 * c * s;
  return 1 + waves_[0] * c2 + waves_[1] * s2 + waves_[2] * (c2 * c - s2 * s) + waves_[3] * (s2 * c + c2 * s);
}

double Mesorectum::distance(const image::Vec3& point) const {
  const Ring at = ring(point[2]);
  const double x = (point[0] - at.u) / at.a;
  const double y = (point[1] - at.v) / at.b;
  const double n = std::sqrt(x * x + y * y);
  if (n < 1e-3) return -at.b;
  const double slope = std::sqrt(x * x / (at.a * at.a) + y * y / (at.b * at.b)) / n;
  return (n - outline(x / n, y / n)) / slope;
}

image::Vec3 Mesorectum::border(double clock, double w) const {
  const Ring at = ring(w);
  const double c = std::cos(clock);
  const double s = std::sin(clock);
  const double radius = outline(c, s);
  return {at.u + at.a * radius * c, at.v + at.b * radius * s, w};
}

double Mesorectum::fat(const image::Vec3& point) const {
  return coverage(distance(point) + kFasciaMm / 2);
}

void Mesorectum::paint_fat(const Line& line, std::vector<Tissue>& row, std::vector<double>& inside) const {
  inside.assign(row.size(), 0.0);
  const Ring widest = ring(line.at(line.count / 2)[2]);
  const image::Vec3 reach{1.2 * widest.a + kLevatorReach, 1.2 * widest.b + kLevatorReach, 1e3};
  const Stretch stretch = clipped(line, {widest.u, widest.v, 0}, reach);
  for (int i = stretch.begin; i < stretch.end; ++i) {
    const auto q = line.at(i);
    auto& state = row[static_cast<std::size_t>(i)];
    const double d = distance(q);
    if (d > kLevatorReach) continue;
    if (q[2] < kLevatorTop && d > kFasciaMm) {
      // A funnel: close to the fascia below, out to the side wall above. It is open in front.
      const double gap = 1.2 + std::clamp(0.30 * (q[2] + 32), 0.0, 10.0);
      const double front = std::clamp((q[1] - kCentreV + 10) / 6, 0.0, 1.0);
      const double fade = std::clamp((kLevatorTop - q[2]) / 6, 0.0, 1.0);
      blend(state, tissues::kMuscle, front * fade * coverage(std::abs(d - gap - kLevatorMm / 2) - kLevatorMm / 2));
    }
    if (d > kFasciaMm) continue;
    blend(state, tissues::kFascia, 0.8 * coverage(d - kFasciaMm / 2));
    blend(state, fat_tissue_, coverage(d + kFasciaMm / 2));
    inside[static_cast<std::size_t>(i)] = coverage(d);
  }
}

void Mesorectum::paint_contents(const Line& line, std::vector<Tissue>& row) const {
  for (const auto& nodule : nodules_) {
    image::Vec3 centre{}, half{};
    for (std::size_t a = 0; a < 3; ++a) {
      centre[a] = 0.5 * (nodule.from[a] + nodule.to[a]);
      half[a] = 0.5 * std::abs(nodule.from[a] - nodule.to[a]) + (1 + 2 * nodule.lobes) * nodule.radius + kRampMm;
    }
    const Stretch near = clipped(line, centre, half);
    for (int i = near.begin; i < near.end; ++i) {
      const double share = coverage(nodule_distance(nodule, line.at(i)));
      if (share > 0) blend(row[static_cast<std::size_t>(i)], nodule.tissue, share);
    }
  }
}

}  // namespace larc::demo
