// Perturbations: what each does, that they repeat, and that nothing but the arguments matters.
#include "preprocess/perturb.h"

#include <set>

#include "core/number.h"
#include "core/parallel.h"
#include "io/image_file.h"
#include "preprocess/noise.h"
#include "preprocess_support.h"
#include "support/test_data.h"

namespace larc::preprocess {
namespace {

using image::Geometry;
using image::Mask;
using image::Vec3;
using image::Volume;
using test::expect_error;

Volume texture(const Geometry& g, std::uint64_t seed) {
  Random random(seed);
  return test::filled(g, [&](const Vec3& x) {
    return 500 + 90 * (std::sin(0.37 * x[0]) + std::sin(0.29 * x[1] + 1) + std::sin(0.41 * x[2] + 2)) +
           15 * random.normal();
  });
}

struct Case {
  Volume volume;
  Mask mask;
};

Case lesion(const Geometry& g, double radius_mm) {
  return {texture(g, 51), test::ball(g, radius_mm)};
}

PerturbationSettings with_margin(double margin_mm) {
  PerturbationSettings settings;
  settings.margin_mm = margin_mm;
  return settings;
}

Vec3 centroid_lps(const Mask& mask) {
  Vec3 sum{0, 0, 0};
  const double voxels = static_cast<double>(image::voxel_count(mask));
  for (int k = 0; k < mask.geometry.size[2]; ++k)
    for (int j = 0; j < mask.geometry.size[1]; ++j)
      for (int i = 0; i < mask.geometry.size[0]; ++i)
        if (mask.at(i, j, k)) {
          const Vec3 p = mask.geometry.point_lps({double(i), double(j), double(k)});
          for (std::size_t a = 0; a < 3; ++a) sum[a] += p[a] / voxels;
        }
  return sum;
}

TEST(Perturb, NothingSetGivesTheImageWithItsMargin) {
  const Case c = lesion(test::oblique({60, 60, 30}), 9);
  const auto [volume, mask] = perturb(prepare_perturbations(c.volume, c.mask, with_margin(4)), {});
  image::Box box = image::bounding_box(c.mask);
  const int margin[] = {4, 5, 2};  // 4 mm over 1.1, 0.9, 2 mm, rounded up
  for (std::size_t a = 0; a < 3; ++a) {
    box.lower[a] -= margin[a];
    box.upper[a] += margin[a];
  }
  EXPECT_TRUE(image::same_geometry(volume.geometry, image::crop(c.volume, box).geometry, 1e-9));
  EXPECT_EQ(volume.voxels, image::crop(c.volume, box).voxels);
  EXPECT_EQ(mask.voxels, image::crop(c.mask, box).voxels);
}

// Whatever the grid, image and region are those of the patient at the places its geometry names.
TEST(Perturb, TurnedAndMovedGridsShowThePatientAsHeLies) {
  const Case c = lesion(test::oblique({70, 66, 36}), 12);
  const auto source = prepare_perturbations(c.volume, c.mask, with_margin(5));
  for (const double angle : {0.0, 7.5, -13.0, 90.0, 170.0}) {
    Perturbation p;
    p.rotation_degrees = angle;
    p.translation = {0.25, 0.75, 0.4};
    const auto [volume, mask] = perturb(source, p);
    const Volume expected = resample(c.volume, volume.geometry, Interpolation::bspline, kNaN);
    std::size_t compared = 0;
    for (std::size_t v = 0; v < expected.voxels.size(); ++v) {
      if (std::isnan(expected.voxels[v])) continue;
      ASSERT_NEAR(volume.voxels[v], expected.voxels[v], 1e-8);  // range 700, bound 1e-12
      ++compared;
    }
    EXPECT_GT(compared, expected.voxels.size() * 9 / 10) << angle;
    EXPECT_EQ(mask.voxels, resample(c.mask, mask.geometry, Interpolation::linear).voxels);
    EXPECT_EQ(mask.geometry.size, volume.geometry.size);
    const double voxels = static_cast<double>(image::voxel_count(c.mask));
    EXPECT_NEAR(static_cast<double>(image::voxel_count(mask)), voxels, 0.03 * voxels);
    const Vec3 before = centroid_lps(c.mask), after = centroid_lps(mask);
    // A share of one half rounds each slice of 2 mm to the nearer one of the moved grid.
    for (std::size_t a = 0; a < 3; ++a) EXPECT_NEAR(before[a], after[a], 1);
  }
}

TEST(Perturb, RotationTurnsTheGridByItsAngle) {
  const Case c = lesion(test::oblique({50, 50, 20}), 8);
  Perturbation p;
  p.rotation_degrees = 30;
  const auto geometry = perturb(c.volume, c.mask, p).second.geometry;
  const auto cosine = [&](std::size_t a, std::size_t b) {
    double dot = 0;
    for (std::size_t row = 0; row < 3; ++row) dot += c.mask.geometry.direction[row][a] * geometry.direction[row][b];
    return dot;
  };
  EXPECT_NEAR(cosine(0, 0), std::cos(3.14159265358979 / 6), 1e-12);
  EXPECT_NEAR(cosine(1, 0), 0.5, 1e-12);
  EXPECT_NEAR(cosine(0, 1), -0.5, 1e-12);
  EXPECT_NEAR(cosine(2, 2), 1, 1e-12);
}

// A whole turn, or a move by whole voxels, changes nothing.
TEST(Perturb, WholeStepsAreExact) {
  Geometry g = test::oblique({41, 41, 21});
  g.spacing_mm = {1, 1, 2};
  const Case c = lesion(g, 8);  // centred on a voxel
  const auto source = prepare_perturbations(c.volume, c.mask, with_margin(4));
  const auto [volume, mask] = perturb(source, {});
  Perturbation whole;
  whole.translation = {1, -1, 1};
  const auto [moved, moved_mask] = perturb(source, whole);
  EXPECT_EQ(moved_mask.voxels, mask.voxels);
  for (std::size_t v = 0; v < volume.voxels.size(); ++v) ASSERT_NEAR(moved.voxels[v], volume.voxels[v], 1e-9);
  Perturbation quarter;
  quarter.rotation_degrees = 90;
  const auto [turned, turned_mask] = perturb(source, quarter);
  ASSERT_EQ(turned.voxels.size(), volume.voxels.size());
  const int n = volume.geometry.size[0];
  for (int k = 0; k < volume.geometry.size[2]; ++k)
    for (int j = 0; j < n; ++j)
      for (int i = 0; i < n; ++i) {
        ASSERT_NEAR(turned.at(i, j, k), volume.at(n - 1 - j, i, k), 1e-9);
        ASSERT_EQ(turned_mask.at(i, j, k), mask.at(n - 1 - j, i, k));
      }
}

TEST(Perturb, WantedSpacingIsInterpolatedOnce) {
  const Case c = lesion(test::oblique({60, 60, 30}), 9);
  PerturbationSettings settings = with_margin(4);
  settings.spacing_mm = {1.5, 1.5, 1.5};
  const auto [volume, mask] = perturb(prepare_perturbations(c.volume, c.mask, settings), {});
  const Geometry grid = resampled_geometry(c.volume.geometry, settings.spacing_mm);
  EXPECT_EQ(volume.geometry.spacing_mm, settings.spacing_mm);
  const Vec3 first = grid.index_ijk(volume.geometry.origin_lps);
  for (const double index : first) EXPECT_NEAR(index, std::round(index), 1e-9);
  const Volume expected = resample(c.volume, volume.geometry, Interpolation::bspline);
  for (std::size_t v = 0; v < expected.voxels.size(); ++v) ASSERT_NEAR(volume.voxels[v], expected.voxels[v], 1e-8);
  EXPECT_EQ(mask.voxels, resample(c.mask, mask.geometry, Interpolation::linear).voxels);
  settings.interpolation = Interpolation::linear;
  settings.mask_interpolation = Interpolation::nearest;
  const auto [linear, nearest] = perturb(prepare_perturbations(c.volume, c.mask, settings), {});
  EXPECT_EQ(linear.voxels, resample(c.volume, linear.geometry, Interpolation::linear).voxels);
  EXPECT_EQ(nearest.voxels, resample(c.mask, nearest.geometry, Interpolation::nearest).voxels);
}

TEST(Perturb, NoiseHasItsStrength) {
  const Case c = lesion(test::oblique({60, 60, 30}), 12);
  Perturbation p;
  p.noise = true;
  const auto sd_of = [&](const Perturbation& with, const PerturbationSource& source) {
    Perturbation without = with;
    without.noise = false;
    const Volume a = perturb(source, with).first, b = perturb(source, without).first;
    double sum = 0;
    for (std::size_t v = 0; v < a.voxels.size(); ++v) sum += std::pow(a.voxels[v] - b.voxels[v], 2);
    return std::sqrt(sum / static_cast<double>(a.voxels.size()));
  };
  const auto source = prepare_perturbations(c.volume, c.mask);
  EXPECT_NEAR(*source.noise_sd, estimate_noise(c.volume), 0);
  EXPECT_NEAR(sd_of(p, source), *source.noise_sd, 0.02 * *source.noise_sd);
  p.noise_sd = 4;
  EXPECT_NEAR(sd_of(p, source), 4, 0.08);
  // Interpolation between voxels averages noise: half a voxel off on three axes leaves clearly less, never more.
  p.translation = {0.5, 0.5, 0.5};
  const double between = sd_of(p, source);
  EXPECT_LT(between, 3.2);
  EXPECT_GT(between, 1.5);
  PerturbationSettings linear = with_margin(5);  // all of it inside the image
  linear.interpolation = Interpolation::linear;
  // Eight voxels with weight 1/8: 4 / sqrt 8.
  EXPECT_NEAR(sd_of(p, prepare_perturbations(c.volume, c.mask, linear)), 4 / std::sqrt(8.0), 0.05);
}

TEST(Perturb, VolumeIsExact) {
  const Case c = lesion(test::oblique({60, 60, 30}), 12);
  const double voxels = static_cast<double>(image::voxel_count(c.mask));
  for (const double fraction : {-0.2, -0.05, 0.1, 0.2, 3.0}) {
    Perturbation p;
    p.volume_fraction = fraction;
    const auto [volume, mask] = perturb(c.volume, c.mask, p);
    EXPECT_EQ(image::voxel_count(mask), static_cast<std::size_t>(std::lround(voxels * (1 + fraction))));
    EXPECT_EQ(volume.geometry.size, mask.geometry.size);
  }
}

TEST(Perturb, SetsRepeatWhateverTheThreads) {
  const Case c = lesion(test::oblique({56, 56, 30}), 10);
  PerturbationSpec spec;
  const auto set = perturbation_set(spec, 6, 77);
  const auto source = prepare_perturbations(c.volume, c.mask, with_margin(6));
  std::vector<std::pair<Volume, Mask>> one(set.size()), many(set.size());
  parallel_for(set.size(), 1, [&](std::size_t i) { one[i] = perturb(source, set[i]); });
  parallel_for(set.size(), 4, [&](std::size_t i) { many[i] = perturb(source, set[i]); });
  std::set<std::vector<double>> different;
  for (std::size_t i = 0; i < set.size(); ++i) {
    EXPECT_EQ(one[i].first.voxels, many[i].first.voxels);
    EXPECT_EQ(one[i].second.voxels, many[i].second.voxels);
    different.insert(one[i].first.voxels);
  }
  EXPECT_EQ(different.size(), set.size());
}

// The margin only says how much is returned, and voxels far from the region have no say.
TEST(Perturb, MarginAndCropDoNotChangeTheRegion) {
  const Case c = lesion(test::oblique({90, 90, 60}), 8);
  Perturbation p;
  p.rotation_degrees = 9;
  p.translation = {0.1, 0.6, 0.3};
  p.volume_fraction = 0.15;
  const auto [narrow, narrow_mask] = perturb(prepare_perturbations(c.volume, c.mask, with_margin(3)), p);
  const auto [wide, wide_mask] = perturb(prepare_perturbations(c.volume, c.mask, with_margin(14)), p);
  const image::Box box{{6, 6, 4}, {84, 84, 55}};
  const Volume part = image::crop(c.volume, box);
  const Mask part_mask = image::crop(c.mask, box);
  const auto [cropped, cropped_mask] = perturb(prepare_perturbations(part, part_mask, with_margin(3)), p);
  const auto inside = [](const Volume& volume, const Mask& mask) {
    std::vector<double> values;
    for (std::size_t v = 0; v < mask.voxels.size(); ++v)
      if (mask.voxels[v]) values.push_back(volume.voxels[v]);
    return values;
  };
  const auto a = inside(narrow, narrow_mask), b = inside(wide, wide_mask), d = inside(cropped, cropped_mask);
  ASSERT_EQ(a.size(), b.size());
  ASSERT_EQ(a.size(), d.size());
  for (std::size_t v = 0; v < a.size(); ++v) {
    ASSERT_NEAR(a[v], b[v], 1e-9);
    ASSERT_NEAR(a[v], d[v], 1e-9);
  }
}

TEST(Perturb, TouchingTheImageBorder) {
  const Geometry g = test::oblique({30, 30, 12});
  Case c{texture(g, 52), {g, std::vector<std::uint8_t>(g.voxel_count(), 0)}};
  for (int k = 0; k < 12; ++k)
    for (int j = 0; j < 14; ++j)
      for (int i = 0; i < 12; ++i) c.mask.voxels[g.offset(i, j, k)] = 1;
  for (const Perturbation& p : perturbation_set({}, 8, 3)) {
    const auto [volume, mask] = perturb(c.volume, c.mask, p);
    EXPECT_GT(image::voxel_count(mask), 500U);
    for (const double v : volume.voxels) ASSERT_TRUE(std::isfinite(v));
  }
}

TEST(Perturb, OneVoxelAndThinRegions) {
  const Geometry g = test::straight({20, 20, 10});
  Case c{texture(g, 53), {g, std::vector<std::uint8_t>(g.voxel_count(), 0)}};
  c.mask.voxels[g.offset(10, 9, 5)] = 1;
  EXPECT_EQ(image::voxel_count(perturb(c.volume, c.mask, {}).second), 1U);
  Perturbation half;
  half.translation = {0.5, 0.5, 0.5};
  expect_error(ErrorCode::domain, "vanishes", [&] { perturb(c.volume, c.mask, half); });
  Perturbation shrunk;
  shrunk.volume_fraction = -0.5;
  EXPECT_EQ(image::voxel_count(perturb(c.volume, c.mask, shrunk).second), 1U);
  // A single slice.
  const Case slice = lesion(test::straight({40, 40, 1}), 8);
  PerturbationSpec spec;
  spec.chain = "NRVC";
  for (const Perturbation& p : perturbation_set(spec, 3, 1))
    EXPECT_GT(image::voxel_count(perturb(slice.volume, slice.mask, p).second), 50U);
}

TEST(Perturb, ConstantImage) {
  const Geometry g = test::straight({40, 40, 20});
  const Case c{test::filled(g, [](const Vec3&) { return 7; }), test::ball(g, 8)};
  PerturbationSpec spec;
  spec.chain = "TRVC";
  for (const Perturbation& p : perturbation_set(spec, 2, 5))
    for (const double v : perturb(c.volume, c.mask, p).first.voxels) ASSERT_NEAR(v, 7, 1e-12);
  Perturbation noisy;
  noisy.noise = true;
  expect_error(ErrorCode::domain, "give the noise a number", [&] { perturb(c.volume, c.mask, noisy); });
  noisy.noise_sd = 1;
  EXPECT_NO_THROW(perturb(c.volume, c.mask, noisy));
}

TEST(Perturb, BadInputIsRefused) {
  Case c = lesion(test::straight({20, 20, 10}), 5);
  const auto with = [&](const char* part, const std::function<void(PerturbationSettings&)>& change) {
    PerturbationSettings settings;
    change(settings);
    expect_error(ErrorCode::domain, part, [&] { prepare_perturbations(c.volume, c.mask, settings); });
  };
  with("spacing_mm", [](auto& s) { s.spacing_mm = {1, -1, 1}; });
  with("margin_mm", [](auto& s) { s.margin_mm = kNaN; });
  with("mask_interpolation", [](auto& s) { s.mask_interpolation = Interpolation::bspline; });
  with("mask_threshold", [](auto& s) { s.mask_threshold = 0; });
  Perturbation p;
  p.noise = true;
  expect_error(ErrorCode::domain, "noise_sd", [&] { perturb(prepare_perturbations(c.volume, c.mask, {}, false), p); });
  p = {};
  p.volume_fraction = 50;
  expect_error(ErrorCode::domain, "no room", [&] { perturb(c.volume, c.mask, p); });
  Mask none = c.mask;
  std::fill(none.voxels.begin(), none.voxels.end(), std::uint8_t{0});
  expect_error(ErrorCode::domain, "empty", [&] { perturb(c.volume, none, {}); });
  none.geometry.origin_lps[2] = 9;
  expect_error(ErrorCode::geometry_mismatch, "origin", [&] { perturb(c.volume, none, {}); });
  c.volume.voxels[7] = kNaN;
  expect_error(ErrorCode::domain, "NaN", [&] { perturb(c.volume, c.mask, {}); });
}

TEST(PerturbationSet, DrawsWithinItsRanges) {
  PerturbationSpec spec;
  spec.rotation_degrees = {-5, 10};
  spec.translation = {0.25, 0.75};
  const auto set = perturbation_set(spec, 400, 9);
  double mean_angle = 0;
  std::set<std::uint64_t> seeds;
  for (const Perturbation& p : set) {
    EXPECT_TRUE(p.noise && p.contour);
    EXPECT_GE(p.rotation_degrees, -5);
    EXPECT_LE(p.rotation_degrees, 10);
    for (const double t : p.translation) EXPECT_TRUE(t >= 0.25 && t <= 0.75);
    EXPECT_LE(std::abs(p.volume_fraction), 0.2);
    mean_angle += p.rotation_degrees / 400;
    seeds.insert(p.seed);
  }
  EXPECT_NEAR(mean_angle, 2.5, 1.1);  // five standard errors
  EXPECT_EQ(seeds.size(), 400U);
  // Number i does not depend on how many there are; another seed gives other numbers.
  EXPECT_EQ(dump_json(to_json(perturbation_set(spec, 5, 9)[4])), dump_json(to_json(set[4])));
  EXPECT_NE(perturbation_set(spec, 5, 10)[4].rotation_degrees, set[4].rotation_degrees);
}

TEST(PerturbationSet, ChainsByLetterOrWord) {
  const auto parts = [](const std::string& chain) {
    PerturbationSpec spec;
    spec.chain = chain;
    const Perturbation p = perturbation_set(spec, 1, 1)[0];
    std::string found;
    if (p.noise) found += 'N';
    if (p.translation != Vec3{0, 0, 0}) found += 'T';
    if (p.rotation_degrees != 0) found += 'R';
    if (p.volume_fraction != 0) found += 'V';
    if (p.contour) found += 'C';
    return found;
  };
  EXPECT_EQ(parts("R A N"), "NRV");
  EXPECT_EQ(parts("rtv"), "TRV");
  EXPECT_EQ(parts("noise, Contour"), "NC");
  EXPECT_EQ(parts("NTRVC"), "NTRVC");
  EXPECT_EQ(parts("volume+T"), "TV");
  for (const char* bad : {"", " ,", "X", "RR", "VA", "turn"})
    expect_error(ErrorCode::domain, "chain", [&] { parts(bad); });
}

TEST(PerturbationSet, BadInputIsRefused) {
  const auto with = [&](const char* part, const std::function<void(PerturbationSpec&)>& change) {
    PerturbationSpec spec;
    change(spec);
    expect_error(ErrorCode::domain, part, [&] { perturbation_set(spec, 1, 1); });
  };
  with("rotation_degrees", [](auto& s) { s.rotation_degrees = {5, -5}; });
  with("translation", [](auto& s) { s.translation = {0, 2}; });
  with("volume_fraction", [](auto& s) { s.volume_fraction = {-1, 0}; });
  with("noise_sd", [](auto& s) { s.noise_sd = -1; });
  expect_error(ErrorCode::domain, "number of perturbations", [] { perturbation_set({}, -1, 1); });
  EXPECT_TRUE(perturbation_set({}, 0, 1).empty());
}

TEST(PerturbationSet, SurvivesJson) {
  for (const Perturbation& p : perturbation_set({}, 3, 8)) {
    const std::string text = dump_json(to_json(p));
    EXPECT_EQ(dump_json(to_json(perturbation_from_json(parse_json(text, "perturbation")))), text);
  }
  const auto spec =
      perturbation_spec_from_json(parse_json(R"({"chain": "RN", "noise_sd": 3, "rotation_degrees": [-4, 4]})", "spec"));
  EXPECT_EQ(spec.chain, "RN");
  EXPECT_EQ(*spec.noise_sd, 3);
  EXPECT_EQ(spec.rotation_degrees[1], 4);
  EXPECT_EQ(spec.volume_fraction[1], 0.2);
  expect_error(ErrorCode::format, "'angle'", [] { perturbation_spec_from_json(Json{{"angle", 3}}); });
  expect_error(ErrorCode::format, "rotation_degrees", [] {
    perturbation_spec_from_json(Json{{"rotation_degrees", "x"}});
  });
  expect_error(ErrorCode::format, "noise_sd", [] { perturbation_spec_from_json(Json{{"noise_sd", -3}}); });
  expect_error(ErrorCode::format, "keys and values", [] { perturbation_from_json(Json::array()); });
}

// A real tumour on thick slices through the whole chain: the region stays a region of about its size and place.
TEST(Perturb, SlowRealTumour) {
  LARC_NEEDS_DATA("sts_mr/STS_002");
  std::filesystem::path folder = test::data_root() / "sts_mr/STS_002", mask_path;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    if (entry.path().filename().string().find("mask") != std::string::npos) mask_path = entry.path();
  const Volume volume = io::read_image(folder / "MR_T1_image.nii.gz");
  const Mask mask = image::select_label(io::read_image(mask_path), 1);
  const auto source = prepare_perturbations(volume, mask);
  const double voxels = static_cast<double>(image::voxel_count(mask));
  for (const Perturbation& p : perturbation_set({}, 5, 1)) {
    const auto [changed, region] = perturb(source, p);
    EXPECT_NEAR(static_cast<double>(image::voxel_count(region)), voxels, 0.35 * voxels);
    const Vec3 before = centroid_lps(mask), after = centroid_lps(region);
    for (std::size_t a = 0; a < 3; ++a) EXPECT_NEAR(before[a], after[a], 4);
    for (const double v : changed.voxels) ASSERT_TRUE(std::isfinite(v));
  }
}

}  // namespace
}  // namespace larc::preprocess
