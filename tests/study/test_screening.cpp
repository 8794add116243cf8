#include <gtest/gtest.h>

#include "core/error.h"
#include "core/file.h"
#include "study/dataset.h"
#include "study/endpoint_tally.h"
#include "study/flow.h"
#include "study/protocols.h"
#include "study/reader_agreement.h"
#include "study/refusal.h"
#include "study/screening.h"
#include "support/test_data.h"

namespace larc::study {
namespace {

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  if (at == std::string::npos) throw Error(ErrorCode::internal, "no '" + from + "'");
  return text.replace(at, from.size(), to);
}

constexpr const char* kSmall = R"(
format: larc.study/1
id: small
table: {patient: patient_id}
variables:
  age: {type: number, range: [18, 100], available_from: P0}
  centre_name: {type: text, available_from: P0}
  start: {type: date, available_from: P0}
  entry: {type: date, available_from: P0}
  relapse: {type: date, available_from: LABEL}
  death: {type: date, available_from: LABEL}
  seen: {type: date, available_from: LABEL}
  margin: {type: category, codes: [free, involved], available_from: LABEL}
checks:
  order: {holds: "days(start, seen) >= 0", affects: [relapse_time], text: seen before the start, remedy: correct it}
eligibility:
  adult: {include: "age >= 18"}
endpoints:
  relapse_time: {type: competing, origin: start, events: [relapse], competing: [death], last_seen: seen, risk_set: "margin != 'involved'"}
models: {kinds: [clinical], clinical_predictors: [age], minimum_per_class: 2}
)";

struct Cohort {
  test::TemporaryFolder folder;
  std::unique_ptr<Study> study;
  explicit Cohort(const std::string& yaml) {
    init_study(folder.path() / "s", yaml);
    study = std::make_unique<Study>(folder.path() / "s");
  }
  void add(const std::string& patient, const PatientValues& values) {
    study->registry.add_patient(patient);
    for (const auto& [variable, value] : values)
      study->registry.add_value(patient, variable, value, "table.csv", "hash");
  }
};

void fill(Cohort& cohort) {
  for (int i = 0; i < 4; ++i)
    cohort.add("r" + std::to_string(i), {{"age", std::to_string(40 + i)},
                                         {"start", "2020-01-01"},
                                         {"relapse", "2020-06-01"},
                                         {"seen", "2021-01-01"},
                                         {"margin", "free"}});
  cohort.add("dead", {{"age", "50"}, {"start", "2020-01-01"}, {"death", "2020-03-01"}, {"margin", "free"}});
  cohort.add("alive", {{"age", "51"}, {"start", "2020-01-01"}, {"seen", "2022-01-01"}});
  cohort.add("involved", {{"age", "52"}, {"start", "2020-01-01"}, {"seen", "2022-01-01"}, {"margin", "involved"}});
  cohort.add("early", {{"age", "53"}, {"start", "2020-01-01"}, {"seen", "2019-01-01"}});
  cohort.add("open", {{"age", "54"}, {"start", "2020-01-01"}});
  cohort.add("ageless", {{"start", "2020-01-01"}, {"seen", "2022-01-01"}});
}

TEST(Dataset, ACompetingEventCensorsAndEveryStateIsCountedApart) {
  Cohort cohort(kSmall);
  fill(cohort);
  const Dataset data = DatasetSource(*cohort.study).dataset_of(cohort.study->file.endpoints[0]);
  EXPECT_EQ(data.patients.size(), 6u);
  EXPECT_EQ(data.eligible, 9u);
  EXPECT_EQ(data.outcome.events(), 4u);
  EXPECT_EQ(data.competing, 1u);
  EXPECT_EQ(data.unknown_outcome, 1u);
  EXPECT_EQ(data.contradictory, 1u);
  EXPECT_EQ(data.not_at_risk, 1u);
  EXPECT_TRUE(data.refused.empty()) << data.refused;
  ASSERT_EQ(data.notes.size(), 1u);
  EXPECT_EQ(data.notes[0].find("cause-specific: 1 patients are censored at a competing event"), 0u);
}

