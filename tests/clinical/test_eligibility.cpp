#include <gtest/gtest.h>

#include "clinical/eligibility.h"
#include "clinical/rectal_rules.h"
#include "core/error.h"

namespace larc::clinical {
namespace {

using test_support::rectal_rules;
using test_support::rules;
using test_support::with;

std::string decision(const PatientValues& changes, const std::set<std::string>& waived = {}) {
  const PatientScreening screening = screen_patient(rules(), with(changes), waived);
  return to_string(screening.state) + (screening.decided_by.empty() ? "" : " " + screening.decided_by);
}

TEST(Screening, EveryCriterionOfTheProtocol) {
  EXPECT_EQ(decision({}), "eligible");
  EXPECT_EQ(decision({{"biopsy_histology", "other"}}), "excluded I1");
  EXPECT_EQ(decision({{"cT_1", "T3d"}}), "excluded I2");
  EXPECT_EQ(decision({{"actual_regimen", "none"}}), "excluded I3");
  EXPECT_EQ(decision({{"anal_verge_distance_cm_1", "12"}}), "eligible");
  EXPECT_EQ(decision({{"anal_verge_distance_cm_1", "12.1"}}), "excluded I4");
  EXPECT_EQ(decision({{"surgery_type", "local_excision"}}), "excluded I5");
  EXPECT_EQ(decision({{"surgery_type", "none"}}), "excluded I5");
  EXPECT_EQ(decision({{"cN_1", ""}}), "excluded E1");
  EXPECT_EQ(decision({{"mri_quality_1", "poor"}}), "excluded E2");
}

TEST(Screening, WhatIsMissingLeavesTheAnswerOpen) {
  EXPECT_EQ(decision({{"anal_verge_distance_cm_1", ""}}), "unknown I4");
  // A definite exclusion decides, wherever it stands in the protocol.
  EXPECT_EQ(decision({{"anal_verge_distance_cm_1", ""}, {"mri_quality_1", "poor"}}), "excluded E2");
  EXPECT_EQ(decision({{"anal_verge_distance_cm_1", ""}, {"actual_regimen", ""}}), "unknown I3");
  // cT_1 is missing: I2 is open, but without a stage E1 excludes.
  EXPECT_EQ(decision({{"cT_1", ""}}), "excluded E1");
  const auto screening = screen_patient(rules(), with({{"anal_verge_distance_cm_1", ""}, {"surgery_type", ""}}));
  EXPECT_EQ(screening.answers[3].missing, (std::vector<std::string>{"anal_verge_distance_cm_1"}));
  EXPECT_EQ(screening.answers[4].missing, (std::vector<std::string>{"surgery_type"}));
  EXPECT_EQ(screening.answers[0].state, CriterionState::met);
}

TEST(Screening, CountsInProtocolOrder) {
  const std::map<std::string, PatientValues> values{{"a", with({})},
                                                    {"b", with({{"cT_1", "T3a"}, {"mri_quality_1", "poor"}})},
                                                    {"c", with({{"mri_quality_1", "poor"}})},
                                                    {"d", with({{"surgery_type", ""}, {"mri_quality_1", ""}})},
                                                    {"e", with({{"cT_1", "T2"}})}};
  const Screening screening = screen(rules(), {"a", "b", "c", "d", "e", "f"}, values);
  EXPECT_EQ(screening.count(Eligibility::eligible), 1u);
  // f has no value at all: without a stage it is excluded by E1.
  EXPECT_EQ(screening.count(Eligibility::excluded), 4u);
  EXPECT_EQ(screening.count(Eligibility::unknown), 1u);
  std::map<std::string, std::pair<std::size_t, std::size_t>> counts;
  for (const auto& count : screening.counts) counts[count.criterion] = {count.excluded, count.unknown};
  using Pair = std::pair<std::size_t, std::size_t>;
  EXPECT_EQ(counts.at("I2"), (Pair{2, 0}));
  EXPECT_EQ(counts.at("I5"), (Pair{0, 1}));
  EXPECT_EQ(counts.at("E1"), (Pair{1, 0}));
  EXPECT_EQ(counts.at("E2"), (Pair{1, 0}));
}

TEST(Screening, AWaiverSetsOneCriterionAsideForOnePatient) {
  EXPECT_EQ(decision({{"anal_verge_distance_cm_1", "12.5"}}, {"I4"}), "eligible");
  EXPECT_EQ(decision({{"anal_verge_distance_cm_1", ""}}, {"I4"}), "eligible");
  EXPECT_EQ(decision({{"anal_verge_distance_cm_1", "12.5"}}, {"I5"}), "excluded I4");
  EXPECT_EQ(decision({{"anal_verge_distance_cm_1", "12.5"}, {"mri_quality_1", "poor"}}, {"I4"}), "excluded E2");
  const std::map<std::string, PatientValues> values{{"a", with({{"anal_verge_distance_cm_1", "12.5"}})},
                                                    {"b", with({})}};
  const Screening screening = screen(rules(), {"a", "b"}, values, {{"a", {"I4"}}, {"b", {"I4"}}});
  EXPECT_EQ(screening.counts[3].waived, 1u) << "a waiver that nobody needs counts for nothing";
  EXPECT_EQ(screening.patients.at("a").answers[3].state, CriterionState::waived);
  EXPECT_EQ(screening.patients.at("b").answers[3].state, CriterionState::met);
}

TEST(Screening, AValueThatCannotBeUnderstoodIsOpenForThisPatientAlone) {
  const auto screening = screen_patient(rules(), with({{"anal_verge_distance_cm_1", "near"}}));
  EXPECT_EQ(screening.state, Eligibility::unknown);
  EXPECT_NE(screening.answers[3].reason.find("'near' is not a number"), std::string::npos);
  const Rules wrong = rectal_rules({{"anal_verge_distance_cm_1 <= 12", "anal_verge_distance_cm_1 + 12"}});
  EXPECT_THROW(screen_patient(wrong, with({})), Error);
}

TEST(Screening, TheVersionFollowsTheRulesNotTheirWords) {
  const std::string version = criteria_version(rules());
  EXPECT_EQ(version.size(), 12u);
  EXPECT_EQ(version, criteria_version(rectal_rules({{"en: MRI stage cT4,", "en: Stage cT4 on MRI,"}})));
  EXPECT_NE(version,
            criteria_version(rectal_rules({{"anal_verge_distance_cm_1 <= 12", "anal_verge_distance_cm_1 <= 15"}})));
  EXPECT_NE(version, criteria_version(rectal_rules({{"I2: {include: \"cT_1", "I2: {exclude: \"cT_1"}})));
}

}  // namespace
}  // namespace larc::clinical
