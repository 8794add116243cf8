#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <set>

#include "nn/augment.h"
#include "nn/data.h"
#include "nn/tasks.h"
#include "phantoms.h"

using namespace larc;
using namespace larc::nn;
using namespace larc::nn::test;

namespace {

/// 2 x 3 x 4 crops of ones.
Phantoms ones(std::size_t count) {
  Phantoms phantoms;
  phantoms.cases.grid = {2, 3, 4, {3, 1, 1}};
  for (std::size_t i = 0; i < count; ++i) phantoms.add(std::vector<float>(48, 1.0F));
  return phantoms;
}

const Grid kGrid = {4, 12, 12, {3, 1, 1}};

AugmentSettings still() {
  AugmentSettings settings;
  settings.flip_left_right = false;
  settings.rotation_degrees = settings.scale = settings.elastic_mm = settings.shift = settings.gain = settings.gamma =
      settings.noise = settings.bias_field = settings.ghost = settings.low_resolution = settings.mask_jitter_mm =
          settings.hide_view = 0.0;
  return settings;
}

}  // namespace

TEST(Data, BadCasesAreNamed) {
  EXPECT_NO_THROW(check_cases(ones(2).cases));
  expect_error(ErrorCode::domain, "there is none", [] { check_cases(ones(0).cases); });
  const auto refused = [](ErrorCode code, const std::string& words, const std::function<void(Cases&)>& change) {
    Cases cases = ones(3).cases;
    cases.columns = {{"age", "clinical"}};
    cases.table.assign(3, {50.0});
    EXPECT_NO_THROW(check_cases(cases));
    change(cases);
    expect_error(code, words, [&] { check_cases(cases); });
  };
  refused(ErrorCode::domain, "grid of the crops is empty", [](Cases& c) { c.grid.width = 0; });
  refused(ErrorCode::domain, "spacing", [](Cases& c) { c.grid.spacing_mm[1] = 0.0; });
  refused(ErrorCode::domain, "'t2_1' is there twice", [](Cases& c) { c.views.push_back(c.views[0]); });
  refused(ErrorCode::domain, "nothing reads", [](Cases& c) { c.crop = nullptr; });
  refused(ErrorCode::shape_mismatch, "each of the 3 cases", [](Cases& c) { c.table.pop_back(); });
  refused(ErrorCode::shape_mismatch, "each of the 3 cases", [](Cases& c) { c.units = {0, 1}; });
  refused(ErrorCode::shape_mismatch, "case 1 has 2 views instead of 1", [](Cases& c) { c.present[1] = {1, 1}; });
  refused(ErrorCode::shape_mismatch, "case 2 has 0 values", [](Cases& c) { c.table[2].clear(); });
  refused(ErrorCode::domain, "case 0: 'age' is infinite",
          [](Cases& c) { c.table[0][0] = std::numeric_limits<double>::infinity(); });
  refused(ErrorCode::refused, "case 1 has no image and no value", [](Cases& c) {
    c.table[1][0] = std::numeric_limits<double>::quiet_NaN();
    c.present[1][0] = 0;
  });
}

TEST(Data, BadCropsAreNamed) {
  Phantoms phantoms = ones(3);
  EXPECT_NO_THROW(read_crop(phantoms.cases, 0, 0));
  (*phantoms.crops)[2].pop_back();
  expect_error(ErrorCode::shape_mismatch, "case 2, view 't2_1' has 47 values instead of 48",
               [&] { read_crop(phantoms.cases, 2, 0); });
  (*phantoms.crops)[1][5] = std::numeric_limits<float>::quiet_NaN();
  expect_error(ErrorCode::domain, "case 1, view 't2_1' holds a value that is not finite",
               [&] { read_crop(phantoms.cases, 1, 0); });
  (*phantoms.crops)[0][30] = 2.0F;
  expect_error(ErrorCode::domain, "a mask value outside", [&] { read_crop(phantoms.cases, 0, 0); });
}

