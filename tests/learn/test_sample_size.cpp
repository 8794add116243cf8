#include <gtest/gtest.h>

#include "learn/sample_size.h"
#include "learn_data.h"

using namespace larc;
using namespace larc::learn;

namespace {

/// 200 patients, 50 with the outcome; two numbers and a category of three levels with a gap.
Frame three_columns() {
  Frame frame;
  frame.rows = 200;
  std::vector<double> a, b;
  std::vector<std::string> stage;
  for (int i = 0; i < 200; ++i) {
    a.push_back(i);
    b.push_back(i % 7);
    stage.push_back(i == 0 ? "" : i % 3 == 0 ? "T2" : i % 3 == 1 ? "T3" : "T4");
  }
  frame.columns = {numeric_column("a", "x", a), numeric_column("b", "x", b), categorical_column("stage", "x", stage)};
  return frame;
}

TEST(SampleSizeCheck, CountsTermsAndEventsOfTheRarerOutcome) {
  Outcome outcome;
  for (int i = 0; i < 200; ++i) outcome.label.push_back(i % 4 != 0);
  const SampleSizeCheck check = check_sample_size(three_columns(), {}, outcome, kNaN);
  EXPECT_EQ(check.parameters, 4);
  EXPECT_EQ(check.events, 50u);
  EXPECT_DOUBLE_EQ(check.events_per_parameter, 12.5);
  // The criteria themselves are held to pmsampsize in tests/stats.
  EXPECT_EQ(check.needed.patients, stats::binary_sample_size(0.75, 0.15 * check.needed.largest_r2, 4).patients);
  EXPECT_NEAR(check.needed.nagelkerke_r2, 0.15, 1e-12);
  const Json json = to_json(check);
  EXPECT_EQ(json.at("enough"), check.needed.patients <= 200);
  EXPECT_EQ(json.at("criteria").size(), 3u);
  EXPECT_EQ(check_sample_size(three_columns(), {"stage"}, outcome, kNaN).parameters, 2);
  EXPECT_LARC_ERROR(check_sample_size(three_columns(), {"c"}, outcome, kNaN), not_found, "c");
}

TEST(SampleSizeCheck, SurvivalTakesItsRateFromTheFollowUp) {
  Outcome outcome;
  outcome.kind = OutcomeKind::survival;
  for (int i = 0; i < 200; ++i) {
    outcome.time_months.push_back(20 + i % 40);
    outcome.event.push_back(i % 5 == 0);
  }
  const SampleSizeCheck check = check_sample_size(three_columns(), {"a", "b"}, outcome, 36);
  EXPECT_EQ(check.events, 40u);
  EXPECT_DOUBLE_EQ(check.events_per_parameter, 20);
  EXPECT_GT(check.needed.patients, 0);
}

TEST(SampleSizeCheck, WhatCannotBeToldHasAReason) {
  Outcome outcome;
  outcome.label.assign(200, 0.0);
  const SampleSizeCheck check = check_sample_size(three_columns(), {}, outcome, kNaN);
  EXPECT_NE(check.reason.find("prevalence"), std::string::npos) << check.reason;
  EXPECT_TRUE(to_json(check).at("minimum_n").is_null());
  EXPECT_TRUE(to_json(check).at("enough").is_null());
  Frame none;
  none.rows = 200;
  EXPECT_EQ(check_sample_size(none, {}, outcome, kNaN).reason, "the model has no column");
}

}  // namespace
