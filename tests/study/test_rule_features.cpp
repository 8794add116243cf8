#include <gtest/gtest.h>

#include <cmath>

#include "core/error.h"
#include "extraction/case.h"
#include "preprocess/rings.h"
#include "study/delta_features.h"
#include "study/rule_features.h"
#include "study/rule_regions.h"
#include "study_phantom.h"

namespace larc::study {
namespace {

ExtractionRule rule_of(Json features = {{"families", {"firstorder", "shape"}}}) {
  ExtractionRule rule;
  rule.id = "t2_m";
  rule.prefix = rule.image = "t2";
  rule.mask = "m";
  rule.features = std::move(features);
  return rule;
}

PatientImages only(const std::map<std::string, image::Volume>& images,
                   const std::map<std::string, image::Mask>& masks) {
  return {[&images, &masks](const std::string& role) {
            return images.contains(role) || masks.contains(role) ? std::string() : "'" + role + "' was not given";
          },
          [&images](const std::string& role) { return images.at(role); },
          [&masks](const std::string& role) { return masks.at(role); }};
}

RuleFeatures compute(const ExtractionRule& rule, const Phantom& item, const RuleSeeds& seeds = {},
                     const std::map<std::string, image::Volume>& others = {}) {
  WorkingImage image(item.volume);
  return compute_rule(rule, image, item.mask, only(others, {}), seeds);
}

double value(const RuleFeatures& features, const std::string& name) {
  for (const auto& feature : features.values)
    if (feature.name == name) return feature.value;
  ADD_FAILURE() << "no feature " << name;
  return std::nan("");
}

bool has(const RuleFeatures& features, const std::string& part) {
  return std::any_of(features.values.begin(), features.values.end(),
                     [&](const auto& feature) { return feature.name.find(part) != std::string::npos; });
}

TEST(RuleFeatures, OfTheMaskAreThoseOfTheExtraction) {
  const Phantom item = phantom();
  const ExtractionRule rule = rule_of();
  const RuleFeatures features = compute(rule, item);
  const auto expected =
      extraction::extract_case(extraction::make_feature_plan(rule.features, "f"), item.volume, item.mask);
  ASSERT_EQ(features.values.size(), expected.features.size());
  for (std::size_t f = 0; f < expected.features.size(); ++f) {
    EXPECT_EQ(features.values[f].name, "t2_" + expected.features[f].name);
    EXPECT_EQ(features.values[f].value, expected.features[f].value);
  }
  EXPECT_TRUE(features.absent.empty());
  EXPECT_TRUE(features.perturbed.empty());
}

TEST(RuleFeatures, RingsAreRegionsOfTheirOwn) {
  const Phantom item = phantom();
  ExtractionRule rule = rule_of();
  rule.rings = {{3, 5.5}, {1.5}, true};
  const RuleFeatures features = compute(rule, item);
  const double tumour = value(features, "t2_original_firstorder_Mean");
  EXPECT_NEAR(tumour, 600, 15);
  // Around the tumour is the body, under its border the tumour.
  EXPECT_NEAR(value(features, "t2_ring3_original_firstorder_Mean"), 400, 15);
  EXPECT_NEAR(value(features, "t2_ring5-5_original_firstorder_Mean"), 400, 15);
  EXPECT_NEAR(value(features, "t2_rim1-5_original_firstorder_Mean"), 600, 15);
  EXPECT_TRUE(has(features, "t2_original_shape_MeshVolume"));
  EXPECT_FALSE(has(features, "ring3_original_shape"));
  const auto expected = extraction::extract_case(extraction::make_feature_plan({{"families", {"firstorder"}}}, "f"),
                                                 item.volume, preprocess::ring(item.mask, -1.5, 0));
  for (const auto& feature : expected.features) EXPECT_EQ(value(features, "t2_rim1-5_" + feature.name), feature.value);
}

// Without the limit a wide ring reaches the air.
TEST(RuleFeatures, RingsEndAtTheSkinUnlessTheImageIsAsked) {
  const Phantom item = phantom();
  ExtractionRule rule = rule_of();
  rule.rings.outside_mm = {12};
  EXPECT_GT(value(compute(rule, item), "t2_ring12_original_firstorder_Minimum"), 250);
  rule.rings.within_body = false;
  EXPECT_LT(value(compute(rule, item), "t2_ring12_original_firstorder_Minimum"), 100);
}

TEST(RuleFeatures, ARingThatCannotBeMeasuredIsAbsentWithItsReason) {
  const Phantom item = phantom();
  ExtractionRule rule = rule_of();
  rule.rings = {{0.5}, {1.5, 40}, true};
  const RuleFeatures features = compute(rule, item);
  EXPECT_FALSE(has(features, "ring0-5"));
  EXPECT_NE(features.absent.at("t2_ring0-5").find("widen the ring"), std::string::npos);
  EXPECT_TRUE(features.absent.contains("t2_rim40") || has(features, "rim40"));
  EXPECT_TRUE(has(features, "t2_rim1-5_"));
}

TEST(RuleFeatures, HabitatsFindThePartsOfATumour) {
  Phantom item = phantom();
  for (int k = 0; k < 10; ++k)
    for (int j = 0; j < 20; ++j)
      for (int i = 12; i < 24; ++i)
        if (item.mask.at(i, j, k)) item.volume.at(i, j, k) += 300;  // four of seven columns
  ExtractionRule rule = rule_of();
  rule.habitats = HabitatRule{{"t2"}, 2, 5};
  const RuleFeatures features = compute(rule, item);
  EXPECT_NEAR(value(features, "t2_habitat1_fraction"), 3.0 / 7, 1e-12);
  EXPECT_NEAR(value(features, "t2_habitat2_fraction"), 4.0 / 7, 1e-12);
  EXPECT_NEAR(value(features, "t2_habitat1_original_firstorder_Mean"), 600, 15);
  EXPECT_NEAR(value(features, "t2_habitat2_original_firstorder_Mean"), 900, 15);
  EXPECT_FALSE(has(features, "habitat1_original_shape"));
}

TEST(RuleFeatures, HabitatsTakeOtherImagesToTheGridOfTheMask) {
  const Phantom item = phantom();
  // An image of half the resolution in which the left half of the tumour is dark.
  image::Volume adc;
  adc.geometry = item.volume.geometry;
  adc.geometry.size = {12, 10, 10};
  adc.geometry.spacing_mm = {2.4, 2.4, 4};
  for (int k = 0; k < 10; ++k)
    for (int j = 0; j < 10; ++j)
      for (int i = 0; i < 12; ++i) adc.voxels.push_back(i < 6 ? 10 : 90);
  ExtractionRule rule = rule_of();
  rule.habitats = HabitatRule{{"adc"}, 2, 5};
  const RuleFeatures features = compute(rule, item, {}, {{"adc", adc}});
  EXPECT_NEAR(value(features, "t2_habitat1_fraction"), 3.0 / 7, 1e-12);
  // An image that lies elsewhere shows nothing of the tumour; one that was not given neither. The mask has its
  // features.
  adc.geometry.origin_lps[2] += 500;
  const RuleFeatures elsewhere = compute(rule, item, {}, {{"adc", adc}});
  EXPECT_NE(elsewhere.absent.at("t2_habitat1").find("does not cover"), std::string::npos);
  const RuleFeatures without = compute(rule, item);
  EXPECT_NE(without.absent.at("t2_habitat2").find("'adc' was not given"), std::string::npos);
  EXPECT_TRUE(has(without, "t2_original_firstorder_Mean"));
}

TEST(RuleFeatures, ReferenceTissuesBecomeTheirTargets) {
  const Phantom item = phantom();
  std::map<std::string, image::Mask> masks{{"dark", item.mask}, {"bright", item.mask}};
  for (std::size_t v = 0; v < item.mask.voxels.size(); ++v)
    masks["dark"].voxels[v] = !item.mask.voxels[v] && item.volume.voxels[v] > 200;  // the body around the tumour
  const auto mean_of = [&](const NormaliseRule& normalise) {
    ExtractionRule rule = rule_of();
    rule.normalise = normalise;
    WorkingImage image(item.volume);
    return value(compute_rule(rule, image, item.mask, only({}, masks), {}), "t2_original_firstorder_Mean");
  };
  EXPECT_NEAR(mean_of({Normalise::tissue, "dark", "", 0, 1000, 0}), 1500, 30);
  EXPECT_NEAR(mean_of({Normalise::two_tissues, "dark", "bright", 0, 800, 200}), 800, 5);
  EXPECT_NEAR(mean_of({Normalise::body_percent, "", "", 50, 100, 0}), 150, 3);
  // Spread of the body: its noise and the few brighter voxels.
  EXPECT_GT(mean_of({Normalise::zscore, "", "", 0, 1000, 0}), 200);
  EXPECT_GT(mean_of({Normalise::robust, "", "", 0, 1000, 0}), 500);
  try {
    mean_of({Normalise::bright_fat, "", "", 0, 1000, 0});
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::domain);
  }
}

TEST(RuleFeatures, PerturbationsFollowTheSeedAndMeasureRingsToo) {
  const Phantom item = phantom();
  ExtractionRule rule = rule_of();
  rule.rings = {{3}, {}, true};
  rule.robustness = RobustnessRule{};
  rule.robustness->perturbations = 3;
  rule.robustness->minimum_icc = 0.6;
  const RuleFeatures features = compute(rule, item, {0, 7}), again = compute(rule, item, {0, 7}),
                     other = compute(rule, item, {0, 8});
  ASSERT_EQ(features.perturbed.size(), 3u);
  EXPECT_EQ(features.minimum_icc, 0.6);
  EXPECT_EQ(features.perturbed, again.perturbed);
  EXPECT_NE(features.perturbed, other.perturbed);
  for (const auto& row : features.perturbed) {
    ASSERT_EQ(row.size(), features.values.size());
    for (std::size_t f = 0; f < row.size(); ++f) {
      const std::string& name = features.values[f].name;
      if (name.find("firstorder") != std::string::npos) {
        EXPECT_TRUE(std::isfinite(row[f])) << name;
      }
    }
  }
  EXPECT_NE(features.perturbed[0], features.perturbed[1]);
  // Without a seed nothing is perturbed: a new patient is measured once.
  EXPECT_TRUE(compute(rule, item).perturbed.empty());
}

// A perturbation that changes nothing measures what was measured, the ring with its limit at the skin too.
TEST(RuleFeatures, APerturbationThatChangesNothingGivesTheSameValues) {
  const Phantom item = phantom();
  ExtractionRule rule = rule_of();
  rule.normalise.method = Normalise::zscore;
  rule.rings = {{3, 12}, {1.5}, true};
  rule.robustness = RobustnessRule{};
  rule.robustness->spec.chain = "T";
  rule.robustness->spec.translation = {0, 0};
  rule.robustness->perturbations = 2;
  const RuleFeatures features = compute(rule, item, {0, 7});
  ASSERT_EQ(features.perturbed.size(), 2u);
  EXPECT_TRUE(has(features, "t2_ring12_"));
  for (const auto& row : features.perturbed)
    for (std::size_t f = 0; f < row.size(); ++f)
      EXPECT_NEAR(row[f], features.values[f].value, 1e-9 * std::abs(features.values[f].value) + 1e-12)
          << features.values[f].name;
}

RuleFeatures table(const std::string& prefix, const std::map<std::string, double>& values) {
  RuleFeatures features;
  for (const auto& [name, number] : values) features.values.push_back({prefix + "_" + name, number, ""});
  return features;
}

TEST(DeltaFeatures, AreChangesOfWhatBothTimesHave) {
  const DeltaRule rule{"d", "d", "b", "a", stats::DeltaKind::relative, "", ""};
  RuleFeatures from = table("t2_1", {{"x", 4}, {"y", 0}, {"z", 1}}), of = table("t2_2", {{"x", 6}, {"y", 1}});
  from.perturbed = {{4, 1, 1}, {2, 1, 1}};
  from.minimum_icc = 0.5;
  of.perturbed = {{8, 1}, {3, 2}};
  of.minimum_icc = 0.7;
  const RuleFeatures delta = compute_delta(rule, of, "t2_2", from, "t2_1", {});
  ASSERT_EQ(delta.values.size(), 3u);
  EXPECT_EQ(delta.values[0].name, "d_x");
  EXPECT_EQ(delta.values[0].value, 0.5);
  EXPECT_TRUE(std::isnan(delta.values[1].value));
  EXPECT_NE(delta.values[1].reason.find("division by zero"), std::string::npos);
  EXPECT_NE(delta.values[2].reason.find("absent at the second"), std::string::npos);
  ASSERT_EQ(delta.perturbed.size(), 2u);
  EXPECT_EQ(delta.perturbed[0][0], 1);
  EXPECT_EQ(delta.perturbed[1][0], 0.5);
  EXPECT_EQ(delta.perturbed[1][1], 1);
  EXPECT_EQ(delta.minimum_icc, 0.7);
  of.perturbed.pop_back();
  EXPECT_TRUE(compute_delta(rule, of, "t2_2", from, "t2_1", {}).perturbed.empty());
}

TEST(DeltaFeatures, SayWhatIsMissing) {
  DeltaRule rule{"d", "d", "b", "a", stats::DeltaKind::per_week, "", ""};
  const RuleFeatures from = table("t2_1", {{"x", 4}}), of = table("t2_2", {{"x", 6}}), nothing;
  EXPECT_EQ(compute_delta(rule, of, "t2_2", from, "t2_1", 14.0).values[0].value, 1);
  for (const auto& [days, reason] : {std::pair<std::optional<double>, std::string>{{}, "date"}, {-3.0, "not dated"}}) {
    const RuleFeatures delta = compute_delta(rule, of, "t2_2", from, "t2_1", days);
    EXPECT_TRUE(std::isnan(delta.values[0].value));
    EXPECT_NE(delta.values[0].reason.find(reason), std::string::npos);
  }
  rule.kind = stats::DeltaKind::difference;
  EXPECT_NE(compute_delta(rule, nothing, "t2_2", from, "t2_1", {}).values[0].reason.find("second"), std::string::npos);
  EXPECT_TRUE(compute_delta(rule, nothing, "t2_2", nothing, "t2_1", {}).absent.contains("d"));
}

}  // namespace
}  // namespace larc::study