TEST(Data, BadTasksAreNamed) {
  Task task;
  task.name = "pcr";
  task.label = {0, 1, 0, 1, 0, 1, 0, 1};
  const auto check = [](const Task& one, std::size_t rows) { return [&one, rows] { check_tasks({one}, rows); }; };
  EXPECT_NO_THROW(check(task, 8)());
  expect_error(ErrorCode::domain, "at least one task", [] { check_tasks({}, 8); });
  expect_error(ErrorCode::shape_mismatch, "'pcr': needs one outcome for each of the 9", check(task, 9));
  task.label[3] = 0.5;
  expect_error(ErrorCode::domain, "'pcr': label of row 3", check(task, 8));
  task.label.assign(8, 1.0);
  expect_error(ErrorCode::refused, "rows of either class", check(task, 8));
  task.label = {0, 0, 0, 1, 1, 1, 1, 1};
  expect_error(ErrorCode::refused, "has 3 and 8", check(task, 8));
  task.label = {0, 0, 0, 0, 1, 1, 1, std::numeric_limits<double>::quiet_NaN()};
  expect_error(ErrorCode::refused, "has 3 and 7", check(task, 8));
  task.kind = TaskKind::ordinal;
  task.levels = 3;
  task.label = {0, 0, 0, 0, 1, 1, 2, 2};
  EXPECT_NO_THROW(check(task, 8)());
  task.label[0] = 3;
  expect_error(ErrorCode::domain, "between 0 and 2", check(task, 8));
  task.levels = 2;
  expect_error(ErrorCode::domain, "levels must lie between 3 and 64", check(task, 8));

  Task survival;
  survival.name = "os";
  survival.kind = TaskKind::survival;
  survival.bins = {1, 2, 4};
  survival.time_months.assign(8, 3.0);
  survival.cause.assign(8, 1);
  EXPECT_NO_THROW(check(survival, 8)());
  survival.cause = {1, 1, 1, 0, 0, 0, 0, 0};
  expect_error(ErrorCode::refused, "events", check(survival, 8));
  survival.cause[7] = 2;
  expect_error(ErrorCode::domain, "cause of row 7", check(survival, 8));
  survival.time_months[1] = 0.0;
  expect_error(ErrorCode::domain, "time_months of row 1", check(survival, 8));
  survival.time_months[1] = 3.0;
  survival.entry_months.assign(8, 3.0);
  expect_error(ErrorCode::domain, "entry_months of row 0", check(survival, 8));
  survival.bins = {2, 1};
  expect_error(ErrorCode::domain, "bins must be ascending", check(survival, 8));
  survival.cause.pop_back();
  expect_error(ErrorCode::shape_mismatch, "each of the 8", check(survival, 8));
}

TEST(Data, StrataFollowTheFirstTwoTasks) {
  Task first, second;
  first.label = {0, 1, std::numeric_limits<double>::quiet_NaN(), 1};
  second.kind = TaskKind::survival;
  second.time_months = {3, 3, 3, std::numeric_limits<double>::quiet_NaN()};
  second.cause = {1, 0, 2, 0};
  EXPECT_EQ(strata_of({first}, 4), (std::vector<int>{0, 1, 2, 1}));
  EXPECT_EQ(strata_of({first, second}, 4), (std::vector<int>{1, 3, 6, 5}));
}

