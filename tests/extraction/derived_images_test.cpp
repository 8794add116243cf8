// Invariant and unit: derived images inside the order of work, and response maps.
#include "extraction/derived_images.h"

#include "extraction_support.h"

namespace larc::extraction {
namespace {

using test::plan_from;
using test::values_of;

// A padding larger than the image makes the cut the whole image: filters then see all of it.
void expect_part_equals_whole(const std::string& types, const test::Pair& pair) {
  const std::string yaml = "imageType: " + types + "\nfeatureClass: {firstorder: [Mean, Variance, Minimum, Maximum]}\n";
  const auto part = values_of(extract_case(plan_from(yaml), pair.image, pair.mask));
  const auto whole = values_of(
      extract_case(plan_from(yaml + "setting: {preCrop: true, padDistance: 10000}\n"), pair.image, pair.mask));
  ASSERT_EQ(part.size(), whole.size()) << types;
  ASSERT_FALSE(part.empty()) << types;
  for (const auto& [name, value] : whole)
    EXPECT_NEAR(part.at(name), value, 1e-9 * std::max(1.0, std::abs(value))) << name;
}

TEST(DerivedImages, APartGivesTheValuesOfTheWholeImage) {
  // Odd and even sizes; a region in the middle and one that touches two borders.
  const auto middle = test::make_pair({71, 64, 41}, {0.8, 0.8, 2}, 0.12);
  auto border = middle;
  std::fill(border.mask.voxels.begin(), border.mask.voxels.end(), std::uint8_t{0});
  for (int k = 35; k < 41; ++k)
    for (int j = 20; j < 30; ++j)
      for (int i = 0; i < 9; ++i) border.mask.voxels[border.mask.geometry.offset(i, j, k)] = 1;
  for (const std::string types :
       {"{Original: {}}", "{LoG: {sigma: [1.0, 3]}}", "{Wavelet: {}}", "{Wavelet: {wavelet: haar, level: 2}}",
        "{Square: {}, SquareRoot: {}, Logarithm: {}, Exponential: {}}", "{Gradient: {}}",
        "{LBP2D: {force2D: true}, LBP3D: {}}"}) {
    expect_part_equals_whole(types, middle);
    expect_part_equals_whole(types, border);
  }
}

TEST(DerivedImages, FiltersOfThePartGiveTheValuesOfTheWholeImage) {
  const auto pair = test::make_pair({71, 64, 41}, {0.8, 0.8, 2}, 0.12);
  for (const std::string filter :
       {"{type: mean, size: 5}", "{type: log, sigma_mm: 1.5}", "{type: log, sigma_mm: 2, boundary: periodic}",
        "{type: laws, kernels: L5E5S5, rotation_invariant: true}", "{type: wavelet, wavelet: db2, subband: LHL}",
        "{type: simoncelli, level: 1}"}) {
    Plan plan;
    try {
      plan = plan_from("larc: {families: [firstorder], naming: ibsi, filters: [" + filter + "]}");
    } catch (const Error& error) {
      ADD_FAILURE() << filter << ": " << error.what();
      continue;
    }
    const auto whole = values_of(extract_case(plan, pair.image, pair.mask));
    plan.image_diagnostics = false;
    const auto part = values_of(extract_case(plan, pair.image, pair.mask));
    for (const auto& [name, value] : whole)
      EXPECT_NEAR(part.at(name), value, 1e-9 * std::max(1.0, std::abs(value))) << filter << " " << name;
  }
}

TEST(DerivedImages, ComeInTheOrderOfTheFileWithTheirNames) {
  const auto pair = test::make_pair({40, 36, 20}, {1, 1, 2});
  const Plan plan = plan_from(
      "imageType: {Wavelet: {}, LoG: {sigma: [3, 1.5]}, Original: {}, Square: {}}\n"
      "featureClass: {firstorder: [Mean]}\n");
  EXPECT_EQ(test::names_of(extract_case(plan, pair.image, pair.mask)),
            (std::vector<std::string>{
                "wavelet-LLH_firstorder_Mean", "wavelet-LHL_firstorder_Mean", "wavelet-LHH_firstorder_Mean",
                "wavelet-HLL_firstorder_Mean", "wavelet-HLH_firstorder_Mean", "wavelet-HHL_firstorder_Mean",
                "wavelet-HHH_firstorder_Mean", "wavelet-LLL_firstorder_Mean", "log-sigma-3-mm-3D_firstorder_Mean",
                "log-sigma-1-5-mm-3D_firstorder_Mean", "original_firstorder_Mean", "square_firstorder_Mean"}));
}

TEST(DerivedImages, ShapeNeedsNoOriginalImageType) {
  const auto pair = test::make_pair({40, 36, 20}, {1, 1, 2});
  const auto names = test::names_of(
      extract_case(plan_from("imageType: {Square: {}}\nfeatureClass: {shape: [VoxelVolume], firstorder: [Mean]}\n"),
                   pair.image, pair.mask));
  EXPECT_EQ(names, (std::vector<std::string>{"original_shape_VoxelVolume", "square_firstorder_Mean"}));
}

TEST(DerivedImages, WhatCannotBeMadeIsLeftOutWithANote) {
  const auto pair = test::make_pair({40, 36, 3}, {1, 1, 2});
  const auto result = extract_case(plan_from("imageType: {Original: {}, LoG: {sigma: [1.0]}}\n"
                                             "featureClass: {firstorder: [Mean]}\n"),
                                   pair.image, pair.mask);
  EXPECT_EQ(result.features.size(), 1u);
  ASSERT_FALSE(result.notes.empty());
  EXPECT_NE(result.notes.back().find("log-sigma-1-0-mm-3D is left out"), std::string::npos) << result.notes.back();
}

TEST(DerivedImages, AnErrorNamesTheImage) {
  const auto pair = test::make_pair({40, 36, 20}, {1, 1, 2});
  test::expect_error(ErrorCode::domain, {"wavelet-LLH", "10000"}, [&] {
    extract_case(plan_from("imageType: {Wavelet: {binWidth: 0.02}}\nfeatureClass: {glcm: [Contrast]}\n"
                           "setting: {force2D: false}\n"),
                 pair.image, pair.mask);
  });
}

TEST(ResponseMaps, CoverTheInterpolatedImage) {
  const auto pair = test::make_pair({24, 20, 10}, {1, 1, 2});
  const Plan plan = plan_from(
      "larc: {response_map: true, resample_spacing_mm: [2, 2, 2], interpolation: linear, families: [firstorder],\n"
      "  filters: [{type: original}, {type: mean, size: 3}, {type: mean, size: 5}]}\n");
  std::vector<std::string> names;
  response_maps(plan, *image_in_memory(pair.image), [&](const std::string& name, const image::Volume& map) {
    names.push_back(name);
    EXPECT_EQ(map.geometry.size, (image::Index3{12, 10, 10}));
    EXPECT_EQ(map.geometry.spacing_mm, (image::Vec3{2, 2, 2}));
    EXPECT_EQ(map.voxels.size(), map.geometry.voxel_count());
  });
  EXPECT_EQ(names.size(), 2u);
  Plan without = plan;
  without.ibsi.response_maps = false;
  response_maps(without, *image_in_memory(pair.image),
                [](const std::string& name, const image::Volume&) { ADD_FAILURE() << name; });
}

}  // namespace
}  // namespace larc::extraction
