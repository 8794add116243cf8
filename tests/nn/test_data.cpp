#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <set>

#include "nn/augment.h"
#include "nn/data.h"
#include "phantoms.h"

using namespace larc;
using namespace larc::nn;
using namespace larc::nn::test;

namespace {

Crops ones(std::size_t count) {
  Crops crops;
  crops.depth = 2;
  crops.height = 3;
  crops.width = 4;
  crops.cases.assign(count, std::vector<float>(48, 1.0F));
  return crops;
}

}  // namespace

TEST(Data, BadCropsAreNamed) {
  EXPECT_NO_THROW(check_crops(ones(2)));
  expect_error(ErrorCode::domain, "no case", [] { check_crops(ones(0)); });
  Crops crops = ones(3);
  crops.cases[2].pop_back();
  expect_error(ErrorCode::shape_mismatch, "case 2 has 47 values instead of 48", [&] { check_crops(crops); });
  crops = ones(3);
  crops.cases[1][5] = std::numeric_limits<float>::quiet_NaN();
  expect_error(ErrorCode::domain, "case 1, channel 0 holds a value that is not finite", [&] { check_crops(crops); });
  crops = ones(3);
  crops.cases[0][30] = 2.0F;
  expect_error(ErrorCode::domain, "case 0, channel 1 (mask)", [&] { check_crops(crops); });
  crops.cases[0][30] = std::numeric_limits<float>::quiet_NaN();
  expect_error(ErrorCode::domain, "case 0, channel 1 (mask)", [&] { check_crops(crops); });
  crops = ones(1);
  crops.mask_channels = {2};
  expect_error(ErrorCode::domain, "mask channel 2", [&] { check_crops(crops); });
  crops = ones(1);
  crops.width = 0;
  expect_error(ErrorCode::domain, "grid is empty", [&] { check_crops(crops); });
}

TEST(Data, BadTargetsAreNamed) {
  Target target;
  target.label = {0, 1, 0, 1, 0, 1, 0, 1};
  EXPECT_EQ(check_target(target, 8), (std::vector<int>{0, 1, 0, 1, 0, 1, 0, 1}));
  expect_error(ErrorCode::shape_mismatch, "each of the 9 crops", [&] { check_target(target, 9); });
  target.label[3] = 0.5;
  expect_error(ErrorCode::domain, "label of row 3", [&] { check_target(target, 8); });
  target.label.assign(8, 1.0);
  expect_error(ErrorCode::refused, "rows of either class", [&] { check_target(target, 8); });
  target.label = {0, 0, 0, 1, 1, 1, 1, 1};
  expect_error(ErrorCode::refused, "has 3 and 8", [&] { check_target(target, 8); });

  Target survival;
  survival.kind = TaskKind::survival;
  survival.time_months.assign(8, 3.0);
  survival.event.assign(8, 1);
  EXPECT_EQ(check_target(survival, 8), std::vector<int>(8, 1));
  survival.event = {1, 1, 1, 0, 0, 0, 0, 0};
  expect_error(ErrorCode::refused, "events", [&] { check_target(survival, 8); });
  survival.event[7] = 2;
  expect_error(ErrorCode::domain, "event of row 7", [&] { check_target(survival, 8); });
  survival.time_months[1] = 0.0;
  expect_error(ErrorCode::domain, "time_months of row 1", [&] { check_target(survival, 8); });
  survival.event.pop_back();
  expect_error(ErrorCode::shape_mismatch, "each of the 8", [&] { check_target(survival, 8); });
}

