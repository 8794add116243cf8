// Oracle and unit tests: images made so that the answer is known.
#include "quality/measure.h"

#include "quality_support.h"

namespace larc::quality {
namespace {

using test::Body;
using test::body_of;
using test::value_of;

const QualityInputs kDown{"t2w", false, false, nullptr, 1, std::nullopt};

TEST(Measure, SignalToNoiseIsWhatWasMade) {
  for (const double sd : {5.0, 10.0, 25.0}) {
    Body body;
    body.noise_sd = sd;
    body.spots = 0;
    const auto volume = body_of(body);
    EXPECT_NEAR(value_of(volume, "snr"), 200 / sd, 0.06 * 200 / sd);
    EXPECT_NEAR(value_of(volume, "snr_air"), 200 / sd, 0.06 * 200 / sd);
  }
}

TEST(Measure, ContrastIsDifferenceOverNoise) {
  Body body;
  body.noise_sd = 5;
  body.spots = 5;  // outlines are no noise, but there must not be too many of them
  const auto volume = body_of(body);
  EXPECT_NEAR(value_of(volume, "cnr"), 200 / 5.0, 4);
  // Two tissues with the noise alone for spread: (5 + 5) / 200, cut a little by the percentiles.
  EXPECT_NEAR(value_of(volume, "cjv"), 0.05, 0.006);
}

TEST(Measure, EnergyOfForegroundOverBackground) {
  Body body;
  body.spots = 0;
  // Rice: E x^2 = signal^2 + 2 sd^2.
  EXPECT_NEAR(value_of(body_of(body), "foreground_background"), (200.0 * 200 + 200) / 200, 10);
}

TEST(Measure, EntropyFocusFromItsDefinition) {
  test::Volume volume{{{16, 16, 1}, {1, 1, 1}, {0, 0, 0}, {{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}}}, {}};
  volume.voxels.assign(256, 3);
  EXPECT_NEAR(value_of(volume, "entropy_focus"), 1, 1e-12);
  // Half 1, half 2: b = sqrt(640), maximum 16 ln 16.
  for (std::size_t v = 0; v < 128; ++v) volume.voxels[v] = 6;
  const double b = std::sqrt(128 * 5.0);
  const double entropy = -128 * (1 / b * std::log(1 / b) + 2 / b * std::log(2 / b));
  EXPECT_NEAR(value_of(volume, "entropy_focus"), entropy / (16 * std::log(16)), 1e-12);
}

TEST(Measure, BiasFieldIsTheSpreadThatWasMade) {
  for (const double strength : {0.0, 0.15, 0.4}) {
    Body body;
    auto volume = test::still_body(body);
    std::vector<double> logs;
    const auto& g = volume.geometry;
    for (int k = 0; k < g.size[2]; ++k)
      for (int j = 0; j < g.size[1]; ++j)
        for (int i = 0; i < g.size[0]; ++i) {
          const double x = 2.0 * i / (g.size[0] - 1) - 1, y = 2.0 * j / (g.size[1] - 1) - 1;
          const double field = strength * (x + 0.8 * y * y - 0.5 * x * y);
          if (volume.at(i, j, k) > 0) logs.push_back(field);
          volume.at(i, j, k) *= std::exp(field);
        }
    test::add_rician(volume, 4, 3);
    std::sort(logs.begin(), logs.end());
    const double truth = 100 * std::expm1(logs[logs.size() * 95 / 100] - logs[logs.size() * 5 / 100]);
    EXPECT_NEAR(value_of(volume, "bias_field"), truth, 0.08 * truth + 3) << strength;
  }
}

test::Volume with_copy(const test::Volume& still, std::size_t axis, int shift, double amplitude) {
  auto volume = still;
  const auto& g = still.geometry;
  for (int k = 0; k < g.size[2]; ++k)
    for (int j = 0; j < g.size[1]; ++j)
      for (int i = 0; i < g.size[0]; ++i) {
        image::Index3 from{i, j, k};
        from[axis] = (from[axis] + shift) % g.size[axis];
        volume.at(i, j, k) += amplitude * still.at(from[0], from[1], from[2]);
      }
  return volume;
}

TEST(Measure, GhostAmplitudeWithAndWithoutAir) {
  for (const double reach : {0.7, 2.0})
    for (const double amplitude : {0.0, 0.04, 0.12}) {
      Body body;
      body.reach = reach;
      auto volume = with_copy(test::still_body(body), 1, body.size[1] / 2, amplitude);
      test::add_rician(volume, 6, 9);
      EXPECT_NEAR(value_of(volume, "ghost", kDown), 100 * amplitude, 1 + 15 * amplitude) << reach << " " << amplitude;
      if (reach < 1 && amplitude > 0.1) {
        EXPECT_GT(value_of(volume, "ghost_air", kDown), 1);
      }
    }
}

TEST(Measure, MotionIsACopyElsewhereAlongPhaseEncoding) {
  Body body;
  body.reach = 2;
  const auto still = test::still_body(body);
  QualityInputs along_rows = kDown;
  along_rows.phase_axis = 0;
  for (const double amplitude : {0.08, 0.2}) {
    auto volume = with_copy(still, 1, 21, amplitude);
    test::add_rician(volume, 6, 9);
    EXPECT_NEAR(value_of(volume, "motion", kDown), 100 * amplitude, 2 + 15 * amplitude);
    EXPECT_LT(value_of(volume, "motion", along_rows), 5);
    // Nobody says which axis: the worse one counts.
    EXPECT_NEAR(value_of(volume, "motion"), 100 * amplitude, 2 + 15 * amplitude);
  }
  EXPECT_LT(value_of(body_of(body), "motion", kDown), 5);
}

/// The middle of a larger image, with what lies beyond folded in or left out.
test::Volume window(const test::Volume& wide, int rows, bool folded) {
  auto g = wide.geometry;
  const int before = (g.size[1] - rows) / 2;
  g.size[1] = rows;
  test::Volume volume{g, std::vector<double>(g.voxel_count(), 0)};
  for (int k = 0; k < g.size[2]; ++k)
    for (int j = 0; j < wide.geometry.size[1]; ++j) {
      const int to = j - before;
      if (!folded && (to < 0 || to >= rows)) continue;
      for (int i = 0; i < g.size[0]; ++i) volume.at(i, ((to % rows) + rows) % rows, k) += wide.at(i, j, k);
    }
  return volume;
}

TEST(Measure, WrapAroundNeedsASeamThatGoesOnAndSignalOnTop) {
  Body body;
  body.size = {128, 160, 10};
  body.reach = 0.9;
  const auto wide = test::still_body(body);
  auto folded = window(wide, 110, true), cut = window(wide, 110, false), whole = window(wide, 160, true);
  for (auto* volume : {&folded, &cut, &whole}) test::add_rician(*volume, 6, 4);
  // Dark tissue is half as bright as bright tissue here: the darkest tenth is no less than 0.5 of the median.
  EXPECT_GT(value_of(folded, "wrap_around", kDown), 0.15);
  EXPECT_EQ(value_of(cut, "wrap_around", kDown), 0);
  EXPECT_EQ(value_of(whole, "wrap_around", kDown), 0);
  // Nothing on top in the middle half: nine tenths of it dark as without folding.
  auto banded = folded;
  const auto& g = banded.geometry;
  Random random(3);
  for (int k = 0; k < g.size[2]; ++k)
    for (int j = g.size[1] / 4 - 1; j < g.size[1] - g.size[1] / 4 + 1; ++j)
      for (int i = 0; i < g.size[0]; ++i)
        if (banded.at(i, j, k) > 0 && random.uniform() < 0.15) banded.at(i, j, k) = 50;
  EXPECT_EQ(value_of(banded, "wrap_around", kDown), 0);
}

TEST(Measure, BlurLowersSharpness) {
  Body body;
  body.noise_sd = 2;
  const auto sharp = body_of(body);
  auto still = test::still_body(body);
  auto blurred = still;
  for (int k = 0; k < body.size[2]; ++k)
    for (int j = 2; j + 2 < body.size[1]; ++j)
      for (int i = 2; i + 2 < body.size[0]; ++i) {
        double sum = 0;
        for (int b = -2; b <= 2; ++b)
          for (int a = -2; a <= 2; ++a) sum += still.at(i + a, j + b, k);
        blurred.at(i, j, k) = sum / 25;
      }
  test::add_rician(blurred, 2, 1);
  EXPECT_GT(value_of(sharp, "sharpness"), value_of(blurred, "sharpness") + 0.1);
}

TEST(Measure, MaskedBackgroundHasNoNoiseToMeasure) {
  Body body;
  auto volume = test::still_body(body);
  const auto still = volume;
  test::add_rician(volume, 10, 2);
  for (std::size_t v = 0; v < volume.voxels.size(); ++v)
    if (still.voxels[v] == 0) volume.voxels[v] = 0;
  const auto measures = measure(volume, kDown);
  for (const char* id : {"snr_air", "foreground_background", "ghost_air"}) {
    const auto found = test::get(measures, id);
    EXPECT_TRUE(std::isnan(found.value)) << id;
    EXPECT_NE(found.reason.find("background was set to a constant"), std::string::npos) << id;
  }
  EXPECT_NEAR(test::get(measures, "snr").value, value_of(body_of(body), "snr"), 1.5);
}

TEST(Measure, BodyThatFillsTheFieldShowsNoAir) {
  Body body;
  body.reach = 2;
  const auto found = test::get(measure(body_of(body), kDown), "snr_air");
  EXPECT_TRUE(std::isnan(found.value));
  EXPECT_NE(found.reason.find("fills the field of view"), std::string::npos);
}

TEST(Measure, VoidsInMillilitresAndNearTheTumour) {
  Body body;
  body.reach = 2;
  body.noise_sd = 4;
  auto volume = test::still_body(body);
  const auto gas = test::ball(volume.geometry, {70, 60, 5}, 15);
  for (std::size_t v = 0; v < gas.voxels.size(); ++v)
    if (gas.voxels[v] != 0) volume.voxels[v] = 0;
  test::add_rician(volume, 4, 2);
  const auto tumour = test::ball(volume.geometry, {58, 60, 5}, 8);
  QualityInputs inputs{"dwi", true, false, &tumour, 1, 800};
  // Means over 3 x 3 voxels: the outermost ones of the void do not count.
  double inner = 0;
  for (int k = 0; k < 10; ++k)
    for (int j = 1; j < 119; ++j)
      for (int i = 1; i < 127; ++i) {
        bool all = true;
        for (int n = 0; n < 9; ++n) all = all && gas.at(i + n % 3 - 1, j + n / 3 - 1, k);
        inner += all ? 0.004 : 0;
      }
  EXPECT_NEAR(value_of(volume, "central_void", inputs), inner, 0.03 * inner);
  inputs.b_value = 50;
  EXPECT_TRUE(std::isnan(test::get(measure(volume, inputs), "central_void").value));
  inputs.b_value = 800;
  double near = 0, hollow = 0;
  const auto& g = volume.geometry;
  for (int k = 0; k < g.size[2]; ++k)
    for (int j = 0; j < g.size[1]; ++j)
      for (int i = 0; i < g.size[0]; ++i) {
        bool close = false;
        for (int c = 0; c < g.size[2] && !close; ++c)
          for (int b = std::max(0, j - 10); b <= std::min(g.size[1] - 1, j + 10) && !close; ++b)
            for (int a = std::max(0, i - 10); a <= std::min(g.size[0] - 1, i + 10) && !close; ++a)
              close = tumour.at(a, b, c) && (a - i) * (a - i) + (b - j) * (b - j) + 16 * (c - k) * (c - k) <= 100;
        near += close ? 1 : 0;
        hollow += close && gas.at(i, j, k) ? 1 : 0;
      }
  EXPECT_NEAR(value_of(volume, "tumour_void", inputs), 100 * hollow / near, 0.3);
  // No outline: undefined, with the reason.
  inputs.tumour = nullptr;
  const auto absent = test::get(measure(volume, inputs), "tumour_void");
  EXPECT_TRUE(std::isnan(absent.value));
  EXPECT_EQ(absent.reason, "no outline of the tumour");
}

TEST(Measure, OutlineOnAnotherGrid) {
  Body body;
  body.reach = 2;
  const auto volume = body_of(body);
  auto finer = volume.geometry;
  finer.size = {256, 240, 10};
  finer.spacing_mm = {0.5, 0.5, 4};
  finer.origin_lps = {-0.25, -0.25, 0};
  const auto own = test::ball(volume.geometry, {64, 60, 5}, 12), other = test::ball(finer, {128.5, 120.5, 5}, 12);
  QualityInputs inputs = kDown;
  inputs.tumour = &own;
  const double contrast = value_of(volume, "tumour_contrast", inputs);
  inputs.tumour = &other;
  EXPECT_NEAR(value_of(volume, "tumour_contrast", inputs), contrast, 0.15 * contrast + 0.3);
}

TEST(Measure, ClippedJumpingAndMissingSlices) {
  Body body;
  body.spots = 0;
  auto volume = body_of(body);
  EXPECT_LT(value_of(volume, "slice_jump"), 3);
  EXPECT_EQ(value_of(volume, "missing_slices"), 0);
  EXPECT_EQ(value_of(volume, "clipped"), 0);
  const auto& g = volume.geometry;
  const auto slice = static_cast<std::size_t>(g.size[0] * g.size[1]);
  for (std::size_t v = 4 * slice; v < 5 * slice; ++v) volume.voxels[v] *= 1.5;
  EXPECT_NEAR(value_of(volume, "slice_jump"), 50, 3);
  for (std::size_t v = 8 * slice; v < 10 * slice; ++v) volume.voxels[v] = 0;
  EXPECT_EQ(value_of(volume, "missing_slices"), 2);
  std::size_t body_count = 0, clipped = 0;
  for (auto& x : volume.voxels) {
    body_count += x > 100 ? 1 : 0;
    if (x > 220) {
      x = 220;
      ++clipped;
    }
  }
  const double share = 100 * static_cast<double>(clipped) / static_cast<double>(body_count);
  EXPECT_NEAR(value_of(volume, "clipped"), share, 0.03 * share);
}

TEST(Measure, ScaleInvariant) {
  Body body;
  const auto volume = body_of(body);
  const auto tumour = test::ball(volume.geometry, {64, 60, 5}, 12);
  QualityInputs inputs{"dwi", true, false, &tumour, 1, 800};
  const auto reference = measure(volume, inputs);
  for (const double scale : {1e-3, 0.37, 512.0}) {
    auto other = volume;
    for (auto& x : other.voxels) x *= scale;
    const auto found = measure(other, inputs);
    ASSERT_EQ(found.size(), reference.size());
    for (std::size_t m = 0; m < found.size(); ++m) {
      EXPECT_EQ(std::isnan(found[m].value), std::isnan(reference[m].value)) << found[m].id;
      if (std::isnan(found[m].value)) continue;
      EXPECT_NEAR(found[m].value, reference[m].value, 1e-6 * std::abs(reference[m].value) + 1e-9) << found[m].id;
    }
  }
}

TEST(Measure, NoiseNeverImprovesAndGhostsNeverHelp) {
  Body body;
  body.reach = 2;
  double snr = 1e9, cnr = 1e9;
  for (const double sd : {4.0, 8.0, 16.0, 32.0}) {
    body.noise_sd = sd;
    const auto volume = body_of(body);
    EXPECT_LT(value_of(volume, "snr"), snr);
    EXPECT_LT(value_of(volume, "cnr"), cnr);
    snr = value_of(volume, "snr");
    cnr = value_of(volume, "cnr");
  }
}

TEST(Measure, TableAndAnswerAgree) {
  std::set<std::string> ids;
  for (const auto& info : measure_table()) {
    EXPECT_TRUE(ids.insert(info.id).second) << info.id;
    EXPECT_FALSE(info.label.en.empty() || info.label.zh.empty() || info.meaning.en.empty() || info.meaning.zh.empty());
    EXPECT_GT(info.least_spread, 0);
  }
  QualityInputs inputs{"dwi", true, false, nullptr, std::nullopt, 800};
  std::vector<std::string> order;
  for (const auto& found : measure(body_of({}), inputs)) {
    EXPECT_TRUE(ids.count(found.id)) << found.id;
    EXPECT_EQ(std::isnan(found.value), !found.reason.empty()) << found.id;
    const auto back = measure_of(to_json(found));
    EXPECT_EQ(back.id, found.id);
    EXPECT_EQ(back.reason, found.reason);
    order.push_back(found.id);
  }
  EXPECT_EQ(order.size(), measure_table().size());
  test::expect_error(ErrorCode::not_found, "no quality measure is called x", [] { measure_info("x"); });
  test::expect_error(ErrorCode::format, "not a quality measure", [] { measure_of(Json{{"id", 3}}); });
}

TEST(Measure, RefusesWhatItCannotJudge) {
  Body body;
  auto volume = body_of(body);
  volume.voxels[7] = kNaN;
  test::expect_error(ErrorCode::domain, "image", [&] { measure(volume, kDown); });
  body.size = {12, 40, 3};
  test::expect_error(ErrorCode::domain, "too small to judge", [&] { measure(body_of(body), kDown); });
  volume.voxels.assign(volume.voxels.size(), 0);
  for (const auto& found : measure(volume, kDown)) {
    EXPECT_TRUE(std::isnan(found.value)) << found.id;
    EXPECT_FALSE(found.reason.empty());
  }
}

}  // namespace
}  // namespace larc::quality
