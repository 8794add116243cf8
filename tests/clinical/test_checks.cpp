#include <gtest/gtest.h>

#include "clinical/checks.h"
#include "clinical/rectal_rules.h"

namespace larc::clinical {
namespace {

using test_support::rules;
using test_support::with;

std::string failed(const PatientValues& changes) {
  std::string ids;
  for (const auto& item : failed_checks(rules(), with(changes))) ids += (ids.empty() ? "" : " ") + item.check->id;
  return ids;
}

TEST(Checks, HoldForAPatientWithoutContradiction) {
  EXPECT_EQ(failed({}), "");
}

// Each check alone: values that break it and no other.
TEST(Checks, EachFindsWhatItIsFor) {
  const std::vector<std::pair<std::string, PatientValues>> cases{
      {"C01", {{"ypN", "1c"}, {"tumour_deposit_count", "0"}}},
      {"C02", {{"nodes_positive", "5"}, {"ypN", "2a"}, {"nodes_examined", "4"}}},
      {"C03", {{"ypN", "2b"}, {"nodes_positive", "4"}}},
      {"C04", {{"trg_value", "5"}, {"trg_system", "AJCC"}}},
      {"C05", {{"ypT", "2"}}},
      {"C06", {{"trg_value", "3"}}},
      {"C07", {{"tumour_deposit_count", "2"}}},
      {"C08", {{"diagnosis_date", "2019-06-21"}}},
      {"C09", {{"mri_date_1", "2019-06-21"}}},
      {"C10", {{"nat_start", "2019-08-02"}}},
      {"C11", {{"mri_date_2", "2019-07-31"}}},
      {"C12", {{"nat_end", "2020-01-02"}, {"mri_date_2", ""}}},
      {"C13", {{"last_contact_date", "2019-12-31"}}},
      {"C14", {{"death_date", "2021-12-31"}, {"vital_status", "dead"}}},
      {"C15", {{"vital_status", "dead"}}},
      {"C16", {{"death_date", "2022-01-01"}}},
      {"C17", {{"local_recurrence_date", "2020-01-01"}}},
      {"C18", {{"second_crc_date", "2022-01-02"}}},
      {"C19", {{"bmi", "30"}, {"height_cm", "170"}, {"weight_kg", "65"}}},
      {"C20", {{"ct4b_organs_1", "bladder"}}},
      {"C21", {{"mmr", "dMMR"}, {"msi", "MSS"}}},
      {"C22", {{"actual_regimen", "chemotherapy_only"}, {"rt_dose_gy", "50"}}},
  };
  for (const auto& [id, changes] : cases) EXPECT_EQ(failed(changes), id);
  EXPECT_EQ(cases.size(), rules().checks.size()) << "a check without a case";
}

TEST(Checks, TheUnknownIsNoFinding) {
  EXPECT_TRUE(failed_checks(rules(), {}).empty());
  EXPECT_EQ(failed({{"tumour_deposit_count", ""}, {"ypN", "1c"}}), "");
}

TEST(Checks, TheLimitsThemselvesHold) {
  EXPECT_EQ(failed({{"death_date", "2022-01-01"}, {"vital_status", "dead"}}), "");
  EXPECT_EQ(failed({{"nodes_positive", "15"}, {"ypN", "2b"}}), "");
  EXPECT_EQ(failed({{"local_recurrence_date", "2022-01-01"}}), "");
}

TEST(Checks, AValueOfTheWrongKindIsAFindingAndStopsNoOther) {
  const auto list = failed_checks(rules(), with({{"nodes_positive", "two"}, {"vital_status", "dead"}}));
  ASSERT_GE(list.size(), 2u);
  EXPECT_NE(list.front().error.find("'two' is not a number"), std::string::npos);
  EXPECT_EQ(list.back().check->id, "C15");
  EXPECT_TRUE(list.back().error.empty());
}

TEST(Checks, SayWhichEndpointsWait) {
  const auto list = failed_checks(rules(), with({{"local_recurrence_date", "2019-12-01"}}));
  EXPECT_EQ(checks_against(list, "dfs"), (std::vector<std::string>{"C17"}));
  EXPECT_TRUE(checks_against(list, "os").empty());
}

}  // namespace
}  // namespace larc::clinical
