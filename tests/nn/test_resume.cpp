#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>

#include "core/file.h"
#include "nn/host.h"
#include "program.h"
#include "support/test_data.h"
#include "tiny_training.h"

using namespace larc;
using namespace larc::nn;
using namespace larc::nn::test;
namespace fs = std::filesystem;

namespace {

struct Stop {};

/// Runs to the end, or until `stop` epochs are over; the numbers on_epoch heard stand in `heard`.
std::string run(TinyTraining& training, std::vector<int>& heard, int stop = 0) {
  heard.clear();
  return text_of(
      load().train(training.phantoms.cases, training.tasks, training.settings, training.seed, [&](int epoch, int) {
        heard.push_back(epoch);
        if (epoch == stop) throw Stop{};
      }));
}

std::string undisturbed() {
  TinyTraining training;
  std::vector<int> heard;
  static const std::string text = run(training, heard);
  return text;
}

/// A training of 12 epochs, four a member, that was stopped after `stop` of them.
TinyTraining stopped(const fs::path& folder, int stop) {
  TinyTraining training;
  training.settings.checkpoint = {folder.string(), "key"};
  std::vector<int> heard;
  EXPECT_THROW(run(training, heard, stop), Stop);
  return training;
}

void expect_new_start(TinyTraining training, const std::string& what) {
  TinyTraining undisturbed = training;
  undisturbed.settings.checkpoint = {};
  std::vector<int> heard;
  const std::string text = run(undisturbed, heard);
  EXPECT_EQ(run(training, heard), text) << what;
  EXPECT_EQ(heard.size(), static_cast<std::size_t>(training.settings.members * training.settings.epochs)) << what;
  EXPECT_EQ(heard.front(), 1) << what;
}

}  // namespace

TEST(Resume, StopsAtAnyEpochChangeNothing) {
  const larc::test::TemporaryFolder folder;
  TinyTraining training;
  training.settings.checkpoint = {(folder.path() / "new" / "state").string(), "key"};
  std::vector<int> heard;
  int before = 0;
  for (const int stop : {1, 3, 4, 7, 11}) {
    EXPECT_THROW(run(training, heard, stop), Stop);
    EXPECT_EQ(heard.back(), stop);
    if (before > 0) {
      EXPECT_LE(heard.size(), static_cast<std::size_t>(stop - before + 3)) << "epochs were run again";
    }
    before = stop;
  }
  EXPECT_EQ(run(training, heard), undisturbed());
  EXPECT_EQ(heard, (std::vector<int>{4, 8, 11, 12}));  // two members found whole, the third after its third epoch
  // All is there: nothing is learned again.
  EXPECT_EQ(run(training, heard), undisturbed());
  EXPECT_EQ(heard, (std::vector<int>{4, 8, 12}));
}

// Killed in the middle of an epoch, wherever that is: 24 crops are read for the scale, 16 for a member's start, then 16
// an epoch, and 8 for the held-out rows of each of them.
TEST(Resume, KilledProcessesChangeNothing) {
  const larc::test::TemporaryFolder folder;
  const std::string state = (folder.path() / "state").string(), output = (folder.path() / "output").string();
  std::vector<std::string> states;
  for (const char* crop : {"75", "60", "110", "90", "115"}) {
    EXPECT_EQ(Program("nn_train_phantoms", {state, output, std::string("kill=") + crop}).wait(), -SIGKILL);
    EXPECT_FALSE(fs::exists(output));
    std::string bytes;
    for (int m = 0; m < 3; ++m) {
      const fs::path file = fs::path(state) / ("member" + std::to_string(m) + ".safetensors");
      if (fs::exists(file)) bytes += sha256_file(file);
    }
    if (!states.empty()) {
      EXPECT_NE(bytes, states.back());
    }
    states.push_back(bytes);
  }
  EXPECT_EQ(states.back().size(), 3U * 64U) << "the last stop was in the third member";
  EXPECT_EQ(Program("nn_train_phantoms", {state, output}).wait(), 0);
  EXPECT_EQ(read_file(output), undisturbed());
}

TEST(Resume, AnotherTrainingIsNotGoneOnWith) {
  const larc::test::TemporaryFolder folder;
  const auto expect = [&](const std::string& what, const std::function<void(TinyTraining&)>& change) {
    TinyTraining training = stopped(folder.path(), 6);
    change(training);
    expect_new_start(training, what);
  };
  expect("key", [](TinyTraining& t) { t.settings.checkpoint.key = "other"; });
  expect("seed", [](TinyTraining& t) { t.seed = 8; });
  expect("setting", [](TinyTraining& t) { t.settings.dropout = 0.3; });
  expect("augmentation", [](TinyTraining& t) { t.settings.augment.noise = 0.2; });
  expect("outcome", [](TinyTraining& t) { t.tasks[0].label[2] = 1.0 - t.tasks[0].label[2]; });
  expect("bins", [](TinyTraining& t) { t.tasks[2].bins.back() = 61; });
  expect("units", [](TinyTraining& t) {
    for (std::size_t row = 0; row < 24; ++row) t.phantoms.cases.units.push_back(row / 2);
  });
  expect("crops", [](TinyTraining& t) { (*t.phantoms.crops)[3][7] += 1.0F; });
}

TEST(Resume, CacheMayDiffer) {
  const larc::test::TemporaryFolder folder;
  TinyTraining training = stopped(folder.path(), 6);
  training.settings.cache_bytes = 0;
  std::vector<int> heard;
  EXPECT_EQ(run(training, heard), undisturbed());
  EXPECT_EQ(heard.front(), 4);
}

TEST(Resume, DamagedStatesAreIgnored) {
  const larc::test::TemporaryFolder folder;
  TinyTraining training = stopped(folder.path(), 6);
  const fs::path first = folder.path() / "member0.safetensors", second = folder.path() / "member1.safetensors";
  const std::string good = read_file(second);
  std::vector<int> heard;
  const auto expect_second_anew = [&](const std::string& bytes) {
    write_file_atomic(second, bytes);
    fs::remove(folder.path() / "member2.safetensors");
    EXPECT_EQ(run(training, heard), undisturbed());
    EXPECT_EQ(heard, (std::vector<int>{4, 5, 6, 7, 8, 9, 10, 11, 12}));
  };
  for (const std::size_t place : {std::size_t{3}, std::size_t{40}, good.size() / 2, good.size() - 1}) {
    std::string bad = good;
    bad[place] = static_cast<char>(bad[place] ^ 1);
    expect_second_anew(bad);
  }
  expect_second_anew(good.substr(0, good.size() - 100));
  expect_second_anew("");
  expect_second_anew(read_file(first));  // another member's
  fs::remove(second);
  fs::remove(folder.path() / "member2.safetensors");
  EXPECT_EQ(run(training, heard), undisturbed());
  EXPECT_EQ(heard.size(), 9U);
}

TEST(Resume, AStateThatCannotBeWrittenIsAnError) {
  const larc::test::TemporaryFolder folder;
  write_file_atomic(folder.path() / "file", "no folder");
  TinyTraining training;
  training.settings.checkpoint.folder = (folder.path() / "file" / "state").string();
  std::vector<int> heard;
  expect_error(ErrorCode::io, "cannot be made", [&] { run(training, heard); });
}
