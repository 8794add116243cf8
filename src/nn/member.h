#pragma once
#include <ATen/core/Tensor.h>

#include <functional>
#include <memory>
#include <vector>

#include "nn/data.h"
#include "nn/network.h"
#include "nn/optimiser.h"
#include "nn/processes.h"

namespace larc::nn {

/// Everything the members of one training share.
struct Job {
  const Cases& cases;
  const std::vector<Task>& tasks;
  const TrainSettings& settings;
  const NetworkSpec& spec;
  const std::vector<int>& strata;
  CropCache& cache;
  Processes& processes;
};

/// Summed loss and rows of each task.
struct Losses {
  std::vector<double> sum;
  std::vector<double> rows;
};

/// One member at one of the epochs to choose from.
struct Candidate {
  std::vector<at::Tensor> weights;  // in the order of the network's parameters
  at::Tensor held_out;              // (rows, outputs)
  Losses losses;
};

/// A network of the ensemble, while it learns and after that.
struct Member {
  std::vector<std::size_t> training;
  std::vector<std::size_t> held_out;
  Losses without;              // losses of the start, which predicts the same for all
  std::vector<Losses> epochs;  // training losses of the epochs that are over
  std::vector<Candidate> candidates;
  std::unique_ptr<Network> network;
  std::unique_ptr<Optimiser> optimiser;  // none once it has learned
};

/// Epochs whose weights are kept to choose from: eight at most, evenly spaced, the last one among them.
std::vector<int> candidate_epochs(int epochs);

/// Outputs of cases, divided among the processes. -> (rows, outputs)
at::Tensor outputs_of(const Job& job, const Network& network, const std::vector<std::size_t>& rows);

/// With its rows, and a network whose tensors are not fitted to anything. Rows of fold `held_out` are held out.
Member empty_member(const Job& job, const std::vector<int>& fold, int held_out, std::uint64_t seed);
/// Fits scales and marginals and begins the optimiser.
void begin_learning(const Job& job, Member& member);
/// Goes on from the epochs that are over to the last; calls `after_epoch` after each.
void learn(const Job& job, Member& member, std::uint64_t seed, const std::function<void()>& after_epoch);

}  // namespace larc::nn
