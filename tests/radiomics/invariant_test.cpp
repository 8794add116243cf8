// Invariants: what must not depend on how the region lies in its grid. Tolerance 1e-10 relative: sums run in another
// order, nothing else changes.
#include <gtest/gtest.h>

#include "regions.h"

namespace larc::radiomics {
namespace {

using image::Index3;
using test::Case;
using test::rearranged;

Case irregular() {
  return test::irregular_region();
}

Case smooth() {
  const Index3 size{31, 27, 19};
  return test::make_case(size, {0.8, 0.9, 3.3}, test::texture, test::ellipsoid(size, 13.3, 11.1, 7.7));
}

// Rows of more than two machine words, full of holes, and one that ends with a word.
Case longer(int length) {
  return test::make_case({length, 7, 5}, {0.8, 0.9, 3.3}, test::texture, [=](int i, int j, int k) {
    return (i * 7 + j * 5 + k * 3) % 11 != 0 && (i + j < length - 3 || k == 2) && (i > 2 || j == k);
  });
}

void expect_same(const std::map<std::string, FeatureValue>& expected, const std::map<std::string, FeatureValue>& found,
                 const std::map<std::string, std::string>& renamed = {}) {
  ASSERT_EQ(expected.size(), found.size());
  for (const auto& [name, feature] : expected) {
    const auto other = renamed.find(name);
    const FeatureValue& value = found.at(other == renamed.end() ? name : other->second);
    EXPECT_TRUE(std::isfinite(feature.value)) << name;
    EXPECT_NEAR(value.value, feature.value, 1e-10 * std::max(1.0, std::abs(feature.value))) << name;
  }
}

ExtractionSettings closed_mesh(Naming naming) {
  ExtractionSettings settings;
  settings.naming = naming;
  settings.mesh = MeshRule::closed;
  return settings;
}

const std::string kDiameters[3] = {"original_shape_Maximum2DDiameterRow", "original_shape_Maximum2DDiameterColumn",
                                   "original_shape_Maximum2DDiameterSlice"};

TEST(Invariance, AxisOrdersAndFlipsChangeNothing) {
  const std::vector<Index3> orders{{0, 1, 2}, {1, 0, 2}, {2, 1, 0}, {0, 2, 1}, {1, 2, 0}, {2, 0, 1}};
  const Case c = irregular();
  for (const Naming naming : {Naming::pyradiomics, Naming::ibsi}) {
    const ExtractionSettings settings = closed_mesh(naming);
    const auto expected = test::extract_map(c, settings);
    for (const Index3& order : orders)
      for (int flips = 0; flips < 8; ++flips) {
        SCOPED_TRACE(std::to_string(order[0]) + std::to_string(order[1]) + std::to_string(order[2]) + " flips " +
                     std::to_string(flips));
        std::map<std::string, std::string> renamed;  // the plane moves with its axis
        if (naming == Naming::pyradiomics)
          for (std::size_t axis = 0; axis < 3; ++axis)
            renamed[kDiameters[static_cast<std::size_t>(order[axis])]] = kDiameters[axis];
        const Case moved = rearranged(c, order, {(flips & 1) != 0, (flips & 2) != 0, (flips & 4) != 0});
        expect_same(expected, test::extract_map(moved, settings), renamed);
      }
  }
}

TEST(Invariance, RowsMayBeLongerThanAWord) {
  for (const int length : {62, 63, 64, 126, 150}) {
    const ExtractionSettings settings = closed_mesh(Naming::ibsi);
    const Case c = longer(length);
    const auto expected = test::extract_map(c, settings);
    for (const Index3& order : {Index3{1, 0, 2}, {2, 1, 0}})
      expect_same(expected, test::extract_map(rearranged(c, order, {true, false, false}), settings));
  }
}

// PyRadiomics' mesh rule gives the closed surface wherever no four voxels of a face alternate.
TEST(Invariance, MeshRulesAgreeOnSmoothRegions) {
  const Case c = smooth();
  ExtractionSettings pyradiomics;
  pyradiomics.families = {"shape"};
  ExtractionSettings closed = pyradiomics;
  closed.mesh = MeshRule::closed;
  expect_same(test::extract_map(c, closed), test::extract_map(c, pyradiomics));
}

// And only there: otherwise the setting would do nothing.
TEST(Invariance, MeshRulesDifferWhereVoxelsAlternate) {
  const Case c = irregular();
  ExtractionSettings pyradiomics;
  pyradiomics.families = {"shape"};
  ExtractionSettings closed = pyradiomics;
  closed.mesh = MeshRule::closed;
  const std::string area = "original_shape_SurfaceArea";
  EXPECT_NE(test::extract_map(c, closed).at(area).value, test::extract_map(c, pyradiomics).at(area).value);
}

TEST(Invariance, CroppingAndPaddingChangeNothingAtAll) {
  const Case c = irregular();
  const image::Box box = image::bounding_box(c.mask);
  Case cropped{image::crop(c.image, box), image::crop(c.mask, box)};
  Case padded = test::make_case(
      {41, 37, 31}, c.image.geometry.spacing_mm, [](int, int, int) { return -7.5; },
      [](int, int, int) { return false; });
  for (int k = 0; k < 15; ++k)
    for (int j = 0; j < 19; ++j)
      for (int i = 0; i < 23; ++i) {
        padded.image.at(i + 9, j + 4, k + 6) = c.image.at(i, j, k);
        padded.mask.voxels[padded.mask.geometry.offset(i + 9, j + 4, k + 6)] = c.mask.at(i, j, k) ? 1 : 0;
      }
  const auto expected = test::extract_map(c);
  for (const Case& other : {cropped, padded})
    for (const auto& [name, feature] : test::extract_map(other))
      EXPECT_EQ(feature.value, expected.at(name).value) << name;
}

TEST(Invariance, OriginDirectionAndVoxelsOutsideDoNotMatter) {
  const Case c = irregular();
  Case moved = c;
  const double s = std::sqrt(0.5);
  moved.image.geometry.origin_lps = {-81.25, 17, 300};
  moved.image.geometry.direction = {{{s, 0, s}, {0, 1, 0}, {-s, 0, s}}};
  moved.mask.geometry = moved.image.geometry;
  for (std::size_t v = 0; v < moved.image.voxels.size(); ++v)
    if (moved.mask.voxels[v] == 0)
      moved.image.voxels[v] =
          v % 2 ? std::numeric_limits<double>::quiet_NaN() : std::numeric_limits<double>::infinity();
  const auto expected = test::extract_map(c);
  for (const auto& [name, feature] : test::extract_map(moved))
    EXPECT_EQ(feature.value, expected.at(name).value) << name;
}

TEST(Invariance, ScalingTheGridScalesSizesOnly) {
  const Case c = irregular();
  Case larger = c;
  for (double& spacing : larger.image.geometry.spacing_mm) spacing *= 2;
  larger.mask.geometry = larger.image.geometry;
  const auto expected = test::extract_map(c), found = test::extract_map(larger);
  const std::map<std::string, double> factor{{"MeshVolume", 8}, {"VoxelVolume", 8},         {"SurfaceArea", 4},
                                             {"Sphericity", 1}, {"Maximum3DDiameter", 2},   {"MajorAxisLength", 2},
                                             {"Flatness", 1},   {"SurfaceVolumeRatio", 0.5}};
  for (const auto& [name, times] : factor) {
    const double value = expected.at("original_shape_" + name).value * times;
    EXPECT_NEAR(found.at("original_shape_" + name).value, value, 1e-12 * value) << name;
  }
  EXPECT_EQ(found.at("original_glcm_Contrast").value, expected.at("original_glcm_Contrast").value);
}

// The exact largest distance, by all pairs of mesh vertices.
TEST(Invariance, DiametersEqualThoseOverAllPairsOfVertices) {
  for (const Case& c : {irregular(), smooth(), longer(130)}) {
    const image::Geometry& g = c.mask.geometry;
    const auto inside = [&](int i, int j, int k) {
      return i >= 0 && j >= 0 && k >= 0 && i < g.size[0] && j < g.size[1] && k < g.size[2] && c.mask.at(i, j, k);
    };
    std::vector<image::Vec3> vertices;
    for (int k = -1; k < g.size[2]; ++k)
      for (int j = -1; j < g.size[1]; ++j)
        for (int i = -1; i < g.size[0]; ++i)
          for (std::size_t axis = 0; axis < 3; ++axis) {
            const Index3 n{i + (axis == 0), j + (axis == 1), k + (axis == 2)};
            if (inside(i, j, k) == inside(n[0], n[1], n[2])) continue;
            vertices.push_back({(i + n[0]) / 2.0, (j + n[1]) / 2.0, (k + n[2]) / 2.0});
          }
    std::array<double, 4> largest{};
    for (const auto& p : vertices)
      for (const auto& q : vertices) {
        double square = 0;
        for (std::size_t axis = 0; axis < 3; ++axis) square += std::pow((p[axis] - q[axis]) * g.spacing_mm[axis], 2);
        largest[3] = std::max(largest[3], square);
        for (std::size_t axis = 0; axis < 3; ++axis)
          if (p[axis] == q[axis]) largest[axis] = std::max(largest[axis], square);
      }
    const auto features = test::extract_map(c);
    EXPECT_NEAR(features.at("original_shape_Maximum3DDiameter").value, std::sqrt(largest[3]), 1e-12 * 100);
    for (std::size_t axis = 0; axis < 3; ++axis)
      EXPECT_NEAR(features.at(kDiameters[axis]).value, std::sqrt(largest[axis]), 1e-12 * 100) << axis;
  }
}

}  // namespace
}  // namespace larc::radiomics
