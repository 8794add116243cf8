#include "quality/limits.h"

#include "quality_support.h"

namespace larc::quality {
namespace {

QualityRow row(double snr, double ghost, std::optional<bool> accepted = std::nullopt) {
  return {"t2w", {{"snr", snr, "1", ""}, {"ghost", ghost, "%", ""}, {"snr_air", kNaN, "1", "no air"}}, accepted};
}

/// Log-normal signal-to-noise about 20 and ghosts about 2.
QualityRow good(Random& random, std::optional<bool> accepted = std::nullopt) {
  return row(20 * std::exp(0.2 * random.normal()), 3 * std::exp(0.25 * random.normal()) - 1, accepted);
}

QualityRow bad(Random& random, std::optional<bool> accepted = std::nullopt) {
  return random.uniform() < 0.5 ? row(4 * std::exp(0.2 * random.normal()), 2, accepted)
                                : row(20, 18 * std::exp(0.2 * random.normal()), accepted);
}

std::vector<Measure> measures(double snr, double ghost) {
  return row(snr, ghost).measures;
}

const MeasureLimit& limit(const Limits& limits, const std::string& id) {
  for (const auto& found : limits.of("t2w")->measures)
    if (found.id == id) return found;
  throw Error(ErrorCode::internal, "no limit of " + id);
}

TEST(Limits, CentreAndSpreadAreMedianAndMad) {
  std::vector<QualityRow> rows;
  for (int n = -10; n <= 10; ++n) rows.push_back(row(std::exp(3 + 0.1 * n), 2));
  const auto limits = fit(rows);
  EXPECT_NEAR(limit(limits, "snr").centre, 3, 1e-12);
  EXPECT_NEAR(limit(limits, "snr").spread, 1.4826 * 0.5, 1e-3);
  EXPECT_EQ(limit(limits, "ghost").spread, measure_info("ghost").least_spread) << "never less than the table's";
  EXPECT_EQ(limits.of("t2w")->measures.size(), 2u) << "an undefined measure has no limit";
  EXPECT_EQ(limits.of("dwi"), nullptr);
}

TEST(Limits, FaultyImagesDoNotMoveThem) {
  Random random(5);
  std::vector<QualityRow> rows;
  for (int n = 0; n < 300; ++n) rows.push_back(good(random));
  const auto clean = fit(rows);
  for (int n = 0; n < 80; ++n) rows.push_back(bad(random));
  const auto mixed = fit(rows);
  for (const char* id : {"snr", "ghost"}) {
    EXPECT_NEAR(limit(mixed, id).centre, limit(clean, id).centre, 0.05);
    EXPECT_NEAR(limit(mixed, id).spread, limit(clean, id).spread, 0.25 * limit(clean, id).spread);
  }
  int wrong = 0, missed = 0;
  for (int n = 0; n < 500; ++n) {
    wrong += apply(mixed, "t2w", good(random).measures).decision == Decision::exclude ? 1 : 0;
    missed += apply(mixed, "t2w", bad(random).measures).decision == Decision::exclude ? 0 : 1;
  }
  EXPECT_LE(wrong, 2);
  EXPECT_LE(missed, 20);
}

TEST(Limits, OnlyTheWorseSideCounts) {
  Random random(6);
  std::vector<QualityRow> rows;
  for (int n = 0; n < 100; ++n) rows.push_back(good(random));
  const auto limits = fit(rows);
  EXPECT_EQ(apply(limits, "t2w", measures(500, 0)).decision, Decision::ok);
  const auto verdict = apply(limits, "t2w", measures(2, 40));
  EXPECT_EQ(verdict.decision, Decision::exclude);
  ASSERT_EQ(verdict.reasons.size(), 2u);
  EXPECT_GE(verdict.reasons[0].severity, verdict.reasons[1].severity);
  EXPECT_EQ(verdict.severity, verdict.reasons[0].severity);
  EXPECT_GT(verdict.severity, 1);
  for (const auto& reason : verdict.reasons) {
    EXPECT_EQ(reason.limit > reason.value, reason.measure == "snr") << reason.measure;
    EXPECT_FALSE(reason.text.en.empty() || reason.text.zh.empty());
  }
  // Worse is never judged better.
  double last = -1;
  for (double snr = 30; snr > 1; snr *= 0.8) {
    const double severity = apply(limits, "t2w", measures(snr, 2)).severity;
    EXPECT_GE(severity, last);
    last = severity;
  }
}

TEST(Limits, RoleWithoutLimitsIsNotJudged) {
  Random random(7);
  const auto limits = fit({good(random), good(random)});
  EXPECT_TRUE(limits.roles.empty());
  const auto verdict = apply(limits, "t2w", measures(1, 90));
  EXPECT_EQ(verdict.decision, Decision::ok);
  EXPECT_FALSE(verdict.note.en.empty() || verdict.note.zh.empty());
}

TEST(Limits, ReadersMoveTheCut) {
  // Readers who accept much: only a signal-to-noise below 7 or so is refused.
  Random random(8);
  std::vector<QualityRow> rows;
  for (int n = 0; n < 200; ++n) {
    const double snr = 20 * std::exp(0.2 * random.normal());
    rows.push_back(row(snr, 2, true));
  }
  for (int n = 0; n < 40; ++n) rows.push_back(row(random.uniform(7, 11), 2, true));
  for (int n = 0; n < 40; ++n) rows.push_back(row(random.uniform(3, 6), 2, false));
  const auto strict = fit([&] {
    auto unread = rows;
    for (auto& one : unread) one.accepted.reset();
    return unread;
  }());
  const auto limits = fit(rows);
  const auto& role = *limits.of("t2w");
  EXPECT_FALSE(limit(strict, "snr").by_readers);
  EXPECT_TRUE(limit(limits, "snr").by_readers);
  EXPECT_FALSE(limit(limits, "ghost").by_readers);
  EXPECT_EQ(role.accepted, 240u);
  EXPECT_EQ(role.refused, 40u);
  EXPECT_GE(role.sensitivity, 0.97);
  EXPECT_GE(role.specificity, 0.97);
  EXPECT_LE(limit(limits, "snr").doubtful, limit(limits, "snr").exclude);
  EXPECT_EQ(apply(limits, "t2w", measures(5, 2)).decision, Decision::exclude);
  EXPECT_NE(apply(limits, "t2w", measures(8, 2)).decision, Decision::exclude);
}

TEST(Limits, EveryKindOfRefusalFindsItsMeasure) {
  Random random(12);
  std::vector<QualityRow> rows;
  for (int n = 0; n < 200; ++n) rows.push_back(good(random, true));
  for (int n = 0; n < 30; ++n) rows.push_back(bad(random, false));
  const auto limits = fit(rows);
  EXPECT_TRUE(limit(limits, "snr").by_readers);
  EXPECT_TRUE(limit(limits, "ghost").by_readers);
  EXPECT_GE(limits.of("t2w")->sensitivity, 0.95);
  EXPECT_GE(limits.of("t2w")->specificity, 0.98);
}

TEST(Limits, ReadersWhoDecideByChanceDoNot) {
  Random random(9);
  std::vector<QualityRow> rows;
  for (int n = 0; n < 300; ++n) {
    const bool accepted = random.uniform() < 0.7;
    rows.push_back(good(random, accepted));
  }
  const auto limits = fit(rows);
  EXPECT_FALSE(limit(limits, "ghost").by_readers);
  EXPECT_FALSE(limit(limits, "snr").by_readers);
  EXPECT_GE(limit(limits, "snr").exclude, LimitSettings{}.exclude);
}

TEST(Limits, SameWhateverTheOrderOfRows) {
  Random random(10);
  std::vector<QualityRow> rows;
  for (int n = 0; n < 60; ++n) rows.push_back(n % 3 == 0 ? bad(random, false) : good(random, true));
  const auto reference = to_json(fit(rows)).dump();
  const auto order = random.permutation(rows.size());
  std::vector<QualityRow> shuffled;
  for (const auto n : order) shuffled.push_back(rows[n]);
  const auto other = limits_of(Json::parse(to_json(fit(shuffled)).dump()));
  const auto first = limits_of(Json::parse(reference));
  for (const char* id : {"snr", "ghost"}) {
    EXPECT_EQ(limit(other, id).centre, limit(first, id).centre);
    EXPECT_NEAR(limit(other, id).exclude, limit(first, id).exclude, 1e-9);
  }
}

TEST(Limits, JsonKeepsEverything) {
  Random random(11);
  std::vector<QualityRow> rows;
  for (int n = 0; n < 60; ++n) rows.push_back(n % 3 == 0 ? bad(random, false) : good(random, true));
  const auto limits = fit(rows);
  const auto json = to_json(limits);
  const auto back = limits_of(parse_json(dump_json(json), "limits"));
  EXPECT_EQ(to_json(back).dump(), json.dump());
  EXPECT_EQ(to_json(apply(back, "t2w", measures(3, 30))).dump(), to_json(apply(limits, "t2w", measures(3, 30))).dump());
  test::expect_error(ErrorCode::format, "not the limits of quality", [] { limits_of(Json{{"roles", 3}}); });
  test::expect_error(ErrorCode::format, "another version", [] { limits_of(Json{{"quality_limits", 99}}); });
  auto broken = json;
  broken["roles"][0]["measures"][0]["spread"] = 0;
  test::expect_error(ErrorCode::format, "spread", [&] { limits_of(broken); });
}

TEST(Limits, RefusesToLearnFromNothing) {
  test::expect_error(ErrorCode::domain, "no images", [] { fit({}); });
  Random random(1);
  test::expect_error(ErrorCode::domain, "at least doubtful", [&] { fit({good(random)}, {5, 3}); });
}

}  // namespace
}  // namespace larc::quality
