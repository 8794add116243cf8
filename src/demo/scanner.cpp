#include "demo/scanner.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

namespace larc::demo {

namespace {

constexpr int kSlabSamples = 3;

void blur_slice(std::vector<double>& slice, int nx, int ny, double sigma_voxels) {
  const int radius = std::max(1, static_cast<int>(std::ceil(3.0 * sigma_voxels)));
  std::vector<double> kernel;
  double total = 0;
  for (int d = -radius; d <= radius; ++d) {
    kernel.push_back(std::exp(-0.5 * (d / sigma_voxels) * (d / sigma_voxels)));
    total += kernel.back();
  }
  for (auto& weight : kernel) weight /= total;
  std::vector<double> other(slice.size());
  const auto pass = [&](const std::vector<double>& from, std::vector<double>& to, bool rows) {
    for (int j = 0; j < ny; ++j) {
      for (int i = 0; i < nx; ++i) {
        double sum = 0;
        for (int d = -radius; d <= radius; ++d) {
          const int x = rows ? std::clamp(i + d, 0, nx - 1) : i;
          const int y = rows ? j : std::clamp(j + d, 0, ny - 1);
          sum += kernel[static_cast<std::size_t>(d + radius)] * from[static_cast<std::size_t>(y * nx + x)];
        }
        to[static_cast<std::size_t>(j * nx + i)] = sum;
      }
    }
  };
  pass(slice, other, true);
  pass(other, slice, false);
}

/// A smooth log bias: a receive coil behind the patient and a random second-order shape.
struct BiasField {
  double c[7];
  BiasField(double amplitude, Random& random) {
    for (auto& x : c) x = 0.45 * amplitude * random.normal();
    c[1] += 0.8 * amplitude;
  }
  double at(double x, double y, double z) const {
    return c[0] * x + c[1] * y + c[2] * z + c[3] * (x * x - 0.33) + c[4] * (y * y - 0.33) + c[5] * x * y + c[6] * y * z;
  }
};

}  // namespace

std::vector<Scanner> scanners_of(Scenario scenario) {
  std::vector<Scanner> all{
      {"A", "Demoscan", "Pelvis 3T", 3.0, 144, 24, 0.90, 3.3, 100, 4200, 220, 0.15, 0.15, 24, 0.010, 0.45, 12, 24},
      {"B", "Phantomedic", "Vista 1.5T", 1.5, 128, 26, 1.00, 3.0, 95, 3800, 85, 0.12, 0.10, 16, 0.020, 0.60, 18, 30},
      {"C", "Syntech", "Onda 3T", 3.0, 160, 20, 0.80, 4.0, 104, 5000, 900, 0.20, 0.20, 20, 0.015, 0.40, 8, 20},
  };
  if (scenario == Scenario::centre) {
    all[0].echo_time_ms = 75;
    all[1].echo_time_ms = 100;
    all[2].echo_time_ms = 130;
  }
  return all;
}

image::Geometry plan_slices(const Scanner& scanner, std::uint64_t seed) {
  Random random(derive_seed(seed, "plan"));
  const double degree = std::numbers::pi / 180.0;
  const double tilt = random.uniform(scanner.tilt_low_degrees, scanner.tilt_high_degrees) * degree;
  const double turn = random.uniform(-3.0, 3.0) * degree;
  const double ct = std::cos(tilt), st = std::sin(tilt), cz = std::cos(turn), sz = std::sin(turn);
  image::Geometry geometry;
  geometry.size = {scanner.matrix, scanner.matrix, scanner.slices};
  geometry.spacing_mm = {scanner.pixel_mm, scanner.pixel_mm, scanner.slice_mm};
  geometry.direction = {{{cz, -sz * ct, sz * st}, {sz, cz * ct, -cz * st}, {0.0, st, ct}}};
  const image::Vec3 middle{random.uniform(-4.0, 4.0), random.uniform(-30.0, 30.0), random.uniform(-120.0, -40.0)};
  for (int r = 0; r < 3; ++r) {
    geometry.origin_lps[r] = middle[r];
    for (int a = 0; a < 3; ++a) {
      geometry.origin_lps[r] -= geometry.direction[r][a] * geometry.spacing_mm[a] * 0.5 * (geometry.size[a] - 1);
    }
  }
  return geometry;
}

Acquisition acquire_perfect(const Phantom& phantom, const image::Geometry& geometry) {
  Acquisition result;
  result.image.geometry = geometry;
  result.tumour.geometry = geometry;
  result.image.voxels.resize(geometry.voxel_count());
  result.tumour.voxels.resize(geometry.voxel_count());
  std::size_t inside = 0;
  const auto from_middle = [&](double index, int axis) {
    return (index - 0.5 * (geometry.size[axis] - 1)) * geometry.spacing_mm[axis];
  };
  const double reach_u = from_middle(geometry.size[0], 0);
  std::vector<double> sums(static_cast<std::size_t>(geometry.size[0]));
  std::vector<int> tumour(sums.size());
  for (int k = 0; k < geometry.size[2]; ++k) {
    for (int j = 0; j < geometry.size[1]; ++j) {
      std::fill(sums.begin(), sums.end(), 0.0);
      std::fill(tumour.begin(), tumour.end(), 0);
      for (int s = 0; s < kSlabSamples; ++s) {
        const double w = from_middle(k + (s + 0.5) / kSlabSamples - 0.5, 2);
        const auto row = phantom.row(from_middle(j, 1), w, reach_u);
        for (std::size_t i = 0; i < sums.size(); ++i) {
          const auto sample = phantom.at(row, from_middle(static_cast<double>(i), 0));
          sums[i] += sample.signal;
          tumour[i] += sample.tumour ? 1 : 0;
        }
      }
      const std::size_t start = geometry.offset(0, j, k);
      for (std::size_t i = 0; i < sums.size(); ++i) {
        result.image.voxels[start + i] = sums[i] / kSlabSamples;
        result.tumour.voxels[start + i] = 2 * tumour[i] > kSlabSamples ? 1 : 0;
        inside += result.tumour.voxels[start + i];
      }
    }
  }
  result.tumour_volume_ml = static_cast<double>(inside) * geometry.voxel_volume_mm3() / 1000.0;
  return result;
}

Acquisition degrade(Acquisition perfect, const Scanner& scanner, std::uint64_t seed) {
  Acquisition result = std::move(perfect);
  const auto& geometry = result.image.geometry;
  Random random(derive_seed(seed, "scanner"));
  const double gain = scanner.gain * std::exp(scanner.gain_spread * std::clamp(random.normal(), -2.5, 2.5));
  const double ghost = scanner.ghost * random.uniform(0.5, 1.5);
  const BiasField bias(scanner.bias, random);
  const double noise = 1.0 / scanner.snr;
  const double contrast = scanner.echo_time_ms / kReferenceEchoTimeMs;
  const int nx = geometry.size[0];
  const int ny = geometry.size[1];
  const std::size_t plane = static_cast<std::size_t>(nx) * static_cast<std::size_t>(ny);
  std::vector<double> slice(plane);
  for (int k = 0; k < geometry.size[2]; ++k) {
    double* voxels = result.image.voxels.data() + static_cast<std::size_t>(k) * plane;
    slice.assign(voxels, voxels + plane);
    for (auto& signal : slice) signal = std::pow(std::max(signal, 0.0), contrast);
    blur_slice(slice, nx, ny, scanner.blur_mm / scanner.pixel_mm);
    const double z = 2.0 * (k + 0.5) / geometry.size[2] - 1.0;
    for (int j = 0; j < ny; ++j) {
      const int shifted = (j + ny / 2) % ny;
      const double y = 2.0 * (j + 0.5) / ny - 1.0;
      for (int i = 0; i < nx; ++i) {
        const double x = 2.0 * (i + 0.5) / nx - 1.0;
        double signal = slice[static_cast<std::size_t>(j * nx + i)];
        signal += ghost * slice[static_cast<std::size_t>(shifted * nx + i)];
        signal *= std::exp(bias.at(x, y, z));
        const double real = signal + noise * random.normal();
        const double imaginary = noise * random.normal();
        const double stored = std::floor(gain * std::sqrt(real * real + imaginary * imaginary) + 0.5);
        voxels[static_cast<std::size_t>(j * nx + i)] = std::clamp(stored, 0.0, 32767.0);
      }
    }
  }
  return result;
}

}  // namespace larc::demo
