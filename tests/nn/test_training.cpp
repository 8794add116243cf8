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

TrainSettings tiny(int epochs = 24) {
  TrainSettings settings;
  settings.preset = "tiny";
  settings.epochs = epochs;
  settings.members = 3;
  settings.averaging = 0.9;
  return settings;
}

struct Trained {
  TrainResult result;
  Prediction unseen;          // for crops that took no part
  std::vector<double> trait;  // of those crops
};

Trained learn(Signal signal, const std::function<Task(const std::vector<double>&)>& task, std::uint64_t seed,
              std::size_t rows = 90) {
  const Phantoms seen = make_phantoms(rows, signal, 100 + seed);
  const Phantoms unseen = make_phantoms(200, signal, 900 + seed);
  Trained trained;
  trained.result = load().train(seen.cases, {task(seen.trait)}, tiny(), seed, {});
  trained.unseen = load().predict(trained.result.weights, trained.result.architecture, unseen.cases);
  trained.trait = unseen.trait;
  return trained;
}

TrainResult quick(std::uint64_t seed, const std::vector<Task>& tasks) {
  return load().train(make_phantoms(24, Signal::mean, 5).cases, tasks, tiny(3), seed, {});
}

std::vector<Task> three_tasks(std::size_t rows = 24) {
  const std::vector<double> trait = make_phantoms(rows, Signal::mean, 5).trait;
  return {binary_task(trait, 5), ordinal_task(trait, 6), survival_task(trait, 7, 2)};
}

}  // namespace

// The traits behind the labels are drawn with noise, so even the trait itself reaches an AUC of about 0.98.
TEST(Training, LearnsMeanTextureAndSizeOfTheTumour) {
  for (const Signal signal : {Signal::mean, Signal::texture, Signal::size}) {
    const Trained trained = learn(
        signal, [](const auto& trait) { return binary_task(trait, 1); }, 1);
    EXPECT_GT(auc(first_of(trained.unseen.linear[0]), binary_task(trained.trait, 77).label), 0.8)
        << static_cast<int>(signal);
  }
}

// The trait itself reaches a concordance of about 0.84.
TEST(Training, LearnsSurvivalWithACompetingCause) {
  const Trained trained = learn(
      Signal::mean, [](const auto& trait) { return survival_task(trait, 4, 2); }, 4, 120);
  const Task task = survival_task(trained.trait, 78, 2);
  EXPECT_GT(concordance(first_of(trained.unseen.linear[0]), task), 0.7);
  // Incidence grows, and both causes together stay below 1.
  for (const auto& causes : trained.unseen.incidence[0]) {
    ASSERT_EQ(causes.size(), 2U);
    ASSERT_EQ(causes[0].size(), task.bins.size());
    for (std::size_t b = 1; b < task.bins.size(); ++b) EXPECT_GE(causes[0][b], causes[0][b - 1]);
    EXPECT_LT(causes[0].back() + causes[1].back(), 1.0 + 1e-6);
  }
}

TEST(Training, LearnsGradesInTheirOrder) {
  const Trained trained = learn(
      Signal::mean, [](const auto& trait) { return ordinal_task(trait, 3); }, 3);
  std::vector<double> high;
  for (const double label : ordinal_task(trained.trait, 79).label) high.push_back(label >= 2.0 ? 1.0 : 0.0);
  EXPECT_GT(auc(first_of(trained.unseen.linear[0]), high), 0.8);
  for (const auto& row : trained.unseen.linear[0]) {
    ASSERT_EQ(row.size(), 3U);
    EXPECT_GT(row[0], row[1]);
    EXPECT_GT(row[1], row[2]);
  }
}

// 200 unseen cases: the standard error of an AUC of 0.5 is 0.041; the mean of six independent ones has 0.017.
TEST(Training, NoiseStaysNoise) {
  double sum = 0.0;
  for (std::uint64_t seed = 10; seed < 16; ++seed) {
    const Trained trained = learn(
        Signal::none, [&](const auto& trait) { return binary_task(trait, seed); }, seed, 40);
    sum += auc(first_of(trained.unseen.linear[0]), binary_task(trained.trait, 77 + seed).label);
  }
  EXPECT_NEAR(sum / 6.0, 0.5, 0.07);
}

