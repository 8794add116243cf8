#include "demo/acquisition.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

#include "demo/plane.h"

namespace larc::demo {

namespace {

constexpr int kSlabSamples = 3;

/// Breathing and bowel movement: copies along the phase direction, stronger and weaker from slice to slice, and blur.
void move_patient(Plane& plane, double amount, double pixel_mm, Random& random) {
  blur(plane, 1.5 * amount / pixel_mm);
  const Plane still = plane;
  const int shift = plane.ny / 9 + static_cast<int>(random.below(5));
  const double strength = random.uniform(0.75, 1.15);
  constexpr double kShares[] = {0.50, 0.27, 0.23, 0.17, 0.13};
  constexpr int kShifts[] = {0, 1, -1, 2, -2};
  for (int j = 0; j < plane.ny; ++j) {
    double* to = plane.row(j);
    std::fill_n(to, plane.nx, 0.0);
    for (int copy = 0; copy < 5; ++copy) {
      const int from_row = ((j - kShifts[copy] * shift) % plane.ny + plane.ny) % plane.ny;
      const double share = copy == 0 ? 1 - amount * (1 - kShares[0]) : amount * strength * kShares[copy];
      const double* from = still.row(from_row);
      for (int i = 0; i < plane.nx; ++i) to[i] += share * from[i];
    }
  }
}

}  // namespace

BiasField::BiasField(double amplitude, Random& random) {
  for (auto& x : c) x = 0.45 * amplitude * random.normal();
  c[1] += 0.8 * amplitude;
}

double rician(double signal, double noise, Random& random) {
  const double radius = noise * std::sqrt(-2.0 * std::log(1.0 - random.uniform()));
  const double angle = 2.0 * std::numbers::pi * random.uniform();
  const double real = signal + radius * std::cos(angle);
  const double imaginary = radius * std::sin(angle);
  return std::sqrt(real * real + imaginary * imaginary);
}

void render(const Phantom& phantom, int examination, const SlicePlan& plan, int samples,
            const std::function<void(int j, int k, const Phantom::Row& row)>& visit) {
  const auto& g = plan.geometry;
  Line line;
  line.count = g.size[0];
  for (std::size_t r = 0; r < 3; ++r) line.step[r] = g.direction[r][0] * g.spacing_mm[0];
  Phantom::Row row;
  for (int k = 0; k < g.size[2]; ++k)
    for (int j = 0; j < g.size[1]; ++j)
      for (int s = 0; s < samples; ++s) {
        const double height = k + (s + 0.5) / samples - 0.5;
        line.start = g.point_lps({0.0, static_cast<double>(j), height});
        for (std::size_t r = 0; r < 3; ++r) line.start[r] -= plan.phantom_origin_lps[r];
        phantom.paint(examination, line, row);
        visit(j, k, row);
      }
}

Acquisition acquire_perfect(const Phantom& phantom, int examination, const SlicePlan& plan) {
  Acquisition result;
  const auto& g = plan.geometry;
  result.image = {g, std::vector<double>(g.voxel_count(), 0.0)};
  result.tumour = {g, std::vector<std::uint8_t>(g.voxel_count(), 0)};
  result.mesorectum = result.tumour;
  std::vector<int> tumour(static_cast<std::size_t>(g.size[0])), mesorectum(tumour);
  std::size_t inside = 0;
  int sample = 0;
  render(phantom, examination, plan, kSlabSamples, [&](int j, int k, const Phantom::Row& row) {
    double* voxels = result.image.voxels.data() + g.offset(0, j, k);
    for (std::size_t i = 0; i < tumour.size(); ++i) {
      voxels[i] += row.tissue[i].t2 / kSlabSamples;
      tumour[i] += row.tumour[i] > 0.5 ? 1 : 0;
      mesorectum[i] += row.mesorectum[i] > 0.5 ? 1 : 0;
    }
    if (++sample < kSlabSamples) return;
    sample = 0;
    for (std::size_t i = 0; i < tumour.size(); ++i) {
      const std::size_t at = g.offset(static_cast<int>(i), j, k);
      result.tumour.voxels[at] = 2 * tumour[i] > kSlabSamples ? 1 : 0;
      result.mesorectum.voxels[at] = 2 * mesorectum[i] > kSlabSamples ? 1 : 0;
      inside += result.tumour.voxels[at];
      tumour[i] = mesorectum[i] = 0;
    }
  });
  result.tumour_volume_ml = static_cast<double>(inside) * g.voxel_volume_mm3() / 1000.0;
  return result;
}

Acquisition degrade(Acquisition perfect, const Scanner& scanner, const T2Errors& errors, std::uint64_t seed) {
  Acquisition result = std::move(perfect);
  const auto& geometry = result.image.geometry;
  Random random(derive_seed(seed, "scanner"));
  Random movement(derive_seed(seed, "movement"));
  const double gain = scanner.gain * std::exp(scanner.gain_spread * std::clamp(random.normal(), -2.5, 2.5));
  const double ghost = scanner.ghost * random.uniform(0.5, 1.5);
  const BiasField bias(scanner.bias, random);
  const double noise = errors.noise / scanner.snr;
  const double contrast = scanner.echo_time_ms / kReferenceEchoTimeMs;
  const int nx = geometry.size[0];
  const int ny = geometry.size[1];
  Plane slice(nx, ny);
  for (int k = 0; k < geometry.size[2]; ++k) {
    double* voxels = result.image.voxels.data() + geometry.offset(0, 0, k);
    slice.values.assign(voxels, voxels + slice.values.size());
    if (contrast != 1)
      for (auto& signal : slice.values) signal = std::pow(std::max(signal, 0.0), contrast);
    blur(slice, scanner.blur_mm / scanner.pixel_mm);
    if (errors.motion > 0) move_patient(slice, errors.motion, scanner.pixel_mm, movement);
    const double z = 2.0 * (k + 0.5) / geometry.size[2] - 1.0;
    for (int j = 0; j < ny; ++j) {
      const double* here = slice.row(j);
      const double* opposite = slice.row((j + ny / 2) % ny);
      const double y = 2.0 * (j + 0.5) / ny - 1.0;
      double* stored = voxels + static_cast<std::size_t>(j) * static_cast<std::size_t>(nx);
      for (int i = 0; i < nx; ++i) {
        const double x = 2.0 * (i + 0.5) / nx - 1.0;
        const double signal = (here[i] + ghost * opposite[i]) * std::exp(bias.at(x, y, z));
        stored[i] = std::clamp(std::floor(gain * rician(signal, noise, random) + 0.5), 0.0, 32767.0);
      }
    }
  }
  return result;
}

}  // namespace larc::demo
