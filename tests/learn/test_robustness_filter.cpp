#include <gtest/gtest.h>

#include "learn/model.h"
#include "learn/robustness_filter.h"
#include "learn_data.h"
#include "stats/icc.h"

using namespace larc;
using namespace larc::learn;
using namespace larc::test;

namespace {

constexpr std::size_t kRows = 40;
constexpr std::size_t kRepeats = 6;

/// `noise` is the standard deviation of a measurement, that of the rows being 1.
std::vector<std::vector<double>> measured(double noise, std::uint64_t seed) {
  Random random(seed);
  std::vector<std::vector<double>> rows(kRows);
  for (auto& row : rows) {
    const double truth = random.normal();
    for (std::size_t r = 0; r < kRepeats; ++r) row.push_back(truth + noise * random.normal());
  }
  return rows;
}

/// steady, shaky: measured again; plain: not.
Frame measured_frame() {
  Frame frame;
  frame.rows = kRows;
  Random random(5);
  std::vector<double> plain(kRows);
  for (double& value : plain) value = random.normal();
  for (const auto& [name, noise] : {std::pair{"steady", 0.1}, {"shaky", 2.0}}) {
    const auto rows = measured(noise, derive_seed(3, name));
    std::vector<double> values;
    for (const auto& row : rows) values.push_back(row.front());
    frame.columns.push_back(numeric_column(name, "radiomics", values));
    frame.repeated.push_back(repeated_column(name, 0.75, rows));
  }
  frame.columns.push_back(numeric_column("plain", "clinical", plain));
  return frame;
}

std::vector<std::size_t> first_rows(std::size_t count) {
  std::vector<std::size_t> rows(count);
  for (std::size_t i = 0; i < count; ++i) rows[i] = i;
  return rows;
}

std::vector<std::string> names_of(const Frame& frame) {
  std::vector<std::string> names;
  for (const auto& column : frame.columns) names.push_back(column.name);
  return names;
}

}  // namespace

TEST(RobustnessFilter, DropsWhatDoesNotBearBeingMeasuredAgain) {
  const Frame frame = measured_frame();
  const RobustnessState state = fit_robustness_filter(frame);
  ASSERT_EQ(state.columns.size(), 2u);
  EXPECT_TRUE(state.columns[0].kept);
  EXPECT_GT(state.columns[0].icc, 0.95);
  EXPECT_FALSE(state.columns[1].kept);
  EXPECT_NE(state.columns[1].reason.find("below 0.75"), std::string::npos);
  EXPECT_EQ(state.dropped(), 1u);
  const Frame seen = apply_robustness_filter(state, frame);
  EXPECT_EQ(names_of(seen), (std::vector<std::string>{"steady", "plain"}));
  EXPECT_TRUE(seen.repeated.empty());
  EXPECT_EQ(seen.rows, kRows);
  const std::string text = dump_json(to_json(state));
  EXPECT_EQ(dump_json(to_json(robustness_from_json(parse_json(text, "state")))), text);
}

TEST(RobustnessFilter, IccIsThatOfTheRowsMeasurements) {
  const auto rows = measured(0.7, 8);
  Eigen::MatrixXd ratings(static_cast<Eigen::Index>(kRows), static_cast<Eigen::Index>(kRepeats));
  for (std::size_t i = 0; i < kRows; ++i)
    for (std::size_t r = 0; r < kRepeats; ++r)
      ratings(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(r)) = rows[i][r];
  Frame frame;
  frame.rows = kRows;
  frame.columns = {numeric_column("x", "radiomics", std::vector<double>(kRows, 1))};
  frame.repeated = {repeated_column("x", 0.5, rows)};
  EXPECT_NEAR(fit_robustness_filter(frame).columns[0].icc, stats::intraclass_correlation(ratings).single_1.value,
              1e-13);
}