TEST(Training, LogitsAreCentredOnThePrevalence) {
  const Phantoms phantoms = make_phantoms(80, Signal::none, 8);
  Task task;
  task.name = "rare";
  for (std::size_t i = 0; i < 80; ++i) task.label.push_back(i % 5 == 0 ? 1.0 : 0.0);
  const TrainResult result = load().train(phantoms.cases, {task}, tiny(5), 1, {});
  double expected = 0.0;
  for (const double logit : first_of(load().predict(result.weights, result.architecture, phantoms.cases).linear[0]))
    expected += 1.0 / (1.0 + std::exp(-logit));
  EXPECT_NEAR(expected / 80.0, 0.2, 0.06);
}

// What a member says of the rows it did not learn from is as good as what the ensemble says of new ones, not better.
TEST(Training, OutOfFoldPredictionsAreThoseOfUnseenRows) {
  const Phantoms seen = make_phantoms(90, Signal::none, 101);
  const Task task = binary_task(seen.trait, 1);
  const TrainResult none = load().train(seen.cases, {task}, tiny(), 1, {});
  EXPECT_NEAR(auc(first_of(none.out_of_fold[0]), task.label), 0.5, 0.2);
  const Phantoms clear = make_phantoms(90, Signal::mean, 101);
  const Task known = binary_task(clear.trait, 1);
  EXPECT_GT(auc(first_of(load().train(clear.cases, {known}, tiny(), 1, {}).out_of_fold[0]), known.label), 0.8);
}

// Each task alone is learned as before, rows without an outcome of one task teach the others.
TEST(Training, TasksShareANetworkAndMayLackOutcomes) {
  const Phantoms seen = make_phantoms(120, Signal::mean, 31);
  Task first = binary_task(seen.trait, 1), second = survival_task(seen.trait, 2);
  for (std::size_t i = 0; i < 120; ++i) {
    if (i % 3 == 0) first.label[i] = std::numeric_limits<double>::quiet_NaN();
    if (i % 3 == 1) second.time_months[i] = std::numeric_limits<double>::quiet_NaN();
  }
  const TrainResult result = load().train(seen.cases, {first, second}, tiny(), 1, {});
  const Phantoms unseen = make_phantoms(200, Signal::mean, 32);
  const Prediction prediction = load().predict(result.weights, result.architecture, unseen.cases);
  EXPECT_GT(auc(first_of(prediction.linear[0]), binary_task(unseen.trait, 3).label), 0.8);
  EXPECT_GT(concordance(first_of(prediction.linear[1]), survival_task(unseen.trait, 4)), 0.7);
  EXPECT_TRUE(prediction.incidence[0].empty());
  for (const auto& row : prediction.spread[0]) EXPECT_GT(row[0], 0.0);
}

