#include "extraction/robustness.h"

#include <gtest/gtest.h>

#include "core/number.h"
#include "extraction_support.h"
#include "io/image_file.h"
#include "support/test_data.h"

namespace larc::extraction {
namespace {

BatchRow written(const test::TemporaryFolder& folder, std::size_t number) {
  const auto pair = test::make_pair({30, 28, 14}, {1, 1, 2});
  BatchRow row;
  row.number = number;
  row.image = folder.path() / "image.nrrd";
  row.mask = folder.path() / "mask.nrrd";
  io::write_image(row.image, pair.image);
  io::write_image(row.mask, pair.mask);
  return row;
}

RobustnessSettings chain(const std::string& letters) {
  RobustnessSettings settings;
  settings.spec.chain = letters;
  settings.count = 4;
  return settings;
}

TEST(Robustness, RowsDependOnSeedAndRowOnly) {
  const test::TemporaryFolder folder;
  const Plan plan = test::plan_from("featureClass: {firstorder: [Mean], shape: [VoxelVolume]}\n");
  const auto one = perturb_row(plan, written(folder, 1), chain("NTRV"), 1);
  const auto two = perturb_row(plan, written(folder, 1), chain("NTRV"), 3);
  const auto other = perturb_row(plan, written(folder, 2), chain("NTRV"), 1);
  ASSERT_EQ(one.size(), 4u);
  for (std::size_t p = 0; p < one.size(); ++p) {
    EXPECT_EQ(one[p].error, "");
    EXPECT_EQ(one[p].row.columns.back(), (std::pair<std::string, std::string>{"Perturbation", std::to_string(p + 1)}));
    EXPECT_EQ(test::values_of(one[p].result), test::values_of(two[p].result));
    EXPECT_NE(test::values_of(one[p].result), test::values_of(other[p].result));
  }
}

TEST(Robustness, CorrelationOfRegionsIsThatOfTheirFeatures) {
  // Two regions, three perturbations: one feature that only regions change, one that only perturbations change.
  std::vector<std::vector<RowResult>> results(3);
  for (std::size_t region = 0; region < 3; ++region)
    for (std::size_t p = 0; p < 3; ++p) {
      RowResult result;
      const double part = static_cast<double>(region), step = static_cast<double>(p);
      result.result.features = {{"steady", 10 * part, ""}, {"shaken", step, ""}, {"missing", p == 1 ? kNaN : 1.0, "x"}};
      results[region].push_back(result);
    }
  const auto features = feature_robustness(results);
  ASSERT_EQ(features.size(), 3u);
  EXPECT_EQ(features[0].feature, "steady");
  EXPECT_DOUBLE_EQ(features[0].icc, 1);
  EXPECT_EQ(features[0].regions, 3u);
  EXPECT_LE(features[1].icc, 0);
  EXPECT_TRUE(std::isnan(features[2].icc));
  EXPECT_FALSE(features[2].reason.empty());
  results[1][2].error = "failed";
  EXPECT_EQ(feature_robustness(results)[0].regions, 2u);
}

// A perturbation that changes nothing gives the features of the region as it is, whatever needs the whole image.
TEST(Robustness, NormalisationAndLargestMagnitudeAreThoseOfTheWholeImage) {
  const test::TemporaryFolder folder;
  auto pair = test::make_pair({120, 110, 30}, {1, 1, 2}, 0.08);
  // The largest magnitude lies farther from the region than a perturbed image reaches.
  pair.image.voxels.front() = 4000;
  BatchRow row;
  row.image = folder.path() / "image.nrrd";
  row.mask = folder.path() / "mask.nrrd";
  io::write_image(row.image, pair.image);
  io::write_image(row.mask, pair.mask);
  auto settings = chain("T");
  settings.spec.translation = {0, 0};
  for (const char* text :
       {"featureClass: {firstorder: [Mean, Variance]}\n"
        "setting: {normalize: true, normalizeScale: 100, removeOutliers: 2}\n",
        "imageType: {Square: {}, SquareRoot: {}, Logarithm: {}, Exponential: {}}\nfeatureClass: {firstorder: [Mean]}\n",
        "imageType: {Square: {}, Exponential: {}}\nfeatureClass: {firstorder: [Mean]}\nsetting: {normalize: true}\n"}) {
    const Plan plan = test::plan_from(text);
    const auto expected = test::values_of(extract_row(plan, row).front().result);
    const auto found = test::values_of(perturb_row(plan, row, settings, 1).front().result);
    ASSERT_EQ(found.size(), expected.size());
    ASSERT_FALSE(found.empty());
    for (const auto& [name, value] : expected) EXPECT_NEAR(found.at(name), value, 1e-9 * std::abs(value)) << name;
  }
}

TEST(Robustness, RefusesWhatCannotBe) {
  const test::TemporaryFolder folder;
  const Plan plan = test::plan_from("featureClass: {firstorder: [Mean]}\n");
  auto settings = chain("X");
  EXPECT_THROW(perturb_row(plan, written(folder, 1), settings, 1), Error);
  settings = chain("N");
  settings.count = 0;
  EXPECT_THROW(perturb_row(plan, written(folder, 1), settings, 1), Error);
  BatchRow row = written(folder, 1);
  row.labels = {true, {}};
  test::expect_error(ErrorCode::usage, {"one label"}, [&] { perturb_row(plan, row, chain("N"), 1); });
  row.labels = {false, {1, 2}};
  test::expect_error(ErrorCode::usage, {"one label"}, [&] { perturb_row(plan, row, chain("N"), 1); });
}

}  // namespace
}  // namespace larc::extraction
