// Unit and edge: area, outline and axes of a region within one slice. The oracle is in pyradiomics_oracle_test.cpp.
#include <gtest/gtest.h>

#include "core/error.h"
#include "phantom.h"
#include "radiomics/feature_table.h"

namespace larc::radiomics {
namespace {

ExtractionSettings shape_2d(int axis) {
  ExtractionSettings settings;
  settings.families = {"shape2D"};
  settings.force_2d = true;
  settings.force_2d_axis = axis;
  return settings;
}

double value(const std::map<std::string, FeatureValue>& features, const std::string& name) {
  return features.at("original_shape2D_" + name).value;
}

test::Case pixels(const std::vector<std::array<int, 2>>& inside, const image::Vec3& spacing) {
  return test::make_case({9, 8, 1}, spacing, test::texture, [&](int i, int j, int) {
    return std::find(inside.begin(), inside.end(), std::array<int, 2>{i, j}) != inside.end();
  });
}

TEST(Shape2D, OnePixelIsADiamond) {
  const auto f = test::extract_map(pixels({{4, 5}}, {2, 3, 10}), shape_2d(2));
  EXPECT_EQ(value(f, "MeshSurface"), 3);
  EXPECT_EQ(value(f, "PixelSurface"), 6);
  EXPECT_NEAR(value(f, "Perimeter"), 2 * std::sqrt(13.0), 1e-14);
  EXPECT_EQ(value(f, "MaximumDiameter"), 3);
  EXPECT_EQ(value(f, "MajorAxisLength"), 0);
  EXPECT_TRUE(std::isnan(value(f, "Elongation")));
  EXPECT_EQ(f.at("original_shape2D_Elongation").reason,
            "undefined: " + feature_table().find("shape2D_Elongation")->undefined_when);
}

TEST(Shape2D, RectangleHasItsCornersCut) {
  std::vector<std::array<int, 2>> block;
  for (int i = 1; i < 6; ++i)
    for (int j = 2; j < 5; ++j) block.push_back({i, j});
  const auto f = test::extract_map(pixels(block, {2, 3, 10}), shape_2d(2));
  EXPECT_EQ(value(f, "MeshSurface"), 10 * 9 - 4 * 6 / 8.0);
  EXPECT_NEAR(value(f, "Perimeter"), 2 * 4 * 2 + 2 * 2 * 3 + 4 * std::sqrt(13.0) / 2, 1e-13);
  EXPECT_NEAR(value(f, "MaximumDiameter"), std::sqrt(64.0 + 81), 1e-13);
  EXPECT_NEAR(value(f, "MajorAxisLength"), 4 * std::sqrt(8.0), 1e-13);
  EXPECT_NEAR(value(f, "MinorAxisLength"), 4 * std::sqrt(6.0), 1e-13);
  EXPECT_NEAR(value(f, "Elongation"), std::sqrt(6.0 / 8), 1e-14);
  const double area = 87, length = value(f, "Perimeter");
  EXPECT_NEAR(value(f, "Sphericity"), 2 * std::sqrt(3.14159265358979323846 * area) / length, 1e-14);
  EXPECT_NEAR(value(f, "PerimeterSurfaceRatio"), length / area, 1e-14);
}

// Two pixels that touch at a corner stay apart: two diamonds.
TEST(Shape2D, PixelsThatTouchAtACornerStayApart) {
  for (const int j : {4, 6}) {
    const auto f = test::extract_map(pixels({{4, 5}, {5, j}}, {1, 1, 1}), shape_2d(2));
    EXPECT_EQ(value(f, "MeshSurface"), 1);
    EXPECT_NEAR(value(f, "Perimeter"), 4 * std::sqrt(2.0), 1e-14);
    EXPECT_NEAR(value(f, "MinorAxisLength"), 0, 1e-14);
  }
}

TEST(Shape2D, TheSliceMayLieAcrossAnyAxis) {
  const auto inside = [](int a, int b) { return (a - 6) * (a - 6) + 2 * (b - 5) * (b - 5) < 23 && a + b != 9; };
  const auto expected = test::extract_map(test::make_case({13, 11, 3}, {0.7, 1.1, 5}, test::texture,
                                                          [&](int i, int j, int k) { return k == 1 && inside(i, j); }),
                                          shape_2d(2));
  const auto along_y = test::extract_map(test::make_case({13, 3, 11}, {0.7, 5, 1.1}, test::texture,
                                                         [&](int i, int j, int k) { return j == 2 && inside(i, k); }),
                                         shape_2d(1));
  const auto along_x = test::extract_map(test::make_case({4, 11, 13}, {5, 1.1, 0.7}, test::texture,
                                                         [&](int i, int j, int k) { return i == 0 && inside(k, j); }),
                                         shape_2d(0));
  ASSERT_EQ(expected.size(), 9u);
  for (const auto& [name, feature] : expected) {
    EXPECT_NEAR(along_y.at(name).value, feature.value, 1e-12) << name;
    EXPECT_NEAR(along_x.at(name).value, feature.value, 1e-12) << name;
  }
}

TEST(Shape2D, DeprecatedFeatureOnRequest) {
  ExtractionSettings settings = shape_2d(2);
  settings.selected["shape2D"] = {"shape2D_SphericalDisproportion", "shape2D_Sphericity"};
  const auto f = test::extract_map(pixels({{4, 5}, {5, 5}}, {1, 1, 1}), settings);
  ASSERT_EQ(f.size(), 2u);
  EXPECT_NEAR(value(f, "SphericalDisproportion") * value(f, "Sphericity"), 1, 1e-15);
}

TEST(Shape2D, RefusesWhatIsNotOneSlice) {
  const test::Case c = test::make_case({5, 4, 3}, {1, 1, 1}, test::texture, [](int, int j, int) { return j < 3; });
  const auto message_with = [&](const ExtractionSettings& settings) {
    try {
      extract(c.image, c.mask, settings);
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  EXPECT_NE(message_with(shape_2d(2)).find("lies in 3 slices across 'force_2d_axis' 2"), std::string::npos);
  ExtractionSettings settings = shape_2d(2);
  settings.force_2d = false;
  EXPECT_NE(message_with(settings).find("'force_2d': true"), std::string::npos);
}

}  // namespace
}  // namespace larc::radiomics
