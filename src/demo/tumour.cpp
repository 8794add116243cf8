#include "demo/tumour.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace larc::demo {

namespace {

constexpr double kPi = std::numbers::pi;
constexpr int kWaves = 8;
constexpr double kBoxMm = 60.0;

RandomField make_texture(double sigma_mm, Random& random) {
  return RandomField({-kBoxMm, -kBoxMm, -kBoxMm}, {kBoxMm, kBoxMm, kBoxMm}, 2.0, sigma_mm, random);
}

}  // namespace

RectalTube::Axis RectalTube::axis_at(double w) const {
  return {2.5 * std::sin(w / 18.0 + bend_phase), centre_v + 0.0035 * w * w + 1.5 * std::cos(w / 15.0 + bend_phase)};
}

Tumour::Tumour(const TumourAppearance& appearance, const RectalTube& tube, Random& random)
    : appearance_(appearance), tube_(tube), texture_(make_texture(appearance.texture_sigma_mm, random)) {
  clock_ = random.uniform(-kPi, kPi);
  height_ = random.uniform(-3.0, 3.0);
  shape_ = {1.5 * random.uniform(0.9, 1.1), 0.8 * random.uniform(0.93, 1.07), 1.15 * random.uniform(0.9, 1.1)};
  for (int i = 0; i < kWaves; ++i) {
    image::Vec3 direction{random.normal(), random.normal(), random.normal()};
    const double norm = std::hypot(direction[0], direction[1], direction[2]);
    for (auto& component : direction) component /= norm;
    waves_.push_back({direction, random.uniform(0.28, 0.5), random.uniform(0.0, 2.0 * kPi)});
  }

  const double target_mm3 = 1000.0 * appearance.volume_ml;
  double scale = std::cbrt(target_mm3 / (4.0 / 3.0 * kPi * shape_[0] * shape_[1] * shape_[2]));
  constexpr double kCoarseStep = 2.0;
  for (int pass = 0; pass < 4; ++pass) {
    set_scale(scale);
    std::size_t inside = 0;
    visit_inside(kCoarseStep, [&](const image::Vec3&) { ++inside; });
    const double volume = static_cast<double>(std::max<std::size_t>(inside, 1)) * std::pow(kCoarseStep, 3);
    scale *= std::cbrt(target_mm3 / volume);
  }
  set_scale(scale);

  double sum = 0;
  double squares = 0;
  double count = 0;
  visit_inside(1.7, [&](const image::Vec3& point) {
    const double value = texture_.at(point);
    sum += value;
    squares += value * value;
    ++count;
  });
  texture_mean_ = sum / count;
  texture_scale_ = appearance.texture_sd / std::sqrt(std::max(1e-6, squares / count - texture_mean_ * texture_mean_));
}

void Tumour::set_scale(double scale) {
  for (int a = 0; a < 3; ++a) semi_[a] = scale * shape_[a];
  wall_radius_ = tube_.lumen_radius + 2.0 + 0.3 * semi_[1];
  reach_ = std::min(kBoxMm - 2.0, 1.8 * std::max(semi_[0], semi_[2]) + tube_.lumen_radius);
}

template <typename Visit>
void Tumour::visit_inside(double step_mm, Visit visit) const {
  const int half = static_cast<int>(reach_ / step_mm);
  for (int k = -half; k <= half; ++k) {
    const double w = height_ + k * step_mm;
    const auto axis = tube_.axis_at(w);
    for (int j = -half; j <= half; ++j) {
      for (int i = -half; i <= half; ++i) {
        const image::Vec3 point{i * step_mm, tube_.centre_v + j * step_mm, w};
        if (distance(point, axis) < 0) visit(point);
      }
    }
  }
}

double Tumour::distance(const image::Vec3& point_uvw, const RectalTube::Axis& axis) const {
  const double dw = point_uvw[2] - height_;
  if (std::abs(dw) > 2.0 * semi_[2]) return kFarMm;
  const double du = point_uvw[0] - axis.u;
  const double dv = point_uvw[1] - axis.v;
  const double across = std::hypot(du, dv) - wall_radius_;
  if (std::abs(across) > 2.0 * semi_[1]) return kFarMm;
  double angle = std::atan2(dv, du) - clock_;
  if (angle > kPi) angle -= 2.0 * kPi;
  if (angle < -kPi) angle += 2.0 * kPi;
  const double along = wall_radius_ * angle;
  const double radius = std::hypot(along / semi_[0], across / semi_[1], dw / semi_[2]);
  const double far = kFarMm / semi_[1];
  if (radius > 1.0 + 4.0 * appearance_.irregularity + far) return kFarMm;
  double bumps = 0;
  for (const auto& wave : waves_) {
    const double x = (wave.direction[0] * du + wave.direction[1] * dv + wave.direction[2] * dw) / semi_[1];
    bumps += std::cos(2.0 * kPi * wave.frequency * x + wave.phase);
  }
  bumps *= std::sqrt(2.0 / kWaves);
  const double value = semi_[1] * (radius - 1.0 - appearance_.irregularity * bumps);
  return std::clamp(value, -kFarMm, kFarMm);
}

double Tumour::signal(const image::Vec3& point_uvw) const {
  const double value = appearance_.mean + texture_scale_ * (texture_.at(point_uvw) - texture_mean_);
  return std::max(0.25, value);
}

}  // namespace larc::demo
