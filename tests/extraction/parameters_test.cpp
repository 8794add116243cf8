// Unit: every key of parameter files, PyRadiomics' and larc's, and every refusal.
#include <fstream>

#include "extraction/keys.h"
#include "extraction_support.h"

namespace larc::extraction {
namespace {

using preprocess::Interpolation;
using radiomics::Binning;
using test::expect_error;
using test::plan_from;

// Writes one setting; `value` is YAML.
Plan with_setting(const std::string& key, const std::string& value) {
  return plan_from("setting:\n  " + key + ": " + value + "\n");
}

TEST(Parameters, DefaultsAreThoseOfPyRadiomics) {
  for (const std::string yaml : {"{}", "setting:", "setting: {}\nimageType:\nfeatureClass: {}\n"}) {
    const Plan plan = plan_from(yaml);
    EXPECT_EQ(plan.order, Order::pyradiomics) << yaml;
    EXPECT_EQ(plan.naming, radiomics::Naming::pyradiomics);
    const PyRadiomicsSteps& s = plan.pyradiomics;
    EXPECT_FALSE(s.normalize || s.pre_crop || s.resegment_shape || s.correct_mask || s.remove_outliers ||
                 s.resampled_spacing_mm || s.minimum_size || s.geometry_tolerance);
    EXPECT_EQ(s.normalize_scale, 1);
    EXPECT_EQ(s.pad_distance, 5);
    EXPECT_EQ(s.minimum_dimensions, 2);
    EXPECT_EQ(s.interpolation, Interpolation::bspline);
    EXPECT_EQ(plan.label, 1);
    EXPECT_TRUE(plan.additional_info);
    ASSERT_EQ(plan.images.size(), 1u);
    EXPECT_EQ(plan.images[0].type, "Original");
    const auto& features = plan.images[0].features;
    EXPECT_EQ(features.binning, Binning::fixed_width);
    EXPECT_EQ(features.bin_width, 25);
    EXPECT_EQ(features.distances, std::vector<int>{1});
    EXPECT_TRUE(features.glcm_symmetric);
    EXPECT_FALSE(features.force_2d || features.weighting_norm || plan.region.resegment_range);
    EXPECT_EQ(features.families.front(), "firstorder");
  }
}

TEST(Parameters, EverySettingReachesItsPlace) {
  EXPECT_EQ(with_setting("minimumROIDimensions", "3").pyradiomics.minimum_dimensions, 3);
  EXPECT_EQ(with_setting("minimumROISize", "50").pyradiomics.minimum_size, 50);
  EXPECT_EQ(with_setting("geometryTolerance", "0.01").pyradiomics.geometry_tolerance, 0.01);
  EXPECT_TRUE(with_setting("correctMask", "true").pyradiomics.correct_mask);
  EXPECT_FALSE(with_setting("additionalInfo", "false").additional_info);
  EXPECT_EQ(with_setting("label", "7").label, 7);
  with_setting("label_channel", "0");
  EXPECT_TRUE(with_setting("normalize", "true").pyradiomics.normalize);
  EXPECT_EQ(with_setting("normalizeScale", "100").pyradiomics.normalize_scale, 100);
  EXPECT_EQ(with_setting("removeOutliers", "2.5").pyradiomics.remove_outliers, 2.5);
  EXPECT_EQ(with_setting("resampledPixelSpacing", "[2, 2, 0]").pyradiomics.resampled_spacing_mm,
            (std::array<double, 3>{2, 2, 0}));
  EXPECT_EQ(with_setting("interpolator", "sitkLinear").pyradiomics.interpolation, Interpolation::linear);
  EXPECT_EQ(with_setting("interpolator", "'sitkNearestNeighbor'").pyradiomics.interpolation, Interpolation::nearest);
  EXPECT_EQ(with_setting("interpolator", "3").pyradiomics.interpolation, Interpolation::bspline);
  EXPECT_EQ(with_setting("padDistance", "10").pyradiomics.pad_distance, 10);
  EXPECT_TRUE(with_setting("preCrop", "true").pyradiomics.pre_crop);
  EXPECT_EQ(with_setting("resegmentRange", "[5, -3]").region.resegment_range, (std::array<double, 2>{-3, 5}));
  EXPECT_EQ(with_setting("resegmentRange", "[5]").region.resegment_range,
            (std::array<double, 2>{5, std::numeric_limits<double>::infinity()}));
  EXPECT_EQ(with_setting("resegmentMode", "relative").region.resegment_mode, radiomics::ResegmentMode::relative);
  EXPECT_EQ(with_setting("resegmentMode", "sigma").region.resegment_mode, radiomics::ResegmentMode::sigma);
  EXPECT_TRUE(with_setting("resegmentShape", "true").pyradiomics.resegment_shape);
  with_setting("enableCExtensions", "false");

  const auto features = [](const std::string& key, const std::string& value) {
    return with_setting(key, value).images[0].features;
  };
  EXPECT_EQ(features("distances", "[1, 2]").distances, (std::vector<int>{1, 2}));
  EXPECT_TRUE(features("force2D", "true").force_2d);
  EXPECT_EQ(features("force2Ddimension", "0").force_2d_axis, 2);
  EXPECT_EQ(features("force2Ddimension", "2").force_2d_axis, 0);
  EXPECT_EQ(features("binWidth", "0.1").bin_width, 0.1);
  EXPECT_EQ(features("binCount", "64").bin_count, 64);
  EXPECT_EQ(features("binCount", "64").binning, Binning::fixed_count);
  EXPECT_EQ(features("voxelArrayShift", "300").voxel_array_shift, 300);
  EXPECT_FALSE(features("symmetricalGLCM", "false").glcm_symmetric);
  EXPECT_EQ(features("weightingNorm", "manhattan").weighting_norm, radiomics::WeightingNorm::manhattan);
  EXPECT_EQ(features("weightingNorm", "no_weighting").weighting_norm, radiomics::WeightingNorm::none);
  EXPECT_EQ(features("gldm_a", "2").dependence_difference, 2);
}

TEST(Parameters, SettingsOfFiltersReachEveryImageType) {
  const std::vector<std::pair<std::string, std::string>> keys{{"sigma", "[1.0,3]"},
                                                              {"start_level", "1"},
                                                              {"level", "2"},
                                                              {"wavelet", "\"db2\""},
                                                              {"gradientUseSpacing", "false"},
                                                              {"lbp2DRadius", "1.5"},
                                                              {"lbp2DSamples", "9"},
                                                              {"lbp2DMethod", "\"uniform\""},
                                                              {"lbp3DLevels", "3"},
                                                              {"lbp3DIcosphereRadius", "2"},
                                                              {"lbp3DIcosphereSubdivision", "1"}};
  for (const auto& [key, value] : keys) {
    const Plan plan = plan_from("imageType: {Original: {}}\nsetting:\n  " + key + ": " + value + "\n");
    ASSERT_TRUE(plan.images[0].settings.contains(key));
    EXPECT_EQ(dump_json(plan.images[0].settings[key]), value) << key;
  }
}

TEST(Parameters, VoxelSettings) {
  const Plan plan =
      plan_from("voxelSetting: {kernelRadius: 2, maskedKernel: false, initValue: nan, voxelBatch: 100}\n");
  EXPECT_EQ(plan.voxel.kernel_radius, 2);
  EXPECT_FALSE(plan.voxel.masked_kernel);
  EXPECT_TRUE(std::isnan(plan.voxel.initial_value));
  EXPECT_EQ(plan.voxel.batch, 100);
  EXPECT_EQ(plan_from("voxelSetting: {initValue: -1}\n").voxel.initial_value, -1);
}

TEST(Parameters, NullKeepsTheDefaultAndANullInterpolatorSwitchesResamplingOff) {
  const Plan plan = plan_from("setting: {binWidth: null, weightingNorm: , resampledPixelSpacing: null}\n");
  EXPECT_EQ(plan.images[0].features.bin_width, 25);
  EXPECT_FALSE(plan.images[0].features.weighting_norm);
  EXPECT_FALSE(plan.pyradiomics.resampled_spacing_mm);
  EXPECT_FALSE(
      plan_from("setting: {interpolator: null, resampledPixelSpacing: [1, 1, 1]}\n").pyradiomics.resampled_spacing_mm);
}

TEST(Parameters, AnImageTypeCanHaveItsOwnSettings) {
  const Plan plan = plan_from(
      "imageType:\n  Original: {binWidth: 10}\n  LoG: {sigma: [1, 3.5], binWidth: 7}\n"
      "  Wavelet: {}\nsetting: {binWidth: 50, sigma: [2]}\n");
  ASSERT_EQ(plan.images.size(), 3u);
  EXPECT_EQ(plan.images[0].features.bin_width, 10);
  EXPECT_EQ(plan.images[1].features.bin_width, 7);
  EXPECT_EQ(dump_json(plan.images[1].settings["sigma"]), "[1,3.5]");
  EXPECT_EQ(plan.images[2].features.bin_width, 50);
  EXPECT_EQ(dump_json(plan.images[2].settings["sigma"]), "[2]");
}

TEST(Parameters, ClassesAndFeaturesKeepTheOrderOfTheFile) {
  const Plan plan = plan_from(
      "featureClass:\n  glcm: [JointEnergy, Contrast, Dissimilarity]\n  firstorder:\n"
      "  shape: []\n");
  const auto& features = plan.images[0].features;
  EXPECT_EQ(features.families, (std::vector<std::string>{"glcm", "firstorder", "shape"}));
  EXPECT_EQ(features.selected.at("glcm"), (std::vector<std::string>{"glcm_JointEnergy", "glcm_Contrast"}));
  EXPECT_FALSE(features.selected.contains("firstorder") || features.selected.contains("shape"));
  const auto pair = test::make_pair({20, 18, 12}, {1, 1, 2});
  const auto names = test::names_of(extract_case(plan, pair.image, pair.mask));
  ASSERT_EQ(names.size(), 14u + 2 + 18);
  EXPECT_EQ(names[0], "original_shape_Elongation");
  EXPECT_EQ(names[14], "original_glcm_JointEnergy");
  EXPECT_EQ(names[15], "original_glcm_Contrast");
  EXPECT_EQ(names[16], "original_firstorder_10Percentile");
}

TEST(Parameters, RefusalsNameFileKeyAndTheNearestKnownOne) {
  expect_error(ErrorCode::domain, {"test.yaml", "'settings'", "'setting'"}, [] { plan_from("settings: {}"); });
  expect_error(ErrorCode::domain, {"test.yaml: setting", "'binwith'", "'binWidth'"},
               [] { with_setting("binwith", "5"); });
  expect_error(ErrorCode::domain, {"imageType", "'wavelets'", "'Wavelet'"},
               [] { plan_from("imageType: {wavelets: {}}"); });
  expect_error(ErrorCode::domain, {"imageType.LoG", "'sigmas'", "'sigma'"},
               [] { plan_from("imageType: {LoG: {sigmas: [1]}}"); });
  expect_error(ErrorCode::domain, {"featureClass", "'GLCM'", "'glcm'"}, [] { plan_from("featureClass: {GLCM: }"); });
  expect_error(ErrorCode::domain, {"featureClass.glcm", "'Contrats'", "'Contrast'"},
               [] { plan_from("featureClass: {glcm: [Contrats]}"); });
  expect_error(ErrorCode::domain, {"voxelSetting", "'kernelradius'", "'kernelRadius'"},
               [] { plan_from("voxelSetting: {kernelradius: 1}"); });
  expect_error(ErrorCode::domain, {"larc", "'bin_with'", "'bin_width'"}, [] { plan_from("larc: {bin_with: 1}"); });
  expect_error(ErrorCode::domain, {"test.yaml", "mapping"}, [] { plan_from("[1, 2]"); });
  expect_error(ErrorCode::domain, {"setting must be a mapping"}, [] { plan_from("setting: 3"); });
  expect_error(ErrorCode::domain, {"imageType.Original must be a mapping"},
               [] { plan_from("imageType: {Original: 3}"); });
  expect_error(ErrorCode::domain, {"featureClass.glcm", "list"}, [] { plan_from("featureClass: {glcm: Contrast}"); });
}

TEST(Parameters, EverySettingIsHeldToItsTypeAndRange) {
  const std::vector<std::pair<std::string, std::string>> bad{{"minimumROIDimensions", "4"},
                                                             {"minimumROISize", "0"},
                                                             {"geometryTolerance", "0"},
                                                             {"correctMask", "1"},
                                                             {"additionalInfo", "yes please"},
                                                             {"label", "0"},
                                                             {"normalize", "1"},
                                                             {"normalizeScale", "-1"},
                                                             {"removeOutliers", "0"},
                                                             {"resampledPixelSpacing", "[1, 1]"},
                                                             {"resampledPixelSpacing", "[1, 1, -1]"},
                                                             {"interpolator", "linear"},
                                                             {"interpolator", "11"},
                                                             {"padDistance", "-1"},
                                                             {"preCrop", "maybe"},
                                                             {"resegmentRange", "[1, 2, 3]"},
                                                             {"resegmentRange", "[]"},
                                                             {"resegmentMode", "absolut"},
                                                             {"resegmentShape", "0"},
                                                             {"enableCExtensions", "2"},
                                                             {"distances", "1"},
                                                             {"distances", "[0]"},
                                                             {"force2D", "0"},
                                                             {"force2Ddimension", "3"},
                                                             {"binWidth", "0"},
                                                             {"binCount", "1"},
                                                             {"voxelArrayShift", "much"},
                                                             {"symmetricalGLCM", "1"},
                                                             {"weightingNorm", "euclid"},
                                                             {"gldm_a", "-1"},
                                                             {"sigma", "1"},
                                                             {"sigma", "[0]"},
                                                             {"start_level", "-1"},
                                                             {"level", "0"},
                                                             {"wavelet", "3"},
                                                             {"gradientUseSpacing", "1"},
                                                             {"lbp2DRadius", "0"},
                                                             {"lbp2DSamples", "0"},
                                                             {"lbp2DMethod", "nri"},
                                                             {"lbp3DLevels", "0"},
                                                             {"lbp3DIcosphereRadius", "-1"},
                                                             {"lbp3DIcosphereSubdivision", "-1"}};
  for (const auto& [key, value] : bad)
    expect_error(ErrorCode::domain, {"test.yaml: setting." + key}, [&] { with_setting(key, value); });
  for (const std::string yaml : {"kernelRadius: 0", "maskedKernel: 1", "initValue: big", "voxelBatch: 0"})
    expect_error(ErrorCode::domain, {"voxelSetting"}, [&] { plan_from("voxelSetting: {" + yaml + "}"); });
}

TEST(Parameters, WhatIsNotComputedIsRefusedByName) {
  for (const std::string name :
       {"sitkGaussian", "sitkLabelGaussian", "sitkHammingWindowedSinc", "sitkCosineWindowedSinc",
        "sitkWelchWindowedSinc", "sitkLanczosWindowedSinc", "sitkBlackmanWindowedSinc"})
    expect_error(ErrorCode::unsupported, {"setting.interpolator", name, "sitkBSpline"},
                 [&] { with_setting("interpolator", name); });
  expect_error(ErrorCode::unsupported, {"setting.interpolator", "sitkGaussian"},
               [] { with_setting("interpolator", "4"); });
  expect_error(ErrorCode::unsupported, {"setting.label_channel", "0"}, [] { with_setting("label_channel", "1"); });
  for (const std::string key : {"normalize: true", "label: 2", "resampledPixelSpacing: [1, 1, 1]", "padDistance: 3"})
    expect_error(ErrorCode::unsupported, {"imageType.Original", "'setting'"},
                 [&] { plan_from("imageType: {Original: {" + key + "}}"); });
}

TEST(Parameters, LarcKeysAlone) {
  const Plan plan = plan_from(
      "larc: {naming: ibsi, resample_spacing_mm: [2, 2, 0], interpolation: linear, mask_interpolation: nearest,\n"
      "  mask_threshold: 0.4, round_intensities: true, response_map: true, binning: fixed_count, bin_count: 32,\n"
      "  resegment_range: [-500, null], resegment_sigma: 3, ivh_binning: fixed_width, ivh_bin_width: 2.5,\n"
      "  aggregations: [2D_avg], families: [firstorder], filters: [{type: original}, {type: mean, size: 5}]}\n");
  EXPECT_EQ(plan.order, Order::ibsi);
  EXPECT_EQ(plan.naming, radiomics::Naming::ibsi);
  EXPECT_EQ(plan.ibsi.spacing_mm, (std::array<double, 3>{2, 2, 0}));
  EXPECT_EQ(plan.ibsi.interpolation, Interpolation::linear);
  EXPECT_EQ(plan.ibsi.mask_interpolation, Interpolation::nearest);
  EXPECT_EQ(plan.ibsi.mask_threshold, 0.4);
  EXPECT_TRUE(plan.ibsi.round_intensities && plan.ibsi.response_maps);
  EXPECT_EQ(plan.region.resegment_range, (std::array<double, 2>{-500, std::numeric_limits<double>::infinity()}));
  EXPECT_EQ(plan.region.resegment_sigma, 3);
  ASSERT_EQ(plan.images.size(), 2u);
  EXPECT_EQ(plan.images[1].type, "mean");
  EXPECT_EQ(plan.images[1].features.bin_count, 32);
  EXPECT_EQ(plan.images[1].features.families, std::vector<std::string>{"firstorder"});
  EXPECT_EQ(plan_from("larc:").order, Order::ibsi);
}

TEST(Parameters, LarcKeysAreHeldToTheirTypeAndRange) {
  for (const std::string text :
       {"resample_spacing_mm: [1, 1]", "resample_spacing_mm: [1, 1, -1]", "interpolation: cubic",
        "mask_interpolation: bspline", "mask_threshold: 0", "mask_threshold: 1.5", "round_intensities: 1",
        "response_map: 1", "filters: []", "filters: [mean]", "filters: [{size: 3}]", "binning: wide", "bin_width: 0",
        "families: [glmc]", "naming: other"})
    expect_error(ErrorCode::domain, {"test.yaml"}, [&] { plan_from("larc: {" + text + "}"); });
}

TEST(Parameters, LarcKeysBesideSections) {
  const Plan plan =
      plan_from("larc: {naming: ibsi, resegment_sigma: 3, families: [firstorder]}\nsetting: {binWidth: 5}\n");
  EXPECT_EQ(plan.order, Order::pyradiomics);
  EXPECT_EQ(plan.naming, radiomics::Naming::ibsi);
  EXPECT_EQ(plan.region.resegment_sigma, 3);
  EXPECT_EQ(plan.images[0].features.families, std::vector<std::string>{"firstorder"});
  EXPECT_EQ(plan.images[0].features.bin_width, 5);
  for (const std::string text : {"bin_width: 5", "resample_spacing_mm: [1, 1, 1]", "filters: [{type: mean}]"})
    expect_error(ErrorCode::conflict, {"larc." + text.substr(0, text.find(':')), "'setting'"},
                 [&] { plan_from("setting: {binWidth: 5}\nlarc: {" + text + "}\n"); });
  expect_error(ErrorCode::conflict, {"featureClass", "larc.families"},
               [] { plan_from("featureClass: {glcm: }\nlarc: {families: [glcm]}\n"); });
}

TEST(Parameters, TheCommandLinesNamingWins) {
  EXPECT_EQ(make_plan(parse_yaml("larc: {naming: ibsi}", "t"), "t", radiomics::Naming::pyradiomics).naming,
            radiomics::Naming::pyradiomics);
  const Plan plan = make_plan(parse_yaml("setting: {binWidth: 5}", "t"), "t", radiomics::Naming::ibsi);
  EXPECT_EQ(plan.images[0].features.naming, radiomics::Naming::ibsi);
  EXPECT_EQ(default_plan(radiomics::Naming::ibsi).order, Order::ibsi);
  EXPECT_EQ(default_plan(radiomics::Naming::pyradiomics).order, Order::pyradiomics);
}

TEST(Parameters, Shape2dWithoutForce2dIsLeftOutWithANote) {
  const std::string text = "featureClass: {firstorder: , shape2D: }\n";
  const Plan without = plan_from(text), with = plan_from(text + "setting: {force2D: true}\n");
  EXPECT_EQ(without.region.families, std::vector<std::string>{"firstorder"});
  ASSERT_EQ(without.notes.size(), 1u);
  EXPECT_NE(without.notes[0].find("force2D"), std::string::npos);
  EXPECT_EQ(with.region.families, (std::vector<std::string>{"firstorder", "shape2D"}));
  EXPECT_TRUE(with.notes.empty());
}

TEST(Parameters, AKeyThatMeansNothingToAnImageTypeGivesANote) {
  const Plan plan = plan_from("imageType: {Wavelet: {sigma: [1]}}\n");
  ASSERT_EQ(plan.notes.size(), 1u);
  EXPECT_NE(plan.notes[0].find("'sigma'"), std::string::npos);
}

TEST(Parameters, FiltersAreCheckedBeforeAnyImageIsRead) {
  expect_error(ErrorCode::domain, {"test.yaml: larc.filters", "'support'"},
               [] { plan_from("larc: {filters: [{type: mean, support: 5}]}"); });
  expect_error(ErrorCode::domain, {"test.yaml: imageType.Wavelet", "wavelet"},
               [] { plan_from("imageType: {Wavelet: {wavelet: no_such}}\n"); });
}

TEST(Parameters, JsonFilesAreRead) {
  test::TemporaryFolder folder;
  std::ofstream(folder.path() / "p.json") << "{\n\t\"setting\": {\"binWidth\": 12.5}\n}\n";
  EXPECT_EQ(read_parameters(folder.path() / "p.json").images[0].features.bin_width, 12.5);
}

TEST(Parameters, FeaturesOfAStudyFile) {
  const Plan own = make_feature_plan({{"bin_width", 10}}, "study");
  EXPECT_EQ(own.order, Order::ibsi);
  EXPECT_EQ(own.naming, radiomics::Naming::pyradiomics);
  EXPECT_EQ(own.region.families, (std::vector<std::string>{"firstorder", "shape", "glcm"}));
  EXPECT_EQ(own.images[0].features.bin_width, 10);
  EXPECT_FALSE(own.image_diagnostics);
  const Plan sections = make_feature_plan({{"setting", {{"binWidth", 5}}}}, "study");
  EXPECT_EQ(sections.order, Order::pyradiomics);
  EXPECT_EQ(sections.images[0].features.bin_width, 5);
  EXPECT_EQ(make_feature_plan(nullptr, "study").images[0].features.bin_width, 25);
}

TEST(Keys, NearestIgnoresCase) {
  EXPECT_EQ(nearest("BINWIDTH", {"binCount", "binWidth"}), "binWidth");
  EXPECT_EQ(nearest("x", {}), "");
}

}  // namespace
}  // namespace larc::extraction
