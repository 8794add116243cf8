// Unit and invariant: zones, distance zones, grey tone differences and dependences against a slow implementation of
// their definitions, at the edge of what is defined, and however the region lies in its grid.
#include <gtest/gtest.h>

#include "core/random.h"
#include "radiomics/families.h"
#include "radiomics/feature_table.h"
#include "regions.h"
#include "slow_neighbourhoods.h"

namespace larc::radiomics {
namespace {

using image::Index3;
using test::Case;
using test::Features;
using test::Slow;
using test::slow_features;

const std::vector<Aggregation> kAll{Aggregation::average_2d, Aggregation::merged_2_5d, Aggregation::merged_3d};
const std::vector<std::string> kFamilies{"glszm", "gldzm", "ngtdm", "gldm"};

ExtractionSettings ibsi(std::vector<Aggregation> aggregations = kAll) {
  ExtractionSettings settings;
  settings.families = kFamilies;
  settings.naming = Naming::ibsi;
  settings.binning = Binning::identity;
  settings.aggregations = std::move(aggregations);
  return settings;
}

void expect_features(const Features& expected, const std::map<std::string, FeatureValue>& found) {
  EXPECT_EQ(found.size(), expected.size());
  for (const auto& [name, value] : expected) {
    ASSERT_TRUE(found.count(name)) << name;
    const double other = found.at(name).value;
    if (std::isnan(value))
      EXPECT_TRUE(std::isnan(other)) << name << " is " << other;
    else
      EXPECT_NEAR(other, value, 1e-11 * std::max(1.0, std::abs(value))) << name;
  }
}

// A box with random holes; levels so few that zones meet and part again.
Case random_case(std::uint64_t seed, const Index3& size, const std::vector<int>& levels, double inside) {
  Random random(seed);
  return test::make_case(
      size, {1, 1.5, 2},
      [&](int, int, int) { return static_cast<double>(levels[static_cast<std::size_t>(random.below(levels.size()))]); },
      [&](int, int, int) { return random.uniform() < inside; });
}

TEST(NeighbourhoodTextures, EqualTheirDefinitionsOnRandomRegions) {
  const std::vector<Index3> sizes{{7, 6, 5}, {9, 1, 4}, {3, 11, 2}, {1, 5, 8}, {40, 3, 2}};
  const std::vector<std::vector<int>> levels{{1, 2}, {1, 2, 3, 7}, {2, 250, 251, 255}, {5, 256, 300, 9999, 10000}};
  std::uint64_t seed = 1;
  for (const Index3& size : sizes)
    for (const auto& used : levels)
      for (const double inside : {0.35, 0.9}) {
        const Case c = random_case(seed, size, used, inside);
        ExtractionSettings settings = ibsi();
        settings.force_2d_axis = static_cast<int>(seed % 3);
        settings.dependence_difference = seed % 4 == 0 ? 1.5 : 0;
        if (seed % 5 == 0) settings.resegment_range = {2, 9999};
        SCOPED_TRACE("seed " + std::to_string(seed++));
        expect_features(slow_features(c, settings), test::extract_map(c, settings));
      }
}

TEST(NeighbourhoodTextures, EqualTheirDefinitionsAtOtherDistances) {
  std::uint64_t seed = 100;
  for (const std::vector<int>& distances : {std::vector<int>{2}, {1, 2}, {3, 1, 3}, {64, 2}})
    for (const auto& used : {std::vector<int>{1, 2, 3}, {3, 7000, 9000}}) {
      const Index3 size = distances[0] == 64 ? Index3{70, 3, 2} : Index3{8, 5, 4};
      const Case c = random_case(seed, size, used, seed % 4 < 2 ? 0.8 : 0.08);
      ExtractionSettings settings = ibsi();
      settings.distances = distances;
      settings.force_2d_axis = static_cast<int>(seed % 3);
      settings.dependence_difference = seed % 2 == 0 ? 1 : 0;
      SCOPED_TRACE("seed " + std::to_string(seed++));
      expect_features(slow_features(c, settings), test::extract_map(c, settings));
    }
}

// A zone that winds through the volume, so that labels meet late; and one level in a checkerboard, joined by edges
// only.
TEST(NeighbourhoodTextures, WindingZonesAreOne) {
  const Index3 size{33, 31, 9};
  const auto comb = [](int i, int j, int k) {
    if (k % 2 == 1) return k % 4 == 1 ? i == 0 && j == 0 : i == 32 && j == 30;
    return j % 2 == 0 || (j % 4 == 1 ? i == 32 : i == 0);
  };
  const Case c = test::make_case(
      size, {1, 1, 1}, [](int, int, int) { return 3.0; }, comb);
  const auto features = test::extract_map(c, ibsi());
  const double voxels = static_cast<double>(image::voxel_count(c.mask));
  EXPECT_EQ(features.at("szm_lze_3D").value, voxels * voxels);
  EXPECT_EQ(features.at("szm_z_perc_3D").value, 1 / voxels);
  EXPECT_EQ(features.at("szm_zs_entr_3D").value, 0);

  const Case board = test::make_case(
      {16, 16, 16}, {1, 1, 1}, [](int i, int j, int k) { return 1.0 + (i + j + k) % 2; },
      [](int, int, int) { return true; });
  EXPECT_EQ(test::extract_map(board, ibsi()).at("szm_lze_3D").value, 2048.0 * 2048.0);
}

// Distances to the edge of the whole mask, not of what resegmentation left.
TEST(NeighbourhoodTextures, DistancesSeeTheWholeMask) {
  const Case c = test::make_case(
      {7, 7, 7}, {1, 1, 1}, [](int i, int j, int k) { return i == 3 && j == 3 && k == 3 ? 1.0 : 50.0; },
      [](int, int, int) { return true; });
  ExtractionSettings settings = ibsi();
  settings.resegment_range = {1, 10};
  const auto features = test::extract_map(c, settings);
  EXPECT_EQ(features.at("dzm_lde_3D").value, 16);
  EXPECT_EQ(features.at("dzm_lde_2D").value, 16);
}

// ---- The edge of what is defined ------------------------------------------------------------------------------------

std::set<std::string> undefined(const std::map<std::string, FeatureValue>& features) {
  std::set<std::string> names;
  for (const auto& [name, feature] : features) {
    EXPECT_TRUE(std::isnan(feature.value) ? feature.reason == "undefined: " + feature_table().find(name)->undefined_when
                                          : std::isfinite(feature.value) && feature.reason.empty())
        << name << " " << feature.value << " " << feature.reason;
    if (std::isnan(feature.value)) names.insert(name);
  }
  return names;
}

ExtractionSettings pyradiomics() {
  ExtractionSettings settings;
  settings.families = kFamilies;
  return settings;
}

TEST(NeighbourhoodTextures, OneVoxel) {
  const Case c = test::make_case({3, 3, 3}, {1, 1, 1}, test::texture,
                                 [](int i, int j, int k) { return i == 1 && j == 2 && k == 0; });
  const auto features = test::extract_map(c, pyradiomics());
  EXPECT_EQ(features.size(), 35u);
  EXPECT_EQ(undefined(features), (std::set<std::string>{"original_ngtdm_Busyness", "original_ngtdm_Coarseness",
                                                        "original_ngtdm_Contrast", "original_ngtdm_Strength"}));
  EXPECT_EQ(features.at("original_glszm_LargeAreaEmphasis").value, 1);
  EXPECT_EQ(features.at("original_glszm_ZoneEntropy").value, 0);
  EXPECT_EQ(features.at("original_gldm_DependenceVariance").value, 0);
  ExtractionSettings settings = ibsi();
  settings.binning = Binning::fixed_width;
  std::set<std::string> all_tones;
  for (const std::string tone : {"busyness", "coarseness", "complexity", "contrast", "strength"})
    for (const std::string end : {"_2D", "_2_5D", "_3D"}) all_tones.insert("ngt_" + tone + end);
  EXPECT_EQ(undefined(test::extract_map(c, settings)), all_tones);
}

TEST(NeighbourhoodTextures, FlatRegion) {
  const Case c = test::make_case(
      {6, 5, 4}, {1, 1, 1}, [](int, int, int) { return 80.5; }, [](int, int, int) { return true; });
  const auto features = test::extract_map(c, pyradiomics());
  EXPECT_EQ(undefined(features), (std::set<std::string>{"original_ngtdm_Busyness", "original_ngtdm_Coarseness",
                                                        "original_ngtdm_Contrast", "original_ngtdm_Strength"}));
  EXPECT_EQ(features.at("original_ngtdm_Complexity").value, 0);
  EXPECT_EQ(features.at("original_glszm_LargeAreaEmphasis").value, 120.0 * 120.0);
  EXPECT_EQ(features.at("original_gldm_GrayLevelVariance").value, 0);
}

TEST(NeighbourhoodTextures, OneSliceIsTheSameInSliceAndVolume) {
  const Case c = test::make_case({12, 9, 1}, {1, 1, 1}, test::texture, [](int i, int j, int) { return i + j > 3; });
  ExtractionSettings settings = ibsi();
  settings.binning = Binning::fixed_width;
  settings.families = {"glszm", "ngtdm", "gldm"};  // distances do differ: in the volume every voxel is at the edge
  const auto features = test::extract_map(c, settings);
  EXPECT_TRUE(undefined(features).empty());
  for (const auto& [name, feature] : features) {
    if (!name.ends_with("_3D")) continue;
    const std::string stem = name.substr(0, name.size() - 3);
    EXPECT_EQ(features.at(stem + "_2D").value, feature.value) << name;
    EXPECT_EQ(features.at(stem + "_2_5D").value, feature.value) << name;
  }
}

// PyRadiomics counts a voxel without neighbours as one that does not differ, IBSI does not count it.
TEST(NeighbourhoodTextures, LoneVoxelsAreWhatSeparatesTheTwoDefinitions) {
  const auto inside = [](int i, int j, int) { return (i < 5 && j < 4) || (i % 2 == 0 && j == 6); };
  const Case c = test::make_case(
      {9, 7, 1}, {1, 1, 1}, [](int i, int j, int) { return 1.0 + (i * i + 3 * j) % 5; }, inside);
  ExtractionSettings settings = ibsi({Aggregation::merged_3d}), other = pyradiomics();
  other.binning = Binning::identity;
  Features with_lone, without_lone;
  const Slow slow{c, settings, false};
  slow.add_tones(-1, true, "", with_lone);
  slow.add_tones(-1, false, "", without_lone);
  const auto tags = test::extract_map(c, settings), names = test::extract_map(c, other);
  const std::map<std::string, std::string> name_of{{"coarseness", "Coarseness"},
                                                   {"contrast", "Contrast"},
                                                   {"busyness", "Busyness"},
                                                   {"complexity", "Complexity"},
                                                   {"strength", "Strength"}};
  for (const auto& [tag, name] : name_of) {
    EXPECT_NE(with_lone.at(tag), without_lone.at(tag)) << tag;
    EXPECT_NEAR(tags.at("ngt_" + tag + "_3D").value, without_lone.at(tag), 1e-12 * without_lone.at(tag)) << tag;
    EXPECT_NEAR(names.at("original_ngtdm_" + name).value, with_lone.at(tag), 1e-12 * with_lone.at(tag)) << name;
  }
}

TEST(NeighbourhoodTextures, VoxelsThatTouchNobody) {
  const Case c = test::make_case(
      {9, 1, 1}, {1, 1, 1}, [](int i, int, int) { return 1.0 + i; }, [](int i, int, int) { return i % 2 == 0; });
  ExtractionSettings settings = pyradiomics();
  settings.binning = Binning::identity;
  const auto features = test::extract_map(c, settings);
  EXPECT_EQ(undefined(features), (std::set<std::string>{"original_ngtdm_Coarseness", "original_ngtdm_Strength"}));
  EXPECT_EQ(features.at("original_ngtdm_Contrast").value, 0);
  EXPECT_EQ(features.at("original_ngtdm_Busyness").value, 0);
  EXPECT_EQ(features.at("original_gldm_LargeDependenceEmphasis").value, 1);
}

// Levels 1 and 2 with two and one voxels: all products of level and number are the same.
TEST(NeighbourhoodTextures, BusynessWithoutDenominator) {
  const Case c = test::make_case(
      {3, 1, 1}, {1, 1, 1}, [](int i, int, int) { return i == 1 ? 2.0 : 1.0; }, [](int, int, int) { return true; });
  EXPECT_EQ(undefined(test::extract_map(c, ibsi({Aggregation::merged_3d}))), std::set<std::string>{"ngt_busyness_3D"});
}

// Thousands of levels: matrices of levels by zone sizes would take gigabytes. Every voxel is a zone of its own.
TEST(NeighbourhoodTextures, ThousandsOfLevels) {
  const Case c = test::make_case(
      {40, 30, 20}, {1, 1, 1}, [](int i, int j, int k) { return 1.0 + (i + 40 * j + 1200 * k) % 9973; },
      [](int, int, int) { return true; });
  const auto features = test::extract_map(c, ibsi());
  EXPECT_TRUE(undefined(features).empty());
  EXPECT_EQ(features.at("szm_z_perc_3D").value, 1);
  EXPECT_EQ(features.at("szm_sze_3D").value, 1);
  EXPECT_EQ(features.at("ngl_hde_3D").value, 1);
  // 24,000 voxels: 4,054 levels of three voxels, 5,919 of two.
  EXPECT_NEAR(features.at("ngl_dc_energy_3D").value, (4054 * 9 + 5919 * 4) / (24000.0 * 24000.0), 1e-15);
  ExtractionSettings far = ibsi();
  far.distances = {2, 3};
  EXPECT_EQ(test::extract_map(c, far).at("ngl_hde_3D").value, 1);
}

// Many voxels in one zone of a level beyond a byte, and the sums of high levels.
TEST(NeighbourhoodTextures, HighLevelsKeepTheirNumbers) {
  const Case c = test::make_case(
      {20, 20, 20}, {1, 1, 1}, [](int i, int, int) { return i < 10 ? 9000.0 : 10000.0; },
      [](int, int, int) { return true; });
  const auto features = test::extract_map(c, ibsi({Aggregation::merged_3d}));
  EXPECT_EQ(features.at("szm_lze_3D").value, 16e6);
  EXPECT_EQ(features.at("szm_hgze_3D").value, (81e6 + 100e6) / 2);
  EXPECT_EQ(features.at("ngl_hgce_3D").value, (81e6 + 100e6) / 2);
  // Differences only in the two layers that meet, of 1000 * 9 / 26 inside them.
  EXPECT_NEAR(1 / features.at("ngt_coarseness_3D").value,
              18 * 18 * 1000 * 9.0 / 26 + 4 * 18 * 1000 * 6.0 / 17 + 4 * 1000 * 4.0 / 11, 1e-6);
}

// ---- What must not matter -------------------------------------------------------------------------------------------

Case irregular() {
  const Index3 size{23, 19, 15};
  const auto body = test::ellipsoid(size, 9.5, 7.2, 5.1);
  return test::make_case(size, {0.8, 0.9, 3.3}, test::texture, [=](int i, int j, int k) {
    return (i >= 20 && j >= 16 && k <= 1) || (body(i, j, k) && (i * 7 + j * 5 + k * 3) % 11 != 0);
  });
}

// Not one bit changes, because all is counted in whole numbers; means over slices add in another order.
TEST(NeighbourhoodTextures, AxisOrdersAndFlipsChangeNothing) {
  const Case c = irregular();
  ExtractionSettings settings = ibsi();
  settings.binning = Binning::fixed_width;
  settings.dependence_difference = 1;
  const auto expected = test::extract_map(c, settings);
  EXPECT_EQ(expected.size(), 3u * 54u);
  for (const Index3& order : std::vector<Index3>{{0, 1, 2}, {1, 0, 2}, {2, 1, 0}, {0, 2, 1}, {1, 2, 0}, {2, 0, 1}})
    for (int flips = 0; flips < 8; ++flips) {
      ExtractionSettings turned = settings;
      turned.force_2d_axis = static_cast<int>(std::find(order.begin(), order.end(), 2) - order.begin());
      for (const auto& [name, feature] : test::extract_map(
               test::rearranged(c, order, {(flips & 1) != 0, (flips & 2) != 0, (flips & 4) != 0}), turned)) {
        if (name.ends_with("_2D"))
          EXPECT_NEAR(feature.value, expected.at(name).value, 1e-13 * std::abs(expected.at(name).value)) << name;
        else
          EXPECT_EQ(feature.value, expected.at(name).value) << name << " flips " << flips;
      }
    }
}

// Families share work: what else is asked for must not change a value.
TEST(NeighbourhoodTextures, ValuesDoNotDependOnWhatElseIsAskedFor) {
  const Case c = irregular();
  for (const std::vector<int>& distances : {std::vector<int>{1}, {1, 2}}) {
    ExtractionSettings settings = ibsi();
    settings.binning = Binning::fixed_width;
    settings.distances = distances;
    const auto together = test::extract_map(c, settings);
    std::size_t alone = 0;
    for (const std::string& family : kFamilies)
      for (const Aggregation aggregation : kAll) {
        ExtractionSettings one = settings;
        one.families = {family};
        one.aggregations = {aggregation};
        for (const auto& [name, feature] : test::extract_map(c, one)) {
          EXPECT_EQ(feature.value, together.at(name).value) << name;
          ++alone;
        }
      }
    EXPECT_EQ(alone, together.size());
  }
}

TEST(NeighbourhoodTextures, SelectedFeaturesAreTheSame) {
  const Case c = irregular();
  ExtractionSettings settings = pyradiomics();
  const auto all = test::extract_map(c, settings);
  settings.selected = {{"glszm", {"glszm_ZoneEntropy"}}, {"ngtdm", {"ngtdm_Busyness"}}, {"gldm", {}}};
  const auto some = test::extract_map(c, settings);
  ASSERT_EQ(some.size(), 2u);
  for (const auto& [name, feature] : some) EXPECT_EQ(feature.value, all.at(name).value) << name;
}

// What families share belongs to the image: another image in its place gets its own.
TEST(NeighbourhoodTextures, AnotherImageGetsItsOwnMatrices) {
  const Case c = irregular();
  Case other = c;
  for (double& x : other.image.voxels) x = 900 - x / 2;
  const ExtractionSettings settings = pyradiomics();
  std::vector<std::string> notes;
  RegionView region = make_region(c.image, c.mask, settings);
  compute_features(region, "", notes);
  replace_image(region, image::crop(other.image, region.box));
  const auto expected = test::extract_map(other, settings);
  for (const FeatureValue& feature : compute_features(region, "", notes))
    EXPECT_EQ(feature.value, expected.at(feature.name).value) << feature.name;
}

}  // namespace
}  // namespace larc::radiomics
