#include <gtest/gtest.h>

#include <set>

#include "core/error.h"
#include "core/number.h"
#include "filters/pattern_image.h"

namespace larc::filters {
namespace {

using test::derive;
using test::pattern_image;
using test::signature;
using test::whole_box;

struct Case2d {
  bool whole_numbers;
  const char* options;
  double signature;
};

/// Oracle: PyRadiomics' getLBP2DImage (commit 8ed5793, scikit-image 0.19.3) of pattern_image({9, 8, 7}, whole_numbers),
/// an int16 image if whole.
const Case2d k2d[] = {
    {true, R"({})", -6682},
    {true, R"({"lbp2DMethod": "default", "lbp2DRadius": 1.5, "lbp2DSamples": 9})", -370768},
    {true, R"({"lbp2DMethod": "ror"})", -191121},
    {true, R"({"lbp2DMethod": "default", "force2Ddimension": 1})", -185842},
    {true, R"({"lbp2DMethod": "default", "force2Ddimension": 2, "lbp2DRadius": 2.3, "lbp2DSamples": 12})", -1980316},
    {true, R"({"lbp2DMethod": "var"})", -96007},
    {false, R"({})", -6682},
    {false, R"({"lbp2DMethod": "default", "lbp2DRadius": 1.5, "lbp2DSamples": 9})", -370768},
    {false, R"({"lbp2DMethod": "ror"})", -191121},
    {false, R"({"lbp2DMethod": "default", "force2Ddimension": 1})", -185842},
    {false, R"({"lbp2DMethod": "default", "force2Ddimension": 2, "lbp2DRadius": 2.3, "lbp2DSamples": 12})", -1980316},
    {false, R"({"lbp2DMethod": "var"})", -1956.9739596495815}};

TEST(Lbp2d, OraclePyRadiomics) {
  for (const Case2d& item : k2d) {
    const image::Volume volume = pattern_image({9, 8, 7}, item.whole_numbers);
    const auto images = derive(volume, whole_box(volume), "LBP2D", parse_json(item.options, "options"));
    ASSERT_EQ(images.size(), 1U);
    EXPECT_EQ(images[0].name, "lbp-2D");
    EXPECT_NEAR(signature(images[0].volume.voxels), item.signature, 1e-7) << item.options;
  }
}

TEST(Lbp2d, InvariantBox) {
  const image::Volume volume = pattern_image({12, 11, 9}, true);
  const image::Box whole = whole_box(volume), box{{3, 0, 2}, {7, 4, 8}};
  for (const char* text :
       {R"({"lbp2DRadius": 2.5, "lbp2DSamples": 12})", R"({"force2Ddimension": 2, "lbp2DMethod": "ror"})"}) {
    const Json options = parse_json(text, "options");
    EXPECT_EQ(derive(volume, box, "LBP2D", options)[0].volume.voxels,
              test::inside(derive(volume, whole, "LBP2D", options)[0].volume.voxels, whole, box));
  }
}

TEST(Lbp2d, EdgeConstantImage) {
  image::Volume volume = pattern_image({5, 5, 1}, true);
  std::fill(volume.voxels.begin(), volume.voxels.end(), 7.0);
  const auto variance = derive(volume, {{2, 2, 0}, {2, 2, 0}}, "LBP2D", {{"lbp2DMethod", "var"}});
  EXPECT_TRUE(std::isnan(variance[0].volume.voxels[0]));
  // Inside, the four samples on voxels are equal to the centre; at a corner five of eight samples are beyond the image.
  const auto codes = derive(volume, whole_box(volume), "LBP2D", {{"lbp2DSamples", 4}, {"lbp2DMethod", "default"}})[0];
  EXPECT_EQ(codes.volume.at(2, 2, 0), 15);
  EXPECT_EQ(codes.volume.at(0, 0, 0), 9);  // right and below
}

struct Case3d {
  bool whole_numbers;
  const char* options;
  std::vector<std::pair<const char*, double>> images;
};

/// Oracle: PyRadiomics' getLBP3DImage (commit 8ed5793, SciPy 1.10.1; vertices of trimesh's icosphere) of
/// pattern_image({9, 8, 7}, whole_numbers), an int16 image if whole, with a mask of every voxel.
const Case3d k3d[] = {
    {true,
     R"({})",
     {{"lbp-3D-m1", -17734.612321730754}, {"lbp-3D-m2", -14262.296079235861}, {"lbp-3D-k", -742.81193928341997}}},
    {true,
     R"({"lbp3DLevels": 4, "lbp3DIcosphereRadius": 1.7})",
     {{"lbp-3D-m1", -17568.550173085954},
      {"lbp-3D-m2", -14053.833604393869},
      {"lbp-3D-m3", -14259.802229300662},
      {"lbp-3D-m4", -9733.2397830185982},
      {"lbp-3D-k", 22.075802360234462}}},
    {true,
     R"({"lbp3DIcosphereSubdivision": 0, "lbp3DLevels": 3})",
     {{"lbp-3D-m1", -2731.2833479195579},
      {"lbp-3D-m2", -1993.3650122553436},
      {"lbp-3D-m3", -903.79508510889639},
      {"lbp-3D-k", -408.19988603117037}}},
    {true,
     R"({"lbp3DIcosphereSubdivision": 2, "lbp3DIcosphereRadius": 2})",
     {{"lbp-3D-m1", -133917.7755258682}, {"lbp-3D-m2", -106485.77157929001}, {"lbp-3D-k", -922.35032949101605}}},
    {false,
     R"({})",
     {{"lbp-3D-m1", -17678.398737251613}, {"lbp-3D-m2", -14332.917789927331}, {"lbp-3D-k", -754.85262937244011}}},
    {false,
     R"({"lbp3DLevels": 4, "lbp3DIcosphereRadius": 1.7})",
     {{"lbp-3D-m1", -17439.104212496379},
      {"lbp-3D-m2", -13937.127595379785},
      {"lbp-3D-m3", -14368.337103628681},
      {"lbp-3D-m4", -9813.2304771140734},
      {"lbp-3D-k", 23.084032320566109}}},
    {false,
     R"({"lbp3DIcosphereSubdivision": 0, "lbp3DLevels": 3})",
     {{"lbp-3D-m1", -2705.3708898347331},
      {"lbp-3D-m2", -2024.9320349040543},
      {"lbp-3D-m3", -912.72727115344264},
      {"lbp-3D-k", -409.33445759794517}}},
    {false,
     R"({"lbp3DIcosphereSubdivision": 2, "lbp3DIcosphereRadius": 2})",
     {{"lbp-3D-m1", -133778.00141778478}, {"lbp-3D-m2", -106937.55459629958}, {"lbp-3D-k", -928.31395278621858}}}};

TEST(Lbp3d, OraclePyRadiomics) {
  for (const Case3d& item : k3d) {
    const image::Volume volume = pattern_image({9, 8, 7}, item.whole_numbers);
    const Json options = parse_json(item.options, "options");
    const auto images = derive(volume, whole_box(volume), "LBP3D", options);
    EXPECT_EQ(derived_image_names(PyRadiomicsImageType::from_json("LBP3D", options)).size(), images.size());
    ASSERT_EQ(images.size(), item.images.size());
    for (std::size_t n = 0; n < images.size(); ++n) {
      EXPECT_EQ(images[n].name, item.images[n].first);
      // A pattern that should vanish is the square root of rounding errors: up to 1e-7 a voxel.
      EXPECT_NEAR(signature(images[n].volume.voxels), item.images[n].second, 1e-5) << item.options << images[n].name;
    }
  }
}

TEST(Lbp3d, InvariantBox) {
  const image::Volume volume = pattern_image({70, 9, 8}, false);
  const image::Box whole = whole_box(volume), box{{33, 2, 0}, {36, 4, 3}};
  const auto all = derive(volume, whole, "LBP3D", {}), part = derive(volume, box, "LBP3D", {});
  ASSERT_EQ(part.size(), 3U);
  for (std::size_t n = 0; n < part.size(); ++n)
    EXPECT_LT(test::largest_difference(part[n].volume.voxels, test::inside(all[n].volume.voxels, whole, box)), 1e-9);
}

TEST(Lbp3d, EdgeConstantAndThinImages) {
  for (const image::Index3 size : {image::Index3{5, 5, 5}, image::Index3{5, 1, 1}, image::Index3{1, 1, 1}})
    for (const double value : {7.0, 0.1}) {
      image::Volume volume = pattern_image(size, true);
      std::fill(volume.voxels.begin(), volume.voxels.end(), value);
      const auto images = derive(volume, whole_box(volume), "LBP3D", {});
      const bool inner = size[2] == 5;
      const std::size_t centre = volume.geometry.offset(size[0] / 2, size[1] / 2, size[2] / 2);
      // Every sample equals the voxel: c = 42 Y, and the root of the sum over 42 vertices of (42 Y Y)^2.
      if (inner) {
        EXPECT_NEAR(images[0].volume.voxels[centre], 42 * std::sqrt(42.0) / (4 * 3.14159265358979), 1e-9);
        EXPECT_TRUE(std::isnan(images[2].volume.voxels[centre]));
      } else {
        EXPECT_TRUE(std::isfinite(images[0].volume.voxels[centre]));
      }
    }
}

TEST(Lbp3d, InvariantIcosphere) {
  for (const int subdivision : {0, 1, 2, 3}) {
    const auto vertices = icosphere_vertices(subdivision, 2.5);
    EXPECT_EQ(vertices.size(), static_cast<std::size_t>(10 * std::pow(4, subdivision) + 2));
    std::set<image::Vec3> different(vertices.begin(), vertices.end());
    EXPECT_EQ(different.size(), vertices.size());
    for (const image::Vec3& v : vertices) EXPECT_NEAR(std::sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2]), 2.5, 1e-14);
  }
}

}  // namespace
}  // namespace larc::filters
