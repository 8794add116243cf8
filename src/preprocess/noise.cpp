#include "preprocess/noise.h"

#include "core/error.h"
#include "core/random.h"
#include "core/simd.h"

namespace larc::preprocess {

namespace {

constexpr double kNormalQuartile = 0.6744897501960817;
constexpr std::size_t kTaps = 6;
constexpr int kHalf = 3;

/// High-pass of Coiflet 1 (Daubechies 1993): alternating signs of (-3 + r, 1 - r, 14 - 2r, 14 + 2r, 5 + r, 1 - r) / 16
/// sqrt 2, r = sqrt 7.
std::array<double, kTaps> coiflet() {
  const double r = std::sqrt(7.0), unit = 1 / (16 * std::sqrt(2.0));
  return {-(1 - r) * unit, (5 + r) * unit, -(14 + 2 * r) * unit, (14 - 2 * r) * unit, -(1 - r) * unit, (r - 3) * unit};
}

/// Mirrored about the edge of the image: b a | a b c | c b.
std::size_t folded(int index, int size) {
  const int period = 2 * size;
  index = (index % period + period) % period;
  return static_cast<std::size_t>(index < size ? index : period - 1 - index);
}

/// Row i of the result is the sum of rows i + 3 - tap, weighted; rows of `count` values lie one after the other.
LARC_SIMD void blend_six(double* out, const double* const* rows, const double* weight, std::size_t count) {
  const double *a = rows[0], *b = rows[1], *c = rows[2], *d = rows[3], *e = rows[4], *f = rows[5];
  for (std::size_t i = 0; i < count; ++i)
    out[i] = ((weight[0] * a[i] + weight[1] * b[i]) + (weight[2] * c[i] + weight[3] * d[i])) +
             (weight[4] * e[i] + weight[5] * f[i]);
}

/// The diagonal detail of one slice.
class Detail {
 public:
  Detail(int nx, int ny)
      : nx_(nx),
        ny_(ny),
        row_(static_cast<std::size_t>(nx)),
        padded_(row_ + kTaps),
        along_(row_ * static_cast<std::size_t>(ny)) {}

  void of(const double* slice, std::vector<double>& detail) {
    const double* rows[kTaps];
    for (int j = 0; j < ny_; ++j) {
      const double* line = slice + static_cast<std::size_t>(j) * row_;
      for (int i = 0; i < nx_ + 2 * kHalf; ++i) {
        const int at = i - kHalf;
        padded_[static_cast<std::size_t>(i)] = at >= 0 && at < nx_ ? line[at] : line[folded(at, nx_)];
      }
      for (std::size_t tap = 0; tap < kTaps; ++tap) rows[tap] = padded_.data() + kTaps - tap;
      blend_six(along_.data() + static_cast<std::size_t>(j) * row_, rows, weight_.data(), row_);
    }
    for (int j = 0; j < ny_; ++j) {
      for (std::size_t tap = 0; tap < kTaps; ++tap)
        rows[tap] = along_.data() + folded(j + kHalf - static_cast<int>(tap), ny_) * row_;
      blend_six(detail.data() + static_cast<std::size_t>(j) * row_, rows, weight_.data(), row_);
    }
  }

 private:
  int nx_, ny_;
  std::size_t row_;
  std::array<double, kTaps> weight_ = coiflet();
  std::vector<double> padded_, along_;
};

/// Marsaglia and Tsang's ziggurat in the form of Doornik (2005), 128 layers: most numbers cost one comparison.
class Normal {
 public:
  Normal() {
    double f = std::exp(-0.5 * kTail * kTail);
    edge_[0] = kArea / f;
    edge_[1] = kTail;
    for (std::size_t layer = 2; layer < kLayers; ++layer) {
      edge_[layer] = std::sqrt(-2 * std::log(kArea / edge_[layer - 1] + f));
      f = std::exp(-0.5 * edge_[layer] * edge_[layer]);
    }
    edge_[kLayers] = 0;
    for (std::size_t layer = 0; layer < kLayers; ++layer) inner_[layer] = edge_[layer + 1] / edge_[layer];
  }

  double operator()(Random& random) const {
    while (true) {
      const std::uint64_t bits = random.bits();
      const double u = static_cast<double>(bits >> 11) * 0x1.0p-52 - 1;  // [-1, 1)
      const std::size_t layer = bits & (kLayers - 1);                    // bits that u does not use
      if (std::abs(u) < inner_[layer]) return u * edge_[layer];
      if (layer == 0) return u < 0 ? -tail(random) : tail(random);
      const double x = u * edge_[layer];
      const double low = std::exp(-0.5 * (edge_[layer] * edge_[layer] - x * x));
      const double high = std::exp(-0.5 * (edge_[layer + 1] * edge_[layer + 1] - x * x));
      if (high + random.uniform() * (low - high) < 1) return x;
    }
  }

 private:
  static constexpr std::size_t kLayers = 128;
  static constexpr double kTail = 3.442619855899;
  static constexpr double kArea = 9.91256303526217e-3;

  static double tail(Random& random) {
    while (true) {
      const double x = -std::log(1 - random.uniform()) / kTail, y = -std::log(1 - random.uniform());
      if (2 * y >= x * x) return kTail + x;
    }
  }

  std::array<double, kLayers + 1> edge_;
  std::array<double, kLayers> inner_;
};

}  // namespace

double estimate_noise(const image::Volume& volume) {
  image::check_finite(volume, "image whose noise is wanted");
  const image::Index3& size = volume.geometry.size;
  const std::size_t plane = static_cast<std::size_t>(size[0]) * static_cast<std::size_t>(size[1]);
  double largest = 0;
  for (const double v : volume.voxels) largest = std::max(largest, std::abs(v));
  Detail filter(size[0], size[1]);
  std::vector<double> detail(plane), magnitude;
  for (std::size_t slice = 0; slice < volume.voxels.size(); slice += plane) {
    filter.of(volume.voxels.data() + slice, detail);
    for (const double d : detail)
      if (std::abs(d) > 1e-12 * largest) magnitude.push_back(std::abs(d));
  }
  if (magnitude.empty())
    throw Error(ErrorCode::domain,
                "the slices of the image have no contrast, so its noise cannot be estimated; give the noise a number");
  const auto middle = magnitude.begin() + static_cast<std::ptrdiff_t>(magnitude.size() / 2);
  std::nth_element(magnitude.begin(), middle, magnitude.end());
  double median = *middle;
  if (magnitude.size() % 2 == 0) median = 0.5 * (median + *std::max_element(magnitude.begin(), middle));
  return median / kNormalQuartile;
}

void add_noise(std::vector<double>& values, const image::Box& box, double sd, std::uint64_t seed) {
  static const Normal normal;
  constexpr int kBlock = 16;  // voxels of one stream
  auto value = values.begin();
  for (int k = box.lower[2]; k <= box.upper[2]; ++k)
    for (int j = box.lower[1]; j <= box.upper[1]; ++j) {
      const std::uint64_t line = static_cast<std::uint64_t>(k) << 32 | static_cast<std::uint32_t>(j);
      for (int first = box.lower[0] / kBlock * kBlock; first <= box.upper[0]; first += kBlock) {
        Random random(derive_seed(seed, {}, line, static_cast<std::uint64_t>(first)));
        for (int i = first; i < first + kBlock && i <= box.upper[0]; ++i) {
          const double number = normal(random);
          if (i >= box.lower[0]) *value++ += sd * number;
        }
      }
    }
}

}  // namespace larc::preprocess
