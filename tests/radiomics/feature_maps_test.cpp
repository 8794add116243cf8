#include "radiomics/feature_maps.h"

#include <gtest/gtest.h>

#include "core/error.h"
#include "phantom.h"
#include "radiomics/extractor.h"

namespace larc::radiomics {
namespace {

using Maps = std::map<std::string, image::Volume>;

Maps maps_of(const test::Case& c, const ExtractionSettings& settings, const MapSettings& how, int threads = 1) {
  Maps maps;
  feature_maps(c.image, c.mask, settings, how, "", threads,
               [&](const std::string& name, const image::Volume& map) { maps.emplace(name, map); });
  return maps;
}

test::Case small_case() {
  return test::make_case({9, 8, 7}, {1, 1, 2}, test::texture, test::ellipsoid({9, 8, 7}, 4, 3.5, 3));
}

ExtractionSettings all_but_shape() {
  ExtractionSettings settings;
  settings.families = {"firstorder", "glcm", "glrlm", "glszm", "gldm", "ngtdm"};
  settings.binning = Binning::fixed_width;
  settings.bin_width = 1;  // levels of any cube differ from those of the whole by a shift only
  return settings;
}

// The cube as an image of its own, extracted the ordinary way. Levels of a cube start at its own minimum there, so
// only features that a shift of all levels leaves as they are can be compared.
TEST(FeatureMaps, EqualTheFeaturesOfEveryCube) {
  const test::Case c = small_case();
  const std::vector<std::string> unshifted{"original_firstorder_Mean",
                                           "original_firstorder_Entropy",
                                           "original_firstorder_Skewness",
                                           "original_glcm_Contrast",
                                           "original_glcm_JointEntropy",
                                           "original_glcm_Correlation",
                                           "original_glcm_MCC",
                                           "original_glrlm_RunPercentage",
                                           "original_glszm_ZoneEntropy",
                                           "original_gldm_DependenceVariance",
                                           "original_glrlm_GrayLevelVariance"};
  const Maps maps = maps_of(c, all_but_shape(), {});
  std::size_t compared = 0;
  for (const image::Index3 centre : {image::Index3{4, 4, 3}, {2, 3, 2}, {5, 4, 4}, {4, 6, 3}}) {
    ASSERT_TRUE(c.mask.at(centre[0], centre[1], centre[2]));
    test::Case cube = c;
    for (int k = 0; k < 7; ++k)
      for (int j = 0; j < 8; ++j)
        for (int i = 0; i < 9; ++i)
          if (std::max({std::abs(i - centre[0]), std::abs(j - centre[1]), std::abs(k - centre[2])}) > 1)
            cube.mask.voxels[c.mask.geometry.offset(i, j, k)] = 0;
    const auto expected = test::extract_map(cube, all_but_shape());
    for (const std::string& name : unshifted) {
      const double value = expected.at(name).value, found = maps.at(name).at(centre[0], centre[1], centre[2]);
      EXPECT_NEAR(found, value, 1e-9 * std::max(1.0, std::abs(value))) << name;
      ++compared;
    }
  }
  EXPECT_EQ(compared, 44u);
}

TEST(FeatureMaps, CoverEveryFeatureAndKeepTheOutside) {
  const test::Case c = small_case();
  MapSettings how;
  how.initial_value = -7;
  const Maps maps = maps_of(c, all_but_shape(), how);
  EXPECT_EQ(maps.size(), 18u + 24 + 16 + 16 + 14 + 5);
  for (const auto& [name, map] : maps) {
    ASSERT_EQ(map.voxels.size(), c.mask.voxels.size());
    for (std::size_t v = 0; v < map.voxels.size(); ++v)
      if (c.mask.voxels[v] == 0) {
        ASSERT_EQ(map.voxels[v], -7) << name;
      }
  }
}

void expect_same_where_shared(const Maps& fast, const Maps& general, std::size_t least_undefined) {
  std::size_t undefined = 0;
  for (const auto& [name, map] : fast) {
    const image::Volume& other = general.at(name);
    for (std::size_t v = 0; v < map.voxels.size(); ++v) {
      undefined += std::isnan(map.voxels[v]);
      ASSERT_EQ(std::isnan(map.voxels[v]), std::isnan(other.voxels[v])) << name << " " << v;
      if (!std::isnan(map.voxels[v])) {
        ASSERT_NEAR(map.voxels[v], other.voxels[v], 1e-10 * std::max(1.0, std::abs(other.voxels[v])))
            << name << " " << v;
      }
    }
  }
  EXPECT_GE(undefined, least_undefined);
}

// Co-occurrence in cubes has a way of its own, left when a 2D aggregation or a second distance is asked for, even the
// same one again. Cubes of many levels, of few, and of one.
TEST(FeatureMaps, CoOccurrenceInCubesEqualsThatOfRegions) {
  test::Case c = test::make_case({14, 12, 10}, {1, 1, 2}, test::texture, test::ellipsoid({14, 12, 10}, 6.5, 5, 4.5));
  ExtractionSettings settings;
  settings.families = {"glcm"};
  for (const double width : {1.0, 25.0, 120.0, 400.0})
    for (const int radius : {1, 2}) {
      SCOPED_TRACE("width " + std::to_string(width) + " radius " + std::to_string(radius));
      settings.bin_width = width;
      MapSettings how;
      how.kernel_radius = radius;
      const std::size_t undefined = width == 400 && radius == 1 ? 10 : 0;

      settings.naming = Naming::pyradiomics;
      settings.aggregations.clear();
      settings.distances = {1};
      const Maps fast = maps_of(c, settings, how);
      EXPECT_EQ(fast.size(), 24u);
      settings.distances = {1, 1};
      expect_same_where_shared(fast, maps_of(c, settings, how), undefined);

      settings.naming = Naming::ibsi;
      settings.distances = {1};
      settings.aggregations = {Aggregation::average_2_5d, Aggregation::merged_2_5d, Aggregation::average_3d,
                               Aggregation::merged_3d};
      const Maps tags = maps_of(c, settings, how);
      EXPECT_EQ(tags.size(), 100u);
      settings.aggregations.push_back(Aggregation::average_2d);
      expect_same_where_shared(tags, maps_of(c, settings, how), undefined);
    }
}

TEST(FeatureMaps, DoNotDependOnThreads) {
  const test::Case c = test::make_case({20, 18, 9}, {1, 1, 1}, test::texture, test::ellipsoid({20, 18, 9}, 9, 8, 4));
  const Maps one = maps_of(c, all_but_shape(), {}, 1), three = maps_of(c, all_but_shape(), {}, 3);
  for (const auto& [name, map] : one)
    EXPECT_EQ(std::memcmp(map.voxels.data(), three.at(name).voxels.data(), map.voxels.size() * sizeof(double)), 0)
        << name;
}

TEST(FeatureMaps, UnmaskedCubesHoldTheSurroundings) {
  const test::Case c = small_case();
  ExtractionSettings settings = all_but_shape();
  settings.families = {"firstorder"};
  MapSettings how;
  how.masked_kernel = false;
  const image::Volume mean = maps_of(c, settings, how).at("original_firstorder_Mean");
  double expected = 0;
  for (int k = 2; k <= 4; ++k)
    for (int j = 0; j <= 2; ++j)
      for (int i = 3; i <= 5; ++i) expected += c.image.at(i, j, k) / 27;
  ASSERT_TRUE(c.mask.at(4, 1, 3));
  EXPECT_NEAR(mean.at(4, 1, 3), expected, 1e-9);
}

TEST(FeatureMaps, RefuseWhatHasNoMap) {
  const test::Case c = small_case();
  ExtractionSettings settings;
  settings.families = {"shape"};
  EXPECT_THROW(maps_of(c, settings, {}), Error);
  settings.families = {"firstorder"};
  MapSettings how;
  how.kernel_radius = 0;
  EXPECT_THROW(maps_of(c, settings, how), Error);
}

}  // namespace
}  // namespace larc::radiomics
