// Unit: regions at the edge of what is defined, and everything that is refused.
#include <gtest/gtest.h>

#include "core/error.h"
#include "core/number.h"
#include "phantom.h"
#include "radiomics/feature_table.h"
#include "radiomics/region.h"

namespace larc::radiomics {
namespace {

using test::Case;

Case block(const image::Index3& size, const std::function<double(int, int, int)>& intensity) {
  return test::make_case(size, {1, 1, 1}, intensity, [](int, int, int) { return true; });
}

void expect_undefined(const std::map<std::string, FeatureValue>& features, const std::set<std::string>& undefined) {
  std::set<std::string> found;
  for (const auto& [name, feature] : features) {
    if (std::isnan(feature.value)) {
      found.insert(name);
      EXPECT_EQ(feature.reason, "undefined: " + feature_table().find(name)->undefined_when);
    } else {
      EXPECT_TRUE(std::isfinite(feature.value)) << name;
      EXPECT_EQ(feature.reason, "") << name;
    }
  }
  EXPECT_EQ(found, undefined);
}

std::set<std::string> all_of_glcm() {
  std::set<std::string> names;
  for (const FeatureRow& row : feature_table().rows())
    if (row.family == "glcm" && row.pyradiomics == InPyRadiomics::yes) names.insert("original_" + row.id);
  return names;
}

template <typename Work>
void expect_error(ErrorCode code, const std::string& part, const Work& work) {
  try {
    work();
    FAIL() << "expected an error with '" << part << "'";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), code) << error.what();
    EXPECT_NE(std::string(error.what()).find(part), std::string::npos) << error.what();
  }
}

TEST(EdgeCase, OneVoxel) {
  const Case c = test::make_case({5, 5, 5}, {1, 1, 1}, test::texture,
                                 [](int i, int j, int k) { return i == 2 && j == 3 && k == 0; });
  const auto features = test::extract_map(c);
  std::set<std::string> undefined = all_of_glcm();
  undefined.insert({"original_firstorder_Skewness", "original_firstorder_Kurtosis", "original_shape_Elongation",
                    "original_shape_Flatness"});
  expect_undefined(features, undefined);
  // An octahedron with corners half a voxel away.
  EXPECT_NEAR(features.at("original_shape_MeshVolume").value, 1.0 / 6, 1e-15);
  EXPECT_NEAR(features.at("original_shape_SurfaceArea").value, std::sqrt(3.0), 1e-15);
  EXPECT_EQ(features.at("original_shape_Maximum3DDiameter").value, 1);
  EXPECT_EQ(features.at("original_shape_MajorAxisLength").value, 0);
  EXPECT_EQ(features.at("original_firstorder_Variance").value, 0);
  ExtractionSettings ibsi;
  ibsi.naming = Naming::ibsi;
  EXPECT_TRUE(std::isnan(test::extract_map(c, ibsi).at("morph_pca_maj_axis").value));
  const auto result = extract(c.image, c.mask, {});
  ASSERT_EQ(result.notes.size(), 1u);
  EXPECT_NE(result.notes[0].find("all its voxels have the same intensity"), std::string::npos) << result.notes[0];
}

TEST(EdgeCase, FlatRegionKeepsWhatIsDefined) {
  const Case c = block({4, 3, 2}, [](int, int, int) { return 0.1; });
  const auto features = test::extract_map(c);
  std::set<std::string> undefined = all_of_glcm();
  undefined.insert({"original_firstorder_Skewness", "original_firstorder_Kurtosis"});
  expect_undefined(features, undefined);
  EXPECT_EQ(features.at("original_firstorder_Mean").value, 0.1);
  EXPECT_EQ(features.at("original_firstorder_Variance").value, 0);
  EXPECT_EQ(features.at("original_firstorder_Entropy").value, 0);
  EXPECT_EQ(features.at("original_firstorder_Uniformity").value, 1);
  EXPECT_EQ(features.at("original_firstorder_90Percentile").value, 0.1);
}

