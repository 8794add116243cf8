// The document of the report: the table of the baseline, and no patient by name in what screening says.
#include <gtest/gtest.h>

#include "report/study_document.h"
#include "study/screening.h"
#include "support/test_data.h"

namespace larc::report {
namespace {

constexpr const char* kProtocol = R"(
format: larc.study/1
id: document
table: {patient: patient_id}
variables:
  age: {type: number, available_from: P0}
  cea: {type: number, unit: ng/mL, available_from: P0}
  margin_mm: {type: number, available_from: P0}
  involved: {type: category, codes: ["true", "false"], available_from: P0, formula: margin_mm <= 1}
  margin_cm: {type: number, available_from: P0, formula: margin_mm / 10}
  late: {type: number, available_from: P1}
  outcome: {type: number, available_from: LABEL}
eligibility: {adult: {include: age >= 18}}
endpoints: {y: {type: binary, positive: outcome == 1}}
models: {kinds: [clinical], clinical_predictors: [age]}
)";

class Document : public testing::Test {
 protected:
  Document() {
    study::init_study(folder_.path() / "s", kProtocol);
    study_ = std::make_unique<study::Study>(folder_.path() / "s");
    const std::vector<study::PatientValues> all{
        {{"centre", "north"}, {"age", "60"}, {"cea", "<2"}, {"margin_mm", "0.5"}, {"late", "1"}, {"outcome", "1"}},
        {{"centre", "north"}, {"age", "70"}, {"cea", "5"}, {"margin_mm", "4"}, {"outcome", "0"}},
        {{"centre", "south"}, {"age", "17"}, {"cea", "many"}, {"margin_mm", "1"}},
        {{"age", "80"}}};
    for (std::size_t i = 0; i < all.size(); ++i) {
      const std::string patient = std::string("secret").append(std::to_string(i));
      study_->registry.add_patient(patient);
      for (const auto& [variable, value] : all[i]) study_->registry.add_value(patient, variable, value, "t", "h");
    }
  }
  Json variable(const std::string& id) const {
    const Json document = study_document(*study_);
    for (const auto& item : document["cohort"]["variables"])
      if (item["id"] == id) return item;
    return nullptr;
  }
  const test::TemporaryFolder folder_;
  std::unique_ptr<study::Study> study_;
};

TEST_F(Document, BaselineHoldsDerivedVariablesToo) {
  const Json involved = variable("involved");
  ASSERT_FALSE(involved.is_null());
  EXPECT_EQ(involved["overall"],
            (Json{{"n", 4},
                  {"missing", 1},
                  {"levels", Json::array({Json{{"level", "true"}, {"n", 2}}, Json{{"level", "false"}, {"n", 1}}})}}));
  EXPECT_EQ(involved["by_centre"][1]["centre"], "south");
  EXPECT_EQ(involved["by_centre"][1]["summary"]["n"], 1);
  EXPECT_DOUBLE_EQ(variable("margin_cm")["overall"]["median"].get<double>(), 0.1);
  EXPECT_TRUE(variable("late").is_null());
  EXPECT_TRUE(variable("outcome").is_null());
}

TEST_F(Document, BelowTheLimitOfDetectionIsHalfOfItAndWhatCannotBeReadIsMissing) {
  const Json overall = variable("cea")["overall"];
  EXPECT_EQ(overall["missing"], 2);
  EXPECT_DOUBLE_EQ(overall["median"].get<double>(), 3);  // of 1 and 5
}

TEST_F(Document, ScreeningNamesNoPatient) {
  study::waive_criterion(*study_, {"secret2", "adult", "born earlier by the letter", "Chen", ""});
  const Json flow = study_document(*study_)["cohort"]["flow"];
  EXPECT_EQ(flow["eligible"], 4);
  EXPECT_EQ(flow["waived"], 1);
  EXPECT_EQ(flow["centres"][1]["id"], "north");
  const std::string text = dump_json(flow);
  for (const char* private_text : {"secret", "Chen", "letter"})
    EXPECT_EQ(text.find(private_text), std::string::npos) << private_text;
}

}  // namespace
}  // namespace larc::report
