#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "core/number.h"
#include "nn/batch_part.h"
#include "nn/encoder.h"
#include "nn/tasks.h"
#include "tiny_training.h"

using namespace larc;
using namespace larc::nn;
using namespace larc::nn::test;

namespace {

/// A network of the tiny training at its start, with a table, and outcomes of the third task known in a few rows alone.
struct Start {
  TinyTraining training;
  NetworkSpec spec;
  std::vector<int> strata;
  InputScale scale;
  std::unique_ptr<CropCache> cache;
  nn::Processes processes{Group{}};
  std::unique_ptr<Job> job;
  std::unique_ptr<Network> network;
  std::vector<at::Tensor> inputs;

  Start() {
    Cases& cases = training.phantoms.cases;
    cases.columns = {{"age", "clinical"}};
    Random random(3);
    for (std::size_t row = 0; row < cases.rows; ++row) cases.table.push_back({random.normal()});
    for (std::size_t row = 3; row < cases.rows; ++row) training.tasks[2].time_months[row] = kNaN;
    spec.grid = cases.grid;
    spec.views = cases.views;
    spec.encoder.sequences = {"t2"};
    spec.encoder.stages = preset_stages("tiny");
    spec.encoder.ring_voxels = {1, 4, 4};
    spec.groups = {{"clinical", {"age"}}};
    for (const auto& task : training.tasks) spec.tasks.push_back({task.name, task.kind, task.levels, task.bins});
    strata = strata_of(training.tasks, cases.rows);
    scale = fit_scale(cases);
    cache = std::make_unique<CropCache>(cases, scale, training.settings.cache_bytes);
    job.reset(new Job{cases, training.tasks, training.settings, spec, strata, *cache, processes});
    Random initial(11);
    network = std::make_unique<Network>(spec, initial);
    for (const auto& task : spec.tasks) add_task_parameters(task, network->parameters());
    const at::NoGradGuard no_gradient;
    for (auto& parameter : network->parameters().list()) {
      if (!parameter.learned) continue;
      for (std::int64_t i = 0; i < parameter.value.numel(); ++i)  // no weight at zero, where gradients vanish
        parameter.value.view({-1})[i].add_(0.05 * initial.normal());
      inputs.push_back(parameter.value);
    }
  }
  BatchPart part(const std::vector<std::size_t>& batch, int rank, int size) {
    Random dropout(5);
    return batch_part(*job, *network, inputs, batch, rank, size, 9, 1, dropout);
  }
};

}  // namespace

// Invariant. Float sums of some dozen rows: 1e-5 of the largest gradient of each tensor and of all.
TEST(BatchPart, PartsAddUpToTheWhole) {
  Start start;
  const std::vector<std::size_t> batch = {4, 0, 17, 9, 1, 23, 12, 2, 6, 20, 15};
  const BatchPart whole = start.part(batch, 0, 1);
  for (const int size : {2, 3, 11, 13}) {
    std::vector<at::Tensor> sums(start.inputs.size());
    std::vector<double> losses(3);
    for (int rank = 0; rank < size; ++rank) {
      const BatchPart part = start.part(batch, rank, size);
      for (std::size_t i = 0; i < sums.size(); ++i)
        if (part.gradients[i].defined()) sums[i] = sums[i].defined() ? sums[i] + part.gradients[i] : part.gradients[i];
      for (std::size_t t = 0; t < losses.size(); ++t) losses[t] += part.losses[t];
    }
    double largest = 0.0;
    for (std::size_t i = 0; i < sums.size(); ++i) {
      ASSERT_EQ(sums[i].defined(), whole.gradients[i].defined()) << size << " " << i;
      if (!sums[i].defined()) continue;
      const double scale = whole.gradients[i].abs().max().item<double>();
      EXPECT_LE((sums[i] - whole.gradients[i]).abs().max().item<double>(), 1e-5 * (scale + 1e-3)) << size << " " << i;
      largest = std::max(largest, scale);
    }
    EXPECT_GT(largest, 0.01);
    for (std::size_t t = 0; t < losses.size(); ++t) EXPECT_NEAR(losses[t], whole.losses[t], 1e-5 * whole.losses[t]);
  }
}

TEST(BatchPart, WithoutKnownOutcomesThereIsNothing) {
  Start start;
  for (auto& task : start.training.tasks) {
    for (auto* values : {&task.label, &task.time_months})
      for (double& value : *values) value = kNaN;
  }
  const BatchPart part = start.part({3, 4, 5}, 0, 1);
  for (const auto& gradient : part.gradients) EXPECT_FALSE(gradient.defined());
  EXPECT_EQ(part.losses, std::vector<double>(3, 0.0));
  EXPECT_EQ(known_rows(*start.job, {3, 4, 5}), std::vector<double>(3, 0.0));
}