// Two views and a table; the outcome stands in the second view and the table. Either may be absent later.
TEST(Training, AnyViewMayBeMissing) {
  const auto make = [](std::size_t count, std::uint64_t seed) {
    Phantoms nothing = make_phantoms(count, Signal::none, seed);
    const Phantoms mean = make_phantoms(count, Signal::mean, seed + 1000);
    nothing.trait = mean.trait;
    nothing.cases.views.push_back({"adc_1", "adc", 1});
    nothing.cases.crop = [first = nothing.crops, second = mean.crops](std::size_t row, std::size_t view) {
      return (view == 0 ? *first : *second)[row];
    };
    nothing.cases.columns = {{"age", "clinical"}};
    Random random(seed);
    for (std::size_t row = 0; row < count; ++row) {
      nothing.cases.present[row] = {1, static_cast<char>(row % 8 != 0)};
      nothing.cases.table.push_back({60.0 + 10.0 * (0.6 * mean.trait[row] + random.normal())});
    }
    return nothing;
  };
  const Phantoms seen = make(120, 51);
  const TrainResult result = load().train(seen.cases, {binary_task(seen.trait, 1)}, tiny(), 1, {});
  Phantoms unseen = make(200, 52);
  const std::vector<double> label = binary_task(unseen.trait, 2).label;
  const auto area = [&] {
    return auc(first_of(load().predict(result.weights, result.architecture, unseen.cases).linear[0]), label);
  };
  const double all = area();
  for (auto& there : unseen.cases.present) there[1] = 0;
  const double without_second = area();
  for (auto& row : unseen.cases.table) row[0] = std::numeric_limits<double>::quiet_NaN();
  const double first_alone = area();
  for (auto& there : unseen.cases.present) there = {0, 1};
  const double second_alone = area();
  EXPECT_GT(all, 0.8);
  EXPECT_GT(second_alone, 0.75);
  EXPECT_LT(without_second, all);
  EXPECT_GT(without_second, 0.58);  // the table is left
  EXPECT_NEAR(first_alone, 0.5, 0.12);
  unseen.cases.present[7] = {0, 0};
  expect_error(ErrorCode::refused, "case 7 has no image and no value",
               [&] { load().predict(result.weights, result.architecture, unseen.cases); });
}

// Groups may lie mixed in the table: training, held-out rows and prediction see the same columns.
TEST(Training, TheOrderOfColumnsDoesNotMatter) {
  const auto make = [](bool mixed) {
    Phantoms phantoms = make_phantoms(24, Signal::mean, 5);
    phantoms.cases.columns = {{"age", "clinical"}, {"cea", "clinical"}, {"volume", "radiomics"}};
    Random random(3);
    for (std::size_t row = 0; row < 24; ++row)
      phantoms.cases.table.push_back({random.normal(), random.normal(), random.normal()});
    if (mixed) {
      std::swap(phantoms.cases.columns[1], phantoms.cases.columns[2]);
      for (auto& row : phantoms.cases.table) std::swap(row[1], row[2]);
    }
    return phantoms;
  };
  const Phantoms sorted = make(false), mixed = make(true);
  const Task task = binary_task(sorted.trait, 5);
  const TrainResult first = load().train(sorted.cases, {task}, tiny(3), 1, {});
  const TrainResult second = load().train(mixed.cases, {task}, tiny(3), 1, {});
  EXPECT_EQ(sha256(second.weights), sha256(first.weights));
  EXPECT_EQ(second.out_of_fold, first.out_of_fold);
  EXPECT_EQ(load().predict(first.weights, first.architecture, mixed.cases).linear,
            load().predict(first.weights, first.architecture, sorted.cases).linear);
}

TEST(Training, HazardRatiosAreAgainstTheMeanTrainingRow) {
  const Phantoms phantoms = make_phantoms(24, Signal::mean, 5);
  const TrainResult result = quick(1, {survival_task(phantoms.trait, 5)});
  double sum = 0.0;
  for (const double value : first_of(load().predict(result.weights, result.architecture, phantoms.cases).linear[0]))
    sum += value;
  EXPECT_NEAR(sum / 24.0, 0.0, 0.2);  // the members' training rows differ from all by a third
}

TEST(Training, SameSeedGivesTheSameBytesInAnyThread) {
  const TrainResult alone = quick(7, three_tasks());
  TrainResult together[3];
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([&, i] { together[i] = quick(i == 2 ? 8 : 7, three_tasks()); });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(sha256(together[0].weights), sha256(alone.weights));
  EXPECT_EQ(sha256(together[1].weights), sha256(alone.weights));
  EXPECT_NE(sha256(together[2].weights), sha256(alone.weights));
  EXPECT_EQ(dump_json(together[0].history), dump_json(alone.history));
  EXPECT_EQ(dump_json(together[0].architecture), dump_json(alone.architecture));
  EXPECT_EQ(together[1].out_of_fold, alone.out_of_fold);
}

