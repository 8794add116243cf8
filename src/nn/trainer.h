#pragma once
#include <string>
#include <vector>

#include "nn/api.h"

namespace larc::nn {

/// Api::train and Api::predict without the translation of LibTorch's errors; see there.
TrainResult train(const Crops& crops, const Target& target, const TrainSettings& settings, std::uint64_t seed,
                  const std::function<void(int, int)>& on_epoch);
std::vector<double> predict(const std::string& weights, const Json& architecture, const Crops& crops);

}  // namespace larc::nn
