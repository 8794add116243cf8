#include <gtest/gtest.h>

#include <limits>
#include <stdexcept>
#include <thread>

#include "core/hash.h"
#include "nn/host.h"
#include "nn/safetensors.h"
#include "phantoms.h"

using namespace larc;
using namespace larc::nn;
using namespace larc::nn::test;

namespace {

TrainSettings tiny(int epochs = 25) {
  TrainSettings settings;
  settings.preset = "tiny";
  settings.max_epochs = epochs;
  settings.patience = 8;
  settings.members = 2;
  return settings;
}

struct Trained {
  TrainResult result;
  std::vector<double> unseen;  // predictions for crops that took no part
  std::vector<double> trait;   // of those crops
};

Trained learn(Signal signal, TaskKind kind, std::uint64_t seed, std::size_t rows = 80) {
  const Phantoms seen = make_phantoms(rows, signal, 100 + seed);
  const Phantoms unseen = make_phantoms(200, signal, 900 + seed);
  const Target target = kind == TaskKind::binary ? binary_target(seen.trait, seed) : survival_target(seen.trait, seed);
  Trained trained;
  trained.result = load().train(seen.crops, target, tiny(), seed, {});
  trained.unseen = load().predict(trained.result.weights, trained.result.architecture, unseen.crops);
  trained.trait = unseen.trait;
  return trained;
}

TrainResult quick(std::uint64_t seed, TaskKind kind = TaskKind::binary) {
  const Phantoms phantoms = make_phantoms(24, Signal::mean, 5);
  const Target target =
      kind == TaskKind::binary ? binary_target(phantoms.trait, 5) : survival_target(phantoms.trait, 5);
  return load().train(phantoms.crops, target, tiny(3), seed, {});
}

}  // namespace

// The traits behind the labels are drawn with noise, so even the trait itself reaches an AUC of about 0.98.
TEST(Training, LearnsMeanIntensityInsideTheTumour) {
  const Trained trained = learn(Signal::mean, TaskKind::binary, 1);
  EXPECT_GT(auc(trained.unseen, binary_target(trained.trait, 77).label), 0.85);
}

TEST(Training, LearnsTextureInsideTheTumour) {
  const Trained trained = learn(Signal::texture, TaskKind::binary, 2);
  EXPECT_GT(auc(trained.unseen, binary_target(trained.trait, 77).label), 0.8);
}

TEST(Training, LearnsTheSizeOfTheTumour) {
  const Trained trained = learn(Signal::size, TaskKind::binary, 3);
  EXPECT_GT(auc(trained.unseen, binary_target(trained.trait, 77).label), 0.8);
}

// The trait itself reaches a concordance of about 0.84.
TEST(Training, LearnsSurvivalFromMeanAndTexture) {
  for (const Signal signal : {Signal::mean, Signal::texture}) {
    const Trained trained = learn(signal, TaskKind::survival, 4);
    const Target target = survival_target(trained.trait, 78);
    EXPECT_GT(concordance(trained.unseen, target), 0.7);
    EXPECT_EQ(trained.result.architecture["task"], "survival");
  }
}

// 200 unseen cases: the standard error of an AUC of 0.5 is 0.041; the mean of six independent ones has 0.017.
TEST(Training, NoiseStaysNoise) {
  double sum = 0.0;
  for (std::uint64_t seed = 10; seed < 16; ++seed) {
    const Trained trained = learn(Signal::none, TaskKind::binary, seed, 40);
    sum += auc(trained.unseen, binary_target(trained.trait, 77 + seed).label);
  }
  EXPECT_NEAR(sum / 6.0, 0.5, 0.07);
}

TEST(Training, LogitsAreCentredOnThePrevalence) {
  const Phantoms phantoms = make_phantoms(80, Signal::none, 8);
  Target target;
  for (std::size_t i = 0; i < 80; ++i) target.label.push_back(i % 5 == 0 ? 1.0 : 0.0);
  const TrainResult result = load().train(phantoms.crops, target, tiny(5), 1, {});
  double expected = 0.0;
  for (const double logit : load().predict(result.weights, result.architecture, phantoms.crops)) {
    expected += 1.0 / (1.0 + std::exp(-logit));
  }
  EXPECT_NEAR(expected / 80.0, 0.2, 0.06);
}

