// Habitats: clusters of voxel vectors, learnt on some patients and applied to others.
#include "preprocess/habitats.h"

#include "core/number.h"
#include "preprocess/kmeans.h"
#include "preprocess_support.h"

namespace larc::preprocess {
namespace {

using image::Mask;
using image::Vec3;
using image::Volume;
using test::expect_error;

/// A tumour of three parts along the first axis: (T2, ADC) about (100, 5), (300, 1), (500, 9).
struct Tumour {
  Volume t2, adc;
  Mask region;
  HabitatImages images() const { return {{&t2, &adc}, &region}; }
};

int part_of(double i) {
  return i < 6 ? 0 : i < 12 ? 1 : 2;
}

Tumour tumour(std::uint64_t seed, double gain = 1) {
  Random random(seed);
  const image::Geometry g = test::oblique({18, 10, 6});
  const double t2[] = {100, 300, 500}, adc[] = {5, 1, 9};
  Tumour result;
  result.t2 = test::filled(g, [&](const Vec3& x) { return gain * (t2[part_of(x[0])] + 20 * random.normal()); });
  result.adc = test::filled(g, [&](const Vec3& x) { return adc[part_of(x[0])] + 0.5 * random.normal(); });
  result.region = test::ball(g, 100);
  for (std::size_t v = 0; v < result.region.voxels.size(); v += 7) result.region.voxels[v] = 0;
  return result;
}

TEST(Habitats, PartsAreFoundCountedAndOrdered) {
  const Tumour a = tumour(1);
  const HabitatModel model = fit_habitats({a.images()});
  EXPECT_EQ(model.count(), 3);
  ASSERT_EQ(model.index.size(), 4U);  // 2 to 5
  EXPECT_EQ(std::max_element(model.index.begin(), model.index.end()) - model.index.begin(), 1);
  const HabitatMap map = apply_habitats(model, a.images());
  for (std::size_t v = 0; v < map.label.size(); ++v)
    ASSERT_EQ(map.label[v], a.region.voxels[v] ? part_of(static_cast<double>(v % 18)) + 1 : 0);
  double total = 0;
  for (std::size_t h = 0; h < 3; ++h) {
    total += map.fraction[h];
    EXPECT_NEAR(map.fraction[h], 1.0 / 3, 0.01);
    EXPECT_EQ(
        image::voxel_count(habitat(map, static_cast<int>(h) + 1)),
        static_cast<std::size_t>(std::lround(map.fraction[h] * static_cast<double>(image::voxel_count(a.region)))));
  }
  EXPECT_NEAR(total, 1, 1e-12);
  EXPECT_NEAR(map.mean[1][0], 300, 5);
  EXPECT_NEAR(map.mean[1][1], 1, 0.1);
  EXPECT_LT(map.mean[0][0], map.mean[1][0]);
  EXPECT_LT(map.mean[1][0], map.mean[2][0]);
}

TEST(Habitats, LearntOnSomeAppliedToAnother) {
  const Tumour a = tumour(2), b = tumour(3), c = tumour(4);
  HabitatSettings settings;
  settings.count = 3;
  settings.voxels_per_region = 200;
  const HabitatModel model = fit_habitats({a.images(), b.images()}, settings);
  EXPECT_TRUE(model.index.empty());
  const HabitatModel back = habitat_model_from_json(parse_json(dump_json(to_json(model)), "model"));
  const HabitatMap map = apply_habitats(back, c.images());
  EXPECT_EQ(map.label, apply_habitats(model, c.images()).label);
  for (std::size_t v = 0; v < map.label.size(); ++v)
    ASSERT_EQ(map.label[v], c.region.voxels[v] ? part_of(static_cast<double>(v % 18)) + 1 : 0);
  // A patient with one part only has that habitat only, which scaling within its own region would hide.
  Tumour one = c;
  for (std::size_t v = 0; v < one.region.voxels.size(); ++v)
    if (part_of(static_cast<double>(v % 18)) != 2) one.region.voxels[v] = 0;
  const HabitatMap single = apply_habitats(model, one.images());
  EXPECT_EQ(single.fraction, (std::vector<double>{0, 0, 1}));
  EXPECT_TRUE(std::isnan(single.mean[0][0]));
  EXPECT_EQ(image::voxel_count(habitat(single, 1)), 0U);
}

TEST(Habitats, ScalingWithinTheRegionIgnoresTheScannersGain) {
  const Tumour a = tumour(5), b = tumour(5, 7.5);
  HabitatSettings settings;
  settings.scaling = HabitatScaling::region;
  settings.count = 3;
  const HabitatModel model = fit_habitats({a.images()}, settings);
  EXPECT_EQ(apply_habitats(model, a.images()).label, apply_habitats(model, b.images()).label);
  EXPECT_EQ(habitat_model_from_json(to_json(model)).scaling, HabitatScaling::region);
}

TEST(Habitats, SeedAndOrderOfImagesDoNotChangeClearParts) {
  const Tumour a = tumour(6);
  HabitatSettings settings;
  settings.count = 3;
  const auto label = apply_habitats(fit_habitats({a.images()}, settings), a.images()).label;
  settings.seed = 99;
  EXPECT_EQ(apply_habitats(fit_habitats({a.images()}, settings), a.images()).label, label);
  EXPECT_EQ(dump_json(to_json(fit_habitats({a.images()}, settings))),
            dump_json(to_json(fit_habitats({a.images()}, settings))));
  // With ADC first the parts are ordered by ADC: 300/1, 100/5, 500/9.
  const HabitatImages turned{{&a.adc, &a.t2}, &a.region};
  const auto other = apply_habitats(fit_habitats({turned}, settings), turned).label;
  const int expected[] = {0, 2, 1, 3};
  for (std::size_t v = 0; v < label.size(); ++v) ASSERT_EQ(other[v], expected[label[v]]);
}

TEST(Habitats, BadInputIsRefused) {
  const Tumour a = tumour(7);
  HabitatSettings settings;
  expect_error(ErrorCode::domain, "no training patients", [&] { fit_habitats({}); });
  const auto with = [&](const char* part, const std::function<void(HabitatSettings&)>& change) {
    HabitatSettings changed;
    change(changed);
    expect_error(ErrorCode::domain, part, [&] { fit_habitats({a.images()}, changed); });
  };
  with("count", [](auto& s) { s.count = 1; });
  with("fewest", [](auto& s) { s.fewest = 6; });
  with("starts", [](auto& s) { s.starts = 0; });
  Tumour broken = a;
  std::fill(broken.region.voxels.begin(), broken.region.voxels.end(), std::uint8_t{0});
  expect_error(ErrorCode::domain, "empty", [&] { fit_habitats({broken.images()}); });
  broken.region.voxels[3] = 1;
  expect_error(ErrorCode::domain, "constant", [&] { fit_habitats({broken.images()}); });
  broken.region.voxels[4] = 1;
  expect_error(ErrorCode::domain, "2 different voxels for 5", [&] { fit_habitats({broken.images()}); });
  broken = a;
  std::fill(broken.adc.voxels.begin(), broken.adc.voxels.end(), 3.0);
  expect_error(ErrorCode::domain, "image 2 is constant", [&] { fit_habitats({broken.images()}); });
  broken.adc.voxels[8] = kNaN;
  expect_error(ErrorCode::domain, "image 2 of the habitats", [&] { fit_habitats({a.images(), broken.images()}); });
  broken.adc.geometry.origin_lps[1] += 9;
  expect_error(ErrorCode::geometry_mismatch, "training patient 2", [&] {
    fit_habitats({a.images(), broken.images()});
  });
  expect_error(ErrorCode::shape_mismatch, "same 2 images", [&] { fit_habitats({a.images(), {{&a.t2}, &a.region}}); });
  const HabitatModel model = fit_habitats({a.images()});
  expect_error(ErrorCode::shape_mismatch, "same 2 images", [&] { apply_habitats(model, {{&a.t2}, &a.region}); });
  expect_error(ErrorCode::domain, "choose 1 to 3", [&] { habitat(apply_habitats(model, a.images()), 4); });
  const auto json_with = [&](const char* part, const std::function<void(Json&)>& change) {
    Json json = to_json(model);
    change(json);
    expect_error(ErrorCode::format, part, [&] { habitat_model_from_json(json); });
  };
  json_with("centres", [](Json& j) { j.erase("centres"); });
  json_with("scaling", [](Json& j) { j["scaling"] = "none"; });
  json_with("positive", [](Json& j) { j["sd"][0] = 0; });
  json_with("one entry an image", [](Json& j) { j["mean"].push_back(1); });
  json_with("every centre", [](Json& j) { j["centres"][0].push_back(1); });
  json_with("1 to 100", [](Json& j) { j["centres"] = Json::array(); });
}

TEST(KMeans, EqualsTheBestOfAllPartitions) {
  Random random(8);
  std::vector<double> points;
  for (int p = 0; p < 10; ++p) {
    points.push_back(random.uniform(0, 10));
    points.push_back(random.uniform(0, 10));
  }
  double best = std::numeric_limits<double>::infinity();
  for (int split = 1; split < 1023; ++split) {  // every way to make two clusters of ten points
    double sum = 0;
    for (const int side : {0, 1}) {
      double x = 0, y = 0, n = 0;
      for (int p = 0; p < 10; ++p)
        if (((split >> p) & 1) == side) {
          x += points[static_cast<std::size_t>(2 * p)];
          y += points[static_cast<std::size_t>(2 * p + 1)];
          n += 1;
        }
      for (int p = 0; p < 10; ++p)
        if (((split >> p) & 1) == side)
          sum += std::pow(points[static_cast<std::size_t>(2 * p)] - x / n, 2) +
                 std::pow(points[static_cast<std::size_t>(2 * p + 1)] - y / n, 2);
    }
    best = std::min(best, sum);
  }
  EXPECT_NEAR(kmeans(points, 2, 2, 20, 1).within, best, 1e-10);
}

// By hand: points 0, 1, 10, 11 in two clusters: between 4 * 25 / 1, within 4 * 0.25 / 2.
TEST(KMeans, CalinskiHarabaszOfFourPoints) {
  const std::vector<double> points{0, 1, 10, 11};
  const Clusters clusters = kmeans(points, 1, 2, 5, 1);
  EXPECT_NEAR(calinski_harabasz(points, 1, clusters), 200, 1e-10);
  EXPECT_EQ(kmeans(points, 1, 4, 3, 1).within, 0);
  EXPECT_EQ(calinski_harabasz({0, 0, 5, 5}, 1, kmeans({0, 0, 5, 5}, 1, 2, 3, 1)),
            std::numeric_limits<double>::infinity());
}

}  // namespace
}  // namespace larc::preprocess