TEST(Training, ASmallCacheChangesNothing) {
  const Phantoms phantoms = make_phantoms(24, Signal::mean, 5);
  TrainSettings narrow = tiny(3);
  narrow.cache_bytes = 5 * 1152 * sizeof(float);
  EXPECT_EQ(sha256(load().train(phantoms.cases, three_tasks(), narrow, 7, {}).weights),
            sha256(quick(7, three_tasks()).weights));
}

TEST(Training, PredictionSurvivesTheFileAndTheCompany) {
  const Phantoms phantoms = make_phantoms(30, Signal::mean, 6);
  const TrainResult result = quick(2, three_tasks());
  const Prediction all = load().predict(result.weights, result.architecture, phantoms.cases);
  const TensorFile file = read_safetensors(result.weights);
  const Json architecture = parse_json(dump_json(result.architecture, 2), "architecture");
  EXPECT_EQ(load().predict(write_safetensors(file.tensors, file.metadata), architecture, phantoms.cases).linear,
            all.linear);
  for (const std::size_t one : {0U, 17U, 29U}) {
    Phantoms single;
    single.add((*phantoms.crops)[one]);
    const Prediction own = load().predict(result.weights, architecture, single.cases);
    for (std::size_t t = 0; t < 3; ++t) EXPECT_EQ(own.linear[t][0], all.linear[t][one]);
    EXPECT_EQ(own.incidence[2][0], all.incidence[2][one]);
  }
  Prediction threaded;
  std::thread([&] { threaded = load().predict(result.weights, architecture, phantoms.cases); }).join();
  EXPECT_EQ(threaded.linear, all.linear);
}

// Invariant: the images' unit does not matter, since the scale is fitted on the training crops and applied to the
// others.
TEST(Training, UnitOfTheImagesDoesNotMatter) {
  Phantoms phantoms = make_phantoms(24, Signal::mean, 5);
  const Task task = binary_task(phantoms.trait, 5);
  const TrainResult first = load().train(phantoms.cases, {task}, tiny(3), 1, {});
  const auto before = load().predict(first.weights, first.architecture, phantoms.cases).linear[0];
  for (auto& values : *phantoms.crops)
    for (std::size_t i = 0; i < 576; ++i) values[i] = 4.0F * values[i] + 1024.0F;
  const TrainResult second = load().train(phantoms.cases, {task}, tiny(3), 1, {});
  const auto after = load().predict(second.weights, second.architecture, phantoms.cases).linear[0];
  for (std::size_t i = 0; i < before.size(); ++i) EXPECT_NEAR(before[i][0], after[i][0], 3e-3);
}

TEST(Training, ProgressReachesTheEndAndMayStopIt) {
  const Phantoms phantoms = make_phantoms(24, Signal::mean, 5);
  const Task task = binary_task(phantoms.trait, 5);
  int last = 0;
  load().train(phantoms.cases, {task}, tiny(3), 1, [&](int epoch, int of) {
    EXPECT_EQ(epoch, last + 1);
    EXPECT_EQ(of, 9);
    last = epoch;
  });
  EXPECT_EQ(last, 9);
  EXPECT_THROW(load().train(phantoms.cases, {task}, tiny(3), 1, [](int, int) { throw std::runtime_error("stop"); }),
               std::runtime_error);
}

TEST(Training, HistoryTellsTheEpochThatWasKept) {
  const TrainResult result = quick(3, three_tasks());
  ASSERT_EQ(result.history["members"].size(), 3U);
  for (const auto& member : result.history["members"])
    EXPECT_EQ(member["training_rows"].get<int>() + member["held_out_rows"].get<int>(), 24);
  double best = std::numeric_limits<double>::infinity();
  int epoch = 0;
  for (const auto& candidate : result.history["candidates"]) {
    double sum = 0.0;
    for (const auto& [task, ratio] : candidate["held_out_loss_ratio"].items()) sum += ratio.get<double>();
    if (sum < best) {
      best = sum;
      epoch = candidate["epoch"].get<int>();
    }
  }
  EXPECT_EQ(result.history["epoch"].get<int>(), epoch);
}

