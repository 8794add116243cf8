#pragma once
#include <ATen/core/Tensor.h>

#include <vector>

#include "nn/api.h"
#include "nn/parameters.h"

namespace larc::nn {

/// What the optimiser remembers beside the weights.
/// values  gradient's mean, its square's mean and the weights' running mean, of each learned tensor in turn
struct OptimiserState {
  int steps = 0;
  std::vector<std::vector<float>> values;
};

/// AdamW (Loshchilov and Hutter 2019) and a running mean of the weights (stochastic weight averaging, Izmailov 2018).
class Optimiser {
 public:
  /// The parameters' tensors are changed in place by step(); settings must outlive the optimiser.
  Optimiser(std::vector<Parameter>& parameters, const TrainSettings& settings);

  /// The learned tensors, in the order of gradients.
  std::vector<at::Tensor> inputs() const;
  /// gradients  undefined where a tensor took no part. errors domain (not finite)
  void step(const std::vector<at::Tensor>& gradients, double rate);
  /// Puts the running mean in the place of the weights, and the weights aside; a second call puts them back.
  void swap_average();

  OptimiserState state() const;
  /// A state of the same parameters.
  void restore(const OptimiserState& state);

 private:
  struct Slot {
    at::Tensor value;
    bool decayed;
    std::vector<float> mean;
    std::vector<float> square;
    std::vector<float> average;
  };
  const TrainSettings& settings_;
  std::vector<Slot> slots_;
  int steps_ = 0;
};

}  // namespace larc::nn