// The mesh of a box cuts its edges and corners: with n voxels a side, volume and surface are known.
TEST(EdgeCase, BoxHasTheVolumeAndSurfaceOfABevelledBox) {
  const double n = 4;
  const Case c = block({4, 4, 4}, test::texture);
  const auto features = test::extract_map(c);
  // 12 edges lose a triangular prism of legs 1/2; 8 corners lose more: each keeps 1/48 of the 1/8 voxel cube.
  const double volume = n * n * n - 12 * (n - 1) / 8 - 8 * (1.0 / 8 - 1.0 / 48);
  const double area = 6 * (n - 1) * (n - 1) + 12 * (n - 1) * std::sqrt(0.5) + 8 * std::sqrt(3.0) / 8;
  EXPECT_NEAR(features.at("original_shape_MeshVolume").value, volume, 1e-12);
  EXPECT_NEAR(features.at("original_shape_SurfaceArea").value, area, 1e-12);
  EXPECT_EQ(features.at("original_shape_VoxelVolume").value, 64);
}

TEST(EdgeCase, SingleSliceIsFlatAndHasTexture) {
  const Case c = block({9, 8, 1}, test::texture);
  ExtractionSettings settings;
  const auto features = test::extract_map(c, settings);
  expect_undefined(features, {});
  EXPECT_EQ(features.at("original_shape_Flatness").value, 0);
  EXPECT_EQ(features.at("original_shape_LeastAxisLength").value, 0);
  EXPECT_GT(features.at("original_shape_Elongation").value, 0);
  // Nine of the thirteen directions leave the slice: they are not counted, not counted as zero.
  settings.force_2d = true;
  EXPECT_EQ(test::extract_map(c, settings).at("original_glcm_Contrast").value,
            features.at("original_glcm_Contrast").value);
  settings.force_2d = false;
  settings.naming = Naming::ibsi;
  const auto tags = test::extract_map(c, settings);
  EXPECT_TRUE(std::isnan(tags.at("morph_vol_dens_aee").value));
  EXPECT_TRUE(std::isnan(tags.at("morph_area_dens_aee").value));
}

TEST(EdgeCase, VoxelsThatTouchNobodyHaveNoCoOccurrence) {
  const Case c = test::make_case(
      {5, 1, 1}, {1, 1, 1}, [](int i, int, int) { return 100.0 * i; }, [](int i, int, int) { return i % 2 == 0; });
  expect_undefined(test::extract_map(c), all_of_glcm());
}

TEST(EdgeCase, TwoVoxelsHaveNoRobustDeviation) {
  const auto features = test::extract_map(block({2, 1, 1}, [](int i, int, int) { return 100.0 * i; }));
  expect_undefined(features, {"original_firstorder_RobustMeanAbsoluteDeviation"});
  EXPECT_EQ(features.at("original_glcm_Correlation").value, -1);
  EXPECT_EQ(features.at("original_glcm_Contrast").value, 16);
  EXPECT_NEAR(features.at("original_glcm_MCC").value, 1, 1e-15);
}

TEST(EdgeCase, IbsiQuotientsWithoutDenominator) {
  ExtractionSettings settings;
  settings.naming = Naming::ibsi;
  const auto features =
      test::extract_map(block({4, 4, 4}, [](int i, int, int) { return i < 2 ? -30.0 : 30.0; }), settings);
  for (const std::string tag : {"stat_cov", "stat_qcod", "morph_com"}) {
    EXPECT_TRUE(std::isnan(features.at(tag).value)) << tag;
    EXPECT_EQ(features.at(tag).reason, "undefined: " + feature_table().find(tag)->undefined_when);
  }
}

