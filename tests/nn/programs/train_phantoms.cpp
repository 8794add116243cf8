// A training in a process of its own, for tests that kill it or start several:
//   nn_train_phantoms CHECKPOINT OUTPUT [kill=N] [throw=N] [hang=N] [seed=N] [batch=N] [rounds=N] [timeout=SECONDS]
// Trains in the group of its environment, with its state in the folder CHECKPOINT unless that is "-", and writes what
// it answers to OUTPUT, of as many rounds as asked, each with the next seed. At the Nth crop it kills itself, throws or
// does not go on.
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <stdexcept>

#include "core/error.h"
#include "core/file.h"
#include "nn/group.h"
#include "nn/host.h"
#include "nn/tiny_training.h"

using namespace larc;
using namespace larc::nn;

namespace {

void train(const std::string& folder, const std::string& output, std::map<std::string, int> options) {
  test::TinyTraining training;
  if (folder != "-") training.settings.checkpoint = {folder, "phantoms"};
  training.settings.cache_bytes = 0;  // every use of a crop reads it
  training.settings.group = group_from_environment();
  if (options.contains("timeout")) training.settings.group.timeout_seconds = options["timeout"];
  if (options.contains("seed")) training.seed = static_cast<std::uint64_t>(options["seed"]);
  if (options.contains("batch")) training.settings.batch_size = options["batch"];
  training.phantoms.cases.crop = [crops = training.phantoms.crops, &options, count = std::make_shared<int>(0)](
                                     std::size_t row, std::size_t) {
    ++*count;
    if (*count == options["kill"]) std::raise(SIGKILL);
    if (*count == options["throw"]) throw std::runtime_error("a crop cannot be read");
    while (*count == options["hang"]) ::pause();
    return (*crops)[row];
  };
  std::string texts;
  for (int round = 0; round < std::max(1, options["rounds"]); ++round) {
    if (round > 0) training.seed += 1;
    texts += test::text_of(load().train(training.phantoms.cases, training.tasks, training.settings, training.seed, {}));
  }
  write_file_atomic(output, texts);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  std::map<std::string, int> options;
  for (int i = 3; i < argc; ++i) {
    const std::string text = argv[i];
    const std::size_t sign = text.find('=');
    if (sign == std::string::npos) return 2;
    options[text.substr(0, sign)] = std::atoi(text.c_str() + sign + 1);
  }
  try {
    train(argv[1], argv[2], options);
  } catch (const Error& error) {
    std::fprintf(stderr, "%s: %s\n", to_string(error.code()).c_str(), error.what());
    return 3;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
  return 0;
}
