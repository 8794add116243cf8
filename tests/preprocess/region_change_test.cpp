// Regions that grow, shrink, and get new contours.
#include "preprocess/region_change.h"

#include <set>

#include "core/number.h"
#include "preprocess/distance.h"
#include "preprocess/resample.h"
#include "preprocess/supervoxels.h"
#include "preprocess_support.h"

namespace larc::preprocess {
namespace {

using image::Geometry;
using image::Mask;
using image::Vec3;
using image::Volume;
using test::expect_error;

Mask single(const Geometry& g, int i, int j, int k) {
  Mask mask{g, std::vector<std::uint8_t>(g.voxel_count(), 0)};
  mask.voxels[g.offset(i, j, k)] = 1;
  return mask;
}

double dice(const Mask& a, const Mask& b) {
  double common = 0;
  for (std::size_t v = 0; v < a.voxels.size(); ++v) common += a.voxels[v] && b.voxels[v];
  return 2 * common / static_cast<double>(image::voxel_count(a) + image::voxel_count(b));
}

TEST(ChangeVolume, IsExactNestedAndNearestFirst) {
  const Mask ball = test::ball(test::oblique({40, 44, 24}), 11);
  const auto distance = signed_distance_mm(ball);
  const double voxels = static_cast<double>(image::voxel_count(ball));
  for (const double fraction : {-0.95, -0.4, -0.2, -0.013, 0.017, 0.2, 0.9, 2.5}) {
    const auto changed = change_volume(ball, fraction, 41);
    ASSERT_TRUE(changed);
    EXPECT_EQ(image::voxel_count(*changed), static_cast<std::size_t>(std::lround(voxels * (1 + fraction)))) << fraction;
    double taken = 0, left = std::numeric_limits<double>::infinity();
    for (std::size_t v = 0; v < ball.voxels.size(); ++v) {
      const bool before = ball.voxels[v] != 0, after = changed->voxels[v] != 0;
      if (fraction > 0) {
        ASSERT_TRUE(after || !before);
      } else {
        ASSERT_TRUE(before || !after);
      }
      if (before != (fraction < 0)) continue;
      if (before != after)
        taken = std::max(taken, std::abs(distance[v]));
      else
        left = std::min(left, std::abs(distance[v]));
    }
    EXPECT_LE(taken, left + 1e-9) << fraction;
  }
  EXPECT_EQ(change_volume(ball, 0, 41)->voxels, ball.voxels);
}

TEST(ChangeVolume, TheSeedDecidesBetweenEqualsOnly) {
  const Mask ball = test::ball(test::straight({30, 30, 14}), 8);
  const auto distance = signed_distance_mm(ball);
  const Mask a = *change_volume(ball, 0.1, 1), b = *change_volume(ball, 0.1, 2);
  EXPECT_EQ(change_volume(ball, 0.1, 1)->voxels, a.voxels);
  EXPECT_NE(a.voxels, b.voxels);
  std::set<double> where;
  for (std::size_t v = 0; v < a.voxels.size(); ++v)
    if (a.voxels[v] != b.voxels[v]) where.insert(std::round(distance[v] * 1e9));
  EXPECT_EQ(where.size(), 1U);
}

TEST(ChangeVolume, Ends) {
  const Geometry g = test::straight({9, 9, 5});
  const Mask one = single(g, 0, 4, 4);  // at the border
  EXPECT_EQ(change_volume(one, -0.9, 1)->voxels, one.voxels);
  const Mask grown = *change_volume(one, 1, 1);
  EXPECT_EQ(image::voxel_count(grown), 2U);
  EXPECT_TRUE(grown.at(0, 3, 4) || grown.at(0, 5, 4));  // 0.9 mm, the nearest
  EXPECT_EQ(image::voxel_count(*change_volume(one, 404, 1)), 405U);
  EXPECT_FALSE(change_volume(one, 405, 1));
  const Mask all{g, std::vector<std::uint8_t>(405, 1)}, none{g, std::vector<std::uint8_t>(405, 0)};
  EXPECT_FALSE(change_volume(all, 0.1, 1));
  expect_error(ErrorCode::domain, "fills the image", [&] { change_volume(all, -0.1, 1); });
  expect_error(ErrorCode::domain, "empty", [&] { change_volume(none, 0.1, 1); });
  expect_error(ErrorCode::domain, "above -1", [&] { change_volume(one, -1, 1); });
  expect_error(ErrorCode::domain, "above -1", [&] { change_volume(one, kNaN, 1); });
}

// A region cut by the edge of the image shrinks along its true border alone.
TEST(ChangeVolume, TheImagesEdgeIsNoBorder) {
  const Geometry g = test::straight({20, 10, 10});
  Mask half{g, std::vector<std::uint8_t>(2000, 0)};
  for (std::size_t v = 0; v < 2000; ++v) half.voxels[v] = v % 20 < 10 ? 1 : 0;
  const Mask less = *change_volume(half, -0.1, 1);
  for (std::size_t v = 0; v < 2000; ++v) ASSERT_EQ(less.voxels[v] != 0, v % 20 < 9);
}

/// A bright lobed body on a dark ground, with noise.
Volume body(const Geometry& g, std::uint64_t seed) {
  Random random(seed);
  return test::filled(g, [&](const Vec3& x) {
    double squared = 0;
    for (std::size_t a = 0; a < 3; ++a) squared += std::pow((x[a] - (g.size[a] - 1) / 2.0) * g.spacing_mm[a], 2);
    return (std::sqrt(squared) < 16 + 2 * std::sin(x[0] * 0.4) ? 600 : 200) + 20 * random.normal();
  });
}

TEST(Supervoxels, AreConnectedAndOfAboutTheWantedSize) {
  const Volume volume = body(test::oblique({60, 66, 30}), 42);
  const auto label = supervoxels(volume, 100, 700);
  const auto count = static_cast<std::size_t>(*std::max_element(label.begin(), label.end())) + 1;
  std::vector<std::size_t> size(count, 0);
  for (const std::int32_t l : label) {
    ASSERT_GE(l, 0);
    ++size[static_cast<std::size_t>(l)];
  }
  const double wanted = 500 / volume.geometry.voxel_volume_mm3();
  EXPECT_NEAR(static_cast<double>(label.size()) / static_cast<double>(count), wanted, 0.25 * wanted);
  for (const std::size_t s : size) EXPECT_GE(static_cast<double>(s), std::floor(0.5 * wanted));
  // One flood over faces reaches all voxels of its label.
  const Geometry& g = volume.geometry;
  std::vector<std::uint8_t> seen(label.size(), 0);
  std::vector<std::uint8_t> done(count, 0);
  const std::array<std::size_t, 3> stride{1, 60, 60 * 66};
  for (std::size_t v = 0; v < label.size(); ++v) {
    if (seen[v]) continue;
    ASSERT_FALSE(done[static_cast<std::size_t>(label[v])]) << "label " << label[v] << " has two parts";
    done[static_cast<std::size_t>(label[v])] = 1;
    std::vector<std::size_t> front{v};
    seen[v] = 1;
    while (!front.empty()) {
      const std::size_t at = front.back();
      front.pop_back();
      for (std::size_t a = 0; a < 3; ++a)
        for (const bool up : {false, true}) {
          const auto place = at / stride[a] % static_cast<std::size_t>(g.size[a]);
          if (up ? place + 1 == static_cast<std::size_t>(g.size[a]) : place == 0) continue;
          const std::size_t other = up ? at + stride[a] : at - stride[a];
          if (seen[other] || label[other] != label[v]) continue;
          seen[other] = 1;
          front.push_back(other);
        }
    }
  }
}

TEST(Supervoxels, FollowEdges) {
  const Volume volume = body(test::straight({60, 66, 30}), 43);
  const auto label = supervoxels(volume, 100, 700);
  std::map<std::int32_t, std::array<double, 2>> sides;
  for (std::size_t v = 0; v < label.size(); ++v) sides[label[v]][volume.voxels[v] > 400 ? 1 : 0] += 1;
  double mixed = 0;
  for (const auto& [l, side] : sides) mixed += std::min(side[0], side[1]);
  // Cubes of the same size would mix about a tenth.
  EXPECT_LT(mixed / static_cast<double>(label.size()), 0.02);
}

TEST(Supervoxels, NearARegionOnly) {
  const Volume volume = body(test::straight({60, 66, 30}), 44);
  const Mask region = test::ball(volume.geometry, 6);
  const auto label = supervoxels(volume, 100, 700, &region);
  std::size_t divided = 0;
  for (std::size_t v = 0; v < label.size(); ++v) {
    if (region.voxels[v]) {
      ASSERT_GE(label[v], 0);
    }
    divided += label[v] >= 0;
  }
  EXPECT_LT(divided, label.size() / 2);
  expect_error(ErrorCode::domain, "empty", [&] { supervoxels(volume, 5, 5); });
  expect_error(ErrorCode::domain, "positive", [&] { supervoxels(volume, 0, 5, nullptr, {0, 20, 0.05, 10}); });
  EXPECT_EQ(supervoxels(test::noise(test::straight({1, 1, 1}), 1), 0, 100), std::vector<std::int32_t>{0});
}

TEST(Contour, StaysNearAndVaries) {
  const Geometry g = test::oblique({60, 66, 30});
  const Volume volume = body(g, 45);
  Mask region = test::ball(g, 18);
  for (std::size_t v = 0; v < region.voxels.size(); ++v)
    if (volume.voxels[v] < 400) region.voxels[v] = 0;
  // The outline of an observer who is off by two millimetres.
  Geometry moved = g;
  moved.origin_lps = g.point_lps({2, 0, 0});
  const Mask shifted{g, resample(region, moved, Interpolation::nearest).voxels};
  std::set<std::string> different;
  for (std::uint64_t seed = 0; seed < 6; ++seed) {
    const Mask exact = randomise_contour(volume, region, seed), off = randomise_contour(volume, shifted, seed);
    EXPECT_GT(dice(exact, region), 0.9);  // supervoxels follow the edge
    EXPECT_GT(dice(off, shifted), 0.6);   // and leave or keep whole supervoxels where it is missed
    different.emplace(off.voxels.begin(), off.voxels.end());
  }
  EXPECT_GE(different.size(), 5U);
  EXPECT_EQ(randomise_contour(volume, shifted, 3).voxels, randomise_contour(volume, shifted, 3).voxels);
}

TEST(Contour, Ends) {
  const Geometry g = test::straight({30, 30, 15});
  const Volume volume = body(g, 46), flat = test::filled(g, [](const Vec3&) { return 5; });
  // One voxel: the supervoxel it lies in, which has the largest share by being the only one.
  const Mask one = randomise_contour(volume, single(g, 15, 15, 7), 1);
  EXPECT_TRUE(one.at(15, 15, 7));
  EXPECT_GT(image::voxel_count(one), 50U);
  const Mask corner = randomise_contour(flat, single(g, 0, 0, 0), 1);
  EXPECT_TRUE(corner.at(0, 0, 0));
  const Mask all{g, std::vector<std::uint8_t>(volume.voxels.size(), 1)};
  EXPECT_EQ(randomise_contour(volume, all, 1).voxels, all.voxels);
  Mask none = all;
  std::fill(none.voxels.begin(), none.voxels.end(), std::uint8_t{0});
  expect_error(ErrorCode::domain, "empty", [&] { randomise_contour(volume, none, 1); });
  Volume broken = volume;
  broken.voxels[0] = kNaN;
  expect_error(ErrorCode::domain, "NaN", [&] { randomise_contour(broken, all, 1); });
}

}  // namespace
}  // namespace larc::preprocess