// Invariant: the ratios of all members follow from each member's own losses, which are means over rows.
TEST(Training, HistoryHoldsEveryMembersCurves) {
  std::vector<Task> tasks = three_tasks();
  for (std::size_t row = 0; row < 24; row += 3) tasks[0].label[row] = std::numeric_limits<double>::quiet_NaN();
  const Json history = quick(3, tasks).history;
  ASSERT_EQ(history["candidates"].size(), 3U);
  for (const char* task : {"grade", "survival"}) {
    for (std::size_t c = 0; c < 3; ++c) {
      double with = 0.0, without = 0.0;
      for (const auto& member : history["members"]) {
        const double rows = member["held_out_rows"].get<double>();
        with += rows * member["held_out_loss"][task][c].get<double>();
        without += rows * member["held_out_loss_without"][task].get<double>();
      }
      EXPECT_NEAR(history["candidates"][c]["held_out_loss_ratio"][task].get<double>(), with / without, 1e-9);
    }
  }
  for (const auto& member : history["members"]) {
    for (const char* task : {"response", "grade", "survival"}) {
      ASSERT_EQ(member["training_loss"][task].size(), 3U);
      for (const auto& loss : member["training_loss"][task]) EXPECT_GT(loss.get<double>(), 0.0);
    }
  }
}

TEST(Training, TrainingLossFallsWhereThereIsSomethingToLearn) {
  const Phantoms phantoms = make_phantoms(60, Signal::mean, 8);
  const TrainResult result = load().train(phantoms.cases, {binary_task(phantoms.trait, 1)}, tiny(), 1, {});
  for (const auto& member : result.history["members"]) {
    const Json& losses = member["training_loss"]["response"];
    ASSERT_EQ(losses.size(), 24U);
    EXPECT_NEAR(losses[0].get<double>(), std::log(2.0), 0.1);  // the start predicts the prevalence
    double last = 0.0;
    for (std::size_t epoch = 20; epoch < 24; ++epoch) last += losses[epoch].get<double>() / 4.0;
    EXPECT_LT(last, 0.9 * losses[0].get<double>());
  }
}

TEST(Training, BadInputIsRefusedBeforeAnyWork) {
  Phantoms phantoms = make_phantoms(24, Signal::mean, 5);
  const Task task = binary_task(phantoms.trait, 5);
  const auto train = [&](const Task& one, const TrainSettings& settings) {
    return [&, one, settings] { load().train(phantoms.cases, {one}, settings, 1, {}); };
  };
  Task one_class = task;
  one_class.label.assign(24, 1.0);
  expect_error(ErrorCode::refused, "rows of either class", train(one_class, tiny()));
  TrainSettings unknown = tiny();
  unknown.preset = "huge";
  expect_error(ErrorCode::domain, "preset 'huge'", train(task, unknown));
  TrainSettings none = tiny();
  none.members = 0;
  expect_error(ErrorCode::domain, "members", train(task, none));
  (*phantoms.crops)[11][40] = std::numeric_limits<float>::quiet_NaN();
  expect_error(ErrorCode::domain, "case 11, view 't2_1' holds a value that is not finite", train(task, tiny()));
}

