#include <gtest/gtest.h>

#include "core/json.h"
#include "learn/harmonise.h"
#include "learn/model.h"
#include "learn_data.h"

using namespace larc;
using namespace larc::learn;
using namespace larc::test;

namespace {

struct Centres {
  FeatureMatrix matrix;
  std::vector<std::string> batches;
};

/// Two centres; the second measures everything twice as large and ten higher. The last feature is a 0/1 code.
Centres make_centres() {
  Random random(3);
  Centres data;
  data.matrix.values.resize(60, 6);
  for (Eigen::Index j = 0; j < 6; ++j) {
    data.matrix.names.push_back("f" + std::to_string(j));
    data.matrix.groups.push_back("x");
  }
  for (Eigen::Index i = 0; i < 60; ++i) {
    data.batches.push_back(i < 30 ? "A" : "B");
    for (Eigen::Index j = 0; j < 5; ++j)
      data.matrix.values(i, j) = (i < 30 ? 1.0 : 2.0) * random.normal() + (i < 30 ? 0.0 : 10.0);
    data.matrix.values(i, 5) = static_cast<double>(i % 2);
  }
  return data;
}

TEST(Harmonise, BringsCentresTogetherAndLeavesCodes) {
  const Centres data = make_centres();
  const HarmoniseState state = fit_harmonise(data.matrix, data.batches);
  EXPECT_EQ(state.names.size(), 5u);
  const FeatureMatrix moved = apply_harmonise(state, data.matrix, data.batches);
  for (Eigen::Index j = 0; j < 5; ++j)
    EXPECT_NEAR(moved.values.col(j).head(30).mean(), moved.values.col(j).tail(30).mean(), 0.5);
  EXPECT_EQ(moved.values.col(5), data.matrix.values.col(5));
  const HarmoniseState back = harmonise_from_json(parse_json(dump_json(to_json(state)), "state"));
  EXPECT_EQ(apply_harmonise(back, data.matrix, data.batches).values, moved.values);
}

TEST(Harmonise, AnUnseenCentrePassesThroughAndIsNamed) {
  const Centres data = make_centres();
  const HarmoniseState state = fit_harmonise(data.matrix, data.batches);
  std::vector<std::string> notes;
  const std::vector<std::string> elsewhere(60, "C");
  EXPECT_EQ(apply_harmonise(state, data.matrix, elsewhere, &notes).values, data.matrix.values);
  ASSERT_EQ(notes.size(), 1u);
  EXPECT_NE(notes[0].find("60 rows of a centre unseen in training (C)"), std::string::npos);
  EXPECT_EQ(apply_harmonise(state, data.matrix, {}).values, data.matrix.values);
}

TEST(Harmonise, SaysWhyNot) {
  const Centres data = make_centres();
  EXPECT_NE(fit_harmonise(data.matrix, {}).note.find("no centre"), std::string::npos);
  EXPECT_NE(fit_harmonise(data.matrix, std::vector<std::string>(60, "A")).note.find("one centre"), std::string::npos);
  std::vector<std::string> two_small(60, "A");
  two_small[0] = "D";
  two_small[1] = "E";
  EXPECT_NE(fit_harmonise(data.matrix, two_small).note.find("fewer than two centres"), std::string::npos);
  EXPECT_NE(fit_harmonise(data.matrix, std::vector<std::string>(60, "")).note.find("no centre"), std::string::npos);
  EXPECT_LARC_ERROR(fit_harmonise(data.matrix, {"A"}), shape_mismatch, "batches");
}

// One small centre, or rows whose centre nobody knows, do not keep the others from being harmonised.
TEST(Harmonise, LeavesSmallCentresAndRowsWithoutCentreAsMeasured) {
  const Centres data = make_centres();
  std::vector<std::string> batches = data.batches;
  batches[0] = batches[59] = "D";
  batches[1] = "";
  const HarmoniseState state = fit_harmonise(data.matrix, batches);
  EXPECT_EQ(state.names.size(), 5u);
  EXPECT_EQ(state.small, (std::vector<std::string>{"D"}));
  EXPECT_NE(state.note.find("fewer than 3 training rows as measured (D)"), std::string::npos) << state.note;
  EXPECT_NE(state.note.find("1 training row without a centre"), std::string::npos) << state.note;
  std::vector<std::string> notes;
  const FeatureMatrix moved = apply_harmonise(state, data.matrix, batches, &notes);
  for (const Eigen::Index i : {0, 1, 59}) EXPECT_EQ(moved.values.row(i), data.matrix.values.row(i));
  EXPECT_NEAR(moved.values.col(0).segment(2, 28).mean(), moved.values.col(0).segment(30, 29).mean(), 0.5);
  EXPECT_EQ(notes, (std::vector<std::string>{"2 rows of a centre with too few training rows left as measured",
                                             "1 row without a centre left as measured"}));
  const HarmoniseState back = harmonise_from_json(parse_json(dump_json(to_json(state)), "state"));
  EXPECT_EQ(apply_harmonise(back, data.matrix, batches).values, moved.values);
  // The small centre teaches nothing: the state is that of the others alone.
  Centres poisoned = data;
  for (const Eigen::Index i : {0, 1, 59}) poisoned.matrix.values.row(i).array() += 1000.0;
  EXPECT_EQ(dump_json(to_json(fit_harmonise(poisoned.matrix, batches))), dump_json(to_json(state)));
}

TEST(Harmonise, MovesOnlyTheGroupsItIsGiven) {
  Centres data = make_centres();
  data.matrix.groups[0] = data.matrix.groups[3] = "clinical";
  const HarmoniseState state = fit_harmonise(data.matrix, data.batches, {"x"});
  EXPECT_EQ(state.names, (std::vector<std::string>{"f1", "f2", "f4"}));
  EXPECT_EQ(apply_harmonise(state, data.matrix, data.batches).values.col(0), data.matrix.values.col(0));
}

}  // namespace
