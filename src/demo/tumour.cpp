#include "demo/tumour.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace larc::demo {

namespace {

constexpr double kPi = std::numbers::pi;
constexpr int kWaves = 8;
constexpr double kBoxMm = 60.0;

/// cos(2 pi turns) to 2e-4, for a bumpy surface.
double cos_of_turns(double turns) {
  constexpr double kWhole = 1 << 20;  // makes the cast round down
  const double rest = turns - (static_cast<double>(static_cast<std::int64_t>(turns + kWhole)) - kWhole);
  const double z = 0.25 - std::abs(rest - 0.5);
  const double s = z * z;
  return -z * (6.2831853 + s * (-41.341677 + s * (81.602223 - 76.574970 * s)));
}

RandomField make_texture(double sigma_mm, std::uint64_t seed) {
  Random random(derive_seed(seed, "texture"));
  return RandomField({-kBoxMm, -kBoxMm, -kBoxMm}, {kBoxMm, kBoxMm, kBoxMm}, 2.0, sigma_mm, random);
}

}  // namespace

Tumour::Tumour(const TumourAppearance& appearance, const RectalTube& tube, bool in_front, double shrunk,
               std::uint64_t seed)
    : appearance_(appearance), tube_(tube), texture_(make_texture(appearance.texture_sigma_mm, seed)) {
  Random random(derive_seed(seed, "shape"));
  clock_ = random.uniform(-kPi, kPi);
  if (in_front) clock_ = -kPi / 2 + 0.1 * clock_;
  height_ = random.uniform(-3.0, 3.0);
  shape_ = {1.5 * random.uniform(0.9, 1.1), 0.8 * random.uniform(0.93, 1.07), 1.15 * random.uniform(0.9, 1.1)};
  // Regression goes towards the wall: thickness falls with volume^0.56, the other two axes with volume^0.22.
  const double flat = std::pow(std::clamp(shrunk, 0.005, 1.0), 0.113);
  shape_ = {shape_[0] / flat, shape_[1] * flat * flat, shape_[2] / flat};
  for (int i = 0; i < kWaves; ++i) {
    image::Vec3 direction{random.normal(), random.normal(), random.normal()};
    const double norm = std::hypot(direction[0], direction[1], direction[2]);
    for (auto& component : direction) component /= norm;
    waves_.push_back({direction, random.uniform(0.28, 0.5), random.uniform()});
  }
  waviness_ = flat * flat;  // waves of a flat remainder are counted in the axis it had

  const double target_mm3 = 1000.0 * appearance.volume_ml;
  const double step = std::clamp(std::cbrt(target_mm3) / 7, 0.6, 2.0);
  double scale = std::cbrt(target_mm3 / (4.0 / 3.0 * kPi * shape_[0] * shape_[1] * shape_[2]));
  for (int pass = 0; pass < 3; ++pass) {
    set_scale(scale);
    std::size_t inside = 0;
    visit(step, [&](const image::Vec3& point) { inside += distance(point) < 0 ? 1 : 0; });
    const double volume = static_cast<double>(std::max<std::size_t>(inside, 1)) * std::pow(step, 3);
    scale *= std::cbrt(target_mm3 / volume);
  }
  set_scale(scale);

  double sum = 0;
  double squares = 0;
  double count = 0;
  visit(std::min(1.7, step), [&](const image::Vec3& point) {
    if (distance(point) >= 0) return;
    const double value = texture(point);
    sum += value;
    squares += value * value;
    ++count;
  });
  texture_mean_ = sum / std::max(count, 1.0);
  texture_scale_ = 1 / std::sqrt(std::max(1e-6, squares / std::max(count, 1.0) - texture_mean_ * texture_mean_));
}

void Tumour::move(double du, double dv) {
  tube_.centre_u += du;
  tube_.centre_v += dv;
}

void Tumour::set_scale(double scale) {
  for (std::size_t a = 0; a < 3; ++a) semi_[a] = scale * shape_[a];
  wall_radius_ = tube_.lumen_radius + 2.0 + 0.3 * semi_[1];
  const double swell = 1 + 3 * appearance_.irregularity;
  reach_ = std::min(
      {kBoxMm - 2.0, swell * std::max(semi_[0], semi_[2]) + tube_.lumen_radius, wall_radius_ + swell * semi_[1] + 4.0});
}

image::Vec3 Tumour::centre() const {
  return {tube_.centre_u, tube_.centre_v, height_};
}

