#include "quality/phase_echo.h"

#include <numbers>

#include "core/fft.h"

namespace larc::quality {

namespace {

constexpr int kLanes = Fft::kLanes;
constexpr int kTrendBins = 12;     // to either side: a ripple of more than about 25 frequencies is anatomy
constexpr int kShortest = 14;      // the field over the shortest distance looked at
constexpr double kFewestBins = 8;  // frequencies with signal, by their weights

/// Sum over all lines along the axis of |spectrum of the differences|^2, frequencies 0 .. n / 2.
std::vector<double> power_of(const image::Volume& volume, std::size_t axis) {
  const auto& g = volume.geometry;
  const int n = g.size[axis], across = g.size[1 - axis];
  const auto step = axis == 0 ? std::size_t{1} : static_cast<std::size_t>(g.size[0]);
  const auto aside = axis == 0 ? static_cast<std::size_t>(g.size[0]) : std::size_t{1};
  Fft fft(n);
  std::vector<double> re(static_cast<std::size_t>(n) * kLanes), im(re.size());
  std::vector<double> power(static_cast<std::size_t>(n), 0);
  // Two real lines make one complex one: the sum of their powers is half of that at k and at n - k.
  const auto differences = [&](std::vector<double>& to, int k, int first) {
    for (int l = 0; l < kLanes; ++l) {
      if (first + l >= across) {
        for (int m = 0; m < n; ++m) to[static_cast<std::size_t>(m * kLanes + l)] = 0;
        continue;
      }
      const double* x = volume.voxels.data() + g.offset(0, 0, k) + static_cast<std::size_t>(first + l) * aside;
      for (int m = 0; m + 1 < n; ++m)
        to[static_cast<std::size_t>(m * kLanes + l)] =
            x[static_cast<std::size_t>(m + 1) * step] - x[static_cast<std::size_t>(m) * step];
      to[static_cast<std::size_t>((n - 1) * kLanes + l)] = 0;
    }
  };
  for (int k = 0; k < g.size[2]; ++k)
    for (int first = 0; first < across; first += 2 * kLanes) {
      differences(re, k, first);
      differences(im, k, first + kLanes);
      fft.forward(re.data(), im.data());
      for (int m = 0; m < n; ++m) {
        double sum = 0;
        for (int l = 0; l < kLanes; ++l) {
          const auto at = static_cast<std::size_t>(m * kLanes + l);
          sum += re[at] * re[at] + im[at] * im[at];
        }
        power[static_cast<std::size_t>(m)] += sum;
      }
    }
  std::vector<double> half(static_cast<std::size_t>(n / 2 + 1));
  for (int m = 0; m <= n / 2; ++m)
    half[static_cast<std::size_t>(m)] =
        0.5 * (power[static_cast<std::size_t>(m)] + power[static_cast<std::size_t>((n - m) % n)]);
  return half;
}

/// Ripple of the log power and the weight of each frequency.
struct Ripple {
  std::vector<double> height, weight;
  double weights = 0, squares = 0;
};

Ripple ripple_of(const Scene& scene, std::size_t axis) {
  const auto power = power_of(*scene.volume, axis);
  const auto& g = scene.volume->geometry;
  const double lines = static_cast<double>(g.size[1 - axis]) * g.size[2], n = g.size[axis];
  Ripple ripple;
  ripple.height.assign(power.size(), 0);
  ripple.weight.assign(power.size(), 0);
  const double top = *std::max_element(power.begin(), power.end());
  // The ends of the spectrum belong to the mean and to no pair of neighbours.
  for (std::size_t k = 1; k + 1 < power.size(); ++k) {
    if (!(power[k] > 1e-9 * top)) continue;
    const double sine = std::sin(std::numbers::pi * static_cast<double>(k) / n);
    const double noise = lines * n * 4 * sine * sine * scene.noise_sd * scene.noise_sd;
    ripple.weight[k] = std::max(0.0, 1 - noise / power[k]);
  }
  std::vector<double> logs(power.size(), 0);
  for (std::size_t k = 0; k < power.size(); ++k) logs[k] = ripple.weight[k] > 0 ? std::log(power[k]) : 0;
  const auto last = static_cast<int>(power.size()) - 1;
  for (int k = 1; k < last; ++k) {
    const auto at = static_cast<std::size_t>(k);
    if (!(ripple.weight[at] > 0)) continue;
    double sum = 0, weights = 0;
    for (int m = std::max(1, k - kTrendBins); m <= std::min(last - 1, k + kTrendBins); ++m) {
      sum += ripple.weight[static_cast<std::size_t>(m)] * logs[static_cast<std::size_t>(m)];
      weights += ripple.weight[static_cast<std::size_t>(m)];
    }
    ripple.height[at] = logs[at] - sum / weights;
    ripple.weights += ripple.weight[at];
    ripple.squares += ripple.weight[at] * ripple.weight[at];
  }
  return ripple;
}

/// Amplitude of a copy at `distance`: least squares for height = 2 g weight cos.
double amplitude(const Ripple& ripple, double distance, double n) {
  double sum = 0;
  for (std::size_t k = 1; k < ripple.height.size(); ++k)
    sum += ripple.weight[k] * ripple.height[k] * std::cos(2 * std::numbers::pi * static_cast<double>(k) * distance / n);
  return sum / ripple.squares;
}

}  // namespace

PhaseEchoes phase_echoes(const Scene& scene, int axis) {
  PhaseEchoes result;
  const int n = scene.volume->geometry.size[static_cast<std::size_t>(axis)];
  if (!(scene.maximum > scene.minimum)) {
    result.nyquist = result.motion = undefined("the image has one intensity throughout");
    return result;
  }
  const auto ripple = ripple_of(scene, static_cast<std::size_t>(axis));
  if (ripple.weights < kFewestBins) {
    result.nyquist = result.motion = undefined("too little signal above the noise to tell a copy");
    return result;
  }
  // Half the field lies on both sides at once: its two copies add up.
  result.nyquist = {100 * std::abs(amplitude(ripple, 0.5 * n, n)) / 2, ""};
  double greatest = 0;
  for (double distance = static_cast<double>(n) / kShortest; distance <= 0.5 * n - 2; distance += 0.5)
    greatest = std::max(greatest, amplitude(ripple, distance, n));
  result.motion = {100 * greatest, ""};
  return result;
}

}  // namespace larc::quality
