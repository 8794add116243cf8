#include <gtest/gtest.h>

#include "core/error.h"
#include "reference.h"
#include "stats/delta.h"

using namespace larc;
using namespace larc::stats;

namespace {
using Features = std::map<std::string, double>;
}

TEST(Delta, KnownNumbers) {
  const Features first{{"mean", 4}, {"skewness", -2}}, second{{"mean", 6}, {"skewness", -3}};
  const auto value = [&](const char* name, DeltaKind kind) {
    return delta_features(first, second, kind, 14).at(name).value;
  };
  EXPECT_EQ(value("mean", DeltaKind::difference), 2);
  EXPECT_EQ(value("mean", DeltaKind::relative), 0.5);
  EXPECT_EQ(value("mean", DeltaKind::ratio), 1.5);
  EXPECT_EQ(value("mean", DeltaKind::per_week), 1);
  // A fall is negative whatever the sign of the first value.
  EXPECT_EQ(value("skewness", DeltaKind::relative), -0.5);
  EXPECT_EQ(value("skewness", DeltaKind::ratio), 1.5);
}

TEST(Delta, TurningTimeAroundTurnsTheSign) {
  const Features first{{"a", 1.25}, {"b", -7}}, second{{"a", 3.5}, {"b", 2}};
  for (const auto kind : {DeltaKind::difference, DeltaKind::per_week}) {
    const auto there = delta_features(first, second, kind, 10), back = delta_features(second, first, kind, 10);
    for (const auto& [name, delta] : there) EXPECT_EQ(delta.value, -back.at(name).value);
  }
  const auto ratio = delta_features(first, second, DeltaKind::ratio),
             back = delta_features(second, first, DeltaKind::ratio);
  for (const auto& [name, delta] : ratio) EXPECT_NEAR(delta.value * back.at(name).value, 1, 1e-15);
}

TEST(Delta, UndefinedIsNanWithAReason) {
  const Features first{{"zero", 0}, {"nan", kNaN}, {"gone", 1}, {"huge", -1e308}, {"fine", 1}};
  const Features second{{"zero", 3}, {"nan", 1}, {"new", 1}, {"huge", 1e308}, {"fine", kNaN}};
  const auto ratio = delta_features(first, second, DeltaKind::ratio);
  EXPECT_EQ(ratio.size(), 6U);
  for (const auto& [name, delta] : ratio) {
    if (name == "huge") {
      EXPECT_EQ(delta.value, -1);
      continue;
    }
    EXPECT_TRUE(std::isnan(delta.value)) << name;
    EXPECT_FALSE(delta.reason.empty()) << name;
  }
  EXPECT_EQ(ratio.at("zero").reason, "division by zero: the value at the first time point is 0");
  EXPECT_EQ(ratio.at("gone").reason, "absent at the second time point");
  EXPECT_EQ(ratio.at("new").reason, "absent at the first time point");
  EXPECT_EQ(ratio.at("nan").reason, "undefined at the first time point");
  EXPECT_EQ(ratio.at("fine").reason, "undefined at the second time point");
  const auto difference = delta_features(first, second, DeltaKind::difference);
  EXPECT_EQ(difference.at("zero").value, 3);
  EXPECT_TRUE(difference.at("zero").reason.empty());
  EXPECT_TRUE(std::isnan(difference.at("huge").value));
  EXPECT_TRUE(delta_features({}, {}, DeltaKind::ratio).empty());
}

TEST(Delta, BadInputIsRefused) {
  for (const double days : {0.0, -3.0, kNaN})
    EXPECT_LARC_ERROR(delta_features({}, {}, DeltaKind::per_week, days), domain, "days");
  EXPECT_LARC_ERROR(parse_delta("percent"), domain, "percent");
  for (const auto kind : {DeltaKind::difference, DeltaKind::relative, DeltaKind::ratio, DeltaKind::per_week})
    EXPECT_EQ(parse_delta(to_string(kind)), kind);
}