TEST(Data, SettingsOutOfRangeAreNamed) {
  EXPECT_NO_THROW(check_settings({}));
  const auto refused = [](const std::string& name, auto change) {
    TrainSettings settings;
    change(settings);
    expect_error(ErrorCode::domain, "network setting " + name + " ", [&] { check_settings(settings); });
  };
  refused("epochs", [](auto& s) { s.epochs = 0; });
  refused("batch_size", [](auto& s) { s.batch_size = 0; });
  refused("learning_rate", [](auto& s) { s.learning_rate = 0.0; });
  refused("weight_decay", [](auto& s) { s.weight_decay = -1.0; });
  refused("dropout", [](auto& s) { s.dropout = 1.0; });
  refused("members", [](auto& s) { s.members = 1; });
  refused("averaging", [](auto& s) { s.averaging = 1.0; });
  refused("gradient_clip", [](auto& s) { s.gradient_clip = std::numeric_limits<double>::quiet_NaN(); });
  refused("augment.rotation_degrees", [](auto& s) { s.augment.rotation_degrees = 200.0; });
  refused("augment.scale", [](auto& s) { s.augment.scale = 1.0; });
  refused("augment.shift", [](auto& s) { s.augment.shift = -0.1; });
  refused("augment.gain", [](auto& s) { s.augment.gain = 1.0; });
  refused("augment.gamma", [](auto& s) { s.augment.gamma = 1.0; });
  refused("augment.noise", [](auto& s) { s.augment.noise = -1.0; });
  refused("augment.elastic_mm", [](auto& s) { s.augment.elastic_mm = -1.0; });
  refused("augment.bias_field", [](auto& s) { s.augment.bias_field = 3.0; });
  refused("augment.ghost", [](auto& s) { s.augment.ghost = 0.6; });
  refused("augment.low_resolution", [](auto& s) { s.augment.low_resolution = 1.1; });
  refused("augment.mask_jitter_mm", [](auto& s) { s.augment.mask_jitter_mm = -1.0; });
  refused("augment.hide_view", [](auto& s) { s.augment.hide_view = 1.0; });
}

TEST(Data, ScaleStandardisesImagesAndLeavesMasks) {
  const Phantoms phantoms = make_phantoms(20, Signal::mean, 1);
  const InputScale scale = fit_scale(phantoms.cases);
  double sum = 0.0;
  double squares = 0.0;
  for (std::size_t row = 0; row < 20; ++row) {
    std::vector<float> values = read_crop(phantoms.cases, row, 0);
    apply_scale(scale, 0, values);
    for (std::size_t i = 0; i < 576; ++i) {
      sum += values[i];
      squares += static_cast<double>(values[i]) * values[i];
    }
    EXPECT_TRUE(std::equal(values.begin() + 576, values.end(), (*phantoms.crops)[row].begin() + 576));
  }
  EXPECT_NEAR(sum / (20 * 576), 0.0, 1e-5);
  EXPECT_NEAR(squares / (20 * 576), 1.0, 1e-5);
  EXPECT_EQ(fit_scale(ones(2).cases).sd[0], 1.0F);
}

TEST(Data, TheCacheKeepsWithinItsBytesAndReadsAgain) {
  Phantoms phantoms = make_phantoms(6, Signal::mean, 1);
  int reads = 0;
  phantoms.cases.crop = [&, crops = phantoms.crops](std::size_t row, std::size_t) {
    ++reads;
    return (*crops)[row];
  };
  const InputScale scale = {{0.0F}, {1.0F}};
  CropCache roomy(phantoms.cases, scale, std::size_t{1} << 20);
  for (int pass = 0; pass < 3; ++pass)
    for (std::size_t row = 0; row < 6; ++row) EXPECT_EQ(*roomy.get(row, 0), (*phantoms.crops)[row]);
  EXPECT_EQ(reads, 6);
  CropCache narrow(phantoms.cases, scale, 2 * 1152 * sizeof(float));  // two crops
  const auto held = narrow.get(0, 0);
  narrow.get(1, 0);
  narrow.get(0, 0);
  EXPECT_EQ(reads, 8);
  narrow.get(2, 0);  // gives up the crop of row 1
  narrow.get(0, 0);
  EXPECT_EQ(reads, 9);
  narrow.get(1, 0);
  EXPECT_EQ(reads, 10);
  EXPECT_EQ(*held, (*phantoms.crops)[0]);
}

