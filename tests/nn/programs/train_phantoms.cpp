// A training in a process of its own, for tests that kill it:
//   nn_train_phantoms CHECKPOINT OUTPUT [CROP]
// Trains with its state in the folder CHECKPOINT and writes what it answers to OUTPUT. With CROP the process kills
// itself when that many crops have been read.
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <memory>

#include "core/file.h"
#include "nn/host.h"
#include "nn/tiny_training.h"

using namespace larc;
using namespace larc::nn;

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  test::TinyTraining training;
  training.settings.checkpoint = {argv[1], "phantoms"};
  training.settings.cache_bytes = 0;  // every use of a crop reads it
  const int last = argc > 3 ? std::atoi(argv[3]) : 0;
  training.phantoms.cases.crop = [crops = training.phantoms.crops, last, count = std::make_shared<int>(0)](
                                     std::size_t row, std::size_t) {
    if (++*count == last) std::raise(SIGKILL);
    return (*crops)[row];
  };
  try {
    const TrainResult result =
        load().train(training.phantoms.cases, training.tasks, training.settings, training.seed, {});
    write_file_atomic(argv[2], test::text_of(result));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
  return 0;
}
