#include "filters/pyradiomics_image_types.h"

#include <gtest/gtest.h>
#include <itkGradientMagnitudeImageFilter.h>
#include <itkImage.h>

#include "core/error.h"
#include "filters/pattern_image.h"

namespace larc::filters {
namespace {

using test::derive;
using test::pattern_image;
using test::signature;
using test::whole_box;

Json options(const char* text) {
  return parse_json(text, "options");
}

std::vector<std::string> names(const std::string& type, const char* text) {
  return derived_image_names(PyRadiomicsImageType::from_json(type, options(text)));
}

std::string message_of(const std::string& type, const char* text) {
  try {
    PyRadiomicsImageType::from_json(type, options(text));
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::domain);
    return error.message();
  }
  return "";
}

std::vector<SkippedImage> skipped(const image::Volume& volume, const std::string& type, const char* text) {
  return for_each_derived_image(volume, whole_box(volume), PyRadiomicsImageType::from_json(type, options(text)),
                                [](DerivedImage&& image) { ADD_FAILURE() << image.name; });
}

TEST(PyRadiomicsImageTypes, NamesAreThoseOfPyRadiomics) {
  EXPECT_EQ(names("Original", "{}"), std::vector<std::string>{"original"});
  // Python prints 3 as "3" and 3.0 as "3.0".
  EXPECT_EQ(names("LoG", R"({"sigma": [1.0, 3, 2.5, 0.75]})"),
            (std::vector<std::string>{"log-sigma-1-0-mm-3D", "log-sigma-3-mm-3D", "log-sigma-2-5-mm-3D",
                                      "log-sigma-0-75-mm-3D"}));
  EXPECT_EQ(names("LoG", R"({"sigma": [1.0], "log2D": true})"), std::vector<std::string>{"log-sigma-1-0-mm-2D"});
  EXPECT_EQ(names("LoG", R"({"sigma": [1.0], "force2D": true})"), std::vector<std::string>{"log-sigma-1-0-mm-3D"});
  EXPECT_EQ(names("Wavelet", "{}"),
            (std::vector<std::string>{"wavelet-LLH", "wavelet-LHL", "wavelet-LHH", "wavelet-HLL", "wavelet-HLH",
                                      "wavelet-HHL", "wavelet-HHH", "wavelet-LLL"}));
  EXPECT_EQ(names("Square", "{}"), std::vector<std::string>{"square"});
  EXPECT_EQ(names("SquareRoot", "{}"), std::vector<std::string>{"squareroot"});
  EXPECT_EQ(names("Logarithm", "{}"), std::vector<std::string>{"logarithm"});
  EXPECT_EQ(names("Exponential", "{}"), std::vector<std::string>{"exponential"});
  EXPECT_EQ(names("Gradient", "{}"), std::vector<std::string>{"gradient"});
  EXPECT_EQ(names("LBP2D", "{}"), std::vector<std::string>{"lbp-2D"});
  EXPECT_EQ(names("LBP3D", R"({"lbp3DLevels": 3})"),
            (std::vector<std::string>{"lbp-3D-m1", "lbp-3D-m2", "lbp-3D-m3", "lbp-3D-k"}));
}

TEST(PyRadiomicsImageTypes, InvariantEveryTypeGivesTheNamesItForetells) {
  const image::Volume volume = pattern_image({8, 9, 7}, true);
  for (const std::string& name : image_types()) {
    const auto type = PyRadiomicsImageType::from_json(name, name == "LoG" ? options(R"({"sigma": [1, 2.0]})") : Json());
    std::vector<std::string> given;
    const image::Box box{{2, 3, 1}, {5, 4, 6}};
    const auto left_out = for_each_derived_image(volume, box, type, [&](DerivedImage&& image) {
      given.push_back(image.name);
      EXPECT_EQ(image.volume.geometry.size, (image::Index3{4, 2, 6})) << image.name;
      EXPECT_EQ(image.volume.voxels.size(), 48U) << image.name;
      EXPECT_EQ(image.volume.geometry.origin_lps, (image::Vec3{2, 3, 1}));
    });
    EXPECT_EQ(given, derived_image_names(type));
    EXPECT_TRUE(left_out.empty());
  }
}

/// Oracle: signatures of PyRadiomics' images (commit 8ed5793, NumPy 1.24.2) of pattern_image({9, 8, 7}, false).
TEST(PyRadiomicsImageTypes, OraclePointOperations) {
  const image::Volume volume = pattern_image({9, 8, 7}, false);
  const std::pair<const char*, double> cases[] = {{"Square", 3444.8095238095234},
                                                  {"SquareRoot", 21470.56196587954},
                                                  {"Logarithm", 24280.195997654671},
                                                  {"Exponential", 4181.5163674454579}};
  for (const auto& [type, expected] : cases) {
    const auto images = derive(volume, whole_box(volume), type, {});
    ASSERT_EQ(images.size(), 1U);
    EXPECT_NEAR(signature(images[0].volume.voxels), expected, 1e-9) << type;
  }
}

TEST(PyRadiomicsImageTypes, PointOperationsUseTheWholeImage) {
  image::Volume volume = pattern_image({9, 8, 7}, false);
  const image::Box whole = whole_box(volume), box{{4, 4, 4}, {6, 6, 6}};
  volume.at(0, 0, 0) = -100;
  for (const char* type : {"Square", "SquareRoot", "Logarithm", "Exponential"}) {
    const std::vector<double> expected = test::inside(derive(volume, whole, type, {})[0].volume.voxels, whole, box);
    EXPECT_EQ(derive(volume, box, type, {})[0].volume.voxels, expected);
    // A part of the image with the facts of the whole.
    ImageFacts facts{largest_magnitude(volume), {}};
    EXPECT_EQ(facts.largest_magnitude, 100);
    const auto parsed = PyRadiomicsImageType::from_json(type, {});
    EXPECT_TRUE(support_of(parsed, volume.geometry, box).largest_magnitude);
    for_each_derived_image(
        image::crop(volume, box), {{0, 0, 0}, {2, 2, 2}}, parsed,
        [&](DerivedImage&& image) { EXPECT_EQ(image.volume.voxels, expected) << type; }, &facts);
  }
}

TEST(PyRadiomicsImageTypes, FactsAreKept) {
  const image::Volume volume = pattern_image({5, 5, 5}, true);
  ImageFacts facts;
  const auto ignore = [](DerivedImage&&) {};
  for_each_derived_image(volume, whole_box(volume), PyRadiomicsImageType::from_json("Square", {}), ignore, &facts);
  EXPECT_EQ(facts.largest_magnitude, *std::max_element(volume.voxels.begin(), volume.voxels.end()));
  EXPECT_FALSE(facts.whole_numbers.has_value());
  for_each_derived_image(volume, whole_box(volume), PyRadiomicsImageType::from_json("LBP3D", {}), ignore, &facts);
  EXPECT_EQ(facts.whole_numbers, true);
  EXPECT_FALSE(holds_whole_numbers(pattern_image({5, 5, 5}, false)));
  image::Volume broken = volume;
  broken.voxels.back() = std::nan("");
  EXPECT_TRUE(std::isnan(largest_magnitude(broken)));
  broken.voxels[3] = -HUGE_VAL;
  EXPECT_TRUE(std::isnan(largest_magnitude(broken)));
}

/// Oracle: ITK 5.2.1's GradientMagnitudeImageFilter with a double image of the result; same arithmetic but for
/// rounding.
TEST(PyRadiomicsImageTypes, OracleGradient) {
  using Image = itk::Image<double, 3>;
  for (const image::Index3 size : {image::Index3{9, 8, 7}, image::Index3{9, 1, 2}})
    for (const bool use_spacing : {true, false}) {
      const image::Volume volume = pattern_image(size, true, {0.7, 1, 3});
      auto image = Image::New();
      Image::SizeType extent;
      Image::SpacingType spacing;
      for (unsigned a = 0; a < 3; ++a) {
        extent[a] = static_cast<itk::SizeValueType>(size[a]);
        spacing[a] = volume.geometry.spacing_mm[a];
      }
      image->SetRegions(extent);
      image->SetSpacing(spacing);
      image->Allocate();
      std::copy(volume.voxels.begin(), volume.voxels.end(), image->GetBufferPointer());
      auto filter = itk::GradientMagnitudeImageFilter<Image, Image>::New();
      filter->SetInput(image);
      filter->SetUseImageSpacing(use_spacing);
      filter->Update();
      const double* from = filter->GetOutput()->GetBufferPointer();
      const Json json{{"gradientUseSpacing", use_spacing}};
      const auto mine = derive(volume, whole_box(volume), "Gradient", json)[0].volume.voxels;
      // ITK's operator holds 1 / spacing in float.
      EXPECT_LT(test::largest_difference(mine, {from, from + mine.size()}), 1e-5);
      EXPECT_GT(*std::max_element(mine.begin(), mine.end()), 10);
      const image::Box box{{1, 0, 0}, {7, size[1] - 1, 1}};
      EXPECT_EQ(derive(volume, box, "Gradient", json)[0].volume.voxels, test::inside(mine, whole_box(volume), box));
    }
}

TEST(PyRadiomicsImageTypes, InvariantCropToSupport) {
  const image::Volume volume = pattern_image({100, 95, 90}, true);
  const image::Box box{{50, 46, 43}, {52, 47, 44}};
  for (const std::string& name : image_types()) {
    const auto type = PyRadiomicsImageType::from_json(name, name == "LoG" ? options(R"({"sigma": [1, 1.5]})") : Json());
    const Support support = support_of(type, volume.geometry, box);
    image::Box moved = box;
    for (std::size_t a = 0; a < 3; ++a) {
      EXPECT_LE(support.box.lower[a], box.lower[a]);
      EXPECT_GE(support.box.upper[a], box.upper[a]);
      moved.lower[a] -= support.box.lower[a];
      moved.upper[a] -= support.box.lower[a];
    }
    const image::Volume crop = image::crop(volume, support.box);
    EXPECT_LT(crop.voxels.size(), volume.voxels.size()) << name;
    std::vector<DerivedImage> whole, part;
    for_each_derived_image(volume, box, type, [&](DerivedImage&& image) { whole.push_back(std::move(image)); });
    ImageFacts facts{largest_magnitude(volume), holds_whole_numbers(volume)};
    for_each_derived_image(
        crop, moved, type, [&](DerivedImage&& image) { part.push_back(std::move(image)); }, &facts);
    ASSERT_EQ(whole.size(), part.size()) << name;
    for (std::size_t n = 0; n < whole.size(); ++n) {
      EXPECT_TRUE(image::same_geometry(whole[n].volume.geometry, part[n].volume.geometry)) << name;
      EXPECT_LT(test::largest_difference(whole[n].volume.voxels, part[n].volume.voxels), 1e-9) << whole[n].name;
    }
  }
}

TEST(PyRadiomicsImageTypes, ErrorsNameKeyAndChoices) {
  EXPECT_NE(message_of("Log", "{}").find("LoG"), std::string::npos);
  EXPECT_NE(message_of("LoG", R"({"level": 1})").find("'level' does not belong to image type 'LoG'; choose from sigma"),
            std::string::npos);
  for (const auto& [type, text, key] : std::vector<std::array<const char*, 3>>{
           {"LoG", R"({"sigma": 3})", "sigma"},
           {"LoG", R"({"sigma": [0]})", "sigma"},
           {"LoG", R"({"sigma": [1, "x"]})", "sigma"},
           {"LoG", R"({"log2D": 1})", "log2D"},
           {"Wavelet", R"({"level": 0})", "level"},
           {"Wavelet", R"({"level": 1.5})", "level"},
           {"Wavelet", R"({"start_level": -1})", "start_level"},
           {"Wavelet", R"({"wavelet": 3})", "wavelet"},
           {"Wavelet", R"({"force2Ddimension": 3})", "force2Ddimension"},
           {"Gradient", R"({"gradientUseSpacing": "yes"})", "gradientUseSpacing"},
           {"LBP2D", R"({"lbp2DRadius": 0})", "lbp2DRadius"},
           {"LBP2D", R"({"lbp2DSamples": 0})", "lbp2DSamples"},
           {"LBP2D", R"({"lbp2DMethod": "nri"})", "lbp2DMethod"},
           {"LBP3D", R"({"lbp3DLevels": 0})", "lbp3DLevels"},
           {"LBP3D", R"({"lbp3DIcosphereRadius": -1})", "lbp3DIcosphereRadius"},
           {"LBP3D", R"({"lbp3DIcosphereSubdivision": -1})", "lbp3DIcosphereSubdivision"},
           {"Square", R"({"sigma": [1]})", "sigma"}})
    EXPECT_NE(message_of(type, text).find(key), std::string::npos) << type << text;
  EXPECT_NE(message_of("Square", "[1]").find("Square"), std::string::npos);
  EXPECT_NE(message_of("Wavelet", R"({"wavelet": "db99"})").find("db38"), std::string::npos);
  const image::Volume volume = pattern_image({4, 4, 4}, true);
  for (const std::string& type : image_types())
    EXPECT_THROW(derive(volume, {{0, 0, 0}, {4, 3, 3}}, type, {}), Error) << type;
}

TEST(PyRadiomicsImageTypes, WhatPyRadiomicsLeavesOutIsSaid) {
  // Fewer than 4 voxels, or than ceil(sigma / spacing) + 1.
  EXPECT_EQ(skipped(pattern_image({9, 9, 3}, true), "LoG", R"({"sigma": [1.0]})").size(), 1U);
  const auto left_out = skipped(pattern_image({9, 9, 5}, true), "LoG", R"({"sigma": [4.5]})");
  ASSERT_EQ(left_out.size(), 1U);
  EXPECT_EQ(left_out[0].name, "log-sigma-4-5-mm-3D");
  EXPECT_NE(left_out[0].reason.find("at least 6"), std::string::npos);
  EXPECT_EQ(
      derive(pattern_image({9, 9, 5}, true), {{0, 0, 0}, {8, 8, 4}}, "LoG", options(R"({"sigma": [4.5, 4]})")).size(),
      1U);
  EXPECT_EQ(
      derive(pattern_image({9, 9, 1}, true), {{0, 0, 0}, {8, 8, 0}}, "LoG", options(R"({"sigma": [4], "log2D": true})"))
          .size(),
      1U);
  EXPECT_EQ(skipped(pattern_image({9, 9, 9}, true), "LoG", "{}").size(), 1U);
  image::Volume zero = pattern_image({4, 4, 4}, true);
  std::fill(zero.voxels.begin(), zero.voxels.end(), 0.0);
  for (const char* type : {"Square", "Logarithm", "Exponential"})
    EXPECT_EQ(skipped(zero, type, "{}").size(), 1U) << type;
  EXPECT_EQ(derive(zero, whole_box(zero), "SquareRoot", {})[0].volume.voxels, zero.voxels);
  zero.voxels[5] = HUGE_VAL;
  EXPECT_EQ(skipped(zero, "SquareRoot", "{}").size(), 1U);
}

}  // namespace
}  // namespace larc::filters
