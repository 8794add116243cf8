// Resampling: exact on its own grid, on ramps and constants, and blind to how the patient lay.
#include "preprocess/resample.h"

#include "core/number.h"
#include "preprocess_support.h"

namespace larc::preprocess {
namespace {

using image::Geometry;
using image::Vec3;
using image::Volume;
using test::expect_error;

const Interpolation kAll[] = {Interpolation::nearest, Interpolation::linear, Interpolation::bspline};

Volume ramp(const Geometry& g, const Vec3& slope) {
  return test::filled(
      g, [&](const Vec3& index) { return 5 + slope[0] * index[0] + slope[1] * index[1] + slope[2] * index[2]; });
}

TEST(Resample, OwnGridIsExact) {
  const Volume volume = test::noise(test::oblique({9, 8, 7}), 3);
  for (const Interpolation how : kAll) EXPECT_EQ(resample(volume, volume.geometry, how, -1).voxels, volume.voxels);
}

TEST(Resample, NodesOfAPartialGridAreExact) {
  const Volume volume = test::noise(test::oblique({9, 8, 7}), 4);
  const Volume part = image::crop(volume, {{2, 1, 3}, {6, 5, 5}});
  for (const Interpolation how : kAll) {
    const Volume got = resample(volume, part.geometry, how);
    for (std::size_t v = 0; v < part.voxels.size(); ++v) ASSERT_NEAR(got.voxels[v], part.voxels[v], 1e-9);
  }
}

TEST(Resample, ConstantsStayConstant) {
  const Volume volume = test::filled(test::oblique({9, 8, 7}), [](const Vec3&) { return 42.5; });
  const Geometry fine = resampled_geometry(volume.geometry, {0.5, 0.9, 1.1});
  for (const Interpolation how : kAll)
    for (const double v : resample(volume, fine, how, 42.5).voxels) ASSERT_NEAR(v, 42.5, 1e-9);
}

TEST(Resample, LinearRampIsExactInside) {
  const Volume volume = ramp(test::oblique({12, 11, 10}), {2, -3, 7});
  const Geometry fine = resampled_geometry(volume.geometry, {0.31, 0.47, 1.3});
  const Volume got = resample(volume, fine, Interpolation::linear);
  int inside = 0;
  for (int k = 0; k < fine.size[2]; ++k)
    for (int j = 0; j < fine.size[1]; ++j)
      for (int i = 0; i < fine.size[0]; ++i) {
        const Vec3 index = volume.geometry.index_ijk(fine.point_lps({double(i), double(j), double(k)}));
        bool within = true;
        for (std::size_t a = 0; a < 3; ++a) within = within && index[a] >= 0 && index[a] <= volume.geometry.size[a] - 1;
        if (!within) continue;
        ++inside;
        ASSERT_NEAR(got.at(i, j, k), 5 + 2 * index[0] - 3 * index[1] + 7 * index[2], 1e-9);
      }
  EXPECT_GT(inside, 5000);
}

TEST(Resample, SplineReproducesASmoothFunction) {
  const auto wave = [](const Vec3& x) { return std::sin(0.3 * x[0]) * std::cos(0.25 * x[1]) + std::sin(0.2 * x[2]); };
  const Volume volume = test::filled(test::oblique({30, 30, 30}), wave);
  Geometry shifted = volume.geometry;
  shifted.size = {10, 10, 10};
  shifted.origin_lps = volume.geometry.point_lps({10.5, 10.25, 10.75});
  const Volume spline = resample(volume, shifted, Interpolation::bspline),
               linear = resample(volume, shifted, Interpolation::linear);
  double spline_error = 0, linear_error = 0;
  for (int k = 0; k < 10; ++k)
    for (int j = 0; j < 10; ++j)
      for (int i = 0; i < 10; ++i) {
        const double truth = wave({10.5 + i, 10.25 + j, 10.75 + k});
        spline_error = std::max(spline_error, std::abs(spline.at(i, j, k) - truth));
        linear_error = std::max(linear_error, std::abs(linear.at(i, j, k) - truth));
      }
  EXPECT_LT(spline_error, 1e-4);
  EXPECT_GT(linear_error, 20 * spline_error);
}

TEST(Resample, TheLieOfThePatientDoesNotMatter) {
  const Volume straight = test::noise(test::straight({9, 8, 7}), 5);
  Volume turned = straight;
  const Geometry placed = test::oblique({9, 8, 7});
  turned.geometry.direction = placed.direction;
  turned.geometry.origin_lps = placed.origin_lps;
  for (const Interpolation how : {Interpolation::linear, Interpolation::bspline}) {
    const Volume a = resample(straight, resampled_geometry(straight.geometry, {0.7, 0.6, 1}), how);
    const Volume b = resample(turned, resampled_geometry(turned.geometry, {0.7, 0.6, 1}), how);
    ASSERT_EQ(a.voxels.size(), b.voxels.size());
    for (std::size_t v = 0; v < a.voxels.size(); ++v) ASSERT_NEAR(a.voxels[v], b.voxels[v], 1e-9);
  }
}

TEST(Resample, OutsideBeginsHalfAVoxelBeyondTheLastCentre) {
  const Volume volume = test::filled(test::straight({4, 4, 4}), [](const Vec3& x) { return x[0]; });
  Geometry wide = volume.geometry;
  wide.size[0] = 40;
  wide.spacing_mm[0] *= 0.25;
  wide.origin_lps = volume.geometry.point_lps({-2.1, 0, 0});
  const Volume got = resample(volume, wide, Interpolation::linear, -77);
  for (int i = 0; i < 40; ++i) {
    const double index = -2.1 + 0.25 * i;
    EXPECT_NEAR(got.at(i, 1, 1), index < -0.5 || index >= 3.5 ? -77 : std::clamp(index, 0.0, 3.0), 1e-9) << index;
  }
}

TEST(Resample, OneSliceVolumesWork) {
  const Volume slice = test::noise(test::oblique({9, 8, 1}), 6);
  Geometry fine = resampled_geometry(slice.geometry, {0.5, 0.5, slice.geometry.spacing_mm[2]});
  EXPECT_EQ(fine.size[2], 1);
  for (const Interpolation how : kAll) {
    const Volume got = resample(slice, fine, how, -5);
    for (const double v : got.voxels) EXPECT_TRUE(std::isfinite(v) && v != -5);
  }
  // The spline of one slice equals the spline of a stack of copies of it, and ends with the slice.
  Volume stack = slice;
  stack.geometry.size[2] = 9;
  stack.geometry.origin_lps = slice.geometry.point_lps({0, 0, -4});
  stack.voxels.clear();
  for (int copy = 0; copy < 9; ++copy)
    stack.voxels.insert(stack.voxels.end(), slice.voxels.begin(), slice.voxels.end());
  const Volume a = resample(slice, fine, Interpolation::bspline), b = resample(stack, fine, Interpolation::bspline);
  for (std::size_t v = 0; v < a.voxels.size(); ++v) ASSERT_NEAR(a.voxels[v], b.voxels[v], 1e-9);
  fine.origin_lps = fine.point_lps({0, 0, 1});
  for (const double v : resample(slice, fine, Interpolation::bspline, -5).voxels) ASSERT_EQ(v, -5);
}

TEST(Resample, ThinSlabsHaveASpline) {
  for (const int layers : {2, 3}) {
    const Volume slab = test::noise(test::oblique({9, 8, layers}), 9);
    Geometry fine = slab.geometry;
    fine.size[2] = 2 * layers - 1;
    fine.spacing_mm[2] /= 2;
    const Volume got = resample(slab, fine, Interpolation::bspline);
    for (int k = 0; k < layers; ++k)
      for (int i = 0; i < 9; ++i) ASSERT_NEAR(got.at(i, 3, 2 * k), slab.at(i, 3, k), 1e-11);
  }
}

// Where a target ends and how far it lies from the edges of the image must not matter.
TEST(Resample, PartsEqualTheWhole) {
  const Volume volume = test::noise(test::oblique({90, 80, 70}), 10);
  const Geometry fine = resampled_geometry(volume.geometry, {1.3, 1.2, 1.7});
  const image::Box box{{30, 31, 32}, {36, 38, 41}};
  for (const Interpolation how : kAll) {
    const Volume whole = image::crop(resample(volume, fine, how), box);
    const Volume part = resample(volume, whole.geometry, how);
    for (std::size_t v = 0; v < part.voxels.size(); ++v) ASSERT_NEAR(part.voxels[v], whole.voxels[v], 1e-10);
  }
  const image::Mask mask = test::ball(volume.geometry, 9);
  const image::Mask whole = image::crop(resample(mask, fine, Interpolation::linear), box);
  EXPECT_EQ(resample(mask, whole.geometry, Interpolation::linear).voxels, whole.voxels);
}

// The region is found by way of its box alone; the share of a volume of zeros and ones says the same.
TEST(Resample, MasksEqualTheShareOfVoxels) {
  const image::Mask ball = test::ball(test::oblique({24, 22, 12}), 7.3);
  const Volume share{ball.geometry, {ball.voxels.begin(), ball.voxels.end()}};
  Geometry turned = test::straight({40, 40, 40});
  turned.origin_lps = ball.geometry.point_lps({-5, -3, 2});
  for (const Geometry& target : {turned, resampled_geometry(ball.geometry, {0.7, 1.9, 1.1})}) {
    const image::Mask got = resample(ball, target, Interpolation::linear);
    const Volume expected = resample(share, target, Interpolation::linear);
    std::size_t inside = 0;
    for (std::size_t v = 0; v < got.voxels.size(); ++v) {
      ASSERT_EQ(got.voxels[v] != 0, expected.voxels[v] >= 0.5 - 1e-9);
      inside += got.voxels[v];
    }
    EXPECT_GT(inside, 100U);
  }
  image::Mask none = ball;
  std::fill(none.voxels.begin(), none.voxels.end(), std::uint8_t{0});
  EXPECT_EQ(image::voxel_count(resample(none, turned, Interpolation::nearest)), 0U);
  Geometry far = turned;
  far.origin_lps = {1e4, 0, 0};
  EXPECT_EQ(image::voxel_count(resample(ball, far, Interpolation::linear)), 0U);
}

TEST(Resample, RepeatsToTheBit) {
  const Volume volume = test::noise(test::oblique({20, 18, 12}), 7);
  const Geometry fine = resampled_geometry(volume.geometry, {0.4, 0.4, 0.9});
  for (const Interpolation how : kAll)
    EXPECT_EQ(resample(volume, fine, how).voxels, resample(volume, fine, how).voxels);
}

TEST(Resample, MasksKeepTheirShape) {
  const image::Mask ball = test::ball(test::oblique({24, 24, 12}), 8);
  const Geometry fine = resampled_geometry(ball.geometry, {0.5, 0.5, 0.5});
  const double volume = static_cast<double>(image::voxel_count(ball)) * ball.geometry.voxel_volume_mm3();
  for (const Interpolation how : {Interpolation::nearest, Interpolation::linear}) {
    const image::Mask got = resample(ball, fine, how);
    EXPECT_NEAR(static_cast<double>(image::voxel_count(got)) * fine.voxel_volume_mm3(), volume, 0.03 * volume);
    EXPECT_EQ(resample(ball, ball.geometry, how).voxels, ball.voxels);
  }
  // Halfway between an inner and an outer centre the share is 0.5: inside.
  image::Mask pair{test::straight({2, 1, 1}), {1, 0}};
  Geometry between = pair.geometry;
  between.size[0] = 1;
  between.origin_lps = pair.geometry.point_lps({0.5, 0, 0});
  EXPECT_EQ(resample(pair, between, Interpolation::linear).voxels[0], 1);
  EXPECT_EQ(resample(pair, between, Interpolation::linear, 0.51).voxels[0], 0);
}

TEST(Resample, GridKeepsTheCentre) {
  const Geometry g = test::oblique({9, 8, 7});
  for (const Vec3& wanted : {Vec3{1, 1, 1}, Vec3{0.37, 2.2, 5}, g.spacing_mm}) {
    const Geometry r = resampled_geometry(g, wanted);
    EXPECT_EQ(r.direction, g.direction);
    EXPECT_EQ(r.spacing_mm, wanted);
    const auto middle = [](const Geometry& x) {
      return x.point_lps({(x.size[0] - 1) / 2.0, (x.size[1] - 1) / 2.0, (x.size[2] - 1) / 2.0});
    };
    for (std::size_t a = 0; a < 3; ++a) {
      EXPECT_NEAR(middle(r)[a], middle(g)[a], 1e-9);
      EXPECT_GE(r.size[a] * wanted[a], g.size[a] * g.spacing_mm[a] - 1e-5);
      EXPECT_LT((r.size[a] - 1) * wanted[a], g.size[a] * g.spacing_mm[a]);
    }
  }
  EXPECT_EQ(resampled_geometry(g, g.spacing_mm).size, g.size);
  // 3 voxels of 0.1 mm onto 0.3 mm is one voxel although 0.1 * 3 > 0.3 in doubles.
  Geometry thin = test::straight({3, 3, 3});
  thin.spacing_mm = {0.1, 0.1, 0.1};
  EXPECT_EQ(resampled_geometry(thin, {0.3, 0.3, 0.3}).size, (image::Index3{1, 1, 1}));
}

TEST(Resample, BadInputIsRefused) {
  Volume volume = test::noise(test::oblique({9, 8, 3}), 8);
  const Geometry fine = resampled_geometry(volume.geometry, {0.5, 0.5, 0.5});
  volume.voxels[17] = kNaN;
  expect_error(ErrorCode::domain, "NaN", [&] { resample(volume, fine, Interpolation::linear); });
  expect_error(ErrorCode::domain, "spacing", [&] { resampled_geometry(fine, {0, 1, 1}); });
  const image::Mask mask = test::ball(fine, 2);
  expect_error(ErrorCode::domain, "overshoots", [&] { resample(mask, fine, Interpolation::bspline); });
  expect_error(ErrorCode::domain, "threshold", [&] { resample(mask, fine, Interpolation::linear, 0); });
  Geometry bad = fine;
  bad.size[1] = 0;
  expect_error(ErrorCode::domain, "target grid", [&] { resample(mask, bad, Interpolation::linear); });
  expect_error(ErrorCode::domain, "cubic", [] { parse_interpolation("cubic"); });
  EXPECT_EQ(parse_interpolation("bspline"), Interpolation::bspline);
}

}  // namespace
}  // namespace larc::preprocess