// What morphology and histograms are of regions without extent in space, and of one voxel.
TEST(EdgeCase, IbsiFeaturesOfPointsLinesAndPlanes) {
  ExtractionSettings settings;
  settings.naming = Naming::ibsi;
  settings.families = {"firstorder", "shape", "local_intensity", "intensity_histogram", "ivh"};
  settings.bin_width = 25;
  const std::set<std::string> ellipsoid{"morph_vol_dens_aee", "morph_area_dens_aee"};
  const auto only = [](std::set<std::string> a, const std::set<std::string>& b) {
    a.insert(b.begin(), b.end());
    return a;
  };
  const Case line =
      test::make_case({7, 7, 7}, {1, 1, 2}, test::texture, [](int i, int j, int k) { return i == j && j == k; });
  expect_undefined(test::extract_map(line, settings), ellipsoid);
  expect_undefined(test::extract_map(block({9, 8, 1}, test::texture), settings), ellipsoid);
  expect_undefined(test::extract_map(block({2, 1, 1}, [](int i, int, int) { return 100.0 * i; }), settings),
                   only(ellipsoid, {"stat_rmad", "ih_rmad"}));
  const std::set<std::string> flat{"stat_skew",     "stat_kurt",     "ih_skew",       "ih_kurt",         "ih_max_grad",
                                   "ih_max_grad_g", "ih_min_grad",   "ih_min_grad_g", "ivh_v10",         "ivh_v90",
                                   "ivh_auc",       "morph_moran_i", "morph_geary_c", "ivh_diff_v10_v90"};
  expect_undefined(test::extract_map(block({4, 3, 2}, [](int, int, int) { return 0.1; }), settings), flat);
  const auto one = test::extract_map(block({1, 1, 1}, test::texture), settings);
  expect_undefined(one, only(only(flat, ellipsoid), {"morph_pca_maj_axis", "morph_pca_min_axis", "morph_pca_least_axis",
                                                     "morph_pca_elongation", "morph_pca_flatness"}));
  // The octahedron is its own hull; its enclosing ellipsoid is the sphere through its corners.
  EXPECT_NEAR(one.at("morph_vol_dens_conv_hull").value, 1, 1e-14);
  EXPECT_NEAR(one.at("morph_area_dens_conv_hull").value, 1, 1e-14);
  EXPECT_NEAR(one.at("morph_vol_dens_mvee").value, 1 / 3.14159265358979323846, 1e-10);
  EXPECT_NEAR(one.at("morph_area_dens_mvee").value, std::sqrt(3.0) / 3.14159265358979323846, 1e-10);
  EXPECT_GT(one.at("morph_vol_dens_ombb").value, one.at("morph_vol_dens_aabb").value);
}

// The mesh of a box is convex; its least box lies along it, its hull is itself.
TEST(EdgeCase, DensitiesOfABox) {
  ExtractionSettings settings;
  settings.naming = Naming::ibsi;
  settings.families = {"shape"};
  const auto f = test::extract_map(
      test::make_case({20, 12, 8}, {1, 2, 3}, test::texture, [](int, int, int) { return true; }), settings);
  EXPECT_NEAR(f.at("morph_vol_dens_conv_hull").value, 1, 1e-12);
  EXPECT_NEAR(f.at("morph_area_dens_conv_hull").value, 1, 1e-12);
  EXPECT_NEAR(f.at("morph_vol_dens_ombb").value, f.at("morph_vol_dens_aabb").value, 1e-9);
  EXPECT_NEAR(f.at("morph_area_dens_ombb").value, f.at("morph_area_dens_aabb").value, 1e-9);
}

TEST(EdgeCase, DisconnectedAndBorderTouchingRegionsAreOrdinary) {
  const Case c = test::make_case({9, 9, 9}, {1, 2, 3}, test::texture,
                                 [](int i, int j, int k) { return (i < 3 && j < 3 && k < 3) || (i > 6 && j > 5); });
  const auto features = test::extract_map(c);
  expect_undefined(features, {});
  // From corner to corner of the box: the ends of an edge of it lie half a voxel further out along one axis.
  const double dx = 8, dy = 16, dz = 24;
  const double expected =
      std::sqrt(std::max({(dx + 1) * (dx + 1) + dy * dy + dz * dz, dx * dx + (dy + 2) * (dy + 2) + dz * dz,
                          dx * dx + dy * dy + (dz + 3) * (dz + 3)}));
  EXPECT_NEAR(features.at("original_shape_Maximum3DDiameter").value, expected, 1e-12);
}

TEST(EdgeCase, NonBinaryMaskCountsEveryMarkedVoxelOnce) {
  Case c = block({6, 5, 4}, test::texture);
  const auto expected = test::extract_map(c);
  for (std::size_t v = 0; v < c.mask.voxels.size(); ++v) c.mask.voxels[v] = v % 3 ? 255 : 2;
  for (const auto& [name, feature] : test::extract_map(c)) EXPECT_EQ(feature.value, expected.at(name).value) << name;
}