TEST(Dataset, DelayedEntryIsRefusedNotPassedOver) {
  Cohort cohort(replaced(kSmall, "origin: start,", "origin: start, entry: entry,"));
  for (int i = 0; i < 4; ++i)
    cohort.add("r" + std::to_string(i), {{"age", "40"},
                                         {"start", "2020-01-01"},
                                         {"entry", "2020-02-01"},
                                         {"relapse", "2020-06-01"},
                                         {"seen", "2021-01-01"}});
  const Dataset data = DatasetSource(*cohort.study).dataset_of(cohort.study->file.endpoints[0]);
  EXPECT_NE(data.refused.find("delayed entry"), std::string::npos);
  const Json endpoint = flow_of(Snapshot(*cohort.study)).document["endpoints"][0];
  EXPECT_NE(endpoint["refused"]["zh"].get<std::string>().find("延迟进入"), std::string::npos);
}

TEST(Flow, CountsWhatTheCohortHolds) {
  Cohort cohort(kSmall);
  fill(cohort);
  const Flow flow = flow_of(Snapshot(*cohort.study));
  EXPECT_EQ(flow.document["patients"], 10);
  EXPECT_EQ(flow.document["eligible"], 9);
  EXPECT_EQ(flow.document["unknown"], 1);
  EXPECT_EQ(flow.document["missing_fields"][0]["variable"], "age");
  const Json& endpoint = flow.document["endpoints"][0];
  EXPECT_EQ(endpoint["eligible"], 9);
  EXPECT_EQ(endpoint["known"], 6);
  EXPECT_EQ(endpoint["positive"], 4);
  EXPECT_EQ(endpoint["competing"], 1);
  EXPECT_EQ(endpoint["censored"], 1);
  EXPECT_EQ(endpoint["missing"][0]["variable"], "seen");
  // One patient is censored, at 731 days: that is the follow-up.
  EXPECT_DOUBLE_EQ(endpoint["median_follow_up"]["value"].get<double>(), 731 / 30.4375);
  std::map<std::string, std::string> kinds;
  for (const auto& query : flow.queries) kinds[query.patient] = query.kind;
  EXPECT_EQ(kinds,
            (std::map<std::string, std::string>{
                {"ageless", "unknown"}, {"early", "check"}, {"involved", "persistent_disease"}, {"open", "unknown"}}));
}

TEST(Flow, TheAuditTrailHearsOfChangedCriteriaOnce) {
  Cohort cohort(kSmall);
  fill(cohort);
  run_screen(*cohort.study);
  const std::string first = read_file(cohort.study->folder / "reports" / "flow.json");
  run_screen(*cohort.study);
  EXPECT_EQ(read_file(cohort.study->folder / "reports" / "flow.json"), first);
  const auto job = cohort.study->ledger.find("screen", "criteria");
  ASSERT_TRUE(job.has_value());
  EXPECT_EQ(job->result, criteria_version(cohort.study->file));
}

TEST(Waivers, AreRefusedWithoutPatientCriterionReasonOrName) {
  Cohort cohort(kSmall);
  fill(cohort);
  const auto code = [&](const Waiver& waiver) {
    try {
      waive_criterion(*cohort.study, waiver);
    } catch (const Error& error) {
      return to_string(error.code());
    }
    return std::string("done");
  };
  EXPECT_EQ(code({"nobody", "adult", "why", "Chen", ""}), "not_found");
  EXPECT_EQ(code({"ageless", "child", "why", "Chen", ""}), "not_found");
  EXPECT_EQ(code({"ageless", "adult", " ", "Chen", ""}), "usage");
  EXPECT_EQ(code({"ageless", "adult", "why", "", ""}), "usage");
  EXPECT_EQ(flow_of(Snapshot(*cohort.study)).document["waived"], 0);
  EXPECT_EQ(code({"ageless", "adult", "born 1950 by the letter", "Chen", ""}), "done");
  const Json flow = flow_of(Snapshot(*cohort.study)).document;
  EXPECT_EQ(flow["waived"], 1);
  EXPECT_EQ(flow["eligible"], 10);
  EXPECT_EQ(flow["waivers"][0]["by"], "Chen");
}

