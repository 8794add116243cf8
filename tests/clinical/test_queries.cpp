#include <gtest/gtest.h>

#include "clinical/queries.h"
#include "clinical/readers.h"
#include "clinical/rectal_rules.h"
#include "core/csv.h"

namespace larc::clinical {
namespace {

using test_support::rules;
using test_support::with;

std::vector<Finding> queries_of(const PatientValues& changes) {
  const PatientValues values = with(changes);
  const SourceOf source_of = [](const std::string& variable) {
    return variable == "last_contact_date" ? ValueSource{"follow_up.csv", 7} : ValueSource{};
  };
  return patient_queries(rules(), "P1", assess(rules(), values, screen_patient(rules(), values)), source_of);
}

TEST(Queries, NothingWaitsWhereNothingIsWrong) {
  EXPECT_TRUE(queries_of({}).empty());
}

TEST(Queries, AFailedCheckNamesItsRowAndWhatWaits) {
  const auto list = queries_of({{"death_date", "2021-12-31"}, {"vital_status", "dead"}});
  ASSERT_EQ(list.size(), 1u);
  EXPECT_EQ(list[0].kind, "check");
  EXPECT_EQ(list[0].item, "C14");
  EXPECT_EQ(
      list[0].text.en,
      "Death before last contact (waiting: os, dfs, lrfs, dmfs, time_to_local_recurrence, time_to_distant_metastasis)");
  EXPECT_EQ(list[0].remedy.zh, "更正日期");
  EXPECT_EQ(list[0].source, "follow_up.csv");
  EXPECT_EQ(list[0].row, 7u);
}

TEST(Queries, AMissingValueIsOneQueryWhoeverNeedsIt) {
  const auto list = queries_of({{"ypN", ""}});
  ASSERT_EQ(list.size(), 1u);
  EXPECT_EQ(list[0].kind, "unknown");
  EXPECT_EQ(list[0].item, "ypN");
  EXPECT_EQ(list[0].text.en, "ypN is not recorded; needed by pcr, nar_class");
  // A patient who cannot be judged is asked for that first.
  const auto open = queries_of({{"ypN", ""}, {"surgery_type", ""}});
  ASSERT_EQ(open.size(), 1u);
  EXPECT_EQ(open[0].item, "surgery_type");
  EXPECT_EQ(open[0].text.en, "Surgery is not recorded; needed by I5");
}

TEST(Queries, TheExcludedAreAskedForContradictionsOnly) {
  EXPECT_TRUE(queries_of({{"cT_1", "T2"}, {"ypN", ""}}).empty());
  EXPECT_EQ(queries_of({{"cT_1", "T2"}, {"vital_status", "dead"}}).size(), 1u);
}

TEST(Queries, OutsideTheRiskSetIsSaidOnce) {
  const auto list = queries_of({{"resection", "R2"}});
  ASSERT_EQ(list.size(), 1u);
  EXPECT_EQ(list[0].kind, "persistent_disease");
  EXPECT_EQ(list[0].item, "dfs, lrfs, time_to_local_recurrence");
}

TEST(Queries, WhatCannotBeUnderstoodOrTimedIsAContradiction) {
  const auto zero = queries_of({{"last_contact_date", "2020-01-01"}});
  ASSERT_FALSE(zero.empty());
  EXPECT_EQ(zero[0].kind, "contradiction");
  EXPECT_EQ(zero[0].item, "os");
  const auto criterion = queries_of({{"anal_verge_distance_cm_1", "near"}});
  ASSERT_EQ(criterion.size(), 1u);
  EXPECT_EQ(criterion[0].item, "I4");
}

TEST(Queries, TheListOpensSafelyInASpreadsheet) {
  std::vector<Finding> list{{"check", "P2", "C14", {"=1+1", "死亡，早于"}, {"@x", "更正"}, "-a.csv", 3},
                            {"fault", "P1", "age", {"old", "旧"}, {"x", "y"}, "", 0}};
  sort_queries(list);
  EXPECT_EQ(list[0].patient, "P1");
  const std::string csv = queries_csv(list, {{"P2", "+B"}});
  EXPECT_EQ(csv.substr(0, 3), "\xEF\xBB\xBF");
  const CsvTable table = parse_csv(csv, "queries.csv");
  EXPECT_EQ(table.rows[1][table.column("text_en")], "'=1+1");
  EXPECT_EQ(table.rows[1][table.column("text_zh")], "死亡，早于");
  EXPECT_EQ(table.rows[1][table.column("centre")], "'+B");
  EXPECT_EQ(table.rows[1][table.column("source")], "'-a.csv");
  EXPECT_EQ(table.rows[1][table.column("row")], "3");
  EXPECT_EQ(table.rows[0][table.column("row")], "");
}

TEST(Readers, TwoReadersAndWhatSettlesThem) {
  const ReaderValues values{
      {"a", {{"cT_1", {{"r1", "T4a"}, {"r2", "T4a"}}}, {"mrf_distance_mm_1", {{"r1", "1.0"}, {"r2", "1"}}}}},
      {"b", {{"cT_1", {{"r1", "T4a"}, {"r2", "T3d"}, {"", "T4a"}}}}},
      {"c", {{"cT_1", {{"r1", "T4a"}, {"r2", "T3d"}}}, {"mmr", {{"r1", "pMMR"}, {"r2", "dMMR"}}}}},
      {"d", {{"cT_1", {{"r1", "T4a"}}}}},
      {"e", {{"cT_1", {{"r1", "T4a"}, {"r2", "T4a"}, {"r3", "T3d"}}}}}};
  const auto readings = double_readings(rules(), values);
  EXPECT_EQ(readings.size(), 2u) << "mmr is not read by readers";
  ASSERT_EQ(readings.at("cT_1").size(), 4u);
  EXPECT_TRUE(readings.at("cT_1")[3].equal) << "the first two";
  EXPECT_TRUE(readings.at("cT_1")[0].equal);
  EXPECT_TRUE(readings.at("cT_1")[1].consensus);
  EXPECT_TRUE(readings.at("mrf_distance_mm_1")[0].equal);
  const auto findings = reader_findings(rules(), readings);
  ASSERT_EQ(findings.size(), 2u);
  EXPECT_EQ(findings[0].patient, "c");
  EXPECT_EQ(findings[1].patient, "e");
  EXPECT_NE(findings[1].text.en.find("(T4a / T4a / T3d)"), std::string::npos) << findings[1].text.en;
  EXPECT_EQ(findings[0].text.en,
            "cT on MRI: readers differ (T4a / T3d) without a consensus; the value counts as unknown");
}

}  // namespace
}  // namespace larc::clinical
