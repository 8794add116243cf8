// Which series takes which role.
#include <gtest/gtest.h>

#include "core/error.h"
#include "core/number.h"
#include "study/file_roles.h"
#include "study/protocols.h"
#include "study/series_attributes.h"
#include "study/study_file.h"

namespace larc::study {
namespace {

ImageRole role_with(const std::string& attribute, const std::vector<std::string>& globs) {
  ImageRole role;
  role.dicom[attribute] = globs;
  return role;
}

TEST(FileRoles, one_of_several_globs_is_enough_and_case_does_not_matter) {
  const auto role = role_with("series_description", {"*adc*", "*apparent diff*"});
  EXPECT_TRUE(series_has_role(role, {{"series_description", "ep2d_diff_ADC"}}));
  EXPECT_TRUE(series_has_role(role, {{"series_description", "Apparent Diffusion Coefficient"}}));
  EXPECT_FALSE(series_has_role(role, {{"series_description", "DWI b1000"}}));
  EXPECT_FALSE(series_has_role(role, {}));
  EXPECT_FALSE(series_has_role({}, {{"series_description", "ADC"}}));
}

TEST(FileRoles, bounds_compare_numbers_and_an_absent_one_does_not_fit) {
  const auto role = role_with("b_value", {">= 800"});
  for (const char* value : {"800", "1000", "1e3"}) EXPECT_TRUE(series_has_role(role, {{"b_value", value}})) << value;
  for (const char* value : {"", "50", "799.9", "b"}) EXPECT_FALSE(series_has_role(role, {{"b_value", value}})) << value;
  EXPECT_TRUE(series_has_role(role_with("b_value", {"<=100"}), {{"b_value", "50"}}));
}

/// The first role of the default protocol that fits.
std::string role_of(const std::string& study, const std::string& series, double b_value = kNaN) {
  io::dicom::DicomInstance instance;
  instance.modality = "MR";
  instance.study_description = study;
  instance.series_description = series;
  instance.b_value = b_value;
  const auto attributes = series_attributes(instance);
  for (const auto& role : parse_study_file(rectal_protocol(), "rectal.yaml").images)
    if (series_has_role(role, attributes)) return role.id;
  return "";
}

TEST(FileRoles, default_protocol_tells_sequences_and_time_points_apart) {
  EXPECT_EQ(role_of("MRI rectum primary staging", "t2_tse_tra_obl"), "t2_1");
  EXPECT_EQ(role_of("", "T2W_TSE"), "t2_1");
  EXPECT_EQ(role_of("MRI rectum restaging", "t2_tse_tra_obl"), "t2_2");
  EXPECT_EQ(role_of("Rectum MRI after therapy", "dADC_ax"), "adc_2");
  EXPECT_EQ(role_of("MR PELVIS RECTAL CA POST-TREATMENT", "Ax DWI b1000", 1000), "dwi_2");
  EXPECT_EQ(role_of("Rectum MRI baseline", "ep2d_diff_b50_b800_tra_TRACEW", 800), "dwi_1");
  EXPECT_EQ(role_of("Rectum MRI baseline", "ep2d_diff_b50_b800_tra_TRACEW", 50), "");
  EXPECT_EQ(role_of("Rectum MRI baseline", "ep2d_diff_b50_b800_tra_ADC"), "adc_1");
}

TEST(FileRoles, unknown_attribute_is_refused_with_the_known_ones) {
  std::string yaml = rectal_protocol();
  const std::string known = "b_value:";
  yaml.replace(yaml.find(known), known.size(), "bvalue:");
  try {
    parse_study_file(yaml, "study.yaml");
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("bvalue"), std::string::npos) << error.what();
    EXPECT_NE(std::string(error.what()).find("series_description"), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace larc::study