TEST(Training, HazardRatiosAreAgainstTheMeanTrainingRow) {
  const Phantoms phantoms = make_phantoms(24, Signal::mean, 5);
  const TrainResult result = quick(1, TaskKind::survival);
  double sum = 0.0;
  for (const double value : load().predict(result.weights, result.architecture, phantoms.crops)) sum += value;
  EXPECT_NEAR(sum / 24.0, 0.0, 1e-6);
}

TEST(Training, SameSeedGivesTheSameBytesInAnyThread) {
  for (const TaskKind kind : {TaskKind::binary, TaskKind::survival}) {
    const TrainResult alone = quick(7, kind);
    TrainResult together[3];
    std::vector<std::thread> threads;
    for (int i = 0; i < 3; ++i) {
      threads.emplace_back([&, i] { together[i] = quick(i == 2 ? 8 : 7, kind); });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(sha256(together[0].weights), sha256(alone.weights));
    EXPECT_EQ(sha256(together[1].weights), sha256(alone.weights));
    EXPECT_NE(sha256(together[2].weights), sha256(alone.weights));
    EXPECT_EQ(dump_json(together[0].history), dump_json(alone.history));
    EXPECT_EQ(dump_json(together[0].architecture), dump_json(alone.architecture));
  }
}

TEST(Training, PredictionSurvivesTheFileAndTheCompany) {
  const Phantoms phantoms = make_phantoms(30, Signal::mean, 6);
  const TrainResult result = quick(2);
  const auto all = load().predict(result.weights, result.architecture, phantoms.crops);
  const TensorFile file = read_safetensors(result.weights);
  const Json architecture = parse_json(dump_json(result.architecture, 2), "architecture");
  EXPECT_EQ(load().predict(write_safetensors(file.tensors, file.metadata), architecture, phantoms.crops), all);
  for (const std::size_t one : {0U, 17U, 29U}) {
    Crops single = phantoms.crops;
    single.cases = {phantoms.crops.cases[one]};
    EXPECT_EQ(load().predict(result.weights, architecture, single), std::vector<double>{all[one]});
  }
  std::vector<double> threaded;
  std::thread([&] { threaded = load().predict(result.weights, architecture, phantoms.crops); }).join();
  EXPECT_EQ(threaded, all);
}

// Invariant: the images' unit does not matter, since the scale is fitted on the training crops and applied to the
// others.
TEST(Training, UnitOfTheImagesDoesNotMatter) {
  Phantoms phantoms = make_phantoms(24, Signal::mean, 5);
  const Target target = binary_target(phantoms.trait, 5);
  const TrainResult first = load().train(phantoms.crops, target, tiny(3), 1, {});
  const auto before = load().predict(first.weights, first.architecture, phantoms.crops);
  for (auto& values : phantoms.crops.cases) {
    for (std::size_t i = 0; i < 576; ++i) values[i] = 4.0F * values[i] + 1024.0F;
  }
  const TrainResult second = load().train(phantoms.crops, target, tiny(3), 1, {});
  const auto after = load().predict(second.weights, second.architecture, phantoms.crops);
  for (std::size_t i = 0; i < before.size(); ++i) EXPECT_NEAR(before[i], after[i], 2e-3);
}

TEST(Training, ProgressReachesTheEndAndMayStopIt) {
  const Phantoms phantoms = make_phantoms(24, Signal::mean, 5);
  const Target target = binary_target(phantoms.trait, 5);
  int last = 0;
  load().train(phantoms.crops, target, tiny(3), 1, [&](int epoch, int of) {
    EXPECT_GT(epoch, last);
    EXPECT_EQ(of, 6);
    last = epoch;
  });
  EXPECT_EQ(last, 6);
  EXPECT_THROW(load().train(phantoms.crops, target, tiny(3), 1, [](int, int) { throw std::runtime_error("stop"); }),
               std::runtime_error);
}

TEST(Training, HistoryTellsTheBestEpochThatWasKept) {
  const TrainResult result = quick(3);
  ASSERT_EQ(result.history["members"].size(), 2U);
  for (const auto& member : result.history["members"]) {
    EXPECT_EQ(member["training_rows"].get<int>() + member["validation_rows"].get<int>(), 24);
    const auto& losses = member["validation_loss"];
    const auto best = member["best_epoch"].get<std::size_t>();
    for (const auto& loss : losses) EXPECT_GE(loss.get<double>(), losses[best - 1].get<double>());
    EXPECT_EQ(member["best_validation_loss"], losses[best - 1]);
  }
}

TEST(Training, BadInputIsRefusedBeforeAnyWork) {
  Phantoms phantoms = make_phantoms(24, Signal::mean, 5);
  const Target target = binary_target(phantoms.trait, 5);
  Target one_class = target;
  one_class.label.assign(24, 1.0);
  expect_error(ErrorCode::refused, "rows of either class",
               [&] { load().train(phantoms.crops, one_class, tiny(), 1, {}); });
  TrainSettings unknown = tiny();
  unknown.preset = "huge";
  expect_error(ErrorCode::domain, "preset 'huge'", [&] { load().train(phantoms.crops, target, unknown, 1, {}); });
  TrainSettings none = tiny();
  none.members = 0;
  expect_error(ErrorCode::domain, "members", [&] { load().train(phantoms.crops, target, none, 1, {}); });
  phantoms.crops.cases[11][40] = std::numeric_limits<float>::quiet_NaN();
  expect_error(ErrorCode::domain, "case 11, channel 0 holds a value that is not finite",
               [&] { load().train(phantoms.crops, target, tiny(), 1, {}); });
}

TEST(Training, ForeignWeightsAreRefused) {
  const Phantoms phantoms = make_phantoms(2, Signal::mean, 5);
  const TrainResult result = quick(4);
  const auto refused = [&](ErrorCode code, const std::string& words, const std::string& weights, const Json& json,
                           const Crops& crops) {
    expect_error(code, words, [&] { load().predict(weights, json, crops); });
  };
  refused(ErrorCode::format, "damaged", result.weights.substr(0, 1000), result.architecture, phantoms.crops);
  Json json = result.architecture;
  json["id"] = "other";
  refused(ErrorCode::format, "id is not", result.weights, json, phantoms.crops);
  refused(ErrorCode::format, "id is not", result.weights, Json(), phantoms.crops);
  json = result.architecture;
  json["members"] = 0;
  refused(ErrorCode::format, "members is not", result.weights, json, phantoms.crops);
  json["members"] = 1;
  refused(ErrorCode::shape_mismatch, "tensors, but the architecture has", result.weights, json, phantoms.crops);
  json["members"] = 3;
  refused(ErrorCode::shape_mismatch, "'member2.stage0.conv.weight' is absent", result.weights, json, phantoms.crops);
  json = result.architecture;
  json["network"]["stages"][1]["features"] = 16;
  refused(ErrorCode::shape_mismatch, "has another shape", result.weights, json, phantoms.crops);
  Crops crops = phantoms.crops;
  crops.mask_channels = {0};
  for (float& value : crops.cases[0]) value = 0.0F;
  for (float& value : crops.cases[1]) value = 0.0F;
  refused(ErrorCode::shape_mismatch, "mask channels", result.weights, result.architecture, crops);
  crops = phantoms.crops;
  std::swap(crops.depth, crops.width);
  refused(ErrorCode::shape_mismatch, "size", result.weights, result.architecture, crops);
  TensorFile file = read_safetensors(result.weights);
  file.tensors[5].data[0] = std::numeric_limits<float>::infinity();
  refused(ErrorCode::format, "'" + file.tensors[5].name + "' holds a value that is not finite",
          write_safetensors(file.tensors, file.metadata), result.architecture, phantoms.crops);
}