TEST(Data, FoldsKeepUnitsTogether) {
  std::vector<int> strata(40, 0);
  std::vector<std::size_t> units(40);
  for (std::size_t i = 0; i < 40; ++i) {
    strata[i] = i % 3 == 0 ? 1 : 0;
    units[i] = i / 2 + 100;
  }
  Random random(3);
  const auto fold = stratified_folds(strata, units, 4, random);
  for (std::size_t i = 0; i < 40; i += 2) EXPECT_EQ(fold[i], fold[i + 1]);
  for (int f = 0; f < 4; ++f) EXPECT_EQ(std::ranges::count(fold, f), 10);
}

TEST(Data, FoldsAreStratifiedAndEven) {
  std::vector<int> strata(53, 0);
  std::fill(strata.begin(), strata.begin() + 17, 1);
  Random random(3);
  const auto fold = stratified_folds(strata, {}, 5, random);
  for (int f = 0; f < 5; ++f) {
    int positives = 0;
    for (std::size_t i = 0; i < 53; ++i) positives += fold[i] == f && strata[i] == 1;
    EXPECT_GE(positives, 3);
    EXPECT_LE(positives, 4);
    EXPECT_GE(std::ranges::count(fold, f), 10);
    EXPECT_LE(std::ranges::count(fold, f), 11);
  }
  Random again(3);
  EXPECT_EQ(stratified_folds(strata, {}, 5, again), fold);
  Random other(4);
  EXPECT_NE(stratified_folds(strata, {}, 5, other), fold);
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

namespace {

/// Crops on the scale of training.
std::vector<std::vector<float>> scaled(const Phantoms& phantoms) {
  const InputScale scale = fit_scale(phantoms.cases);
  std::vector<std::vector<float>> crops = *phantoms.crops;
  for (auto& crop : crops) apply_scale(scale, 0, crop);
  return crops;
}

}  // namespace

TEST(Augment, DependsOnTheStreamAlone) {
  const auto crops = scaled(make_phantoms(1, Signal::mean, 2));
  Random first(derive_seed(5, "augment", 1, 0));
  Random second(derive_seed(5, "augment", 1, 0));
  Random third(derive_seed(5, "augment", 2, 0));
  const auto changed = augment(crops[0], kGrid, {}, first);
  EXPECT_EQ(changed, augment(crops[0], kGrid, {}, second));
  EXPECT_NE(changed, augment(crops[0], kGrid, {}, third));
  EXPECT_NE(changed, crops[0]);
}

TEST(Augment, WithNothingAllowedIsTheIdentity) {
  const auto crops = scaled(make_phantoms(1, Signal::mean, 3));
  Random random(1);
  const auto same = augment(crops[0], kGrid, still(), random);
  // Gain and shift 1 and 0 still pass through the range of the crop.
  for (std::size_t i = 0; i < same.size(); ++i) EXPECT_NEAR(same[i], crops[0][i], 1e-5F);
}

TEST(Augment, FlipMirrorsImageAndMaskAlongWidth) {
  const auto values = scaled(make_phantoms(1, Signal::mean, 3))[0];
  AugmentSettings flip = still();
  flip.flip_left_right = true;
  std::vector<float> mirrored(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) mirrored[i / 12 * 12 + 11 - i % 12] = values[i];
  const auto equal = [](const std::vector<float>& a, const std::vector<float>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), [](float x, float y) { return std::abs(x - y) < 1e-5F; });
  };
  Random random(4);
  int same = 0, turned = 0;
  for (int repeat = 0; repeat < 20; ++repeat) {
    const auto changed = augment(values, kGrid, flip, random);
    same += equal(changed, values) ? 1 : 0;
    turned += equal(changed, mirrored) ? 1 : 0;
  }
  EXPECT_EQ(same + turned, 20);
  EXPECT_GT(same, 3);
  EXPECT_GT(turned, 3);
}

