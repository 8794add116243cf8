// Written from the endpoint rules and the table of regression grades of the field, against the protocol larc ships.
#include <gtest/gtest.h>

#include "clinical/endpoint.h"
#include "clinical/rectal.h"
#include "clinical/rectal_rules.h"

namespace larc::clinical {
namespace {

using test_support::rectal_rules;
using test_support::rules;
using test_support::with;

Outcome outcome(const std::string& endpoint, const PatientValues& changes, const Rules& by = rules()) {
  return derive_outcome(by, by.endpoint(endpoint), with(changes));
}

/// "yes", "no", or the state and what it says.
std::string answer(const std::string& endpoint, const PatientValues& changes) {
  const Outcome derived = outcome(endpoint, changes);
  if (derived.state == OutcomeState::known) return derived.label == 1 ? "yes" : "no";
  return to_string(derived.state) + (derived.checks.empty() ? "" : " " + derived.reason);
}

std::string level(const std::string& endpoint, const PatientValues& changes) {
  const Outcome derived = outcome(endpoint, changes);
  return derived.state == OutcomeState::known ? derived.level : to_string(derived.state);
}

// ---- regression -------------------------------------------------------------------------------------------------

TEST(Regression, EveryRowOfTheTableBothWays) {
  struct Grade {
    const char* system;
    const char* grade;
    const char* harmonised;
  };
  // ypT that does not contradict the grade, so that only the table is asked.
  const std::vector<Grade> grades{
      {"AJCC", "0", "complete"},   {"AJCC", "1", "near_complete"},   {"AJCC", "2", "partial"},
      {"AJCC", "3", "poor"},       {"Mandard", "1", "complete"},     {"Mandard", "2", "near_complete"},
      {"Mandard", "3", "partial"}, {"Mandard", "4", "poor"},         {"Mandard", "5", "poor"},
      {"Dworak", "4", "complete"}, {"Dworak", "3", "near_complete"}, {"Dworak", "2", "partial"},
      {"Dworak", "1", "poor"},     {"Dworak", "0", "poor"},          {"Ryan3", "1", "complete_or_near"},
      {"Ryan3", "2", "partial"},   {"Ryan3", "3", "poor"},
  };
  for (const auto& [system, grade, harmonised] : grades) {
    const std::string name = harmonised;
    const PatientValues values{{"trg_system", system}, {"trg_value", grade}, {"ypT", name == "complete" ? "0" : "2"}};
    const PatientValues all = with(values);
    const PatientView view(rules(), all, PredictionPoint::LABEL);
    EXPECT_EQ(view("trg"), Datum(name)) << system << " " << grade;
    const bool good = name != "partial" && name != "poor";
    EXPECT_EQ(answer("good_response", values), good ? "yes" : "no") << system << " " << grade;
  }
}

TEST(Regression, AGradeItsSystemDoesNotHaveIsAContradiction) {
  for (const auto& [system, grade] : std::vector<std::pair<std::string, std::string>>{{"AJCC", "4"},
                                                                                      {"AJCC", "5"},
                                                                                      {"Mandard", "0"},
                                                                                      {"Dworak", "5"},
                                                                                      {"Ryan3", "0"},
                                                                                      {"Ryan3", "4"},
                                                                                      {"AJCC", "1.5"}})
    EXPECT_EQ(answer("good_response", {{"trg_system", system}, {"trg_value", grade}, {"ypT", "2"}}),
              "contradictory C04")
        << system << " " << grade;
}

TEST(Regression, AGradeWithoutItsSystemIsUnknown) {
  const Outcome derived = outcome("good_response", {{"trg_system", ""}});
  EXPECT_EQ(derived.state, OutcomeState::unknown);
  EXPECT_EQ(derived.missing, (std::vector<std::string>{"trg_system"}));
}

// Dworak runs against the others: 4 read as Mandard's is hardly any regression, which ypT0 belies.
TEST(Regression, AMistakenDirectionIsFound) {
  EXPECT_EQ(answer("good_response", {{"trg_system", "Dworak"}, {"trg_value", "4"}, {"ypT", "0"}}), "yes");
  EXPECT_EQ(answer("good_response", {{"trg_system", "Mandard"}, {"trg_value", "4"}, {"ypT", "0"}}),
            "contradictory C06");
  EXPECT_EQ(answer("good_response", {{"trg_system", "Mandard"}, {"trg_value", "1"}, {"ypT", "3"}}),
            "contradictory C05");
}

// ---- pathology --------------------------------------------------------------------------------------------------

TEST(PathologicalCompleteResponse, NeedsEmptyWallNodesAndMesorectum) {
  EXPECT_EQ(answer("pcr", {}), "yes");
  EXPECT_EQ(answer("pcr", {{"ypT", "1"}, {"trg_value", "1"}}), "no");
  EXPECT_EQ(answer("pcr", {{"ypT", "is"}, {"trg_value", "1"}}), "no");
  // A complete primary with positive nodes, or with deposits, is none.
  EXPECT_EQ(answer("pcr", {{"ypN", "1a"}, {"nodes_positive", "1"}}), "no");
  EXPECT_EQ(answer("pcr", {{"ypN", "1c"}, {"nodes_positive", "0"}, {"tumour_deposit_count", "2"}}), "no");
}

TEST(PathologicalCompleteResponse, ContradictionsWaitForSomebody) {
  EXPECT_EQ(answer("pcr", {{"tumour_deposit_count", "1"}}), "contradictory C07");
  EXPECT_EQ(answer("pcr", {{"ypN", "1c"}, {"tumour_deposit_count", "0"}}), "contradictory C01");
  EXPECT_EQ(answer("pcr", {{"ypN", "1c"}, {"tumour_deposit_count", "2"}, {"nodes_positive", "1"}}),
            "contradictory C01, C03");
  EXPECT_EQ(answer("pcr", {{"nodes_examined", "3"}, {"nodes_positive", "5"}, {"ypN", "2a"}}), "contradictory C02");
  EXPECT_EQ(answer("pcr", {{"ypN", "1a"}, {"nodes_positive", "3"}}), "contradictory C03");
  EXPECT_EQ(answer("pcr", {{"trg_value", "3"}}), "contradictory C06");
}

TEST(PathologicalCompleteResponse, IsUnknownOnlyWhereAMissingValueDecides) {
  const Outcome open = outcome("pcr", {{"ypN", ""}, {"tumour_deposit_count", ""}});
  EXPECT_EQ(open.state, OutcomeState::unknown);
  EXPECT_EQ(open.missing, (std::vector<std::string>{"tumour_deposit_count", "ypN"}));
  EXPECT_EQ(answer("pcr", {{"ypT", "3"}, {"trg_value", "2"}, {"ypN", ""}}), "no");
}

TEST(TDownstaging, ComparesCategoriesNotSubstages) {
  EXPECT_EQ(answer("t_downstage", {{"cT_1", "T4b"}, {"ypT", "4a"}, {"trg_value", "3"}}), "no");
  EXPECT_EQ(answer("t_downstage", {{"cT_1", "T4a"}, {"ypT", "3"}, {"trg_value", "2"}}), "yes");
  EXPECT_EQ(answer("t_downstage", {{"cT_1", "T3d"}, {"ypT", "3"}, {"trg_value", "2"}}), "no");
  EXPECT_EQ(answer("t_downstage", {{"cT_1", "T1"}, {"ypT", "is"}, {"trg_value", "1"}}), "yes");
  EXPECT_EQ(answer("t_downstage", {{"cT_1", ""}}), "unknown");
  // Another threshold is another line of the protocol.
  const Rules strict = rectal_rules({{"t_level(ypT) < t_level(cT_1)", "t_level(ypT) <= 2"}});
  EXPECT_EQ(outcome("t_downstage", {{"ypT", "3"}, {"trg_value", "2"}}, strict).label, 0);
  EXPECT_EQ(outcome("t_downstage", {{"ypT", "2"}, {"trg_value", "2"}}, strict).label, 1);
}

TEST(CircumferentialMargin, OneMillimetreIsInvolved) {
  EXPECT_EQ(answer("crm_positive", {{"crm_mm", "1"}}), "yes");
  EXPECT_EQ(answer("crm_positive", {{"crm_mm", "0"}}), "yes");
  EXPECT_EQ(answer("crm_positive", {{"crm_mm", "1.01"}}), "no");
  EXPECT_EQ(answer("crm_positive", {{"crm_mm", ""}}), "unknown");
}

TEST(MesorectalFascia, IsReadOnMri) {
  const auto involved = [](const char* distance) {
    const PatientValues values{{"mrf_distance_mm_1", distance}};
    return PatientView(rules(), values, PredictionPoint::P0)("mrf_involved_1");
  };
  EXPECT_EQ(involved("1"), Datum(std::string("true")));
  EXPECT_EQ(involved("1.1"), Datum(std::string("false")));
}

TEST(Deposits, CountAndGrade) {
  const auto values = [](const char* count) {
    const bool any = std::string(count) != "0";
    return PatientValues{{"tumour_deposit_count", count}, {"ypN", any ? "1c" : "0"}};
  };
  EXPECT_EQ(answer("deposits", values("0")), "no");
  for (const char* count : {"1", "2", "3", "12"}) EXPECT_EQ(answer("deposits", values(count)), "yes") << count;
  EXPECT_EQ(level("deposits_grade", values("0")), "0");
  EXPECT_EQ(level("deposits_grade", values("1")), "1-2");
  EXPECT_EQ(level("deposits_grade", values("2")), "1-2");
  EXPECT_EQ(level("deposits_grade", values("3")), "3+");
  EXPECT_EQ(level("deposits_grade", {{"tumour_deposit_count", ""}}), "unknown");
}

// ---- neoadjuvant rectal score -------------------------------------------------------------------------------------

TEST(NeoadjuvantRectalScore, FifteenValuesOfCt4ToTheirDigits) {
  const double printed[3][5] = {
      {0, 0.94, 3.75, 8.43, 14.98}, {2.60, 6.66, 12.59, 20.40, 30.07}, {10.41, 17.59, 26.64, 37.57, 50.36}};
  for (int pn = 0; pn <= 2; ++pn)
    for (int pt = 0; pt <= 4; ++pt)
      EXPECT_EQ(std::round(*neoadjuvant_rectal_score(4, pt, pn) * 100), std::round(printed[pn][pt] * 100)) << pt << pn;
  EXPECT_FALSE(neoadjuvant_rectal_score(0, 1, 1).has_value());
  EXPECT_FALSE(neoadjuvant_rectal_score(4, 5, 1).has_value());
  EXPECT_FALSE(neoadjuvant_rectal_score(4, 1, 3).has_value());
}

TEST(NeoadjuvantRectalScore, ClassesFromThePathologyReport) {
  struct Case {
    const char *ypt, *ypn, *positive;
    const char* expected;
  };
  // 0; 3.75; 8.43; 14.98; 2.60; 6.66; 12.59; 20.40; 10.41; 50.36
  for (const auto& [ypt, ypn, positive, expected] : std::vector<Case>{{"0", "0", "0", "low"},
                                                                      {"2", "0", "0", "low"},
                                                                      {"3", "0", "0", "intermediate"},
                                                                      {"4b", "0", "0", "intermediate"},
                                                                      {"0", "1a", "1", "low"},
                                                                      {"1", "1b", "2", "low"},
                                                                      {"2", "1a", "1", "intermediate"},
                                                                      {"3", "1b", "3", "high"},
                                                                      {"0", "2a", "4", "intermediate"},
                                                                      {"4a", "2b", "8", "high"},
                                                                      {"is", "0", "0", "low"}})
    EXPECT_EQ(level("nar_class", {{"ypT", ypt}, {"ypN", ypn}, {"nodes_positive", positive}, {"trg_value", "1"}}),
              expected)
        << ypt << " " << ypn;
  EXPECT_EQ(level("nar_class", {{"cT_1", ""}}), "unknown");
  EXPECT_EQ(outcome("nar_class", {{"ypT", ""}}).missing, (std::vector<std::string>{"ypT"}));
}

// The limits themselves belong to the middle: 8 and 16 are intermediate.
TEST(NeoadjuvantRectalScore, LimitsOfTheClasses) {
  const auto level_of = [](double score) {
    return rules().endpoint("nar_class").level->evaluate([&](const std::string&) { return Datum(score); });
  };
  EXPECT_EQ(level_of(7.999), Datum(std::string("low")));
  EXPECT_EQ(level_of(8), Datum(std::string("intermediate")));
  EXPECT_EQ(level_of(16), Datum(std::string("intermediate")));
  EXPECT_EQ(level_of(16.001), Datum(std::string("high")));
}

}  // namespace
}  // namespace larc::clinical
