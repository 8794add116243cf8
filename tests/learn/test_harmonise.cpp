#include <gtest/gtest.h>

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
  std::vector<std::string> lonely = data.batches;
  lonely[0] = "D";
  EXPECT_NE(fit_harmonise(data.matrix, lonely).note.find("fewer than 3"), std::string::npos);
  EXPECT_EQ(apply_harmonise(fit_harmonise(data.matrix, lonely), data.matrix, lonely).values, data.matrix.values);
  EXPECT_LARC_ERROR(fit_harmonise(data.matrix, {"A"}), shape_mismatch, "batches");
}

}  // namespace