TEST(EdgeCase, ResegmentationChangesIntensitiesAndNotShape) {
  Case c = block({6, 6, 6}, test::texture);
  const auto whole = test::extract_map(c);
  ExtractionSettings settings;
  settings.resegment_range = {0, 400};
  const auto part = test::extract_map(c, settings);
  EXPECT_LE(part.at("original_firstorder_Maximum").value, 400);
  EXPECT_GT(whole.at("original_firstorder_Maximum").value, 400);
  EXPECT_EQ(part.at("original_shape_MeshVolume").value, whole.at("original_shape_MeshVolume").value);
  settings.resegment_range = {5000, 6000};
  expect_error(ErrorCode::domain, "resegment_range", [&] { extract(c.image, c.mask, settings); });
}

TEST(Refused, EmptyMask) {
  const Case c = test::make_case({3, 3, 3}, {1, 1, 1}, test::texture, [](int, int, int) { return false; });
  expect_error(ErrorCode::domain, "the mask is empty", [&] { extract(c.image, c.mask, {}); });
}

TEST(Refused, NanInsideTheRegionOnly) {
  Case c = test::make_case({5, 5, 5}, {1, 1, 1}, test::texture, [](int i, int, int) { return i < 4; });
  c.image.at(4, 2, 2) = kNaN;
  EXPECT_NO_THROW(extract(c.image, c.mask, {}));
  c.image.at(1, 2, 2) = kNaN;
  c.image.at(1, 2, 3) = std::numeric_limits<double>::infinity();
  expect_error(ErrorCode::domain, "2 of 100 voxels inside the region", [&] { extract(c.image, c.mask, {}); });
}

TEST(Refused, GeometryThatDoesNotMatchOrIsImpossible) {
  Case c = block({4, 4, 4}, test::texture);
  Case shifted = c, zero = c, missing = c, short_mask = c;
  shifted.mask.geometry.origin_lps = {1, 0, 0};
  expect_error(ErrorCode::geometry_mismatch, "origin differs", [&] { extract(shifted.image, shifted.mask, {}); });
  zero.image.geometry.spacing_mm[1] = 0;
  zero.mask.geometry = zero.image.geometry;
  expect_error(ErrorCode::domain, "spacing", [&] { extract(zero.image, zero.mask, {}); });
  zero.mask.geometry.spacing_mm[1] = kNaN;
  expect_error(ErrorCode::domain, "spacing", [&] { extract(c.image, zero.mask, {}); });
  missing.image.voxels.pop_back();
  expect_error(ErrorCode::shape_mismatch, "63 voxels", [&] { extract(missing.image, missing.mask, {}); });
  short_mask.mask.voxels.pop_back();
  expect_error(ErrorCode::shape_mismatch, "mask: 63 voxels", [&] { extract(short_mask.image, short_mask.mask, {}); });
}

TEST(Refused, SpacingOtherThanTheSettings) {
  const Case c = block({4, 4, 4}, test::texture);
  ExtractionSettings settings;
  settings.resample_spacing_mm = {1, 1, 0};
  EXPECT_NO_THROW(extract(c.image, c.mask, settings));
  settings.resample_spacing_mm = {1, 1, 3};
  expect_error(ErrorCode::domain, "resample_spacing_mm", [&] { extract(c.image, c.mask, settings); });
}

TEST(Levels, TooManyAreRefusedWithAProposal) {
  const Case c = block({8, 8, 8}, test::texture);
  ExtractionSettings settings;
  settings.bin_width = 1e-3;
  expect_error(ErrorCode::domain, "use a 'bin_width' near", [&] { extract(c.image, c.mask, settings); });
  settings.bin_width = 1e-300;
  expect_error(ErrorCode::domain, "more than 10000", [&] { extract(c.image, c.mask, settings); });
  settings.families = {"shape"};  // needs no levels
  EXPECT_NO_THROW(extract(c.image, c.mask, settings));
}