TEST(Training, ForeignWeightsAreRefused) {
  const Phantoms phantoms = make_phantoms(2, Signal::mean, 5);
  const TrainResult result = quick(4, {binary_task(make_phantoms(24, Signal::mean, 5).trait, 5)});
  const auto refused = [&](ErrorCode code, const std::string& words, const std::string& weights, const Json& json,
                           const Cases& cases) {
    expect_error(code, words, [&] { load().predict(weights, json, cases); });
  };
  refused(ErrorCode::format, "damaged", result.weights.substr(0, 1000), result.architecture, phantoms.cases);
  Json json = result.architecture;
  json["id"] = "other";
  refused(ErrorCode::format, "id is not", result.weights, json, phantoms.cases);
  refused(ErrorCode::format, "id is not", result.weights, Json(), phantoms.cases);
  json = result.architecture;
  json["members"] = 0;
  refused(ErrorCode::format, "members is not", result.weights, json, phantoms.cases);
  json["members"] = 2;
  refused(ErrorCode::shape_mismatch, "tensors, but the architecture has", result.weights, json, phantoms.cases);
  json["members"] = 4;
  refused(ErrorCode::shape_mismatch, "'member3.stem.t2.weight' is absent", result.weights, json, phantoms.cases);
  json = result.architecture;
  json["network"]["encoder"]["stages"][1]["features"] = 16;
  refused(ErrorCode::shape_mismatch, "has another shape", result.weights, json, phantoms.cases);
  Cases cases = phantoms.cases;
  std::swap(cases.grid.depth, cases.grid.width);
  refused(ErrorCode::shape_mismatch, "voxels or their spacing", result.weights, result.architecture, cases);
  cases = phantoms.cases;
  cases.views[0].name = "adc_1";
  refused(ErrorCode::refused, "no image and no value", result.weights, result.architecture, cases);
  TensorFile file = read_safetensors(result.weights);
  file.tensors[5].data[0] = std::numeric_limits<float>::infinity();
  refused(ErrorCode::format, "'" + file.tensors[5].name + "' holds a value that is not finite",
          write_safetensors(file.tensors, file.metadata), result.architecture, phantoms.cases);
}

// Of each row the out-of-fold prediction is that of one kept member, and the linear ways that were fitted anew are the
// ones that were kept.
TEST(Training, OutOfFoldIsWhatTheKeptMembersSay) {
  const Phantoms seen = make_phantoms(90, Signal::mean, 31);
  const std::vector<Task> tasks = {binary_task(seen.trait, 1), ordinal_task(seen.trait, 2),
                                   survival_task(seen.trait, 3, 2)};
  const TrainResult result = load().train(seen.cases, tasks, tiny(6), 5, {});
  ASSERT_FALSE(result.history.at("refitted").empty());
  for (const auto& [task, refit] : result.history.at("refitted").items()) {
    double learned = 0;
    for (const auto& candidate : result.history.at("candidates"))
      if (candidate.at("epoch") == result.history.at("epoch")) learned = candidate.at("held_out_loss_ratio").at(task);
    EXPECT_LT(refit.at("held_out_loss_ratio").get<double>(), learned) << task;
  }
  const TensorFile all = read_safetensors(result.weights);
  std::vector<Prediction> alone;
  for (int member = 0; member < 3; ++member) {
    const std::string own = "member" + std::to_string(member) + ".";
    TensorFile file{{}, all.metadata};
    for (Tensor tensor : all.tensors) {
      const auto at = tensor.name.find("member");
      if (at != std::string::npos && tensor.name.compare(at, own.size(), own) != 0) continue;
      if (at != std::string::npos) tensor.name.replace(at, own.size(), "member0.");
      file.tensors.push_back(std::move(tensor));
    }
    Json architecture = result.architecture;
    architecture["members"] = 1;
    alone.push_back(load().predict(write_safetensors(file.tensors, file.metadata), architecture, seen.cases));
  }
  for (std::size_t t = 0; t < tasks.size(); ++t)
    for (std::size_t row = 0; row < seen.cases.rows; ++row) {
      double nearest = 1e9;
      for (const auto& prediction : alone) {
        double farthest = 0;
        for (std::size_t k = 0; k < result.out_of_fold[t][row].size(); ++k)
          farthest = std::max(farthest, std::abs(prediction.linear[t][row][k] - result.out_of_fold[t][row][k]));
        nearest = std::min(nearest, farthest);
      }
      EXPECT_LT(nearest, 1e-4) << tasks[t].name << row;
    }
}
