#pragma once
#include <ATen/core/Tensor.h>

#include <vector>

#include "core/random.h"
#include "nn/member.h"

namespace larc::nn {

/// Rows of the batch, or of any list, whose outcome is known, of each task.
std::vector<double> known_rows(const Job& job, const std::vector<std::size_t>& rows);

/// What one process computes of a batch. The sums over the processes are what one process computes alone.
/// gradients  of `inputs`, undefined where a tensor took no part
/// losses     of each task, summed over the rows
struct BatchPart {
  std::vector<at::Tensor> gradients;
  std::vector<double> losses;
};

/// The part of process `rank` of `size`: rows rank, rank + size, ... of the batch. The loss is, of each task, the mean
/// over all rows of the batch whose outcome is known, divided by the task's learned variance.
/// inputs   the learned tensors
/// dropout  is drawn for the whole batch, so that a row's does not depend on the number of processes
BatchPart batch_part(const Job& job, const Network& network, const std::vector<at::Tensor>& inputs,
                     const std::vector<std::size_t>& batch, int rank, int size, std::uint64_t seed, int epoch,
                     Random& dropout);

}  // namespace larc::nn
