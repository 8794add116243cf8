#include <gtest/gtest.h>

#include "core/error.h"
#include "study/study_file.h"

namespace larc::study {
namespace {

const std::string kHead = R"(
format: larc.study/1
id: small
variables:
  mri_1: {type: date, available_from: P0}
  mri_2: {type: date, available_from: P1}
  outcome: {type: number, available_from: LABEL}
images:
  t2_1: {available_from: P0}
  t2_2: {available_from: P1}
  adc_1: {available_from: P0}
masks:
  m1: {image: t2_1}
  m2: {image: t2_2}
  fat: {image: t2_1}
  muscle: {image: t2_1}
endpoints:
  early: {type: binary, positive: outcome == 1}
  late: {type: binary, at: P1, positive: outcome == 1}
)";

StudyFile with(const std::string& extraction) {
  return parse_study_file(kHead + "extraction: " + extraction, "s");
}

ExtractionRule first(const std::string& keys) {
  return with("[{image: t2_1, mask: m1, " + keys + "}]").extraction.front();
}

/// The error of a rule with these keys.
Error error_of(const std::string& extraction) {
  try {
    with(extraction);
  } catch (const Error& error) {
    return error;
  }
  return {ErrorCode::internal, "no error"};
}

#define EXPECT_REFUSED(extraction, expected_code, fragment)                                 \
  {                                                                                         \
    const Error error = error_of(extraction);                                               \
    EXPECT_EQ(error.code(), ErrorCode::expected_code) << error.what();                      \
    EXPECT_NE(std::string(error.what()).find(fragment), std::string::npos) << error.what(); \
  }

TEST(ExtractionRules, ReadEveryKey) {
  const StudyFile study = with(R"(
  - image: t2_1
    mask: m1
    bias_field: n4
    normalise: {reference: {mask: muscle, upper_mask: fat, lower_target: 100, target: 500}}
    ring: {outside_mm: [3, 5.5], inside_mm: 2, within: image}
    robustness: {perturb: RV, perturbations: 4, minimum_icc: 0.8, rotation_degrees: [-5, 5]}
    features: {bin_width: 10}
  - {id: parts, image: t2_1, mask: m1, habitats: {images: [t2_1, adc_1], count: 2, starts: 3}}
  - {image: t2_2, mask: m2, normalise: robust}
  - delta: {of: t2_2_m2, from: t2_1_m1, kind: per_week, dates: {of: mri_2, from: mri_1}}
  - delta: {id: ratio, of: t2_2_m2, from: t2_1_m1, kind: ratio}
)");
  ASSERT_EQ(study.extraction.size(), 3u);
  const ExtractionRule& rule = study.extraction[0];
  EXPECT_EQ(rule.id, "t2_1_m1");
  EXPECT_EQ(rule.prefix, "t2_1");
  EXPECT_EQ(rule.normalise.method, Normalise::two_tissues);
  EXPECT_EQ(rule.normalise.lower_target, 100);
  EXPECT_EQ(rule.normalise.target, 500);
  EXPECT_EQ(rule.rings.outside_mm, (std::vector<double>{3, 5.5}));
  EXPECT_EQ(rule.rings.inside_mm, (std::vector<double>{2}));
  EXPECT_FALSE(rule.rings.within_body);
  EXPECT_EQ(rule.robustness->spec.chain, "RV");
  EXPECT_EQ(rule.robustness->spec.rotation_degrees[1], 5);
  EXPECT_EQ(rule.robustness->perturbations, 4);
  EXPECT_EQ(rule.robustness->minimum_icc, 0.8);
  EXPECT_EQ(rule.roles(), (std::vector<std::string>{"t2_1", "m1", "muscle", "fat"}));
  EXPECT_EQ(study.extraction[1].prefix, "parts");
  EXPECT_EQ(study.extraction[1].habitats->count, 2);
  EXPECT_EQ(study.extraction[2].normalise.method, Normalise::robust);
  ASSERT_EQ(study.deltas.size(), 2u);
  EXPECT_EQ(study.deltas[0].id, "t2_2_delta_per_week");
  EXPECT_EQ(study.deltas[0].of_date, "mri_2");
  EXPECT_EQ(study.deltas[1].prefix, "ratio");
  EXPECT_EQ(ring_name(5.5), "ring5-5");
  EXPECT_EQ(rim_name(2), "rim2");
  EXPECT_EQ(habitat_name(1), "habitat1");
}

TEST(ExtractionRules, NormalisationsOfOneImage) {
  EXPECT_EQ(first("normalise: zscore").normalise.method, Normalise::zscore);
  EXPECT_EQ(first("normalise: none").normalise.method, Normalise::none);
  EXPECT_EQ(first("bias_field: none").normalise.method, Normalise::none);
  EXPECT_EQ(first("normalise: {reference: {tissue: bright_fat}}").normalise.method, Normalise::bright_fat);
  EXPECT_EQ(first("normalise: {reference: {mask: fat, target: 300}}").normalise.method, Normalise::tissue);
  const NormaliseRule percent = first("normalise: {reference: {percentile: 95}}").normalise;
  EXPECT_EQ(percent.method, Normalise::body_percent);
  EXPECT_EQ(percent.percentile, 95);
}

// What would be learnt from several patients is refused by its name.
TEST(ExtractionRules, RefuseWhatLearnsFromSeveralPatients) {
  EXPECT_REFUSED("[{image: t2_1, mask: m1, normalise: landmarks}]", refused, "landmarks");
  EXPECT_REFUSED("[{image: t2_1, mask: m1, normalise: {landmarks: {}}}]", refused, "landmarks");
  EXPECT_REFUSED("[{image: t2_1, mask: m1, habitats: {by: population}}]", refused, "population");
}

TEST(ExtractionRules, NameTheKeyThatIsWrong) {
  const std::vector<std::pair<std::string, std::string>> bad{
      {"colour: red", "extraction.colour"},
      {"normalise: zscor", "zscor"},
      {"normalise: {referense: {mask: fat}}", "referense"},
      {"normalise: {reference: {}}", "extraction.normalise.reference"},
      {"normalise: {reference: {mask: fat, percentile: 5}}", "extraction.normalise.reference"},
      {"normalise: {reference: {mask: bone}}", "'bone'"},
      {"normalise: {reference: {mask: m2}}", "'m2'"},
      {"normalise: {reference: {percentile: 101}}", "percentile"},
      {"normalise: {reference: {upper_mask: fat, percentile: 5}}", "upper_mask"},
      {"normalise: {reference: {mask: fat, lower_target: 5}}", "lower_target"},
      {"normalise: {reference: {mask: fat, upper_mask: muscle, lower_target: 2000}}", "lower_target"},
      {"normalise: {reference: {mask: fat, target: 0}}", "target"},
      {"normalise: {reference: {mask: fat, taget: 1}}", "taget"},
      {"ring: {outside: [3]}", "extraction.ring.outside"},
      {"ring: {}", "extraction.ring"},
      {"ring: {outside_mm: [5, 3]}", "rising"},
      {"ring: {outside_mm: [-3]}", "rising"},
      {"ring: {inside_mm: [wide]}", "inside_mm"},
      {"ring: {inside_mm: [3], within: skin}", "skin"},
      {"habitats: {count: 1}", "habitats.count"},
      {"habitats: {count: 50}", "habitats.count"},
      {"habitats: {images: [flair]}", "'flair'"},
      {"habitats: {number: 3}", "number"},
      {"robustness: {perturbations: 1}", "perturbations"},
      {"robustness: {perturb: X}", "robustness"},
      {"robustness: {minimum_icc: 1.5}", "minimum_icc"},
      {"robustness: {rotation: 3}", "rotation"},
      {"robustness: {rotation_degrees: [5, -5]}", "rotation_degrees"},
      {"robustness: {}, habitats: {}", "'id'"},
      {"ring: {outside_mm: [3]}, features: {families: [shape]}", "features"},
      {"features: {bin_with: 3}", "bin_width"}};
  for (const auto& [keys, fragment] : bad) {
    const Error error = error_of("[{image: t2_1, mask: m1, " + keys + "}]");
    EXPECT_NE(error.code(), ErrorCode::internal) << keys;
    EXPECT_NE(std::string(error.what()).find(fragment), std::string::npos) << keys << " gives " << error.what();
  }
  const std::string rules = "[{image: t2_1, mask: m1}, {image: t2_2, mask: m2}, {delta: {";
  for (const auto& [keys, fragment] : std::vector<std::pair<std::string, std::string>>{
           {"of: t2_2_m2", "delta.from"},
           {"of: t2_2_m2, from: t2_3_m3", "'t2_3_m3'"},
           {"of: t2_2_m2, from: t2_2_m2", "another rule"},
           {"of: t2_2_m2, from: t2_1_m1, kind: sum", "sum"},
           {"of: t2_2_m2, from: t2_1_m1, kind: per_week", "dates"},
           {"of: t2_2_m2, from: t2_1_m1, dates: {of: mri_2, from: mri_1}", "per_week"},
           {"of: t2_2_m2, from: t2_1_m1, kind: per_week, dates: {of: outcome, from: mri_1}", "'outcome'"},
           {"of: t2_2_m2, from: t2_1_m1, when: now", "when"}})
    EXPECT_REFUSED(rules + keys + "}}]", format, fragment);
}

TEST(ExtractionRules, NamesOfFeaturesMayNotMeet) {
  EXPECT_REFUSED("[{image: t2_1, mask: m1}, {image: t2_1, mask: fat}]", format, "'id'");
  EXPECT_REFUSED("[{image: t2_1, mask: m1}, {image: t2_1, mask: m1, id: t2_1_m1}]", format, "'t2_1_m1'");
  EXPECT_REFUSED("[{image: t2_1, mask: m1, ring: {outside_mm: [3]}}, {image: t2_1, mask: fat, id: t2_1_ring3}]", format,
                 "'t2_1_ring3'");
  EXPECT_NO_THROW(with("[{image: t2_1, mask: m1}, {image: t2_1, mask: m1, id: fine, features: {bin_width: 5}}]"));
}

TEST(ExtractionRules, AChangeIsKnownFromItsLaterImageOn) {
  const StudyFile study =
      with("[{image: t2_1, mask: m1}, {image: t2_2, mask: m2}, {delta: {of: t2_2_m2, from: t2_1_m1}}]");
  try {
    check_predictors(study, study.endpoint("early"));
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::refused);
    EXPECT_NE(error.message().find("'t2_2' (with 't2_2_delta_difference')"), std::string::npos) << error.what();
  }
  EXPECT_NO_THROW(check_predictors(study, study.endpoint("late")));
  // Dates and images of habitats count as well.
  const StudyFile dated = parse_study_file(
      kHead +
          "extraction: [{image: t2_1, mask: m1}, {image: t2_1, mask: fat, id: f}, {delta: {of: f, from: t2_1_m1, "
          "kind: per_week, dates: {of: mri_2, from: mri_1}}}]",
      "s");
  EXPECT_THROW(check_predictors(dated, dated.endpoint("early")), Error);
  EXPECT_NO_THROW(check_predictors(dated, dated.endpoint("late")));
  const StudyFile parts = with("[{image: t2_1, mask: m1, habitats: {images: [t2_1, t2_2]}}]");
  EXPECT_THROW(check_predictors(parts, parts.endpoint("early")), Error);
}

}  // namespace
}  // namespace larc::study