image::Vec3 Tumour::reach() const {
  return {reach_ + 3, reach_ + 6, std::min(2.0, 1 + 4 * appearance_.irregularity) * semi_[2] + kRampMm};
}

template <typename Visit>
void Tumour::visit(double step_mm, Visit visitor) const {
  const auto middle = centre();
  const auto half = reach();
  const auto steps = [&](std::size_t a) { return static_cast<int>(half[a] / step_mm); };
  for (int k = -steps(2); k <= steps(2); ++k)
    for (int j = -steps(1); j <= steps(1); ++j)
      for (int i = -steps(0); i <= steps(0); ++i)
        visitor(image::Vec3{middle[0] + i * step_mm, middle[1] + j * step_mm, middle[2] + k * step_mm});
}

std::vector<image::Vec3> Tumour::surface(double step_mm) const {
  std::vector<image::Vec3> points;
  visit(step_mm, [&](const image::Vec3& point) {
    const double here = distance(point);
    if (std::abs(here) > 3 * step_mm + 1) return;
    for (std::size_t a = 0; a < 3; ++a) {
      image::Vec3 next = point;
      next[a] += step_mm;
      const double there = distance(next);
      if ((here < 0) == (there < 0)) continue;
      image::Vec3 crossing = point;
      crossing[a] += step_mm * here / (here - there);
      points.push_back(crossing);
    }
  });
  return points;
}

std::optional<Tumour::Straight> Tumour::straightened(const image::Vec3& point_uvw, double far_mm) const {
  const double dw = point_uvw[2] - height_;
  if (std::abs(dw) > std::max(2.0 * semi_[2], semi_[2] + far_mm)) return std::nullopt;
  const auto axis = tube_.axis_at(point_uvw[2]);
  const double du = point_uvw[0] - axis.u;
  const double dv = point_uvw[1] - axis.v;
  const double across = std::sqrt(du * du + dv * dv) - wall_radius_;
  if (std::abs(across) > std::max(2.0 * semi_[1], semi_[1] + far_mm)) return std::nullopt;
  double angle = std::atan2(dv, du) - clock_;
  if (angle > kPi) angle -= 2.0 * kPi;
  if (angle < -kPi) angle += 2.0 * kPi;
  const image::Vec3 xyz{wall_radius_ * angle / semi_[0], across / semi_[1], dw / semi_[2]};
  const double radius = std::sqrt(xyz[0] * xyz[0] + xyz[1] * xyz[1] + xyz[2] * xyz[2]);
  if (radius > 1.0 + 4.0 * appearance_.irregularity + far_mm / semi_[1]) return std::nullopt;
  double bumps = 0;
  const double unit = waviness_ / semi_[1];
  for (const auto& wave : waves_) {
    const double along = (wave.direction[0] * du + wave.direction[1] * dv + wave.direction[2] * dw) * unit;
    bumps += cos_of_turns(wave.frequency * along + wave.phase);
  }
  return Straight{xyz, radius, appearance_.irregularity * bumps * std::sqrt(2.0 / kWaves)};
}

double Tumour::distance(const image::Vec3& point_uvw) const {
  const auto at = straightened(point_uvw, kFarMm);
  if (!at) return kFarMm;
  return std::clamp(semi_[1] * (at->radius - 1.0 - at->bumps), -kFarMm, kFarMm);
}

std::optional<Tumour::Outside> Tumour::outside(const image::Vec3& point_uvw, double within_mm) const {
  const auto at = straightened(point_uvw, within_mm);
  if (!at || at->radius <= 1.0 + at->bumps) return std::nullopt;
  double slope = 0;
  Outside result{};
  for (std::size_t a = 0; a < 3; ++a) {
    slope += std::pow(at->xyz[a] / semi_[a], 2);
    result.foot[a] = at->xyz[a] * semi_[a] / at->radius;
  }
  result.distance_mm = (at->radius - 1.0 - at->bumps) * at->radius / std::sqrt(slope);
  if (result.distance_mm >= within_mm) return std::nullopt;
  return result;
}

double Tumour::texture(const image::Vec3& point_uvw) const {
  const image::Vec3 own{point_uvw[0] - tube_.centre_u, point_uvw[1] - tube_.centre_v, point_uvw[2]};
  return texture_scale_ * (texture_.at(own) - texture_mean_);
}

double Tumour::signal(const image::Vec3& point_uvw) const {
  return std::max(0.25, appearance_.mean + appearance_.texture_sd * texture(point_uvw));
}

}  // namespace larc::demo