TEST(Refusal, CountsBothClassesOfABinaryEndpointAndEventsOfATime) {
  Endpoint endpoint;
  EXPECT_TRUE(refusal_of(endpoint, 10, 20, 10).en.empty());
  EXPECT_NE(refusal_of(endpoint, 9, 20, 10).en.find("9 patients with and 11 without"), std::string::npos);
  EXPECT_NE(refusal_of(endpoint, 11, 20, 10).zh.find("未发生 9 例"), std::string::npos);
  endpoint.type = EndpointType::survival;
  EXPECT_TRUE(refusal_of(endpoint, 10, 10, 10).en.empty());
  EXPECT_NE(refusal_of(endpoint, 9, 100, 10).en.find("9 events among 100 patients"), std::string::npos);
}

TEST(ReaderAgreement, KappaWeightedKappaAndIcc) {
  const StudyFile rectal = parse_study_file(rectal_protocol(), "rectal");
  ReaderValues values;
  const auto read = [&](const std::string& variable, const std::vector<std::pair<std::string, std::string>>& pairs) {
    for (std::size_t i = 0; i < pairs.size(); ++i)
      values["p" + std::to_string(i)][variable] = {{"r1", pairs[i].first}, {"r2", pairs[i].second}};
  };
  read("cN_1", {{"N0", "N0"}, {"N0", "N0"}, {"N1", "N1"}, {"N1", "N2"}, {"N2", "N2"}, {"N2", "N0"}});
  read("mrf_distance_mm_1", {{"1", "1"}, {"2", "3"}, {"5", "5"}, {"8", "7"}});
  const Json list = reader_agreement(rectal, double_readings(rectal, values));
  ASSERT_EQ(list.size(), 2u);
  EXPECT_EQ(list[0]["variable"], "cN_1");
  EXPECT_EQ(list[0]["measure"], "weighted_kappa");
  // Quadratic weights 1, 3/4, 0: observed (4 + 3/4 + 0) / 6; margins 2 2 2 and 3 1 2 give 36 expected pairs.
  const double observed = 4.75 / 6;
  const double expected = (2 * (3 + 0.75 * 1) + 2 * (0.75 * 3 + 1 + 0.75 * 2) + 2 * (0.75 * 1 + 2)) / 36.0;
  EXPECT_NEAR(list[0]["value"].get<double>(), (observed - expected) / (1 - expected), 1e-12);
  EXPECT_EQ(list[0]["n"], 6);
  EXPECT_EQ(list[0]["equal"], 4);
  EXPECT_EQ(list[0]["without_consensus"], 2);
  EXPECT_EQ(list[1]["measure"], "icc_2_1");
  // Mean squares of rows 49/3, columns 0, residual 1/3: ICC(2,1) = (MSR - MSE) / (MSR + MSE + 2 (MSC - MSE) / 4).
  const double rows = 49.0 / 3, residual = 1.0 / 3;
  EXPECT_NEAR(list[1]["value"].get<double>(), (rows - residual) / (rows + residual + 2 * (0 - residual) / 4), 1e-12);
  EXPECT_LT(list[1]["lower"].get<double>(), list[1]["value"].get<double>());

  StudyFile nominal = rectal;
  for (auto& variable : nominal.variables)
    if (variable.id == "cN_1") variable.ordered = false;
  EXPECT_EQ(reader_agreement(nominal, double_readings(nominal, values))[0]["measure"], "kappa");
}

}  // namespace
}  // namespace larc::study
