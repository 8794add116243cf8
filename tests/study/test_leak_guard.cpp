#include <gtest/gtest.h>

#include "core/error.h"
#include "core/number.h"
#include "core/random.h"
#include "study/leak_guard.h"

namespace larc::study {
namespace {

constexpr const char* kProtocol = R"(
format: larc.study/1
id: guard
table: {patient: patient_id}
variables:
  age: {type: number, available_from: P0}
  visit_score: {type: number, available_from: P0}
  short_axis: {type: number, available_from: P1}
  months: {type: number, available_from: LABEL}
  dead: {type: number, available_from: LABEL}
  followup_visits: {type: number, available_from: LABEL, label: {en: Follow-up visits, zh: 随访次数}}
  doubled: {type: number, available_from: LABEL, formula: "age * 2 + 0 * dead"}
  age_late: {type: number, available_from: LABEL, formula: "age + 1"}
endpoints:
  os: {type: survival, at: P0, time: months, event: dead == 1}
models: {kinds: [clinical], clinical_predictors: [age, visit_score]}
)";

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  text.replace(text.find(from), from.size(), to);
  return text;
}

/// score: what visit_score is made of.
template <typename Score>
std::map<std::string, PatientValues> patients(std::size_t n, Score&& score) {
  std::map<std::string, PatientValues> all;
  Random random(3);
  for (std::size_t i = 0; i < n; ++i) {
    const double visits = std::floor(20 * random.uniform()), months = std::round(600 * random.uniform()) / 10 + 1;
    all["P" + std::to_string(1000 + i)] = {{"age", format_double(40 + std::floor(40 * random.uniform()))},
                                           {"visit_score", score(visits, months, random)},
                                           {"short_axis", format_double(std::round(10 * random.uniform()))},
                                           {"months", format_double(months)},
                                           {"dead", random.uniform() < 0.4 ? "1" : "0"},
                                           {"followup_visits", format_double(visits)}};
  }
  return all;
}

/// "" if nothing is refused.
std::string refusal(const StudyFile& file, const std::map<std::string, PatientValues>& values) {
  const Endpoint& endpoint = file.endpoints[0];
  try {
    refuse_copies(endpoint, LeakGuard(file, values).later_twins(endpoint));
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::refused);
    return error.what();
  }
  return "";
}

const auto kCopy = [](double visits, double, Random&) { return format_double(2 * visits + 1); };

TEST(LeakGuard, NamesTheCopyAndWhatItRepeats) {
  const StudyFile file = parse_study_file(kProtocol, "s");
  const std::string said = refusal(file, patients(60, kCopy));
  EXPECT_NE(said.find("predictor 'visit_score' repeats 'followup_visits', which is available from LABEL"),
            std::string::npos)
      << said;
  EXPECT_NE(said.find("accepted_likeness: {visit_score: [followup_visits]}"), std::string::npos) << said;
}

TEST(LeakGuard, FollowUpTimeInDisguiseIsTheOutcome) {
  const StudyFile file =
      parse_study_file(replaced(replaced(kProtocol, "  months: {type: number", "  followed: {type: number"),
                                "time: months", "time: followed / 30.4375"),
                       "s");
  auto values = patients(60, [](double, double months, Random&) { return format_double(std::sqrt(months)); });
  for (auto& [patient, of_patient] : values) {
    of_patient["followed"] = format_double(30 * *parse_double(of_patient["months"]));
    of_patient.erase("months");
  }
  const std::string said = refusal(file, values);
  EXPECT_NE(said.find("'visit_score' repeats 'followed'"), std::string::npos) << said;
  // Only the outcome is left where the dates it comes from have no order of their own.
  const StudyFile dated = parse_study_file(replaced(replaced(kProtocol, "  months: {type: number",
                                                             "  seen: {type: date, available_from: LABEL}\n"
                                                             "  operated: {type: date, available_from: LABEL}\n"
                                                             "  months: {type: number"),
                                                    "time: months", "time: \"months(operated, seen)\""),
                                           "s");
  std::size_t number = 0;
  for (auto& [patient, of_patient] : values) {
    const double days = *parse_double(of_patient["followed"]);
    const int year = 2000 + static_cast<int>(++number % 15), later = static_cast<int>(days / 365);
    of_patient["operated"] = std::to_string(year) + "-03-01";
    of_patient["seen"] = std::to_string(year + later) + "-0" + std::to_string(3 + number % 7) + "-11";
    const double seen = static_cast<double>(*parse_date(of_patient["seen"]) - *parse_date(of_patient["operated"]));
    of_patient["visit_score"] = format_double(seen / 7);
  }
  EXPECT_NE(refusal(dated, values).find("repeats the outcome of 'os'"), std::string::npos);
}

