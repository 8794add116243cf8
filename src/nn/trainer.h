#pragma once
#include "nn/api.h"

namespace larc::nn {

/// As Api::train.
TrainResult train(const Cases& cases, const std::vector<Task>& tasks, const TrainSettings& settings, std::uint64_t seed,
                  const std::function<void(int, int)>& on_epoch);

}  // namespace larc::nn