TEST(Data, SettingsOutOfRangeAreNamed) {
  EXPECT_NO_THROW(check_settings({}));
  const auto refused = [](const std::string& name, auto change) {
    TrainSettings settings;
    change(settings);
    expect_error(ErrorCode::domain, "network setting " + name + " ", [&] { check_settings(settings); });
  };
  refused("max_epochs", [](auto& s) { s.max_epochs = 0; });
  refused("patience", [](auto& s) { s.patience = 0; });
  refused("batch_size", [](auto& s) { s.batch_size = -1; });
  refused("learning_rate", [](auto& s) { s.learning_rate = 0.0; });
  refused("weight_decay", [](auto& s) { s.weight_decay = -1.0; });
  refused("dropout", [](auto& s) { s.dropout = 1.0; });
  refused("validation_fraction", [](auto& s) { s.validation_fraction = 0.9; });
  refused("members", [](auto& s) { s.members = 0; });
  refused("gradient_clip", [](auto& s) { s.gradient_clip = std::numeric_limits<double>::quiet_NaN(); });
  refused("augment.rotation_degrees", [](auto& s) { s.augment.rotation_degrees = 200.0; });
  refused("augment.scale", [](auto& s) { s.augment.scale = 1.0; });
  refused("augment.shift", [](auto& s) { s.augment.shift = -0.1; });
  refused("augment.gain", [](auto& s) { s.augment.gain = 1.0; });
  refused("augment.gamma", [](auto& s) { s.augment.gamma = 1.0; });
  refused("augment.noise", [](auto& s) { s.augment.noise = -1.0; });
}

TEST(Data, ScaleStandardisesImagesAndLeavesMasks) {
  const Phantoms phantoms = make_phantoms(20, Signal::mean, 1);
  const InputScale scale = fit_scale(phantoms.crops);
  const auto cases = apply_scale(scale, phantoms.crops);
  double sum = 0.0;
  double squares = 0.0;
  for (const auto& values : cases) {
    for (std::size_t i = 0; i < 576; ++i) {
      sum += values[i];
      squares += static_cast<double>(values[i]) * values[i];
    }
  }
  EXPECT_NEAR(sum / (20 * 576), 0.0, 1e-5);
  EXPECT_NEAR(squares / (20 * 576), 1.0, 1e-5);
  EXPECT_TRUE(std::equal(cases[3].begin() + 576, cases[3].end(), phantoms.crops.cases[3].begin() + 576));
  EXPECT_EQ(fit_scale(ones(2)).sd[0], 1.0F);
  expect_error(ErrorCode::shape_mismatch, "trained on 1", [&] { apply_scale({{0.0F}, {1.0F}}, phantoms.crops); });
}

TEST(Data, FoldsAreStratifiedAndEven) {
  std::vector<int> strata(53, 0);
  std::fill(strata.begin(), strata.begin() + 17, 1);
  Random random(3);
  const auto fold = stratified_folds(strata, 5, random);
  for (int f = 0; f < 5; ++f) {
    int positives = 0;
    for (std::size_t i = 0; i < 53; ++i) positives += fold[i] == f && strata[i] == 1;
    EXPECT_GE(positives, 3);
    EXPECT_LE(positives, 4);
    EXPECT_GE(std::ranges::count(fold, f), 10);
    EXPECT_LE(std::ranges::count(fold, f), 11);
  }
  Random again(3);
  EXPECT_EQ(stratified_folds(strata, 5, again), fold);
  Random other(4);
  EXPECT_NE(stratified_folds(strata, 5, other), fold);
}

TEST(Data, BatchesHoldEveryRowOnceAndEveryStratum) {
  std::vector<int> strata(60, 0);
  for (std::size_t i = 0; i < 60; i += 5) strata[i] = 1;
  std::vector<std::size_t> rows;
  for (std::size_t i = 0; i < 50; ++i) rows.push_back(i);
  Random random(8);
  std::vector<std::size_t> first_order;
  for (int repeat = 0; repeat < 20; ++repeat) {
    const auto batches = stratified_batches(rows, strata, 16, random);
    ASSERT_EQ(batches.size(), 4U);
    std::vector<std::size_t> order;
    for (const auto& batch : batches) {
      EXPECT_GE(batch.size(), 12U);
      EXPECT_LE(batch.size(), 13U);
      const auto ones_inside = std::ranges::count_if(batch, [&](std::size_t row) { return strata[row] == 1; });
      EXPECT_GE(ones_inside, 1);
      EXPECT_LE(ones_inside, 4);
      order.insert(order.end(), batch.begin(), batch.end());
    }
    if (repeat == 0) first_order = order;
    EXPECT_TRUE(repeat != 1 || order != first_order);
    std::ranges::sort(order);
    EXPECT_EQ(order, rows);
  }
}