TEST(Augment, RotationTurnsAQuarterExactly) {
  const Grid grid = {1, 5, 5, {3, 1, 1}};
  std::vector<float> values(50, 0.5F);
  for (std::size_t i = 0; i < 25; ++i) values[i] = static_cast<float>(i * i % 17);
  AugmentSettings turn = still();
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

// A ramp shows where each pixel came from: bending moves it by no more than was asked for, and not by nothing.
TEST(Augment, BendingStaysWithinItsMillimetres) {
  const Grid grid = {1, 20, 20, {3, 0.5, 0.5}};
  std::vector<float> values(800, 0.0F);
  for (std::size_t i = 0; i < 400; ++i) values[i] = static_cast<float>(i % 20);
  AugmentSettings bend = still();
  bend.elastic_mm = 1.5;  // three pixels
  Random random(6);
  const auto bent = augment(values, grid, bend, random);
  float largest = 0.0F;
  for (std::size_t i = 0; i < 400; ++i) largest = std::max(largest, std::abs(bent[i] - values[i]));
  EXPECT_LE(largest, 3.0F);
  EXPECT_GT(largest, 0.3F);
}

TEST(Augment, FieldGhostAndBlurDoWhatTheySay) {
  const Grid grid = {2, 6, 6, {3, 1, 1}};
  std::vector<float> values(144, 0.0F);
  values[6 * 1 + 3] = 1.0F;  // one bright pixel in the first slice
  AugmentSettings settings = still();
  settings.ghost = 0.5;
  Random random(2);
  const auto ghost = augment(values, grid, settings, random);
  EXPECT_GT(ghost[6 * 4 + 3], 0.0F);  // half the height away
  EXPECT_NEAR(ghost[6 * 4 + 3] + ghost[6 * 1 + 3], 1.0F, 1e-6F);
  settings = still();
  settings.low_resolution = 1.0;
  const auto blurred = augment(values, grid, settings, random);
  EXPECT_NEAR(blurred[6 * 1 + 3], 1.0F / 9.0F, 1e-6F);
  EXPECT_NEAR(blurred[6 * 2 + 4], 1.0F / 9.0F, 1e-6F);
  settings = still();
  settings.bias_field = 0.5;
  std::vector<float> flat(144, 1.0F);
  flat[0] = 0.0F;  // the least value, above which the field acts
  const auto field = augment(flat, grid, settings, random);
  for (std::size_t i = 1; i < 72; ++i) {
    EXPECT_GE(field[i], std::exp(-0.5F) - 1e-5F);
    EXPECT_LE(field[i], std::exp(0.5F) + 1e-5F);
  }
  EXPECT_NE(field[1], field[71]);
}

TEST(Augment, MasksStayMasksAndKeepTheirSize) {
  const auto cases = scaled(make_phantoms(10, Signal::size, 4));
  AugmentSettings settings;
  settings.mask_jitter_mm = 0.0;
  for (std::size_t n = 0; n < cases.size(); ++n) {
    Random random(derive_seed(1, "augment", n));
    const auto changed = augment(cases[n], kGrid, settings, random);
    double before = 0.0;
    double after = 0.0;
    for (std::size_t i = 576; i < 1152; ++i) {
      EXPECT_GE(changed[i], 0.0F);
      EXPECT_LE(changed[i], 1.0F);
      before += cases[n][i];
      after += changed[i];
    }
    // Zoom within 5% changes an area by at most 10.5%; bending and interpolation on 12 x 12 add a few per cent.
    EXPECT_NEAR(after / before, 1.0, 0.25);
  }
}

TEST(Augment, MaskJitterMovesTheEdgeBothWays) {
  const auto crop = scaled(make_phantoms(1, Signal::size, 4))[0];
  AugmentSettings settings = still();
  settings.mask_jitter_mm = 1.0;
  int grown = 0, shrunk = 0;
  for (std::uint64_t n = 0; n < 20; ++n) {
    Random random(n);
    const auto changed = augment(crop, kGrid, settings, random);
    double before = 0.0, after = 0.0;
    for (std::size_t i = 576; i < 1152; ++i) {
      before += crop[i];
      after += changed[i];
    }
    grown += after > before ? 1 : 0;
    shrunk += after < before ? 1 : 0;
  }
  EXPECT_GT(grown, 4);
  EXPECT_GT(shrunk, 4);
}
