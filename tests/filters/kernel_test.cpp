#include <numbers>

#include "core/error.h"
#include "filters/filters_support.h"
#include "filters/separable_wavelet.h"

namespace larc::filters {
namespace {

constexpr double kPi = std::numbers::pi;

image::Volume impulse(const image::Index3& size, const image::Index3& place,
                      const image::Vec3& spacing_mm = {1, 1, 1}) {
  image::Volume volume;
  volume.geometry.size = size;
  volume.geometry.spacing_mm = spacing_mm;
  volume.voxels.assign(volume.geometry.voxel_count(), 0);
  volume.at(place[0], place[1], place[2]) = 1;
  return volume;
}

std::vector<double> convolved(const std::vector<double>& voxels, const image::Index3& size, int axis,
                              const Kernel& kernel, Boundary boundary) {
  std::vector<double> response;
  convolve({{voxels, kernel}}, size, axis, boundary, response);
  return response;
}

double sum(const std::vector<double>& values) {
  double total = 0;
  for (const double value : values) total += value;
  return total;
}

TEST(Convolve, TurnsTheKernelAround) {
  const Kernel kernel{{1, 2, 4}, 0};  // weights at 0, 1, 2
  const std::vector<double> response = convolved({0, 0, 1, 0, 0, 0}, {6, 1, 1}, 0, kernel, Boundary::zero);
  EXPECT_EQ(response, (std::vector<double>{0, 0, 1, 2, 4, 0}));
  EXPECT_EQ(kernel.radius(), 2);
  const std::vector<double> back = convolved({0, 0, 1, 0, 0, 0}, {6, 1, 1}, 0, flipped(kernel), Boundary::zero);
  EXPECT_EQ(back, (std::vector<double>{4, 2, 1, 0, 0, 0}));
  EXPECT_EQ(dilated(kernel, 2), (Kernel{{1, 0, 2, 0, 4}, 0}));
  EXPECT_EQ(centred_kernel({1, 2, 3, 4}).origin, 2);
  EXPECT_EQ((Kernel{{0, 1, 1, 0}, 1}.radius()), 1);
}

TEST(Convolve, IsTheSameAlongEveryAxis) {
  const image::Index3 size{19, 19, 19};
  const Kernel kernel{{3, -1, 0, 2, 5, 7, 1}, 2};
  for (const Boundary boundary : {Boundary::zero, Boundary::nearest, Boundary::mirror, Boundary::periodic}) {
    const image::Volume image = noise(size);
    const auto along_x = convolved(image.voxels, size, 0, kernel, boundary);
    image::Volume y = image, z = image;
    for (int k = 0; k < 19; ++k) {
      for (int j = 0; j < 19; ++j) {
        for (int i = 0; i < 19; ++i) {
          y.at(j, i, k) = image.at(i, j, k);
          z.at(k, j, i) = image.at(i, j, k);
        }
      }
    }
    image::Volume along_y{image.geometry, convolved(y.voxels, size, 1, kernel, boundary)};
    image::Volume along_z{image.geometry, convolved(z.voxels, size, 2, kernel, boundary)};
    const image::Volume x{image.geometry, along_x};
    for (int k = 0; k < 19; ++k) {
      for (int j = 0; j < 19; ++j) {
        for (int i = 0; i < 19; ++i) {
          double expected = 0;
          for (int t = 0; t < 7; ++t) {
            const int from = inside_index(i - (t - 2), 19, boundary);
            if (from >= 0) expected += kernel.weights[static_cast<std::size_t>(t)] * image.at(from, j, k);
          }
          ASSERT_EQ(x.at(i, j, k), expected) << to_string(boundary);
          ASSERT_EQ(along_y.at(j, i, k), expected) << to_string(boundary);
          ASSERT_EQ(along_z.at(k, j, i), expected) << to_string(boundary);
        }
      }
    }
  }
}

TEST(Mean, SpreadsAnImpulse) {
  const auto cube = apply(impulse({9, 9, 9}, {4, 4, 4}), settings("type: mean, size: 5"));
  EXPECT_DOUBLE_EQ(cube.at(2, 6, 4), 1 / 125.0);
  EXPECT_EQ(cube.at(1, 4, 4), 0);
  const auto square = apply(impulse({9, 9, 9}, {4, 4, 4}), settings("type: mean, size: 5, dimension: 2D"));
  EXPECT_DOUBLE_EQ(square.at(2, 6, 4), 1 / 25.0);
  EXPECT_EQ(square.at(4, 4, 5), 0);
}

TEST(Gaussian, KeepsTheSumAndTheWidth) {
  const auto response = apply(impulse({41, 41, 41}, {20, 20, 20}, {1, 1, 2}), settings("type: gaussian, sigma_mm: 3"));
  EXPECT_NEAR(sum(response.voxels), 1, 1e-12);
  double x = 0, z = 0;
  for (int k = 0; k < 41; ++k) {
    for (int j = 0; j < 41; ++j) {
      for (int i = 0; i < 41; ++i) {
        x += response.at(i, j, k) * (i - 20) * (i - 20);
        z += response.at(i, j, k) * (k - 20) * (k - 20) * 4;
      }
    }
  }
  EXPECT_NEAR(x, 9, 0.02);  // mm^2, less the tail beyond 4 sigma
  EXPECT_NEAR(z, 9, 0.05);
}

TEST(LaplacianOfGaussian, ImpulseResponseIsTheSampledKernel) {
  const auto volume = apply(impulse({31, 31, 31}, {15, 15, 15}, {2, 2, 2}), settings("type: log, sigma_mm: 3"));
  const auto slice =
      apply(impulse({31, 31, 31}, {15, 15, 15}, {2, 2, 2}), settings("type: log, sigma_mm: 3, dimension: 2D"));
  const double sigma = 1.5;  // voxels
  double sum_in_volume = 0;
  for (int k = -8; k <= 8; ++k) {
    for (int j = -8; j <= 8; ++j) {
      for (int i = -8; i <= 8; ++i) {
        const double r2 = i * i + j * j + k * k, q2 = i * i + j * j;
        const bool inside = std::max({std::abs(i), std::abs(j), std::abs(k)}) <= 6;
        const double expected = -1 / (sigma * sigma) * std::pow(2 * kPi * sigma * sigma, -1.5) *
                                (3 - r2 / (sigma * sigma)) * std::exp(-r2 / (2 * sigma * sigma));
        ASSERT_NEAR(volume.at(15 + i, 15 + j, 15 + k), inside ? expected : 0, 1e-15);
        const double flat = -1 / (sigma * sigma) / (2 * kPi * sigma * sigma) * (2 - q2 / (sigma * sigma)) *
                            std::exp(-q2 / (2 * sigma * sigma));
        ASSERT_NEAR(slice.at(15 + i, 15 + j, 15 + k), inside && k == 0 ? flat : 0, 1e-15);
        sum_in_volume += volume.at(15 + i, 15 + j, 15 + k);
      }
    }
  }
  EXPECT_NEAR(sum_in_volume, 0, 1e-3);
}

TEST(LaplacianOfGaussian, IsRoundInMillimetres) {
  // The Laplacian of half a squared distance is 1 per mm^2, along whichever axis; the unit is the geometric mean
  // spacing.
  const image::Vec3 spacing{1, 1.5, 3};
  const double unit = std::cbrt(1 * 1.5 * 3);
  for (std::size_t axis = 0; axis < 3; ++axis) {
    image::Volume image = noise({61, 41, 31}, spacing);
    for (int k = 0; k < 31; ++k) {
      for (int j = 0; j < 41; ++j) {
        for (int i = 0; i < 61; ++i) {
          const double x = image::Index3{i, j, k}[axis] * spacing[axis];
          image.at(i, j, k) = x * x / 2;
        }
      }
    }
    EXPECT_NEAR(apply(image, settings("type: log, sigma_mm: 4, cutoff_sigma: 6")).at(30, 20, 15), unit * unit, 1e-4);
  }
}

TEST(Laws, KernelsHaveUnitNorm) {
  for (const char* name : {"L5", "E5", "S5", "W5", "R5", "L3", "E3", "S3"}) {
    double squares = 0, total = 0;
    for (const double weight : laws_kernel(name).weights) {
      squares += weight * weight;
      total += weight;
    }
    EXPECT_NEAR(squares, 1, 1e-15) << name;
    EXPECT_NEAR(name[0] == 'L' ? 0 : total, 0, 1e-15) << name;
  }
  EXPECT_DOUBLE_EQ(laws_kernel("L5").weights[1], 4 / std::sqrt(70.0));
  EXPECT_THROW(laws_kernel("Q5"), Error);
}

TEST(Rotations, AreAsManyAsDiffer) {
  const auto laws = [](const char* kernels) {
    LawsFilter filter;
    filter.kernels = kernels;
    filter.rotation_invariant = true;
    return orientations(filter).size();
  };
  const auto wavelet = [](const char* subband) {
    WaveletFilter filter;
    filter.subband = subband;
    filter.rotation_invariant = true;
    return orientations(filter).size();
  };
  EXPECT_EQ(laws("L5L5L5"), 1U);
  EXPECT_EQ(laws("L5S5"), 2U);
  EXPECT_EQ(laws("E5W5"), 4U);
  EXPECT_EQ(laws("E5L5S5"), 12U);  // E5 along six directions, S5 across along two axes
  EXPECT_EQ(wavelet("LLH"), 24U);
  EXPECT_EQ(wavelet("HHH"), 8U);  // which end of each axis the kernels start from
}

TEST(Wavelets, AreOrthonormalWithVanishingMoments) {
  for (const auto& [family, first, last] : {std::tuple{"db", 1, 20}, {"sym", 2, 20}, {"coif", 1, 5}}) {
    for (int order = first; order <= last; ++order) {
      const std::string name = family + std::to_string(order);
      const WaveletFilters bank = orthogonal_wavelet(name);
      const auto size = static_cast<int>(bank.low.size());
      ASSERT_EQ(size, (name[0] == 'c' ? 6 : 2) * order);
      EXPECT_NEAR(sum(bank.low), std::sqrt(2.0), 1e-14) << name;
      for (int shift = 0; shift < size; shift += 2) {
        double low = 0, high = 0, both = 0;
        for (int n = 0; n + shift < size; ++n) {
          const auto a = static_cast<std::size_t>(n), b = static_cast<std::size_t>(n + shift);
          low += bank.low[a] * bank.low[b];
          high += bank.high[a] * bank.high[b];
          both += bank.low[a] * bank.high[b];
        }
        EXPECT_NEAR(low, shift == 0 ? 1 : 0, 1e-14) << name;
        EXPECT_NEAR(high, shift == 0 ? 1 : 0, 1e-14) << name;
        EXPECT_NEAR(both, 0, 1e-14) << name;
      }
      const int moments = name[0] == 'c' ? 2 * order : order;
      for (int power = 0; power < moments; ++power) {
        double moment = 0, scale = 0;
        for (int n = 0; n < size; ++n) {
          const double term = std::pow((n - size / 2.0) / size, power) * bank.high[static_cast<std::size_t>(n)];
          moment += term;
          scale += std::abs(term);
        }
        EXPECT_LT(std::abs(moment), 1e-13 * std::max(scale, 1e-2)) << name << ", moment " << power;
      }
    }
  }
}

TEST(Wavelets, KnownForms) {
  const double root_3 = std::sqrt(3.0), scale = 4 * std::sqrt(2.0);
  const std::vector<double> db2 = orthogonal_wavelet("db2").low;
  EXPECT_NEAR(db2[0], (1 - root_3) / scale, 3e-16);
  EXPECT_NEAR(db2[1], (3 - root_3) / scale, 3e-16);
  EXPECT_NEAR(db2[2], (3 + root_3) / scale, 3e-16);
  EXPECT_NEAR(db2[3], (1 + root_3) / scale, 3e-16);
  EXPECT_EQ(orthogonal_wavelet("haar").high, (std::vector<double>{-std::sqrt(0.5), std::sqrt(0.5)}));
  EXPECT_THROW(orthogonal_wavelet("db21"), Error);
}

TEST(Gabor, ImpulseResponseIsTheEnvelope) {
  const image::Vec3 spacing{1, 1.5, 1};
  const auto response = apply(impulse({61, 61, 3}, {30, 30, 1}, spacing),
                              settings("type: gabor, sigma_mm: 4, lambda_mm: 3, gamma: 0.5, theta_degrees: 30, "
                                       "dimension: 2D, boundary: zero, cutoff_sigma: 2"));
  for (int j = -25; j <= 25; ++j) {
    for (int i = -25; i <= 25; ++i) {
      const double u = i, v = 1.5 * j, c = std::cos(kPi / 6), s = std::sin(kPi / 6);
      const double along = u * c + v * s, across = u * s - v * c;
      const bool inside = std::abs(i) <= 16 && std::abs(j) <= 11;  // 2 sigma / gamma = 16 mm
      const double expected = std::exp(-(along * along + 0.25 * across * across) / 32);
      ASSERT_NEAR(response.at(30 + i, 30 + j, 1), inside ? expected : 0, 1e-14) << i << " " << j;
      ASSERT_EQ(response.at(30 + i, 30 + j, 0), 0);
    }
  }
}

TEST(Gabor, PoolsAnglesAndPlanes) {
  const image::Volume image = noise({14, 13, 12});
  const std::string common = "type: gabor, sigma_mm: 2, lambda_mm: 3, gamma: 1.5, ";
  std::array<image::Volume, 4> single;
  for (std::size_t n = 0; n < 4; ++n) {
    single[n] = apply(image, settings(common + "dimension: 2D, theta_degrees: " + std::to_string(90 * n)));
  }
  const auto average = apply(image, settings(common + "dimension: 2D, theta_step_degrees: 90"));
  const auto greatest = apply(image, settings(common + "dimension: 2D, theta_step_degrees: 90, pooling: max"));
  const auto least = apply(image, settings(common + "dimension: 2D, theta_step_degrees: 90, pooling: min"));
  for (std::size_t i = 0; i < image.voxels.size(); ++i) {
    const std::array<double, 4> values{single[0].voxels[i], single[1].voxels[i], single[2].voxels[i],
                                       single[3].voxels[i]};
    ASSERT_NEAR(average.voxels[i], (values[0] + values[1] + values[2] + values[3]) / 4, 1e-9);
    ASSERT_NEAR(greatest.voxels[i], *std::max_element(values.begin(), values.end()), 1e-9);
    ASSERT_NEAR(least.voxels[i], *std::min_element(values.begin(), values.end()), 1e-9);
  }
}

/// cos(2 pi f x / size + phase) along `axis`.
image::Volume wave(const image::Index3& size, std::size_t axis, int f, double phase) {
  image::Volume result = impulse(size, {0, 0, 0});
  for (int k = 0; k < size[2]; ++k) {
    for (int j = 0; j < size[1]; ++j) {
      for (int i = 0; i < size[0]; ++i) {
        result.at(i, j, k) = std::cos(2 * kPi * f * image::Index3{i, j, k}[axis] / size[axis] + phase);
      }
    }
  }
  return result;
}

TEST(Simoncelli, PassesItsBand) {
  const image::Index3 size{33, 33, 33};  // frequency 16 is |nu| = 1
  for (std::size_t axis = 0; axis < 3; ++axis) {
    for (const int f : {0, 2, 4, 8, 12, 16}) {
      const image::Volume image = wave(size, axis, f, 0.4);
      const double gain[2] = {f <= 4 || f == 16 ? 0 : std::cos(kPi / 2 * std::log2(2 * f / 16.0)),
                              f <= 2 || f >= 8 ? 0 : std::cos(kPi / 2 * std::log2(2 * f / 8.0))};
      for (int level : {1, 2}) {
        const auto response =
            apply(image, settings("type: simoncelli, boundary: periodic, level: " + std::to_string(level)));
        for (std::size_t i = 0; i < image.voxels.size(); i += 77) {
          ASSERT_NEAR(response.voxels[i], gain[level - 1] * image.voxels[i], 1e-12) << f << " level " << level;
        }
      }
    }
  }
}

TEST(Riesz, TurnsWavesByAQuarter) {
  const image::Index3 size{33, 33, 33};
  const image::Volume image = wave(size, 1, 8, 0.4);
  const auto first = apply(image, settings("type: simoncelli, boundary: periodic, riesz_order: [0, 1, 0]"));
  EXPECT_LT(greatest_difference(first.voxels, wave(size, 1, 8, 0.4 - kPi / 2).voxels), 1e-12);
  const auto second = apply(image, settings("type: simoncelli, boundary: periodic, riesz_order: [0, 2, 0]"));
  EXPECT_LT(greatest_difference(second.voxels, wave(size, 1, 8, 0.4 + kPi).voxels), 1e-12);
  const auto across = apply(image, settings("type: simoncelli, boundary: periodic, riesz_order: [1, 0, 0]"));
  EXPECT_LT(greatest_difference(across.voxels, std::vector<double>(image.voxels.size(), 0)), 1e-12);
}

TEST(Riesz, OrdersShareTheEnergy) {
  const image::Volume image = noise({15, 17, 13});
  for (const char* filter : {"type: simoncelli, boundary: periodic", "type: log, sigma_mm: 1.5, boundary: periodic"}) {
    const auto plain = apply(image, settings(filter));
    double mean = sum(plain.voxels) / static_cast<double>(plain.voxels.size()), energy = 0;
    for (const double value : plain.voxels) energy += (value - mean) * (value - mean);
    for (int total = 1; total <= 3; ++total) {
      double shared = 0;
      for (int a = 0; a <= total; ++a) {
        for (int b = 0; a + b <= total; ++b) {
          const std::string order = std::to_string(a) + ", " + std::to_string(b) + ", " + std::to_string(total - a - b);
          const auto part = apply(image, settings(std::string(filter) + ", riesz_order: [" + order + "]"));
          for (const double value : part.voxels) shared += value * value;
        }
      }
      EXPECT_NEAR(shared / energy, 1, 1e-11) << filter << ", total order " << total;
    }
  }
}

}  // namespace
}  // namespace larc::filters
