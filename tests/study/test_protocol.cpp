#include <gtest/gtest.h>

#include "clinical/clinical_table.h"
#include "clinical/eligibility.h"
#include "clinical/registry.h"
#include "core/error.h"
#include "core/file.h"
#include "study/dataset.h"
#include "study/demo_study.h"
#include "study/file_roles.h"
#include "study/protocols.h"
#include "support/test_data.h"

namespace larc::study {
namespace {

constexpr const char* kSmall = R"(
format: larc.study/1
id: small
table: {patient: patient_id, centre: hospital, missing: ["", "NA"], columns: {Alter: age}}
variables:
  age: {type: number, range: [18, 100], available_from: P0}
  grade: {type: category, codes: [low, high], available_from: P1}
  outcome: {type: number, available_from: LABEL}
eligibility:
  adult: {include: "age >= 18"}
  not_high: {exclude: "grade == 'high'"}
endpoints:
  y: {type: binary, positive: outcome == 1}
models: {kinds: [clinical], clinical_predictors: [age]}
)";

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  text.replace(text.find(from), from.size(), to);
  return text;
}

ClinicalTable table_of(const std::string& csv) {
  const test::TemporaryFolder folder;
  write_file_atomic(folder.path() / "t.csv", csv);
  return read_clinical_table(parse_study_file(kSmall, "study.yaml"), folder.path() / "t.csv");
}

std::string fault_of(const std::string& csv) {
  try {
    table_of(csv);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(StudyFile, OwnProtocolsAreValid) {
  EXPECT_NO_THROW(parse_study_file(rectal_protocol(), "rectal"));
  DemoOptions options;
  options.seed = 7;
  const StudyFile demo = parse_study_file(demo_protocol(options), "demo");
  EXPECT_TRUE(demo.synthetic);
  EXPECT_EQ(demo.seed, 7u);
  EXPECT_NO_THROW(read_study_file(test::source_root() / "examples" / "sts" / "study.yaml"));
  const StudyFile two_times = read_study_file(test::source_root() / "examples" / "restaging" / "study.yaml");
  EXPECT_NO_THROW(check_predictors(two_times, two_times.endpoints[0]));
}

TEST(StudyFile, RefusesUnknownKeysAndBrokenReferences) {
  const std::vector<std::pair<std::string, std::string>> changes{
      {"id: small", "id: small\ncolour: red"},
      {"type: number, range", "type: numbr, range"},
      {"range: [18, 100]", "range: [18]"},
      {"outcome == 1", "outcom == 1"},
      {"outcome == 1", "outcome =="},
      {"clinical_predictors: [age]", "clinical_predictors: [weight]"},
      {"kinds: [clinical]", "kinds: [oracle]"},
      {"format: larc.study/1", "format: larc.study/9"},
      {"codes: [low, high], ", ""},
      {"endpoints:\n  y: {type: binary, positive: outcome == 1}", "endpoints: {}"}};
  for (const auto& [from, to] : changes) EXPECT_THROW(parse_study_file(replaced(kSmall, from, to), "s"), Error) << to;
  EXPECT_NO_THROW(parse_study_file(kSmall, "s"));
}

// larc's keys, PyRadiomics' sections, and what they refuse, before any image is read.
TEST(StudyFile, FeaturesTakeParameterFilesAndNameTheWrongKey) {
  const std::string text = std::string(kSmall) +
                           "images: {t2: {files: ['x'], available_from: P0}}\n"
                           "masks: {tumour: {image: t2, files: ['y']}}\n"
                           "extraction: [{image: t2, mask: tumour, features: FEATURES}]\n";
  for (const char* good : {"{bin_width: 25}", "{resample_spacing_mm: [2, 2, 2], interpolation: linear}",
                           "{imageType: {LoG: {sigma: [2.0]}}, setting: {binWidth: 5}}", "{larc: {naming: ibsi}}"})
    EXPECT_NO_THROW(parse_study_file(replaced(text, "FEATURES", good), "s")) << good;
  for (const auto& [bad, near] :
       std::map<std::string, std::string>{{"{bin_with: 25}", "bin_width"}, {"{setting: {binwidth: 5}}", "binWidth"}}) {
    try {
      parse_study_file(replaced(text, "FEATURES", bad), "s");
      ADD_FAILURE() << bad;
    } catch (const Error& error) {
      EXPECT_NE(std::string(error.what()).find("t2_tumour"), std::string::npos) << error.what();
      EXPECT_NE(std::string(error.what()).find("'" + near + "'"), std::string::npos) << error.what();
    }
  }
}

TEST(StudyFile, NamesThePredictorThatComesTooLate) {
  const StudyFile study =
      parse_study_file(replaced(kSmall, "clinical_predictors: [age]", "clinical_predictors: [age, grade]"), "s");
  try {
    check_predictors(study, study.endpoints[0]);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::refused);
    EXPECT_NE(error.message().find("'grade'"), std::string::npos);
  }
}

TEST(StudyFile, NamesTheImageThatComesTooLate) {
  const std::string images =
      "images: {t2_2: {available_from: P1}}\nmasks: {m: {image: t2_2}}\nextraction: [{image: t2_2, mask: m}]\n";
  const StudyFile study = parse_study_file(kSmall + images, "s");
  try {
    check_predictors(study, study.endpoints[0]);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::refused);
    EXPECT_NE(error.message().find("'t2_2'"), std::string::npos);
  }
  const StudyFile later = parse_study_file(replaced(kSmall, "{type: binary,", "{type: binary, at: P1,") + images, "s");
  EXPECT_NO_THROW(check_predictors(later, later.endpoints[0]));
}

