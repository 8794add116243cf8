// Foreground, bias field and normalisation.
#include "core/number.h"
#include "io/image_file.h"
#include "preprocess/bias_field.h"
#include "preprocess/foreground.h"
#include "preprocess/normalise.h"
#include "preprocess_support.h"
#include "support/test_data.h"

namespace larc::preprocess {
namespace {

using image::Mask;
using image::Vec3;
using image::Volume;
using test::everywhere;
using test::expect_error;

TEST(Foreground, OtsuSplitsTwoClasses) {
  Random random(1);
  const Volume volume =
      test::filled(test::straight({20, 20, 5}), [&](const Vec3& x) { return (x[0] < 8 ? 10 : 100) + random.normal(); });
  const double threshold = otsu_threshold(volume);
  EXPECT_GT(threshold, 15);
  EXPECT_LT(threshold, 95);
  EXPECT_EQ(image::voxel_count(foreground_mask(volume)), 12U * 20 * 5);
  // Scaling and shifting the image moves the threshold alike.
  Volume other = volume;
  for (double& v : other.voxels) v = 3 * v - 1000;
  EXPECT_NEAR(otsu_threshold(other), 3 * threshold - 1000, 1e-9);
}

TEST(Foreground, LargestComponentAndHoles) {
  const Volume volume = test::filled(test::straight({12, 12, 3}), [](const Vec3& x) {
    const bool body = x[0] >= 1 && x[0] <= 8 && x[1] >= 1 && x[1] <= 8 && !(x[0] == 4 && x[1] == 4);
    const bool speck = x[0] == 11 && x[1] == 11;
    return body || speck ? 100.0 : 0.0;
  });
  EXPECT_EQ(image::voxel_count(foreground_mask(volume, {false, false})), 3U * (63 + 1));
  EXPECT_EQ(image::voxel_count(foreground_mask(volume, {true, false})), 3U * 63);
  EXPECT_EQ(image::voxel_count(foreground_mask(volume, {true, true})), 3U * 64);
  EXPECT_FALSE(foreground_mask(volume).at(11, 11, 0));
}

TEST(Foreground, ImagesWithoutContrastAreRefused) {
  Volume flat = test::filled(test::straight({4, 4, 4}), [](const Vec3&) { return 3; });
  expect_error(ErrorCode::domain, "equal", [&] { foreground_mask(flat); });
  flat.voxels[0] = kNaN;
  expect_error(ErrorCode::domain, "NaN", [&] { otsu_threshold(flat); });
}

/// Two tissues in a ball, times a smooth field; returns the share of variation left within each tissue.
struct Shaded {
  Volume truth, seen;
};
Shaded shaded_ball() {
  const image::Geometry g = test::oblique({64, 64, 20});
  const Mask body = test::ball(g, 27), core = test::ball(g, 12);
  Random random(2);
  Shaded s{{g, {}}, {g, {}}};
  for (std::size_t v = 0; v < body.voxels.size(); ++v) {
    const double tissue = body.voxels[v] ? (core.voxels[v] ? 400 : 200) : 2;
    const double x = static_cast<double>(v % 64) / 63, y = static_cast<double>(v / 64 % 64) / 63;
    s.truth.voxels.push_back(tissue + 4 * random.normal());
    s.seen.voxels.push_back(std::max(0.0, s.truth.voxels.back()) * (0.6 + 0.8 * x * (1 - 0.4 * y)));
  }
  return s;
}

double variation(const Volume& volume, const Mask& mask) {
  double sum = 0, squares = 0, n = 0;
  for (std::size_t v = 0; v < mask.voxels.size(); ++v)
    if (mask.voxels[v]) {
      sum += volume.voxels[v];
      squares += volume.voxels[v] * volume.voxels[v];
      n += 1;
    }
  return std::sqrt(std::max(0.0, squares / n - sum / n * (sum / n))) / (sum / n);
}

TEST(BiasField, AKnownFieldIsTakenOut) {
  const Shaded s = shaded_ball();
  Mask rim = test::ball(s.seen.geometry, 26);
  const Mask inner = test::ball(s.seen.geometry, 13);
  for (std::size_t v = 0; v < rim.voxels.size(); ++v)
    if (inner.voxels[v]) rim.voxels[v] = 0;
  BiasFieldSettings settings;
  settings.shrink = 2;
  const BiasCorrection result = correct_bias_field(s.seen, test::ball(s.seen.geometry, 27), settings);
  const double before = variation(s.seen, rim), after = variation(result.corrected, rim);
  EXPECT_GT(before, 0.12);
  EXPECT_LT(after, 0.35 * before) << after << " of " << before;
  EXPECT_GT(result.field_maximum / result.field_minimum, 1.5);
  EXPECT_LT(result.field_maximum / result.field_minimum, 3.5);
  EXPECT_EQ(correct_bias_field(s.seen, test::ball(s.seen.geometry, 27), settings).corrected.voxels,
            result.corrected.voxels);
}

TEST(BiasField, AnEvenImageStaysNearlyEven) {
  const Shaded s = shaded_ball();
  Mask rim = test::ball(s.truth.geometry, 26);
  BiasFieldSettings settings;
  settings.shrink = 2;
  const BiasCorrection result = correct_bias_field(s.truth, rim, settings);
  EXPECT_LT(result.field_maximum / result.field_minimum, 1.15);
}

TEST(BiasField, OneSliceAndOwnForegroundWork) {
  const Shaded s = shaded_ball();
  const Volume slice = image::crop(s.seen, {{0, 0, 10}, {63, 63, 10}});
  const BiasCorrection result = correct_bias_field(slice);
  EXPECT_EQ(result.corrected.voxels.size(), slice.voxels.size());
  for (const double v : result.corrected.voxels) ASSERT_TRUE(std::isfinite(v));
}

TEST(BiasField, BadInputIsRefused) {
  const Shaded s = shaded_ball();
  const Volume flat = test::filled(s.seen.geometry, [](const Vec3&) { return 7; });
  expect_error(ErrorCode::domain, "equal", [&] { correct_bias_field(flat); });
  expect_error(ErrorCode::domain, "all equal", [&] { correct_bias_field(flat, everywhere(flat)); });
  Volume negative = s.seen;
  for (double& v : negative.voxels) v = -v - 1;
  expect_error(ErrorCode::domain, "no positive voxels", [&] { correct_bias_field(negative, everywhere(negative)); });
  Mask none = everywhere(s.seen);
  std::fill(none.voxels.begin(), none.voxels.end(), std::uint8_t{0});
  expect_error(ErrorCode::domain, "foreground", [&] { correct_bias_field(s.seen, none); });
  none.geometry.size[0] = 3;
  expect_error(ErrorCode::geometry_mismatch, "size", [&] { correct_bias_field(s.seen, none); });
  Volume broken = s.seen;
  broken.voxels[5] = kNaN;
  expect_error(ErrorCode::domain, "NaN", [&] { correct_bias_field(broken, everywhere(broken)); });
  const auto with = [&](const char* part, const std::function<void(BiasFieldSettings&)>& change) {
    BiasFieldSettings settings;
    change(settings);
    expect_error(ErrorCode::domain, part, [&] { correct_bias_field(s.seen, everywhere(s.seen), settings); });
  };
  with("shrink", [](auto& x) { x.shrink = 0; });
  with("iterations", [](auto& x) { x.iterations = {}; });
  with("iterations", [](auto& x) { x.iterations = {0}; });
  with("spline_distance_mm", [](auto& x) { x.spline_distance_mm = -1; });
  with("convergence", [](auto& x) { x.convergence = 0; });
  with("histogram_bins", [](auto& x) { x.histogram_bins = 1; });
  with("wiener_noise", [](auto& x) { x.wiener_noise = 0; });
}

TEST(Normalise, ZScoreHasMeanZeroAndDeviationOne) {
  const Volume volume = test::noise(test::oblique({10, 10, 4}), 3);
  const Mask mask = test::ball(volume.geometry, 4);
  NormalisationSettings settings;
  settings.scale = 100;
  const Volume out = normalise(volume, mask, settings);
  double sum = 0, squares = 0, n = 0;
  for (std::size_t v = 0; v < out.voxels.size(); ++v)
    if (mask.voxels[v]) {
      sum += out.voxels[v];
      squares += out.voxels[v] * out.voxels[v];
      n += 1;
    }
  EXPECT_NEAR(sum / n, 0, 1e-10);
  EXPECT_NEAR(std::sqrt(squares / (n - 1)), 100, 1e-9);
}

TEST(Normalise, KnownSmallNumbers) {
  const Volume volume{{{5, 1, 1}, {1, 1, 1}, {0, 0, 0}, {{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}}}, {1, 2, 3, 4, 10}};
  NormalisationSettings settings;
  settings.method = NormalisationMethod::robust;  // median 3, quartiles 2 and 4 (type 7)
  EXPECT_NEAR(normalise(volume, settings).voxels[4], 7 / (2 / 1.3489795003921634), 1e-12);
  settings.clip = 2;
  EXPECT_EQ(normalise(volume, settings).voxels[4], 2);
  settings.method = NormalisationMethod::percentile;
  settings.lower_percentile = 0;
  settings.upper_percentile = 75;
  settings.scale = 10;
  const Volume ranked = normalise(volume, settings);
  const std::vector<double> expected{0, 10.0 / 3, 20.0 / 3, 10, 10};
  for (std::size_t v = 0; v < 5; ++v) EXPECT_NEAR(ranked.voxels[v], expected[v], 1e-12);
  settings = {};
  settings.method = NormalisationMethod::none;
  settings.scale = 2;
  EXPECT_EQ(normalise(volume, settings).voxels, (std::vector<double>{2, 4, 6, 8, 20}));
}

TEST(Normalise, GainAndOffsetOfTheScannerVanish) {
  const Volume volume = test::noise(test::oblique({10, 10, 4}), 4);
  Volume other = volume;
  for (double& v : other.voxels) v = 7.5 * v + 300;
  for (const auto method :
       {NormalisationMethod::zscore, NormalisationMethod::robust, NormalisationMethod::percentile}) {
    NormalisationSettings settings;
    settings.method = method;
    const Volume a = normalise(volume, settings), b = normalise(other, settings);
    for (std::size_t v = 0; v < a.voxels.size(); ++v) ASSERT_NEAR(a.voxels[v], b.voxels[v], 1e-10);
  }
}

TEST(Normalise, BadInputIsRefused) {
  const Volume volume = test::noise(test::straight({4, 4, 4}), 5);
  const Volume flat = test::filled(volume.geometry, [](const Vec3&) { return 0.1; });
  NormalisationSettings settings;
  for (const auto method :
       {NormalisationMethod::zscore, NormalisationMethod::robust, NormalisationMethod::percentile}) {
    settings.method = method;
    expect_error(ErrorCode::domain, "no spread", [&] { normalise(flat, settings); });
  }
  Mask one = everywhere(volume);
  std::fill(one.voxels.begin(), one.voxels.end(), std::uint8_t{0});
  expect_error(ErrorCode::domain, "two foreground voxels", [&] { normalise(volume, one, settings); });
  one.geometry.spacing_mm[0] = 9;
  expect_error(ErrorCode::geometry_mismatch, "spacing", [&] { normalise(volume, one, settings); });
  Volume broken = volume;
  broken.voxels[9] = kNaN;
  expect_error(ErrorCode::domain, "NaN", [&] { normalise(broken, settings); });
  settings.scale = 0;
  expect_error(ErrorCode::domain, "scale", [&] { normalise(volume, settings); });
  settings = {};
  settings.lower_percentile = 99.5;
  expect_error(ErrorCode::domain, "percentiles", [&] { normalise(volume, settings); });
  settings = {};
  settings.clip = -1;
  expect_error(ErrorCode::domain, "clip", [&] { normalise(volume, settings); });
  expect_error(ErrorCode::domain, "minmax", [] { parse_normalisation("minmax"); });
  EXPECT_EQ(parse_normalisation("robust"), NormalisationMethod::robust);
}

TEST(BiasField, KnowsItsItk) {
  EXPECT_EQ(itk_version().substr(0, 2), "5.");
}

TEST(BiasField, SlowRealImageIsCorrected) {
  LARC_NEEDS_DATA("imaging/sct_testing_data/t2/t2.nii.gz");
  const Volume volume = io::read_image(test::data_root() / "imaging/sct_testing_data/t2/t2.nii.gz");
  const BiasCorrection result = correct_bias_field(volume);
  EXPECT_GT(result.field_minimum, 0);
  EXPECT_LT(result.field_maximum / result.field_minimum, 100);
}

}  // namespace
}  // namespace larc::preprocess
