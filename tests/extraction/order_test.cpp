// Unit, edge and invariant: the order of work of PyRadiomics and of IBSI, on small images.
#include "extraction_support.h"

namespace larc::extraction {
namespace {

using test::expect_error;
using test::plan_from;
using test::values_of;

const std::string kFew = "featureClass: {firstorder: [Mean, Minimum, Maximum, Variance], shape: [VoxelVolume]}\n";

std::map<std::string, double> run(const std::string& yaml, const test::Pair& pair) {
  return values_of(extract_case(plan_from(yaml), pair.image, pair.mask));
}

TEST(PyRadiomicsOrder, NormalisesTheWholeImage) {
  const auto pair = test::make_pair({24, 20, 10}, {1, 1, 2});
  const ImageStatistics all = statistics_of(pair.image.voxels);
  const auto plain = run(kFew, pair),
             normalised = run(kFew + "setting: {normalize: true, normalizeScale: 100}\n", pair);
  EXPECT_NEAR(normalised.at("original_firstorder_Mean"),
              100 * (plain.at("original_firstorder_Mean") - all.mean) / all.deviation, 1e-9);
  const auto cut = run(kFew + "setting: {normalize: true, normalizeScale: 100, removeOutliers: 0.5}\n", pair);
  EXPECT_EQ(cut.at("original_firstorder_Maximum"), 50);
  EXPECT_EQ(cut.at("original_firstorder_Minimum"), -50);
}

TEST(PyRadiomicsOrder, ResamplingWithTheSpacingThatIsThereChangesNothing) {
  const auto pair = test::make_pair({24, 20, 10}, {1, 1, 2});
  const auto plain = run(kFew, pair);
  EXPECT_EQ(run(kFew + "setting: {resampledPixelSpacing: [1, 1, 2]}\n", pair), plain);
  EXPECT_EQ(run(kFew + "setting: {resampledPixelSpacing: [0, 0, 0]}\n", pair), plain);
  EXPECT_EQ(run(kFew + "setting: {preCrop: true}\n", pair), plain);
  EXPECT_EQ(run(kFew + "setting: {preCrop: true, padDistance: 0}\n", pair), plain);
}

TEST(PyRadiomicsOrder, AnAxisWithOneSliceIsNotResampled) {
  auto pair = test::make_pair({24, 20, 9}, {1, 1, 2});
  for (std::size_t v = 0; v < pair.mask.voxels.size(); ++v)
    if (v / (24 * 20) != 4) pair.mask.voxels[v] = 0;
  const auto result =
      extract_case(plan_from(kFew + "setting: {resampledPixelSpacing: [2, 2, 0.5]}\n"), pair.image, pair.mask);
  EXPECT_EQ(result.diagnostics["diagnostics_Image-interpolated_Spacing"], Json({2.0, 2.0, 2.0}));
  EXPECT_EQ(result.diagnostics["diagnostics_Mask-interpolated_BoundingBox"][5], 1);
}

TEST(PyRadiomicsOrder, ResegmentationLeavesShapeAloneUnlessAsked) {
  const auto pair = test::make_pair({24, 20, 10}, {1, 1, 2});
  const auto plain = run(kFew, pair);
  const auto cut = run(kFew + "setting: {resegmentRange: [300, 500]}\n", pair);
  EXPECT_EQ(cut.at("original_shape_VoxelVolume"), plain.at("original_shape_VoxelVolume"));
  EXPECT_GE(cut.at("original_firstorder_Minimum"), 300);
  EXPECT_LE(cut.at("original_firstorder_Maximum"), 500);
  const auto shape = run(kFew + "setting: {resegmentRange: [300, 500], resegmentShape: true}\n", pair);
  EXPECT_LT(shape.at("original_shape_VoxelVolume"), plain.at("original_shape_VoxelVolume"));
  EXPECT_EQ(shape.at("original_firstorder_Mean"), cut.at("original_firstorder_Mean"));
  const auto open = run(kFew + "setting: {resegmentRange: [300]}\n", pair);
  EXPECT_EQ(open.at("original_firstorder_Maximum"), plain.at("original_firstorder_Maximum"));
}

// PyRadiomics cuts the mask for shape to the box of the voxels that resegmentation keeps.
TEST(PyRadiomicsOrder, ShapeIsCutToTheBoxOfTheResegmentedMask) {
  auto pair = test::make_pair({12, 10, 6}, {1, 1, 1});
  std::fill(pair.mask.voxels.begin(), pair.mask.voxels.end(), std::uint8_t{0});
  for (int k = 1; k < 5; ++k)
    for (int j = 2; j < 8; ++j)
      for (int i = 2; i < 10; ++i) {
        pair.mask.voxels[pair.mask.geometry.offset(i, j, k)] = 1;
        pair.image.at(i, j, k) = i < 4 ? 0 : 100 + i + j;
      }
  EXPECT_EQ(run(kFew + "setting: {resegmentRange: [50]}\n", pair).at("original_shape_VoxelVolume"), 6 * 6 * 4);
}

TEST(PyRadiomicsOrder, SmallRegionsAreRefusedAsAsked) {
  auto pair = test::make_pair({12, 10, 6}, {1, 1, 1});
  std::fill(pair.mask.voxels.begin(), pair.mask.voxels.end(), std::uint8_t{0});
  pair.mask.voxels[pair.mask.geometry.offset(5, 5, 3)] = 1;
  expect_error(ErrorCode::domain, {"1 voxels", "'minimumROIDimensions'"}, [&] { run(kFew, pair); });
  pair.mask.voxels[pair.mask.geometry.offset(6, 5, 3)] = 1;
  expect_error(ErrorCode::domain, {"extends in 1 dimensions"}, [&] { run(kFew, pair); });
  run(kFew + "setting: {minimumROIDimensions: 1}\n", pair);
  expect_error(ErrorCode::domain, {"2 voxels", "'minimumROISize'"},
               [&] { run(kFew + "setting: {minimumROIDimensions: 1, minimumROISize: 2}\n", pair); });
  expect_error(ErrorCode::domain, {"resegment"},
               [&] { run(kFew + "setting: {minimumROIDimensions: 1, resegmentRange: [5000]}\n", pair); });
}

TEST(PyRadiomicsOrder, AMaskOnAnotherGridIsRefusedToleratedOrCorrected) {
  auto pair = test::make_pair({24, 20, 10}, {1, 1, 2});
  const auto plain = run(kFew, pair);
  auto moved = pair;
  moved.mask.geometry.origin_lps[0] += 0.01;
  expect_error(ErrorCode::geometry_mismatch, {"origin differs by 0.010", "correctMask", "geometryTolerance"},
               [&] { run(kFew, moved); });
  EXPECT_EQ(run(kFew + "setting: {geometryTolerance: 0.1}\n", moved), plain);
  EXPECT_EQ(run(kFew + "setting: {correctMask: true}\n", moved), plain);
  // The mask cropped by itself stands on a grid of its own.
  const image::Box box = image::bounding_box(pair.mask);
  moved.mask = image::crop(pair.mask, box);
  expect_error(ErrorCode::geometry_mismatch, {"size 24x20x10"}, [&] { run(kFew, moved); });
  EXPECT_EQ(run(kFew + "setting: {correctMask: true}\n", moved), plain);
  EXPECT_EQ(run(kFew + "setting: {correctMask: true, preCrop: true}\n", moved), plain);
  moved.mask.geometry.origin_lps[0] += 100;
  expect_error(ErrorCode::geometry_mismatch, {"outside the image", "axis 0"},
               [&] { run(kFew + "setting: {correctMask: true}\n", moved); });
  expect_error(ErrorCode::geometry_mismatch, {"outside the image", "axis 0"},
               [&] { run(kFew + "setting: {resampledPixelSpacing: [2, 2, 2]}\n", moved); });
}

TEST(PyRadiomicsOrder, NaNInsideTheRegionIsRefusedAndOutsideItIsNot) {
  auto pair = test::make_pair({24, 20, 10}, {1, 1, 2});
  const auto plain = run(kFew, pair);
  pair.image.voxels[0] = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(run(kFew, pair), plain);
  expect_error(ErrorCode::domain, {"NaN", "'normalize'"}, [&] { run(kFew + "setting: {normalize: true}\n", pair); });
  pair.image.at(12, 10, 5) = std::numeric_limits<double>::infinity();
  expect_error(ErrorCode::domain, {"1 of", "NaN or infinite"}, [&] { run(kFew, pair); });
  std::fill(pair.image.voxels.begin(), pair.image.voxels.end(), 7.0);
  expect_error(ErrorCode::domain, {"all voxels are equal"}, [&] { run(kFew + "setting: {normalize: true}\n", pair); });
}

TEST(PyRadiomicsOrder, TooManyLevelsPropose) {
  const auto pair = test::make_pair({24, 20, 10}, {1, 1, 2});
  expect_error(ErrorCode::domain, {"10000", "'bin_width' near"},
               [&] { run("featureClass: {glcm: }\nsetting: {binWidth: 0.01}\n", pair); });
}

TEST(PyRadiomicsOrder, DiagnosticsKeepTheOrderOfPyRadiomics) {
  const auto pair = test::make_pair({24, 20, 10}, {1, 1, 2});
  const auto result =
      extract_case(plan_from(kFew + "setting: {resampledPixelSpacing: [2, 2, 2], resegmentRange: [200, 700]}\n"),
                   pair.image, pair.mask);
  std::vector<std::string> names;
  for (const auto& [name, value] : result.diagnostics.items())
    if (name.starts_with("diagnostics_") && !name.starts_with("diagnostics_Versions_"))
      names.push_back(name.substr(std::string("diagnostics_").size()));
  const std::vector<std::string> expected{"Configuration_Settings",
                                          "Configuration_EnabledImageTypes",
                                          "Image-original_Hash",
                                          "Image-original_Dimensionality",
                                          "Image-original_Spacing",
                                          "Image-original_Size",
                                          "Image-original_Mean",
                                          "Image-original_Minimum",
                                          "Image-original_Maximum",
                                          "Mask-original_Hash",
                                          "Mask-original_Spacing",
                                          "Mask-original_Size",
                                          "Mask-original_BoundingBox",
                                          "Mask-original_VoxelNum",
                                          "Mask-original_VolumeNum",
                                          "Mask-original_CenterOfMassIndex",
                                          "Mask-original_CenterOfMass",
                                          "Image-interpolated_Spacing",
                                          "Image-interpolated_Size",
                                          "Image-interpolated_Mean",
                                          "Image-interpolated_Minimum",
                                          "Image-interpolated_Maximum",
                                          "Mask-interpolated_Spacing",
                                          "Mask-interpolated_Size",
                                          "Mask-interpolated_BoundingBox",
                                          "Mask-interpolated_VoxelNum",
                                          "Mask-interpolated_VolumeNum",
                                          "Mask-interpolated_CenterOfMassIndex",
                                          "Mask-interpolated_CenterOfMass",
                                          "Mask-interpolated_Mean",
                                          "Mask-interpolated_Minimum",
                                          "Mask-interpolated_Maximum",
                                          "Mask-resegmented_Spacing",
                                          "Mask-resegmented_Size",
                                          "Mask-resegmented_BoundingBox",
                                          "Mask-resegmented_VoxelNum",
                                          "Mask-resegmented_VolumeNum",
                                          "Mask-resegmented_CenterOfMassIndex",
                                          "Mask-resegmented_CenterOfMass",
                                          "Mask-resegmented_Mean",
                                          "Mask-resegmented_Minimum",
                                          "Mask-resegmented_Maximum"};
  EXPECT_EQ(names, expected);
  EXPECT_EQ(result.diagnostics["diagnostics_Configuration_Settings"]["resampledPixelSpacing"], Json({2, 2, 2}));
  const auto quiet = extract_case(plan_from(kFew + "setting: {additionalInfo: false}\n"), pair.image, pair.mask);
  for (const auto& [name, value] : quiet.diagnostics.items()) EXPECT_FALSE(name.starts_with("diagnostics_")) << name;
}

TEST(IbsiOrder, InterpolationKeepsAnAxisAndRoundsIntensities) {
  const auto pair = test::make_pair({24, 20, 10}, {1, 1, 3});
  const auto result =
      extract_case(plan_from("larc: {naming: ibsi, families: [firstorder], resample_spacing_mm: [2, 2, 0], "
                             "interpolation: linear, round_intensities: true}"),
                   pair.image, pair.mask);
  EXPECT_EQ(result.diagnostics["img_dim_x_interp_img"], 12);
  EXPECT_EQ(result.diagnostics["img_dim_z_interp_img"], 10);
  EXPECT_EQ(result.diagnostics["vox_dim_y_interp_img"], 2.0);
  EXPECT_EQ(result.diagnostics["vox_dim_z_interp_img"], 3.0);
  const double minimum = values_of(result).at("stat_min");
  EXPECT_EQ(minimum, std::round(minimum));
}

TEST(IbsiOrder, WithoutTheDiagnosticsOfTheImageOnlyAPartIsInterpolatedAndTheValuesAreTheSame) {
  const auto pair = test::make_pair({90, 80, 70}, {1, 1, 1}, 0.1);
  for (const std::string interpolation : {"linear", "bspline", "nearest"}) {
    Plan plan = plan_from(
        "larc: {naming: ibsi, families: [firstorder], resample_spacing_mm: [1.5, 1.5, 1.5], "
        "interpolation: " +
        interpolation + "}");
    const auto whole = values_of(extract_case(plan, pair.image, pair.mask));
    plan.image_diagnostics = false;
    const auto part = values_of(extract_case(plan, pair.image, pair.mask));
    for (const auto& [name, value] : whole)
      EXPECT_NEAR(part.at(name), value, 1e-10 * std::max(1.0, std::abs(value))) << name;
  }
}

TEST(IbsiOrder, ARegionThatInterpolationLosesIsRefused) {
  auto pair = test::make_pair({24, 20, 10}, {1, 1, 1});
  std::fill(pair.mask.voxels.begin(), pair.mask.voxels.end(), std::uint8_t{0});
  pair.mask.voxels[pair.mask.geometry.offset(5, 5, 3)] = 1;
  expect_error(ErrorCode::domain, {"no voxel of the region is left", "mask_threshold"},
               [&] { run("larc: {naming: ibsi, resample_spacing_mm: [5, 5, 5]}", pair); });
  pair.mask.geometry.origin_lps[1] += 3;
  expect_error(ErrorCode::geometry_mismatch, {"origin differs by 3"}, [&] { run("larc: {naming: ibsi}", pair); });
}

}  // namespace
}  // namespace larc::extraction
