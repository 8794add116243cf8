// Exact distances and the rings made of them.
#include "preprocess/rings.h"

#include "preprocess/distance.h"
#include "preprocess_support.h"

namespace larc::preprocess {
namespace {

using image::Geometry;
using image::Index3;
using image::Mask;
using test::expect_error;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

Mask scattered(const Geometry& g, double share, std::uint64_t seed) {
  Random random(seed);
  Mask mask{g, std::vector<std::uint8_t>(g.voxel_count())};
  for (std::uint8_t& v : mask.voxels) v = random.uniform() < share ? 1 : 0;
  return mask;
}

Mask single(const Geometry& g, const Index3& at) {
  Mask mask{g, std::vector<std::uint8_t>(g.voxel_count(), 0)};
  mask.voxels[g.offset(at[0], at[1], at[2])] = 1;
  return mask;
}

/// By looking at every pair.
std::vector<double> brute_force(const Mask& sites) {
  const Geometry& g = sites.geometry;
  std::vector<double> squared;
  for (int k = 0; k < g.size[2]; ++k)
    for (int j = 0; j < g.size[1]; ++j)
      for (int i = 0; i < g.size[0]; ++i) {
        double best = kInfinity;
        for (int z = 0; z < g.size[2]; ++z)
          for (int y = 0; y < g.size[1]; ++y)
            for (int x = 0; x < g.size[0]; ++x) {
              if (!sites.at(x, y, z)) continue;
              const double dx = (x - i) * g.spacing_mm[0], dy = (y - j) * g.spacing_mm[1],
                           dz = (z - k) * g.spacing_mm[2];
              best = std::min(best, dx * dx + dy * dy + dz * dz);
            }
        squared.push_back(best);
      }
  return squared;
}

TEST(Distance, EqualsAllPairs) {
  for (const Index3& size : {Index3{13, 11, 9}, Index3{1, 14, 6}, Index3{15, 1, 1}, Index3{7, 8, 1}})
    for (const double share : {0.003, 0.02, 0.3, 0.9}) {
      Geometry g = test::oblique(size);
      g.spacing_mm = {0.7, 1.3, 3.3};
      Mask sites = scattered(g, share, 21);
      sites.voxels[sites.voxels.size() / 2] = 1;
      const auto got = squared_distance_mm2(sites.voxels, g.size, g.spacing_mm), expected = brute_force(sites);
      for (std::size_t v = 0; v < got.size(); ++v) ASSERT_NEAR(got[v], expected[v], 1e-12 * (1 + expected[v]));
    }
}

TEST(Distance, EndsAreInfinite) {
  const Geometry g = test::straight({4, 5, 6});
  for (const double d : squared_distance_mm2(std::vector<std::uint8_t>(120, 0), g.size, g.spacing_mm))
    EXPECT_EQ(d, kInfinity);
  for (const double d : signed_distance_mm({g, std::vector<std::uint8_t>(120, 1)})) EXPECT_EQ(d, -kInfinity);
  for (const double d : signed_distance_mm({g, std::vector<std::uint8_t>(120, 0)})) EXPECT_EQ(d, kInfinity);
}

TEST(Distance, SignSaysTheSide) {
  const Mask ball = test::ball(test::straight({21, 25, 11}), 7);
  const auto d = signed_distance_mm(ball);
  for (std::size_t v = 0; v < d.size(); ++v) {
    ASSERT_EQ(d[v] < 0, ball.voxels[v] != 0);
    ASSERT_GE(std::abs(d[v]), 0.9 - 1e-12);  // one voxel along the finest axis
  }
}

TEST(Ring, AroundOneVoxelIsAShell) {
  Geometry g = test::straight({31, 31, 31});
  g.spacing_mm = {1, 2, 0.5};
  const Mask centre = single(g, {15, 15, 15});
  const Mask shell = ring(centre, 2, 5);
  for (int k = 0; k < 31; ++k)
    for (int j = 0; j < 31; ++j)
      for (int i = 0; i < 31; ++i) {
        const double d = std::sqrt(std::pow(i - 15, 2) + std::pow(2 * (j - 15), 2) + std::pow(0.5 * (k - 15), 2));
        ASSERT_EQ(shell.at(i, j, k), d > 2 && d <= 5) << d;
      }
  EXPECT_EQ(ring(centre, -100, 0).voxels, centre.voxels);
}

TEST(Ring, VolumeOfABallsShell) {
  Geometry g = test::straight({90, 90, 45});
  g.spacing_mm = {0.6, 0.6, 1.2};
  const Mask ball = test::ball(g, 14);
  const auto ml = [&](double from, double to) {
    return static_cast<double>(image::voxel_count(ring(ball, from, to))) * g.voxel_volume_mm3();
  };
  const auto shell = [](double inner, double outer) { return 4.1887902 * (std::pow(outer, 3) - std::pow(inner, 3)); };
  // Distances run between voxel centres, so a border lies up to half a voxel off: 0.3 mm of 5.
  EXPECT_NEAR(ml(0, 5), shell(14, 19), 0.08 * shell(14, 19));
  EXPECT_NEAR(ml(-5, 0), shell(9, 14), 0.08 * shell(9, 14));
  EXPECT_NEAR(ml(5, 8), shell(19, 22), 0.05 * shell(19, 22));
}

TEST(Ring, NeighboursShareNothingAndLeaveNothingOut) {
  const Mask region = scattered(test::oblique({14, 13, 9}), 0.1, 22);
  std::vector<int> covered(region.voxels.size(), 0);
  const double limit[] = {-kInfinity, -3, -1.1, 0, 0.9, 1.1, 2, 4.4, kInfinity};  // spacings 1.1 0.9 2: hits limits
  for (std::size_t r = 0; r + 1 < std::size(limit); ++r) {
    Mask part;
    try {
      part = ring(region, limit[r], limit[r + 1]);
    } catch (const Error&) {
      continue;  // empty
    }
    for (std::size_t v = 0; v < covered.size(); ++v) covered[v] += part.voxels[v];
  }
  for (const int times : covered) ASSERT_EQ(times, 1);
  EXPECT_EQ(ring(region, -kInfinity, 0).voxels, region.voxels);
}

TEST(Ring, BothSidesInOneRing) {
  const Mask ball = test::ball(test::oblique({25, 25, 15}), 8);
  const Mask inside = ring(ball, -2, 0), outside = ring(ball, 0, 3), both = ring(ball, -2, 3);
  for (std::size_t v = 0; v < both.voxels.size(); ++v) ASSERT_EQ(both.voxels[v], inside.voxels[v] | outside.voxels[v]);
}

TEST(Ring, AxesCanBePermuted) {
  Geometry g = test::straight({14, 12, 9});
  const Mask region = scattered(g, 0.02, 23);
  Mask turned{g, std::vector<std::uint8_t>(region.voxels.size())};
  turned.geometry.size = {9, 14, 12};
  turned.geometry.spacing_mm = {g.spacing_mm[2], g.spacing_mm[0], g.spacing_mm[1]};
  const auto turn = [&](const Mask& from, Mask& to) {
    for (int k = 0; k < 9; ++k)
      for (int j = 0; j < 12; ++j)
        for (int i = 0; i < 14; ++i) to.voxels[to.geometry.offset(k, i, j)] = from.at(i, j, k) ? 1 : 0;
  };
  turn(region, turned);
  Mask expected = turned;
  turn(ring(region, 1, 3.3), expected);
  EXPECT_EQ(ring(turned, 1, 3.3).voxels, expected.voxels);
}

TEST(Ring, BodyLimitsIt) {
  const Geometry g = test::straight({20, 20, 10});
  const Mask region = single(g, {3, 10, 5});
  Mask body{g, std::vector<std::uint8_t>(g.voxel_count(), 0)};
  for (int k = 0; k < 10; ++k)
    for (int j = 0; j < 20; ++j)
      for (int i = 3; i < 20; ++i) body.voxels[g.offset(i, j, k)] = 1;
  const Mask free = ring(region, 0, 3), limited = ring(region, 0, 3, &body);
  for (std::size_t v = 0; v < free.voxels.size(); ++v) ASSERT_EQ(limited.voxels[v], free.voxels[v] & body.voxels[v]);
  EXPECT_LT(image::voxel_count(limited), image::voxel_count(free));
}

// The image's edge is not an edge of the region: a region cut by it has its interior ring along its true border only.
TEST(Ring, TouchingTheImageBorder) {
  const Geometry g = test::straight({10, 10, 10});
  Mask half{g, std::vector<std::uint8_t>(1000, 0)};
  for (int k = 0; k < 10; ++k)
    for (int j = 0; j < 10; ++j)
      for (int i = 0; i < 5; ++i) half.voxels[g.offset(i, j, k)] = 1;
  const Mask inner = ring(half, -1.1, 0), outer = ring(half, 0, 1.1);
  EXPECT_EQ(image::voxel_count(inner), 100U);
  EXPECT_EQ(image::voxel_count(outer), 100U);
  EXPECT_TRUE(inner.at(4, 0, 0));
  EXPECT_TRUE(outer.at(5, 9, 9));
}

TEST(Ring, BadInputIsRefused) {
  const Geometry g = test::straight({6, 6, 6});
  const Mask one = single(g, {3, 3, 3}), none{g, std::vector<std::uint8_t>(216, 0)},
             all{g, std::vector<std::uint8_t>(216, 1)};
  expect_error(ErrorCode::domain, "empty", [&] { ring(none, 0, 3); });
  expect_error(ErrorCode::domain, "no width", [&] { ring(one, 3, 3); });
  expect_error(ErrorCode::domain, "no width", [&] { ring(one, std::nan(""), 3); });
  expect_error(ErrorCode::domain, "widen", [&] { ring(one, 0, 0.5); });
  expect_error(ErrorCode::domain, "widen", [&] { ring(all, 0, 5); });
  expect_error(ErrorCode::domain, "widen", [&] { ring(all, -5, 0); });
  expect_error(ErrorCode::domain, "within the body", [&] { ring(one, 0, 3, &none); });
  Mask other = all;
  other.geometry.origin_lps[0] = 5;
  expect_error(ErrorCode::geometry_mismatch, "origin", [&] { ring(one, 0, 3, &other); });
}

}  // namespace
}  // namespace larc::preprocess
