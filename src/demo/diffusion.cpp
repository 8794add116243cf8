#include "demo/diffusion.h"

#include "demo/plane.h"

namespace larc::demo {

namespace {

constexpr int kSlabSamples = 2;
constexpr double kFieldMm = 7.0;  // how far the field of a bubble reaches
constexpr double kVoidMm = 3.5;   // how far its signal loss does
constexpr double kLowAverages = 2;
constexpr double kLeastSignal = 6;  // in units of noise: what the map shows

/// Moves signal along the columns, keeping its sum, and takes away what dephases.
void distort(Plane& signal, const Plane& shift_pixels, const Plane& kept) {
  Plane moved(signal.nx, signal.ny);
  constexpr int kParts = 4;  // of a pixel, so that stretched signal leaves no gaps
  for (int part = 0; part < kParts; ++part)
    for (int j = 0; j < signal.ny; ++j) {
      const double offset = (part + 0.5) / kParts - 0.5;
      const int other = std::clamp(j + (offset < 0 ? -1 : 1), 0, signal.ny - 1);
      const double near = std::abs(offset);
      const auto between = [&](const Plane& plane, int i) {
        return (1 - near) * plane.row(j)[i] + near * plane.row(other)[i];
      };
      for (int i = 0; i < signal.nx; ++i) {
        const double value = between(signal, i) * between(kept, i) / kParts;
        const double to = j + offset + between(shift_pixels, i);
        const int first = static_cast<int>(std::floor(to));
        const double share = to - first;
        if (first >= 0 && first < signal.ny) moved.row(first)[i] += (1 - share) * value;
        if (first + 1 >= 0 && first + 1 < signal.ny) moved.row(first + 1)[i] += share * value;
      }
    }
  signal = std::move(moved);
}

void add_ghost(Plane& plane, double amplitude) {
  const Plane still = plane;
  for (int j = 0; j < plane.ny; ++j) {
    const double* opposite = still.row((j + plane.ny / 2) % plane.ny);
    for (int i = 0; i < plane.nx; ++i) plane.row(j)[i] += amplitude * opposite[i];
  }
}

}  // namespace

DiffusionAcquisition acquire_diffusion(const Phantom& phantom, int examination, const SlicePlan& plan,
                                       const Scanner& scanner, const DiffusionErrors& errors, std::uint64_t seed) {
  const auto& g = plan.geometry;
  const auto& protocol = scanner.diffusion;
  DiffusionAcquisition result;
  for (auto* volume : {&result.low, &result.high, &result.adc}) *volume = {g, std::vector<double>(g.voxel_count(), 0)};
  std::vector<double> gas(g.voxel_count(), 0);
  render(phantom, examination, plan, kSlabSamples, [&](int j, int k, const Phantom::Row& row) {
    const std::size_t start = g.offset(0, j, k);
    for (std::size_t i = 0; i < row.tissue.size(); ++i) {
      const Tissue& tissue = row.tissue[i];
      result.low.voxels[start + i] += tissue.s0 * std::exp(-1e-3 * protocol.low_b * tissue.adc) / kSlabSamples;
      result.high.voxels[start + i] += tissue.s0 * std::exp(-1e-3 * protocol.high_b * tissue.adc) / kSlabSamples;
      gas[start + i] += tissue.gas / kSlabSamples;
    }
  });

  Random random(derive_seed(seed, "diffusion"));
  const double gain = 0.8 * scanner.gain * std::exp(scanner.gain_spread * std::clamp(random.normal(), -2.5, 2.5));
  const double ghost = protocol.ghost * random.uniform(0.5, 1.5);
  const BiasField bias(scanner.bias, random);
  const double low_noise = errors.noise / (protocol.snr * std::sqrt(kLowAverages));
  const double high_noise = errors.noise / (protocol.snr * std::sqrt(static_cast<double>(protocol.averages)));
  const double per_tesla = scanner.field_strength_t / 3.0;
  Plane low(g.size[0], g.size[1]), high(low), shift(low), kept(low);
  for (int k = 0; k < g.size[2]; ++k) {
    const std::size_t start = g.offset(0, 0, k);
    const auto take = [&](Plane& plane, const std::vector<double>& from) {
      plane.values.assign(from.begin() + static_cast<std::ptrdiff_t>(start),
                          from.begin() + static_cast<std::ptrdiff_t>(start + plane.values.size()));
    };
    take(low, result.low.voxels);
    take(high, result.high.voxels);
    take(shift, gas);
    take(kept, gas);
    blur(shift, errors.gas_reach * kFieldMm / protocol.pixel_mm);
    blur(kept, errors.gas_reach * kVoidMm / protocol.pixel_mm);
    for (auto& value : shift.values) value *= errors.gas_shift_mm * per_tesla / protocol.pixel_mm;
    for (auto& value : kept.values) value = std::exp(-errors.gas_loss * per_tesla * value);
    const double z = 2.0 * (k + 0.5) / g.size[2] - 1.0;
    for (auto* plane : {&low, &high}) {
      distort(*plane, shift, kept);
      blur(*plane, protocol.blur_mm / protocol.pixel_mm);
      add_ghost(*plane, ghost);
      const double noise = plane == &low ? low_noise : high_noise;
      for (int j = 0; j < plane->ny; ++j)
        for (int i = 0; i < plane->nx; ++i) {
          const double x = 2.0 * (i + 0.5) / plane->nx - 1.0;
          const double y = 2.0 * (j + 0.5) / plane->ny - 1.0;
          double& value = plane->row(j)[i];
          value = rician(value * std::exp(bias.at(x, y, z)), noise, random);
        }
    }
    for (std::size_t i = 0; i < low.values.size(); ++i) {
      const double a = low.values[i];
      const double b = high.values[i];
      const double weighting = protocol.high_b - protocol.low_b;
      const double adc = a > kLeastSignal * low_noise ? 1e3 * std::log(a / std::max(b, 1e-6)) / weighting : 0.0;
      result.adc.voxels[start + i] = std::clamp(adc, 0.0, 4.0);
      result.low.voxels[start + i] = std::clamp(std::floor(gain * a + 0.5), 0.0, 32767.0);
      result.high.voxels[start + i] = std::clamp(std::floor(gain * b + 0.5), 0.0, 32767.0);
    }
  }
  return result;
}

}  // namespace larc::demo
