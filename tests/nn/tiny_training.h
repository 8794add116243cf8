#pragma once
#include <limits>
#include <string>

#include "core/hash.h"
#include "core/json.h"
#include "phantoms.h"

namespace larc::nn::test {

/// A training of a second or so, of three tasks: the tests and the program they start run the same one.
struct TinyTraining {
  Phantoms phantoms = make_phantoms(24, Signal::mean, 5);
  std::vector<Task> tasks;
  TrainSettings settings;
  std::uint64_t seed = 7;

  TinyTraining() {
    tasks = {binary_task(phantoms.trait, 5), ordinal_task(phantoms.trait, 6), survival_task(phantoms.trait, 7, 2)};
    for (std::size_t row = 1; row < 24; row += 5) tasks[0].label[row] = std::numeric_limits<double>::quiet_NaN();
    settings.preset = "tiny";
    settings.epochs = 4;
    settings.members = 3;
    settings.averaging = 0.9;
  }
};

/// Everything a training answers, its weights by their hash.
inline std::string text_of(const TrainResult& result) {
  return dump_json({{"weights", sha256(result.weights)},
                    {"architecture", result.architecture},
                    {"history", result.history},
                    {"out_of_fold", result.out_of_fold}});
}

}  // namespace larc::nn::test
