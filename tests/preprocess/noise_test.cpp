// Noise: measured in an image, and added to one.
#include "preprocess/noise.h"

#include "core/number.h"
#include "preprocess_support.h"

namespace larc::preprocess {
namespace {

using image::Vec3;
using image::Volume;
using test::expect_error;

/// A hash of the index and a smooth part, exact on every machine.
Volume hashed(const image::Index3& size) {
  return test::filled(test::straight(size), [](const Vec3& x) {
    const auto i = static_cast<std::uint64_t>(x[0]), j = static_cast<std::uint64_t>(x[1]),
               k = static_cast<std::uint64_t>(x[2]);
    const std::uint64_t mixed = ((i * 73856093) ^ (j * 19349663) ^ (k * 83492791)) * 2654435761U % 4294967296U;
    return static_cast<double>(mixed) / 4294967296.0 * 100 + 3 * x[0] + 0.5 * x[1] * x[1];
  });
}

// Oracle: PyWavelets 1.1.1 `coif1` dec_hi and SciPy 1.10.1 ndimage.convolve1d along both axes of the slices, median of
// the absolute values over 0.67449 (MIRP 2.3 does the same but divides by 0.6754). Rounding only: 1e-11.
TEST(Noise, EstimateEqualsPyWavelets) {
  EXPECT_NEAR(hashed({24, 20, 6}).at(3, 2, 1), 95.88129521720111, 1e-12);
  EXPECT_NEAR(estimate_noise(hashed({24, 20, 6})), 27.467188104974365, 3e-10);
  EXPECT_NEAR(estimate_noise(hashed({17, 31, 3})), 26.528448460797016, 3e-10);
  EXPECT_NEAR(estimate_noise(hashed({5, 4, 2})), 13.463692315794336, 3e-10);
}

TEST(Noise, EstimateFindsWhatWasAdded) {
  Volume volume = test::filled(test::straight({120, 110, 12}), [](const Vec3& x) {
    return 500 + 200 * std::sin(0.1 * x[0]) * std::cos(0.13 * x[1]) + 10 * x[2];
  });
  add_noise(volume.voxels, {{0, 0, 0}, {119, 109, 11}}, 17, 5);
  const double sd = estimate_noise(volume);
  EXPECT_NEAR(sd, 17, 0.3);
  // A background cut to zero hides nothing but the few voxels along the cut, and gain carries over.
  Volume masked = volume;
  for (int k = 0; k < 12; ++k)
    for (int j = 0; j < 110; ++j)
      for (int i = 70; i < 120; ++i) masked.at(i, j, k) = 0;
  EXPECT_NEAR(estimate_noise(masked), 17, 1.5);
  for (double& v : volume.voxels) v = 3 * v - 100;
  EXPECT_NEAR(estimate_noise(volume), 3 * sd, 1e-9);
}

TEST(Noise, BadInputIsRefused) {
  Volume flat = test::filled(test::straight({6, 6, 6}), [](const Vec3& x) { return x[2]; });
  expect_error(ErrorCode::domain, "no contrast", [&] { estimate_noise(flat); });
  flat.voxels[3] = kNaN;
  expect_error(ErrorCode::domain, "NaN", [&] { estimate_noise(flat); });
  expect_error(ErrorCode::domain, "no contrast", [] {
    estimate_noise(test::filled(test::straight({1, 1, 1}), [](const Vec3&) { return 1; }));
  });
}

TEST(Noise, IsNormal) {
  const image::Box box{{0, 0, 0}, {99, 99, 99}};
  std::vector<double> x(1000000, 0);
  add_noise(x, box, 1, 9);
  double sum[5] = {}, beyond3 = 0, beyond35 = 0, neighbours = 0;
  for (std::size_t v = 0; v < x.size(); ++v) {
    for (int power = 1; power <= 4; ++power) sum[power] += std::pow(x[v], power) / 1e6;
    beyond3 += std::abs(x[v]) > 3 ? 1e-6 : 0;
    beyond35 += std::abs(x[v]) > 3.5 ? 1e-6 : 0;  // the ziggurat's tail begins at 3.44
    if (v > 0) neighbours += x[v] * x[v - 1] / 1e6;
  }
  EXPECT_NEAR(sum[1], 0, 5e-3);  // five standard errors each
  EXPECT_NEAR(sum[2], 1, 7e-3);
  EXPECT_NEAR(sum[3], 0, 2e-2);
  EXPECT_NEAR(sum[4], 3, 5e-2);
  EXPECT_NEAR(beyond3, 0.0026998, 2.6e-4);
  EXPECT_NEAR(beyond35, 0.00046526, 1.1e-4);
  EXPECT_NEAR(neighbours, 0, 5e-3);
}

TEST(Noise, OfAVoxelDoesNotDependOnTheBox) {
  const image::Geometry g = test::straight({40, 9, 7});
  Volume whole{g, std::vector<double>(g.voxel_count(), 0)};
  add_noise(whole.voxels, {{0, 0, 0}, {39, 8, 6}}, 2, 3);
  const image::Box box{{13, 2, 1}, {37, 6, 5}};
  Volume part = image::crop(Volume{g, std::vector<double>(g.voxel_count(), 0)}, box);
  add_noise(part.voxels, box, 2, 3);
  EXPECT_EQ(part.voxels, image::crop(whole, box).voxels);
  std::vector<double> other(whole.voxels.size(), 0);
  add_noise(other, {{0, 0, 0}, {39, 8, 6}}, 2, 4);
  EXPECT_NE(other, whole.voxels);
}

}  // namespace
}  // namespace larc::preprocess