TEST(Levels, FewAndManyAreNoted) {
  const Case c = block({12, 12, 12}, test::texture);
  const auto notes_at = [&](double width) {
    ExtractionSettings settings;
    settings.bin_width = width;
    return extract(c.image, c.mask, settings).notes;
  };
  EXPECT_TRUE(notes_at(25).empty());
  ASSERT_EQ(notes_at(200).size(), 1u);
  EXPECT_NE(notes_at(200)[0].find("few for texture; a bin width near"), std::string::npos) << notes_at(200)[0];
  ASSERT_EQ(notes_at(1).size(), 1u);
  EXPECT_NE(notes_at(1)[0].find("many for texture; a bin width near"), std::string::npos) << notes_at(1)[0];
}

// Dense and sorted counting meet at 512 levels in use: the same region just below and above gives continuous values.
TEST(Levels, ManyLevelsAreCountedLikeFew) {
  const Case c = block({16, 16, 16}, [](int i, int j, int k) { return double(i + 16 * j + 256 * k) / 2; });
  ExtractionSettings settings;
  settings.families = {"glcm"};
  settings.bin_width = 1;  // 2048 levels of two voxels each
  const auto features = test::extract_map(c, settings);
  expect_undefined(features, {});
  // Along y levels differ by 8, along z by 128, along x by 0 or 1 in turn (8 of 15 steps by 1 in even rows).
  EXPECT_GT(features.at("original_glcm_Correlation").value, 0.9);
  settings.bin_width = 4.0;  // exactly 512
  const auto fewer = test::extract_map(c, settings);
  expect_undefined(fewer, {});
  EXPECT_NEAR(features.at("original_glcm_Contrast").value, 16 * fewer.at("original_glcm_Contrast").value,
              0.01 * features.at("original_glcm_Contrast").value);
}

TEST(Levels, EdgesFallToTheUpperBin) {
  ExtractionSettings settings;
  settings.bin_width = 0.1;
  std::vector<double> edges;
  for (int n = 0; n < 50; ++n) edges.push_back(n * 0.1);
  const Levels levels = discretise(edges, settings);
  for (int n = 0; n < 50; ++n)
    EXPECT_EQ(levels.numbers[levels.index_of_voxel[static_cast<std::size_t>(n)] - 1u], n + 1);
  settings.bin_width = 25;
  const Levels negative = discretise({-30, -25, -0.5, 0, 24.9, 25}, settings);
  EXPECT_EQ(negative.numbers, (std::vector<int>{1, 2, 3, 4}));
  EXPECT_EQ(negative.voxel_counts, (std::vector<std::size_t>{1, 2, 2, 1}));
}

TEST(Levels, CountFromMinimumAndIdentity) {
  ExtractionSettings settings;
  settings.binning = Binning::fixed_count;
  settings.bin_count = 4;
  const Levels four = discretise({0, 1, 2, 3, 4}, settings);
  EXPECT_EQ(four.voxel_counts, (std::vector<std::size_t>{1, 1, 1, 2}));
  settings = {};
  settings.binning = Binning::fixed_width_from_minimum;
  settings.bin_width = 10;
  EXPECT_EQ(discretise({3, 12, 13, 40}, settings).numbers, (std::vector<int>{1, 2, 4}));
  settings.resegment_range = {-7, 50};
  EXPECT_EQ(discretise({3, 12, 13, 40}, settings).numbers, (std::vector<int>{2, 3, 5}));
  settings = {};
  settings.binning = Binning::identity;
  EXPECT_EQ(discretise({1, 6, 4, 4}, settings).level_count, 6);
  expect_error(ErrorCode::domain, "whole numbers from 1", [&] { discretise({1, 2.5}, settings); });
  expect_error(ErrorCode::domain, "whole numbers from 1", [&] { discretise({0, 2}, settings); });
  expect_error(ErrorCode::domain, "10000", [&] { discretise({1, 20000}, settings); });
}

TEST(Levels, ProposedWidthGivesAbout32Levels) {
  for (const double range : {0.001, 0.7, 31.0, 800.0, 1234.5, 1e6}) {
    const double width = propose_bin_width(range);
    EXPECT_GT(range / width, 24) << range;
    EXPECT_LT(range / width, 42) << range;
  }
  EXPECT_EQ(propose_bin_width(800), 25);
  EXPECT_EQ(propose_bin_width(0), 0);
}

}  // namespace
}  // namespace larc::radiomics