TEST(Dataset, AnEndpointWithoutOutcomeIsRefusedAndTheOthersGoOn) {
  const test::TemporaryFolder folder;
  init_study(folder.path() / "s",
             replaced(kSmall, "endpoints:", "endpoints:\n  z: {type: binary, positive: age > 60}"));
  Study study(folder.path() / "s");
  study.registry.add_patient("P1");
  study.registry.add_value("P1", "age", "61", "t", "h");
  const DatasetSource source(study);
  const Dataset y = source.dataset_of(study.file.endpoint("y")), z = source.dataset_of(study.file.endpoint("z"));
  EXPECT_TRUE(y.no_outcome);
  EXPECT_NE(y.refused.find("outcome"), std::string::npos);
  EXPECT_FALSE(z.no_outcome);
  EXPECT_NO_THROW(check_some_outcome({y, z}));
  EXPECT_THROW(check_some_outcome({y}), Error);
}

TEST(Dataset, AnOutcomeOfDerivedVariablesIsLookedForWhereItWasRecorded) {
  const test::TemporaryFolder folder;
  init_study(folder.path() / "s",
             replaced(replaced(kSmall, "  outcome:",
                               "  good: {type: number, available_from: LABEL, formula: better + 0}\n"
                               "  better: {type: number, available_from: LABEL, formula: outcome * 1}\n"
                               "  outcome:"),
                      "positive: outcome == 1", "positive: good == 1"));
  Study study(folder.path() / "s");
  const auto data = [&] { return DatasetSource(study).dataset_of(study.file.endpoint("y")); };
  for (int i = 0; i < 30; ++i) {
    const std::string patient = std::string("P").append(std::to_string(i));
    study.registry.add_patient(patient);
    study.registry.add_value(patient, "age", "61", "t", "h");
    study.registry.add_value(patient, "grade", "low", "t", "h");
  }
  const Dataset without = data();
  EXPECT_TRUE(without.no_outcome);
  EXPECT_EQ(without.refused.find("no patient has a value of outcome, from which"), 0u) << without.refused;
  for (int i = 0; i < 30; ++i)
    study.registry.add_value(std::string("P").append(std::to_string(i)), "outcome", i % 2 == 0 ? "1" : "0", "t", "h");
  const Dataset with = data();
  EXPECT_FALSE(with.no_outcome);
  EXPECT_EQ(with.refused, "");
  EXPECT_EQ(with.outcome.events(), 15u);
}

TEST(Dataset, APatientWithoutOutcomeTakesNothingFromTheOneBefore) {
  const test::TemporaryFolder folder;
  init_study(folder.path() / "s",
             replaced(replaced(kSmall, "  outcome:", "  months: {type: number, available_from: LABEL}\n  outcome:"),
                      "{type: binary, positive: outcome == 1}", "{type: survival, time: months, event: outcome == 1}"));
  Study study(folder.path() / "s");
  for (int i = 1; i <= 6; ++i) {
    const std::string patient = std::string("P").append(std::to_string(i));
    study.registry.add_patient(patient);
    study.registry.add_value(patient, "age", "61", "t", "h");
    study.registry.add_value(patient, "outcome", "1", "t", "h");
    study.registry.add_value(patient, "grade", "low", "t", "h");
    study.registry.add_value(patient, "months", i % 2 == 0 ? "0" : "12", "t", "h");
  }
  const Dataset data = DatasetSource(study).dataset_of(study.file.endpoint("y"));
  EXPECT_EQ(data.patients, (std::vector<std::string>{"P1", "P3", "P5"}));
  EXPECT_EQ(data.contradictory, 3u);  // a follow-up of no months
  ASSERT_EQ(data.notes.size(), 3u);
  EXPECT_NE(data.notes[0].find("patient P2"), std::string::npos);
}