TEST(LeakGuard, WhatFollowsFromThePredictorIsNoLeak) {
  const StudyFile file = parse_study_file(kProtocol, "s");
  const auto noise = [](double, double, Random& random) { return format_double(random.normal()); };
  // 'doubled' and 'age_late' are made of the predictor 'age'.
  EXPECT_EQ(refusal(file, patients(80, noise)), "");
  EXPECT_TRUE(LeakGuard(file, patients(80, noise)).later_twins(file.endpoints[0]).empty());
  EXPECT_TRUE(LeakGuard(file, {}).later_twins(file.endpoints[0]).empty());
}

TEST(LeakGuard, AVariableOfTheEndpointsPointIsNotLater) {
  const auto later = [](double, double, Random& random) { return format_double(std::round(100 * random.uniform())); };
  auto values = patients(80, later);
  for (auto& [patient, of_patient] : values) of_patient["short_axis"] = of_patient["visit_score"];
  EXPECT_NE(refusal(parse_study_file(kProtocol, "s"), values).find("'short_axis', which is available from P1"),
            std::string::npos);
  EXPECT_EQ(refusal(parse_study_file(replaced(kProtocol, "at: P0", "at: P1"), "s"), values), "");
}

TEST(LeakGuard, AnAcceptedLikenessIsToldAndNotRefused) {
  const StudyFile file = parse_study_file(
      replaced(kProtocol, "models: {", "models: {accepted_likeness: {visit_score: [followup_visits]}, "), "s");
  const auto values = patients(60, kCopy);
  EXPECT_EQ(refusal(file, values), "");
  const auto twins = LeakGuard(file, values).later_twins(file.endpoints[0]);
  ASSERT_EQ(twins.size(), 1u);
  EXPECT_TRUE(twins[0].accepted);
  const Label label = describe(file, twins[0]);
  EXPECT_NE(label.en.find("resembles Follow-up visits (available from LABEL)"), std::string::npos) << label.en;
  EXPECT_NE(label.zh.find("随访次数"), std::string::npos) << label.zh;
  for (const char* wrong : {"{nobody: [dead]}", "{age: [nothing]}", "{age: dead, nobody: 3}"})
    EXPECT_THROW(parse_study_file(
                     replaced(kProtocol, "models: {", std::string("models: {accepted_likeness: ") + wrong + ", "), "s"),
                 Error)
        << wrong;
}

TEST(LeakGuard, WhatOnlyResemblesIsAudited) {
  const StudyFile file = parse_study_file(kProtocol, "s");
  const auto values = patients(
      120, [](double visits, double, Random& random) { return format_double(visits + 1.5 * random.normal()); });
  EXPECT_EQ(refusal(file, values), "");
  const auto twins = LeakGuard(file, values).later_twins(file.endpoints[0]);
  ASSERT_EQ(twins.size(), 1u);
  EXPECT_EQ(twins[0].predictor, "visit_score");
  EXPECT_EQ(twins[0].later, "followup_visits");
  EXPECT_EQ(twins[0].likeness.degree, Resemblance::suspicious);
}

// A derived variable cannot be declared earlier than what it is made of.
TEST(LeakGuard, AFormulaOfLaterValuesIsRefusedWhenTheStudyFileIsRead) {
  for (const char* formula : {"formula: followup_visits * 2", "formula: \"log_visits + 1\""}) {
    const std::string text =
        replaced(replaced(kProtocol, "  visit_score: {type: number,",
                          std::string("  visit_score: {type: number, ") + formula + ","),
                 "  short_axis:",
                 "  log_visits: {type: number, available_from: LABEL, formula: followup_visits / 3}\n  short_axis:");
    try {
      parse_study_file(text, "s");
      ADD_FAILURE() << formula;
    } catch (const Error& error) {
      const std::string said = error.what();
      EXPECT_NE(said.find("variables.visit_score"), std::string::npos) << said;
      EXPECT_NE(said.find("available from LABEL"), std::string::npos) << said;
    }
  }
}

TEST(LeakGuard, OneGuardAnswersForEveryEndpoint) {
  const StudyFile file = parse_study_file(
      replaced(kProtocol, "endpoints:", "endpoints:\n  later: {type: binary, at: P1, positive: dead == 1}"), "s");
  // visit_score repeats the short axis, which is known from P1 on.
  auto values = patients(60, kCopy);
  for (auto& [id, of_patient] : values) of_patient["visit_score"] = of_patient["short_axis"];
  const LeakGuard guard(file, values);
  const auto names = [&](const std::string& endpoint) {
    std::string list;
    for (const auto& twin : guard.later_twins(file.endpoint(endpoint)))
      if (twin.predictor == "visit_score") list += twin.later + " ";
    return list;
  };
  EXPECT_EQ(names("os"), "short_axis ");
  EXPECT_EQ(names("later"), "");
  EXPECT_EQ(names("os"), "short_axis ");
}

TEST(LeakGuard, LargeRegistriesAreSampled) {
  const StudyFile file = parse_study_file(kProtocol, "s");
  EXPECT_NE(refusal(file, patients(5000, kCopy)).find("of 1667 patients"), std::string::npos);
}

}  // namespace
}  // namespace larc::study