TEST(Augment, DependsOnTheStreamAlone) {
  const Phantoms phantoms = make_phantoms(1, Signal::mean, 2);
  const auto scaled = apply_scale(fit_scale(phantoms.crops), phantoms.crops);
  Random first(derive_seed(5, "augment", 1, 0));
  Random second(derive_seed(5, "augment", 1, 0));
  Random third(derive_seed(5, "augment", 2, 0));
  const auto changed = augment(scaled[0], phantoms.crops, {}, first);
  EXPECT_EQ(changed, augment(scaled[0], phantoms.crops, {}, second));
  EXPECT_NE(changed, augment(scaled[0], phantoms.crops, {}, third));
  EXPECT_NE(changed, scaled[0]);
}

TEST(Augment, WithNothingAllowedIsTheIdentity) {
  const Phantoms phantoms = make_phantoms(1, Signal::mean, 3);
  AugmentSettings still;
  still.flip_left_right = false;
  still.rotation_degrees = still.scale = still.shift = still.gain = still.gamma = still.noise = 0.0;
  Random random(1);
  EXPECT_EQ(augment(phantoms.crops.cases[0], phantoms.crops, still, random), phantoms.crops.cases[0]);
}

TEST(Augment, FlipMirrorsEveryChannelAlongWidth) {
  const Phantoms phantoms = make_phantoms(1, Signal::mean, 3);
  const auto& values = phantoms.crops.cases[0];
  AugmentSettings flip;
  flip.rotation_degrees = flip.scale = flip.shift = flip.gain = flip.gamma = flip.noise = 0.0;
  std::vector<float> mirrored(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) mirrored[i / 12 * 12 + 11 - i % 12] = values[i];
  Random random(4);
  std::set<std::vector<float>> seen;
  for (int repeat = 0; repeat < 20; ++repeat) seen.insert(augment(values, phantoms.crops, flip, random));
  EXPECT_EQ(seen, (std::set<std::vector<float>>{values, mirrored}));
}

TEST(Augment, RotationTurnsAQuarterExactly) {
  Crops grid;
  grid.depth = 1;
  grid.height = grid.width = 5;
  grid.channels = 1;
  grid.mask_channels = {};
  std::vector<float> values(25);
  for (std::size_t i = 0; i < 25; ++i) values[i] = static_cast<float>(i * i % 17);
  AugmentSettings turn;
  turn.flip_left_right = false;
  turn.scale = turn.shift = turn.gain = turn.gamma = turn.noise = 0.0;
  Random draw(6);
  turn.rotation_degrees = 90.0 / draw.uniform(-1.0, 1.0);  // the first number that augment() draws
  Random random(6);
  const auto turned = augment(values, grid, turn, random);
  for (std::size_t row = 0; row < 5; ++row) {
    for (std::size_t column = 0; column < 5; ++column) {
      EXPECT_NEAR(turned[row * 5 + column], values[column * 5 + 4 - row], 1e-4F) << row << ' ' << column;
    }
  }
}

TEST(Augment, MasksStayMasksAndKeepTheirSize) {
  const Phantoms phantoms = make_phantoms(10, Signal::size, 4);
  const auto cases = apply_scale(fit_scale(phantoms.crops), phantoms.crops);
  for (std::size_t n = 0; n < cases.size(); ++n) {
    Random random(derive_seed(1, "augment", n));
    const auto changed = augment(cases[n], phantoms.crops, {}, random);
    double before = 0.0;
    double after = 0.0;
    for (std::size_t i = 576; i < 1152; ++i) {
      EXPECT_GE(changed[i], 0.0F);
      EXPECT_LE(changed[i], 1.0F);
      before += cases[n][i];
      after += changed[i];
    }
    // Zoom within 5% changes an area by at most 10.5%; interpolation on 12 x 12 adds a few per cent.
    EXPECT_NEAR(after / before, 1.0, 0.2);
  }
}
