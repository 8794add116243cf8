// What `larc status` says is next, stage by stage, and a run of tables alone.
#include <gtest/gtest.h>

#include "core/file.h"
#include "study/flow.h"
#include "study/run.h"
#include "study/train.h"
#include "study/validate.h"
#include "support/test_data.h"

namespace larc::study {
namespace {

constexpr const char* kProtocol = R"(
format: larc.study/1
id: tables
table: {patient: patient_id}
variables:
  age: {type: number, available_from: P0}
  cea: {type: number, available_from: P0}
  outcome: {type: number, available_from: LABEL}
endpoints:
  y: {type: binary, positive: outcome == 1}
models: {kinds: [clinical], clinical_predictors: [age, cea], minimum_per_class: 5}
validation: {folds: 2, inner_folds: 2, repeats: 1, permutations: 0}
)";

/// positive: how many of forty patients have the outcome
void fill(Study& study, int positive) {
  for (int i = 0; i < 40; ++i) {
    const std::string patient = std::string("P").append(std::to_string(10 + i));
    study.registry.add_patient(patient);
    study.registry.add_value(patient, "age", std::to_string(40 + i * 7 % 40), "t", "h");
    study.registry.add_value(patient, "cea", std::to_string(1 + i * 11 % 17), "t", "h");
    study.registry.add_value(patient, "outcome", i * 3 % 40 < positive ? "1" : "0", "t", "h");
  }
}

std::string next(const Study& study) {
  return status_document(study)["next"];
}

class Run : public testing::Test {
 protected:
  Run() { init_study(folder_.path() / "s", kProtocol); }
  void until(Study& study, const std::string& stage) {
    run_stages(study, {}, stage, [](Study& screened) { run_screen(screened); });
  }
  const test::TemporaryFolder folder_;
};

TEST_F(Run, OfTablesAloneAsksForNoImages) {
  Study study(folder_.path() / "s");
  EXPECT_EQ(next(study), "import");
  fill(study, 15);
  EXPECT_EQ(next(study), "screen");
  until(study, "screen");
  EXPECT_EQ(next(study), "train");
  until(study, "train");
  EXPECT_EQ(next(study), "validate");
  until(study, "validate");
  EXPECT_EQ(next(study), "report");
  ensure_directory(study.folder / "reports");
  write_file_atomic(study.folder / "reports" / "study.html", "page");
  EXPECT_EQ(next(study), "nothing");
}

TEST_F(Run, WithoutAModelThatMayBeTrainedGoesOnToItsReport) {
  Study study(folder_.path() / "s");
  fill(study, 3);
  const std::string refused = run_train(study, {}, {});
  EXPECT_NE(refused.find("3 patients with and 37 without the outcome"), std::string::npos) << refused;
  EXPECT_EQ(run_train(study, {}, {"y", "P1", ""}),
            "no model of the study matches the options --endpoint, --at and --kind");
  until(study, "");
  EXPECT_EQ(next(study), "report");
}

}  // namespace
}  // namespace larc::study
