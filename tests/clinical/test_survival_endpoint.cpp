// Times from dates: origin, events, competing events, censoring, entry, risk sets.
#include <gtest/gtest.h>

#include "clinical/endpoint.h"
#include "clinical/rectal_rules.h"

namespace larc::clinical {
namespace {

using test_support::rectal_rules;
using test_support::rules;
using test_support::with;

constexpr double kMonth = 30.4375;

Outcome outcome(const std::string& endpoint, const PatientValues& changes, const Rules& by = rules()) {
  return derive_outcome(by, by.endpoint(endpoint), with(changes));
}

void expect_time(const std::string& endpoint, const PatientValues& changes, double days, int event,
                 const Rules& by = rules()) {
  const Outcome derived = outcome(endpoint, changes, by);
  ASSERT_EQ(derived.state, OutcomeState::known) << endpoint << ": " << derived.reason;
  EXPECT_DOUBLE_EQ(derived.time_months, days / kMonth) << endpoint;
  EXPECT_EQ(derived.event, event) << endpoint;
}

void expect_state(const std::string& endpoint, const PatientValues& changes, OutcomeState state,
                  const std::string& reason, const Rules& by = rules()) {
  const Outcome derived = outcome(endpoint, changes, by);
  EXPECT_EQ(derived.state, state) << endpoint << ": " << derived.reason;
  EXPECT_NE(derived.reason.find(reason), std::string::npos) << endpoint << ": " << derived.reason;
}

/// Dead on this day, last seen alive before.
PatientValues dead(const std::string& day, PatientValues more = {}) {
  more["death_date"] = day;
  more["vital_status"] = "dead";
  if (!more.contains("last_contact_date")) more["last_contact_date"] = "2020-06-01";
  return more;
}

// 2020-01-01 to 2022-01-01: 731 days; to 2021-01-01: 366 days.
TEST(OverallSurvival, DeathOfAnyCauseOrLastContact) {
  expect_time("os", {}, 731, 0);
  expect_time("os", dead("2021-01-01"), 366, 1);
  // Dead without being seen after surgery otherwise.
  expect_time("os", dead("2021-01-01", {{"last_contact_date", ""}}), 366, 1);
  const Outcome open = outcome("os", {{"last_contact_date", ""}});
  EXPECT_EQ(open.state, OutcomeState::unknown);
  EXPECT_EQ(open.missing, (std::vector<std::string>{"last_contact_date"}));
  EXPECT_EQ(outcome("os", {{"surgery_date", ""}}).missing, (std::vector<std::string>{"surgery_date"}));
}

TEST(DiseaseFreeSurvival, FirstOfItsEvents) {
  for (const char* date :
       {"local_recurrence_date", "regional_recurrence_date", "distant_metastasis_date", "second_crc_date"})
    expect_time("dfs", {{date, "2021-01-01"}}, 366, 1);
  expect_time("dfs", dead("2021-01-01"), 366, 1);
  expect_time("dfs", {{"local_recurrence_date", "2021-06-01"}, {"distant_metastasis_date", "2021-01-01"}}, 366, 1);
  // A second cancer of another organ is no event.
  expect_time("dfs", {{"second_other_date", "2021-01-01"}}, 731, 0);
}

TEST(LocalAndDistant, EachItsOwnEventOrDeath) {
  const PatientValues local{{"local_recurrence_date", "2021-01-01"}},
      distant{{"distant_metastasis_date", "2021-01-01"}};
  expect_time("lrfs", local, 366, 1);
  expect_time("lrfs", distant, 731, 0);
  expect_time("dmfs", distant, 366, 1);
  expect_time("dmfs", local, 731, 0);
  for (const char* endpoint : {"lrfs", "dmfs"}) {
    expect_time(endpoint, dead("2021-01-01"), 366, 1);
    expect_time(endpoint, {{"second_crc_date", "2021-01-01"}, {"regional_recurrence_date", "2021-01-01"}}, 731, 0);
  }
}

TEST(CompetingDeath, EndsTheTimeToRecurrenceWithoutBeingOne) {
  for (const auto& [endpoint, date] :
       std::vector<std::pair<std::string, std::string>>{{"time_to_local_recurrence", "local_recurrence_date"},
                                                        {"time_to_distant_metastasis", "distant_metastasis_date"}}) {
    expect_time(endpoint, {{date, "2021-01-01"}}, 366, 1);
    expect_time(endpoint, dead("2021-01-01"), 366, 2);
    expect_time(endpoint, {}, 731, 0);
    expect_time(endpoint, dead("2021-06-01", {{date, "2021-01-01"}, {"last_contact_date", "2021-02-01"}}), 366, 1);
    // On one day: the recurrence happened to a patient who then died.
    expect_time(endpoint, dead("2021-01-01", {{date, "2021-01-01"}}), 366, 1);
  }
}

TEST(AdministrativeCensoring, AtTheHorizonAndAtTheDataCut) {
  // 120 months are 3652.5 days: 2029-12-31 is day 3652, 2030-01-01 day 3653.
  expect_time("os", dead("2029-12-31"), 3652, 1);
  const Outcome late = outcome("os", dead("2030-01-01"));
  EXPECT_EQ(late.state, OutcomeState::known);
  EXPECT_EQ(late.time_months, 120);
  EXPECT_EQ(late.event, 0);
  EXPECT_EQ(outcome("os", {{"last_contact_date", "2035-01-01"}}).time_months, 120);

  const Rules cut = rectal_rules({{"# data_cut: 2024-06-30", "data_cut: 2021-01-01"}});
  expect_time("os", {}, 366, 0, cut);
  expect_time("os", dead("2021-01-01"), 366, 1, cut);
  expect_time("os", dead("2021-01-02", {{"last_contact_date", "2020-12-01"}}), 335, 0, cut);
  // Dies after the cut and was not seen before: alive at the cut.
  expect_time("os", dead("2021-06-01", {{"last_contact_date", ""}}), 366, 0, cut);
  expect_time("time_to_local_recurrence", dead("2021-06-01", {{"local_recurrence_date", "2020-07-01"}}), 182, 1, cut);
  expect_state("os", {{"surgery_date", "2021-02-01"}}, OutcomeState::unknown, "after the data cut", cut);
}

TEST(DelayedEntry, FromDiagnosisOrTherapyWithEntryAtSurgery) {
  const std::string plain = "origin: surgery_date\n    events: [death_date]";
  const Rules diagnosis =
      rectal_rules({{plain, "origin: diagnosis_date\n    entry: surgery_date\n    events: [death_date]"}});
  // 2019-06-01 to 2020-01-01: 214 days.
  const Outcome derived = outcome("os", {}, diagnosis);
  ASSERT_EQ(derived.state, OutcomeState::known);
  EXPECT_DOUBLE_EQ(derived.entry_months, 214 / kMonth);
  EXPECT_DOUBLE_EQ(derived.time_months, (214 + 731) / kMonth);
  const Rules therapy = rectal_rules({{plain, "origin: nat_start\n    entry: surgery_date\n    events: [death_date]"}});
  EXPECT_DOUBLE_EQ(outcome("os", {}, therapy).entry_months, 195 / kMonth);
  EXPECT_EQ(outcome("os", {}).entry_months, 0);

  const Rules cut = rectal_rules({{plain, "origin: diagnosis_date\n    entry: surgery_date\n    events: [death_date]"},
                                  {"# data_cut: 2024-06-30", "data_cut: 2019-12-01"}});
  expect_state("os", {}, OutcomeState::unknown, "under observation after the data cut", cut);

  const Outcome never = outcome("os", {{"surgery_date", ""}}, diagnosis);
  EXPECT_EQ(never.state, OutcomeState::unknown);
  EXPECT_EQ(never.missing, (std::vector<std::string>{"surgery_date"}));
  expect_state("os", {{"diagnosis_date", ""}}, OutcomeState::unknown, "origin", diagnosis);
  // An origin after the entry is no negative entry.
  EXPECT_EQ(outcome("os", {{"diagnosis_date", "2020-02-01"}, {"nat_start", ""}}, diagnosis).entry_months, 0);
}

TEST(RiskSet, R2AndM1Leave) {
  for (const char* endpoint : {"dfs", "lrfs", "time_to_local_recurrence"})
    expect_state(endpoint, {{"resection", "R2"}}, OutcomeState::not_at_risk, "resection != 'R2'");
  for (const char* endpoint : {"dfs", "dmfs", "time_to_distant_metastasis"})
    expect_state(endpoint, {{"cM_2", "M1"}}, OutcomeState::not_at_risk, "cM_2 != 'M1'");
  // Nobody leaves survival; an unknown R or M leaves nothing.
  expect_time("os", {{"resection", "R2"}, {"cM_2", "M1"}}, 731, 0);
  expect_time("dfs", {{"resection", ""}, {"cM_2", ""}}, 731, 0);
  // A contradiction is settled before anybody leaves.
  expect_state("dfs", {{"resection", "R2"}, {"local_recurrence_date", "2019-12-01"}}, OutcomeState::contradictory,
               "C17");
}

TEST(Contradictions, AreReportedAndResolveNothing) {
  expect_state("dfs", {{"local_recurrence_date", "2019-12-01"}}, OutcomeState::contradictory, "C17");
  expect_state("lrfs", {{"local_recurrence_date", "2020-01-01"}}, OutcomeState::contradictory, "C17");
  expect_time("os", {{"local_recurrence_date", "2019-12-01"}}, 731, 0);
  expect_state("os", dead("2021-01-01", {{"last_contact_date", "2021-02-01"}}), OutcomeState::contradictory, "C14");
  expect_time("os", dead("2021-01-01", {{"last_contact_date", "2021-01-01"}}), 366, 1);
  expect_state("os", {{"last_contact_date", "2019-12-31"}}, OutcomeState::contradictory, "C13");
  expect_state("os", {{"vital_status", "dead"}}, OutcomeState::contradictory, "C15");
  expect_state("os", {{"death_date", "2022-01-01"}}, OutcomeState::contradictory, "C16");
  expect_state("dfs", {{"distant_metastasis_date", "2022-03-01"}}, OutcomeState::contradictory, "C18");
  expect_state("os", {{"nat_end", "2020-02-01"}, {"mri_date_2", ""}}, OutcomeState::contradictory, "C12");
  // All that fail are named.
  expect_state("dfs",
               dead("2021-01-01", {{"last_contact_date", "2021-02-01"}, {"local_recurrence_date", "2019-12-01"}}),
               OutcomeState::contradictory, "C14, C17");
  // Dead before surgery, not seen since: the dates alone say it.
  const Outcome before = outcome("os", dead("2019-12-01", {{"last_contact_date", ""}}));
  EXPECT_EQ(before.state, OutcomeState::contradictory);
  EXPECT_TRUE(before.checks.empty());
}

TEST(Contradictions, AValueOfTheWrongKindStopsNobody) {
  const Outcome derived = outcome("crm_positive", {{"crm_mm", "near"}});
  EXPECT_EQ(derived.state, OutcomeState::contradictory);
  EXPECT_NE(derived.reason.find("'near' is not a number"), std::string::npos);
  EXPECT_TRUE(derived.checks.empty());
  EXPECT_EQ(outcome("pcr", {{"crm_mm", "near"}}).state, OutcomeState::known);
}

TEST(ZeroTime, IsNoTimeAtRisk) {
  expect_state("os", {{"last_contact_date", "2020-01-01"}}, OutcomeState::unknown, "less than a day");
  expect_state("os", dead("2020-01-01", {{"last_contact_date", ""}}), OutcomeState::unknown, "less than a day");
  expect_time("os", {{"last_contact_date", "2020-01-02"}}, 1, 0);
}

}  // namespace
}  // namespace larc::clinical
