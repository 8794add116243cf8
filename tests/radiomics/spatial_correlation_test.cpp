// Unit: Moran's I and Geary's C, by pairs and by Fourier transform.
#include "radiomics/spatial_correlation.h"

#include <gtest/gtest.h>

#include "core/random.h"

namespace larc::radiomics {
namespace {

struct Voxels {
  image::Index3 size;
  std::vector<std::uint32_t> offsets;
  std::vector<double> intensities;
};

Voxels random_region(const image::Index3& size, double share, Random& random) {
  Voxels voxels{size, {}, {}};
  std::uint32_t offset = 0;
  for (int k = 0; k < size[2]; ++k)
    for (int j = 0; j < size[1]; ++j)
      for (int i = 0; i < size[0]; ++i, ++offset) {
        if (random.uniform() > share) continue;
        voxels.offsets.push_back(offset);
        voxels.intensities.push_back(1000 + 3 * i - 2 * j + 100 * random.normal());
      }
  return voxels;
}

SpatialCorrelation correlation(const Voxels& v, const image::Vec3& spacing, PairSum method) {
  return spatial_correlation(v.offsets, v.intensities, v.size, spacing, method);
}

// Rounding only: 1e-13 of quantities near 1.
TEST(SpatialCorrelation, TransformEqualsPairs) {
  Random random(2);
  const std::vector<image::Index3> sizes{{1, 1, 2}, {7, 1, 1}, {1, 9, 4}, {5, 6, 7}, {16, 3, 11}, {20, 17, 9}};
  for (const image::Index3& size : sizes)
    for (const double share : {1.0, 0.6, 0.2}) {
      const Voxels voxels = random_region(size, share, random);
      if (voxels.offsets.size() < 2) continue;
      for (const image::Vec3& spacing : {image::Vec3{1, 1, 1}, {0.7, 0.9, 3.3}}) {
        const auto pairs = correlation(voxels, spacing, PairSum::direct),
                   transform = correlation(voxels, spacing, PairSum::transform);
        EXPECT_NEAR(transform.moran_i, pairs.moran_i, 1e-13);
        EXPECT_NEAR(transform.geary_c, pairs.geary_c, 1e-13);
      }
    }
}

// Pairs at distance 1, 1 and 2 mm; worked out by hand.
TEST(SpatialCorrelation, OfThreeVoxelsInARow) {
  const Voxels voxels{{3, 1, 1}, {0, 1, 2}, {1, 2, 6}};
  // Deviations -2, -1, 3; sum of squares 14; weights 1, 1, 1/2: 2.5; products 2 - 3 - 3; squared differences 1 + 16
  // + 12.5.
  for (const PairSum method : {PairSum::direct, PairSum::transform, PairSum::automatic}) {
    const auto found = correlation(voxels, {1, 1, 1}, method);
    EXPECT_NEAR(found.moran_i, 3 * -4.0 / (2.5 * 14), 1e-15);
    EXPECT_NEAR(found.geary_c, 2 * 29.5 / (2 * 2.5 * 14), 1e-15);
  }
}

// Two voxels are always opposite: I = -1, C = 1 whatever their distance.
TEST(SpatialCorrelation, OfTwoVoxels) {
  for (const PairSum method : {PairSum::direct, PairSum::transform}) {
    const auto found = correlation({{4, 5, 6}, {3, 119}, {-8, 31.5}}, {0.3, 1, 9}, method);
    EXPECT_NEAR(found.moran_i, -1, 1e-12);
    EXPECT_NEAR(found.geary_c, 1, 1e-12);
  }
}

TEST(SpatialCorrelation, IsUndefinedWithoutDifferences) {
  for (const PairSum method : {PairSum::direct, PairSum::transform, PairSum::automatic}) {
    EXPECT_TRUE(std::isnan(correlation({{1, 1, 1}, {0}, {5}}, {1, 1, 1}, method).moran_i));
    const auto flat = correlation({{2, 2, 1}, {0, 1, 2}, {0.1, 0.1, 0.1}}, {1, 1, 1}, method);
    EXPECT_TRUE(std::isnan(flat.moran_i));
    EXPECT_TRUE(std::isnan(flat.geary_c));
  }
}

TEST(SpatialCorrelation, DoesNotDependOnScaleOffsetOrPadding) {
  Random random(4);
  const Voxels voxels = random_region({9, 8, 7}, 0.5, random);
  const auto expected = correlation(voxels, {1, 2, 3}, PairSum::transform);
  Voxels other = voxels;
  for (double& x : other.intensities) x = -0.25 * x + 17;
  for (const auto& found :
       {correlation(other, {1, 2, 3}, PairSum::transform), correlation(voxels, {0.1, 0.2, 0.3}, PairSum::direct)}) {
    EXPECT_NEAR(found.moran_i, expected.moran_i, 1e-12);
    EXPECT_NEAR(found.geary_c, expected.geary_c, 1e-12);
  }
  Voxels padded{{12, 11, 9}, {}, voxels.intensities};
  for (const std::uint32_t offset : voxels.offsets)
    padded.offsets.push_back(offset % 9 + 2 + 12 * (offset / 9 % 8 + 3) + 132 * (offset / 72 + 1));
  EXPECT_NEAR(correlation(padded, {1, 2, 3}, PairSum::transform).moran_i, expected.moran_i, 1e-13);
}

}  // namespace
}  // namespace larc::radiomics
