// Unit: intensity histogram and intensity-volume histogram on intensities small enough to work out by hand.
#include <gtest/gtest.h>

#include "phantom.h"
#include "radiomics/feature_table.h"
#include "radiomics/ivh.h"

namespace larc::radiomics {
namespace {

// A row of voxels with these intensities.
std::map<std::string, FeatureValue> features_of(const std::vector<double>& intensities, ExtractionSettings settings) {
  settings.naming = Naming::ibsi;
  settings.families = {"intensity_histogram", "ivh"};
  return test::extract_map(test::make_case(
                               {static_cast<int>(intensities.size()), 1, 1}, {1, 1, 1},
                               [&](int i, int, int) { return intensities[static_cast<std::size_t>(i)]; },
                               [](int, int, int) { return true; }),
                           settings);
}

ExtractionSettings identity() {
  ExtractionSettings settings;
  settings.binning = Binning::identity;
  return settings;
}

TEST(IntensityHistogram, OfTenVoxels) {
  const auto f = features_of({2, 2, 2, 3, 3, 5, 5, 5, 8, 8}, identity());
  const std::map<std::string, double> expected{{"ih_mean", 4.3},
                                               {"ih_median", 4},
                                               {"ih_min", 2},
                                               {"ih_max", 8},
                                               {"ih_range", 6},
                                               {"ih_p10", 2},
                                               {"ih_p90", 8},
                                               {"ih_iqr", 5 - 2.25},
                                               {"ih_var", 4.81},
                                               {"ih_mad", 1.9},
                                               {"ih_medad", 1.9},
                                               {"ih_rmad", 1.9},
                                               {"ih_uniformity", 0.26},
                                               {"ih_max_grad", 3},
                                               {"ih_max_grad_g", 1},
                                               {"ih_min_grad", -1.5},
                                               {"ih_min_grad_g", 3},
                                               {"ih_mode", 5},  // 2 and 5 are as frequent; 5 is nearer to the mean
                                               {"ih_qcod", (5 - 2.25) / (5 + 2.25)},
                                               {"ih_cov", std::sqrt(4.81) / 4.3},
                                               {"ih_entropy", -2 * 0.3 * std::log2(0.3) - 2 * 0.2 * std::log2(0.2)}};
  for (const auto& [tag, value] : expected) EXPECT_NEAR(f.at(tag).value, value, 1e-14) << tag;
}

// Slopes: central inside, one-sided at level 1 and at the highest level; levels without voxels count.
TEST(IntensityHistogram, GradientsAtTheEndsAreOneSided) {
  const auto falling = features_of({1, 1, 1, 1, 1, 2, 4}, identity());  // 5 1 0 1
  EXPECT_EQ(falling.at("ih_min_grad").value, -4);
  EXPECT_EQ(falling.at("ih_min_grad_g").value, 1);
  EXPECT_EQ(falling.at("ih_max_grad").value, 1);
  EXPECT_EQ(falling.at("ih_max_grad_g").value, 4);
  const auto rising = features_of({2, 4, 4, 4}, identity());  // 0 1 0 3
  EXPECT_EQ(rising.at("ih_max_grad").value, 3);
  EXPECT_EQ(rising.at("ih_max_grad_g").value, 4);
  EXPECT_EQ(rising.at("ih_min_grad").value, 0);
  EXPECT_EQ(rising.at("ih_min_grad_g").value, 2);
}

TEST(IntensityHistogram, EquidistantModesGiveTheLower) {
  EXPECT_EQ(features_of({1, 1, 3, 3, 2}, identity()).at("ih_mode").value, 1);
}

TEST(IntensityHistogram, OfOneLevel) {
  for (const double level : {1.0, 3.0}) {
    const auto f = features_of({level, level, level}, identity());
    std::set<std::string> undefined;
    for (const auto& [tag, feature] : f)
      if (tag.rfind("ih_", 0) == 0 && std::isnan(feature.value)) {
        undefined.insert(tag);
        EXPECT_EQ(feature.reason, "undefined: " + feature_table().find(tag)->undefined_when);
      }
    std::set<std::string> expected{"ih_skew", "ih_kurt"};
    if (level == 1) expected.insert({"ih_max_grad", "ih_max_grad_g", "ih_min_grad", "ih_min_grad_g"});
    EXPECT_EQ(undefined, expected);
    EXPECT_EQ(f.at("ih_mode").value, level);
    EXPECT_EQ(f.at("ih_entropy").value, 0);
    EXPECT_EQ(f.at("ih_cov").value, 0);
  }
}

void expect_ivh(const std::map<std::string, FeatureValue>& f, double v10, double v90, double i10, double i90,
                double area) {
  EXPECT_NEAR(f.at("ivh_v10").value, v10, 1e-15);
  EXPECT_NEAR(f.at("ivh_v90").value, v90, 1e-15);
  EXPECT_EQ(f.at("ivh_i10").value, i10);
  EXPECT_EQ(f.at("ivh_i90").value, i90);
  EXPECT_NEAR(f.at("ivh_diff_v10_v90").value, v10 - v90, 1e-15);
  EXPECT_EQ(f.at("ivh_diff_i10_i90").value, i10 - i90);
  EXPECT_NEAR(f.at("ivh_auc").value, area, 1e-14);
}

// 20 voxels: 8 at 0, 8 at 5, 3 at 9, 1 at 10.
const std::vector<double> kTwenty{0, 0, 0, 0, 0, 0, 0, 0, 5, 5, 5, 5, 5, 5, 5, 5, 9, 9, 9, 10};

TEST(IntensityVolumeHistogram, WithoutBinning) {
  // Shares from level 0 on: 1, .6 x 5, .2 x 4, .05: 10% of the way is level 1, 90% level 9; at most 10% reach 10, at
  // most 90% reach 1. Area: (1 + .6) / 2 + 4 * .6 + (.6 + .2) / 2 + 3 * .2 + (.2 + .05) / 2 in steps of a tenth.
  expect_ivh(features_of(kTwenty, {}), 0.6, 0.2, 10, 1, (0.8 + 2.4 + 0.4 + 0.6 + 0.125) / 10);
}

TEST(IntensityVolumeHistogram, RunsOverTheResegmentationRange) {
  ExtractionSettings settings;
  settings.resegment_range = {-10, 30};
  // 10% of the way is -6: all; 90% is 26: none. Area: 10 steps of 1 below 0, the same ten steps, then a fall and
  // nothing.
  expect_ivh(features_of(kTwenty, settings), 1, 0, 10, 1, (10 + 4.325 + 0.05 / 2) / 40);
  settings.resegment_range = {0, std::numeric_limits<double>::infinity()};
  expect_ivh(features_of(kTwenty, settings), 0.6, 0.2, 10, 1, 0.4325);
  settings.resegment_range = {-10, 5};  // leaves 8 at 0 and 8 at 5
  settings.resegment_mode = ResegmentMode::absolute;
  EXPECT_EQ(features_of(kTwenty, settings).at("ivh_i10").value, 6);
}

TEST(IntensityVolumeHistogram, LevelAboveTheHighestWhenMoreThanTheShareReachesIt) {
  ExtractionSettings settings;
  const auto f = features_of({1, 1, 4, 4}, settings);
  EXPECT_EQ(f.at("ivh_i10").value, 5);
  EXPECT_EQ(f.at("ivh_i90").value, 2);
}

TEST(IntensityVolumeHistogram, FixedWidthGivesBinCentres) {
  ExtractionSettings settings;
  settings.ivh_binning = IvhBinning::fixed_width;
  settings.ivh_bin_width = 2;
  settings.resegment_range = {0, 12};
  // Bins 1 .. 6 with centres 1, 3 .. 11; bin 1 has 8, bin 3 8, bin 5 3, bin 6 1: shares 1 .6 .6 .2 .2 .05.
  expect_ivh(features_of(kTwenty, settings), 0.6, 0.05, 11, 3, (0.8 + 0.6 + 0.4 + 0.2 + 0.125) / 5);
  // Without a range from the lowest intensity; the highest opens a bin of its own.
  settings.resegment_range.reset();
  expect_ivh(features_of(kTwenty, settings), 0.6, 0.05, 11, 3, (0.8 + 0.6 + 0.4 + 0.2 + 0.125) / 5);
}

TEST(IntensityVolumeHistogram, FixedCountGivesLevels) {
  ExtractionSettings settings;
  settings.ivh_binning = IvhBinning::fixed_count;
  settings.ivh_bin_count = 5;
  settings.resegment_range = {-1000, 1000};  // must not matter
  // 0 in bin 1, 5 in bin 3, 9 and 10 in bin 5: shares 1 .6 .6 .2 .2.
  expect_ivh(features_of(kTwenty, settings), 0.6, 0.2, 6, 2, (0.8 + 0.6 + 0.4 + 0.2) / 4);
}

// Intensities between whole steps are levels too.
TEST(IntensityVolumeHistogram, FractionsAreLevels) {
  const VolumeHistogram histogram = volume_histogram({0.25, 0.75, 1.5, 2.75}, 0.25, 2.75);
  // Levels .25 .75 1.25 1.5 2.25 2.75 with shares 1 .75 .5 .5 .25 .25.
  EXPECT_EQ(histogram.v10, 0.75);
  EXPECT_EQ(histogram.v90, 0.25);
  EXPECT_EQ(histogram.i90, 0.75);
  EXPECT_EQ(histogram.i10, 3.25);
  EXPECT_NEAR(histogram.area, (0.5 * 0.875 + 0.5 * 0.625 + 0.25 * 0.5 + 0.75 * 0.375 + 0.5 * 0.25) / 2.5, 1e-15);
}

TEST(IntensityVolumeHistogram, OfOneIntensity) {
  for (const IvhBinning binning : {IvhBinning::none, IvhBinning::fixed_width, IvhBinning::fixed_count}) {
    ExtractionSettings settings;
    settings.ivh_binning = binning;
    const auto f = features_of({7, 7, 7}, settings);
    for (const std::string tag : {"ivh_v10", "ivh_v90", "ivh_diff_v10_v90", "ivh_auc"}) {
      EXPECT_TRUE(std::isnan(f.at(tag).value)) << tag;
      EXPECT_EQ(f.at(tag).reason, "undefined: " + feature_table().find(tag)->undefined_when);
    }
    EXPECT_EQ(f.at("ivh_diff_i10_i90").value, 0);
  }
}

// A wide range of definite intensities costs nothing: levels without voxels are not made.
TEST(IntensityVolumeHistogram, OfAHugeRange) {
  ExtractionSettings settings;
  settings.bin_width = 1e8;
  expect_ivh(features_of({0, 1e9}, settings), 0.5, 0.5, 1e9 + 1, 1, (0.75 + (1e9 - 1) * 0.5) / 1e9);
}

}  // namespace
}  // namespace larc::radiomics