TEST(PatientView, RefusesWhatIsNotKnownYet) {
  const StudyFile study = parse_study_file(kSmall, "s");
  const PatientValues values{{"age", "61"}, {"grade", "low"}, {"outcome", "1"}};
  EXPECT_EQ(PatientView(study, values, PredictionPoint::P0)("age"), Datum(61.0));
  EXPECT_THROW(PatientView(study, values, PredictionPoint::P0)("grade"), Error);
  EXPECT_EQ(PatientView(study, values, PredictionPoint::P1)("grade"), Datum(std::string("low")));
  EXPECT_THROW(PatientView(study, values, PredictionPoint::P2)("outcome"), Error);
  EXPECT_THROW(PatientView(study, values, PredictionPoint::P2)("weight"), Error);
}

TEST(ClinicalTable, ReadsRenamedColumnsAndMissingCodes) {
  const ClinicalTable table =
      table_of("\xEF\xBB\xBFpatient_id;Alter;hospital;姓名\r\n患者1;61.5;北京;x\r\nP2;NA;B;y\r\n");
  ASSERT_EQ(table.records.size(), 2u);
  EXPECT_EQ(table.records[0].patient, "患者1");
  EXPECT_EQ(table.centre_of.at("患者1"), "北京");
  EXPECT_EQ(table.records[0].observations[0].value, "61.5");
  EXPECT_EQ(table.records[1].observations[0].value, "");
  EXPECT_EQ(table.unused_columns, (std::vector<std::string>{"姓名"}));
}

TEST(ClinicalTable, NamesRowColumnAndRemedy) {
  EXPECT_NE(fault_of("patient_id,age\nP1,old\n").find("t.csv row 1 (line 2), column 'age': 'old' is not a number"),
            std::string::npos);
  EXPECT_NE(fault_of("patient_id,age\nP1,5\n").find("outside the plausible range"), std::string::npos);
  EXPECT_NE(fault_of("patient_id,grade\nP1,medium\n").find("allowed: low, high"), std::string::npos);
  EXPECT_NE(fault_of("patient_id,age\nP1,30\nP2,31\nP1,32\n").find("already stands in row 1"), std::string::npos);
  EXPECT_NE(fault_of("patient_id,age\n,30\n").find("patient id is empty"), std::string::npos);
  EXPECT_NE(fault_of("name,age\nP1,30\n").find("no column 'patient_id'"), std::string::npos);
  EXPECT_NE(fault_of("patient_id,age\nP1,1e400\n").find("not a number"), std::string::npos);
}

TEST(Eligibility, CountsTheFirstReasonAndTheUnknown) {
  const StudyFile study = parse_study_file(kSmall, "s");
  const std::map<std::string, PatientValues> values{{"in", {{"age", "50"}, {"grade", "low"}}},
                                                    {"out", {{"age", "50"}, {"grade", "high"}}},
                                                    {"open", {{"age", "50"}}}};
  const Screening screening = screen(study, {"in", "nothing", "open", "out"}, values);
  EXPECT_EQ(screening.of_patient.at("in"), Eligibility::eligible);
  EXPECT_EQ(screening.of_patient.at("out"), Eligibility::excluded);
  EXPECT_EQ(screening.of_patient.at("open"), Eligibility::unknown);
  EXPECT_EQ(screening.of_patient.at("nothing"), Eligibility::unknown);
  EXPECT_EQ(screening.patients.at("nothing").decided_by, "adult");
  EXPECT_EQ(screening.counts[1].excluded, 1u);
  EXPECT_EQ(screening.counts[1].unknown, 1u);
}

TEST(FileRoles, FindThePatientInThePath) {
  EXPECT_EQ(patient_of_path("{patient}/MR_*_image.nii.gz", "/data/STS_002/MR_T1_image.nii.gz").value(), "STS_002");
  EXPECT_FALSE(patient_of_path("{patient}/MR_T1_image.nii.gz", "/data/STS_002/MR_T1_mask.nii.gz").has_value());
  EXPECT_EQ(patient_of_path("{patient}_t2.nii", "a/b/王芳_t2.nii").value(), "王芳");
  EXPECT_FALSE(patient_of_path("{patient}/x.nii", "x.nii").has_value());
}

}  // namespace
}  // namespace larc::study