// What may not enter: rows outside the training part, whatever they hold.
TEST(RobustnessFilter, ARowOutsideTheFoldCannotChangeTheState) {
  const Frame frame = measured_frame();
  Frame poisoned = frame;
  for (auto& item : poisoned.repeated)
    for (std::size_t row = 30; row < kRows; ++row) {
      item.mean[row] = 1e9;
      item.within[row] = 1e12;
    }
  const auto state = [](const Frame& from, const std::vector<std::size_t>& rows) {
    Cohort part;
    part.frame = from.select_rows(rows);
    part.outcome.label.assign(rows.size(), 0.0);
    return dump_json(to_json(fit_preprocess(rows_of(part), {})));
  };
  EXPECT_EQ(state(frame, first_rows(30)), state(poisoned, first_rows(30)));
  // The same change inside the training rows is noticed, so the comparison can fail.
  EXPECT_NE(state(frame, first_rows(31)), state(poisoned, first_rows(31)));
}

TEST(RobustnessFilter, FollowsRowsAndGroups) {
  const Frame frame = measured_frame();
  const Frame part = frame.select_rows({7, 3, 3});
  EXPECT_EQ(part.repeated[0].mean,
            (std::vector<double>{frame.repeated[0].mean[7], frame.repeated[0].mean[3], frame.repeated[0].mean[3]}));
  EXPECT_EQ(part.repeated[1].within[0], frame.repeated[1].within[7]);
  EXPECT_TRUE(frame.select_groups({"clinical"}).repeated.empty());
  EXPECT_EQ(frame.select_groups({"radiomics"}).repeated.size(), 2u);
}

TEST(RobustnessFilter, WhatCannotBeToldIsDroppedWithItsReason) {
  Frame frame = measured_frame();
  auto rows = measured(0.1, 9);
  for (std::size_t i = 1; i < kRows; ++i) rows[i][2] = kNaN;
  frame.repeated[0] = repeated_column("steady", 0.75, rows);
  frame.repeated[1] = repeated_column("shaky", 0.75, std::vector<std::vector<double>>(kRows, {4, 4, 4}));
  const RobustnessState state = fit_robustness_filter(frame);
  EXPECT_EQ(state.columns[0].rows, 1u);
  EXPECT_NE(state.columns[0].reason.find("fewer than two"), std::string::npos);
  EXPECT_NE(state.columns[1].reason.find("all ratings are equal"), std::string::npos);
  EXPECT_EQ(names_of(apply_robustness_filter(state, frame)), (std::vector<std::string>{"plain"}));
}

TEST(RobustnessFilter, Errors) {
  EXPECT_LARC_ERROR(repeated_column("x", 0.5, {{1, 2}, {1}}), shape_mismatch, "'x'");
  Frame frame = measured_frame();
  frame.repeated[0].mean.pop_back();
  EXPECT_LARC_ERROR(fit_robustness_filter(frame), shape_mismatch, "'steady'");
  frame = measured_frame();
  frame.repeated[1].name = "other";
  EXPECT_LARC_ERROR(fit_robustness_filter(frame), not_found, "'other'");
  frame = measured_frame();
  frame.repeated[1] = repeated_column("shaky", 0.5, std::vector<std::vector<double>>(kRows, {4}));
  EXPECT_LARC_ERROR(fit_robustness_filter(frame), shape_mismatch, "'shaky'");
  EXPECT_LARC_ERROR(measured_frame().select_rows({kRows}), domain, "row 41");
}

// Every fold, inner ones too, drops by its own rows; the bundle carries the state, and needs no measurement to predict.
TEST(RobustnessFilter, IsPartOfThePipeline) {
  Cohort cohort = make_cohort(OutcomeKind::binary, 80, 4, 1, 1.5, 21);
  Random random(4);
  for (const auto& column : cohort.frame.columns) {
    std::vector<std::vector<double>> rows;
    for (const double value : column.values) {
      const double noise = column.name == "a0" ? 0.1 : 3;
      rows.push_back({value + noise * random.normal(), value + noise * random.normal(), value});
    }
    cohort.frame.repeated.push_back(repeated_column(column.name, 0.75, rows));
  }
  const Model model = fit_model(rows_of(cohort), {}, 1);
  ASSERT_EQ(model.features.size(), 1u);
  EXPECT_EQ(model.features[0], "a0");
  ASSERT_FALSE(model.notes.empty());
  EXPECT_NE(model.notes[0].find("3 of 4"), std::string::npos);
  const Model again = model_from_json(parse_json(dump_json(to_json(model)), "model"));
  Frame bare = cohort.frame;
  bare.repeated.clear();
  EXPECT_EQ(linear_predictor(again, bare), linear_predictor(model, cohort.frame));
}
