#include <gtest/gtest.h>

#include "core/error.h"
#include "core/file.h"
#include "core/random.h"
#include "study/predict.h"
#include "study/validate.h"
#include "support/test_data.h"

namespace larc::study {
namespace {

constexpr const char* kProtocol = R"(
format: larc.study/1
id: small
table: {patient: patient_id}
data_cut: 2021-06-01
variables:
  age: {type: number, available_from: P0}
  start: {type: date, available_from: P0}
  lab: {type: date, available_from: P0}
  cea: {type: number, unit: ng/mL, available_from: P0, dated_by: lab, window: {before: start, days: 28}}
  mrf: {type: number, unit: mm, available_from: P0, readers: true}
  close: {type: number, available_from: P0, formula: mrf <= 1}
  outcome: {type: number, available_from: LABEL}
endpoints:
  y: {type: binary, positive: outcome == 1}
models: {kinds: [clinical], clinical_predictors: [age, cea, mrf, close], minimum_per_class: 5}
validation: {folds: 4, inner_folds: 3, repeats: 2}
)";

class Predict : public testing::Test {
 protected:
  Predict() {
    init_study(folder_.path() / "s", kProtocol);
    const Study study(folder_.path() / "s");
    Dataset data;
    data.endpoint = &study.file.endpoint("y");
    data.outcome.kind = learn::OutcomeKind::binary;
    Random random(3);
    std::vector<double> age, cea, mrf, close;
    for (int i = 0; i < 60; ++i) {
      data.patients.emplace_back("P").append(std::to_string(i));
      age.push_back(60 + 10 * random.normal());
      cea.push_back(5 + random.normal());
      mrf.push_back(1 + random.normal());
      close.push_back(mrf.back() <= 1 ? 1 : 0);
      data.outcome.label.push_back(close.back() + 0.5 * random.normal() > 0.5 ? 1 : 0);
    }
    data.frame.rows = 60;
    data.frame.columns = {learn::numeric_column("age", "clinical", age), learn::numeric_column("cea", "clinical", cea),
                          learn::numeric_column("mrf", "clinical", mrf),
                          learn::numeric_column("close", "clinical", close)};
    const learn::Protocol protocol = protocol_of(data, 1);
    const FittedModel model = fit_model(study, data, protocol.training(protocol.everything()), "clinical", 5);
    bundle_ = decode_bundle(encode_bundle(model, study.file, *data.endpoint, Json::object()), "b");
  }

  NewPatient patient(const std::string& csv) const {
    write_file_atomic(folder_.path() / "t.csv", csv);
    return read_patient(*bundle_, {}, {}, folder_.path() / "t.csv", "");
  }
  Json prediction(const std::string& csv) const { return predict_patient(*bundle_, "id", patient(csv)); }

  test::TemporaryFolder folder_;
  std::optional<Bundle> bundle_;
};

TEST_F(Predict, ATableIsSeenAsTrainingWouldSeeIt) {
  const char* const header = "patient_id,age,start,lab,cea,mrf__r1,mrf__r2\n";
  const auto values = [&](const std::string& row) { return patient(header + row).values; };
  EXPECT_EQ(values("a,60,2020-02-01,2020-01-20,7,2,2\n"),
            (PatientValues{{"age", "60"}, {"start", "2020-02-01"}, {"lab", "2020-01-20"}, {"cea", "7"}, {"mrf", "2"}}));
  EXPECT_FALSE(values("a,60,2020-02-01,2019-01-20,7,2,2\n").contains("cea")) << "older than its window";
  EXPECT_FALSE(values("a,60,,2021-08-01,7,2,2\n").contains("cea")) << "after the data cut";
  EXPECT_FALSE(values("a,60,,,7,2,3\n").contains("mrf")) << "the readers differ";
  EXPECT_FALSE(patient("patient_id,age,outcome\na,60,1\n").values.contains("outcome")) << "known later";
}

TEST_F(Predict, DerivedPredictorsAreInputsLikeOthers) {
  const auto row = [](const std::string& mrf) { return "patient_id,age,cea,mrf\na,60,5," + mrf + "\n"; };
  const Json near = prediction(row("0.9")), far = prediction(row("1.1")), open = prediction(row(""));
  EXPECT_TRUE(near.at("notes").empty()) << near.at("notes").dump();
  EXPECT_NE(near.at("probability"), far.at("probability"));
  EXPECT_NE(near.at("input_hash"), far.at("input_hash"));
  EXPECT_EQ(open.at("notes").size(), 2u) << open.at("notes").dump();
  // A comparison is 1 or 0 to a model.
  const auto columns = clinical_columns(bundle_->file, {{"mrf", "0.9"}}, PredictionPoint::P0);
  EXPECT_EQ(columns.at(3).values.at(0), 1);
  EXPECT_EQ(clinical_columns(bundle_->file, {{"mrf", "2"}}, PredictionPoint::P0).at(3).values.at(0), 0);
}

}  // namespace
}  // namespace larc::study
