#include "nn/batch_part.h"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/autograd.h>

#include <algorithm>

#include "nn/augment.h"
#include "nn/batch.h"
#include "nn/tasks.h"

namespace larc::nn {

namespace {

constexpr double kLargestLogVariance = 3.0;

at::Tensor dropout_factors(at::IntArrayRef shape, double dropout, Random& random) {
  at::Tensor factors = at::empty(shape, at::kFloat);
  float* data = factors.data_ptr<float>();
  const float kept = static_cast<float>(1.0 / (1.0 - dropout));
  for (std::int64_t i = 0; i < factors.numel(); ++i) data[i] = random.uniform() < dropout ? 0.0F : kept;
  return factors;
}

/// Views of a case that this epoch shows: each is hidden now and then, one stays.
std::vector<std::size_t> shown_views(const Job& job, std::size_t row, Random& random) {
  std::vector<std::size_t> present, shown;
  for (std::size_t view = 0; view < job.cases.views.size(); ++view)
    if (job.cases.present[row][view] != 0) present.push_back(view);
  if (!job.settings.augment.enabled || present.size() < 2) return present;
  for (const std::size_t view : present)
    if (random.uniform() >= job.settings.augment.hide_view) shown.push_back(view);
  if (shown.empty()) shown.push_back(present[static_cast<std::size_t>(random.below(present.size()))]);
  return shown;
}

Inputs training_inputs(const Job& job, const std::vector<std::size_t>& batch, std::uint64_t seed, int epoch) {
  std::vector<BatchCrop> crops;
  std::vector<std::vector<double>> table;
  for (std::size_t place = 0; place < batch.size(); ++place) {
    const std::size_t row = batch[place];
    Random random(derive_seed(seed, "augment", static_cast<std::uint64_t>(epoch), row));
    if (!job.cases.views.empty())
      for (const std::size_t view : shown_views(job, row, random)) {
        const auto crop = job.cache.get(row, view);
        crops.push_back(
            {place, view,
             job.settings.augment.enabled ? augment(*crop, job.cases.grid, job.settings.augment, random) : *crop});
      }
    if (!job.cases.columns.empty()) table.push_back(job.cases.table[row]);
  }
  return make_inputs(job.spec, batch.size(), crops, table);
}

/// What a process's rows of a batch cost: their part of the weighted sum, undefined if it has none, and of each task's
/// own summed loss.
struct BatchLoss {
  at::Tensor weighted;
  std::vector<double> of_tasks;
};

/// The tasks' means over the whole batch, as far as they come from the own rows, each divided by its learned variance.
/// What that variance costs by itself is the first process's part.
BatchLoss batch_loss(const Job& job, const Network& network, const at::Tensor& linear,
                     const std::vector<std::size_t>& own, const std::vector<double>& known_in_batch, bool is_first) {
  BatchLoss result;
  const std::vector<double> known_own = known_rows(job, own);
  const auto add_term = [&](const at::Tensor& term) {
    result.weighted = result.weighted.defined() ? result.weighted + term : term;
  };
  std::int64_t first = 0;
  for (std::size_t t = 0; t < job.tasks.size(); ++t) {
    const std::int64_t outputs = job.spec.tasks[t].outputs();
    const at::Tensor loss = task_loss(job.tasks[t], network.parameters(), linear.narrow(1, first, outputs), own);
    first += outputs;
    result.of_tasks.push_back(loss.defined() ? loss.item<double>() * known_own[t] : 0.0);
    if (known_in_batch[t] == 0.0) continue;
    const at::Tensor log_variance = network.parameters()["task." + job.tasks[t].name + ".log_variance"].clamp(
        -kLargestLogVariance, kLargestLogVariance);
    if (loss.defined()) {
      const at::Tensor part = (-log_variance).exp() * (loss * (known_own[t] / known_in_batch[t]));
      add_term((is_first ? part + 0.5 * log_variance : part).sum());
    } else if (is_first) {
      add_term((0.5 * log_variance).sum());
    }
  }
  return result;
}

at::Tensor places_tensor(const std::vector<std::size_t>& places) {
  at::Tensor index = at::empty({static_cast<std::int64_t>(places.size())}, at::kLong);
  std::ranges::transform(places, index.data_ptr<std::int64_t>(),
                         [](std::size_t place) { return static_cast<std::int64_t>(place); });
  return index;
}

/// Factors of dropout, drawn for the whole batch so that a row's do not depend on the number of processes.
Keep dropout_of(const Job& job, const Network& network, std::size_t batch, const std::vector<std::size_t>& places,
                Random& random) {
  const auto rows = static_cast<std::int64_t>(batch);
  const at::Tensor own = places_tensor(places);
  Keep keep;
  if (!job.spec.views.empty())
    keep.views = dropout_factors({rows, static_cast<std::int64_t>(job.spec.views.size()), network.descriptor_size()},
                                 job.settings.dropout, random)
                     .index_select(0, own);
  if (job.spec.columns() > 0)
    keep.table = dropout_factors({rows, 2 * job.spec.columns()}, job.settings.dropout, random).index_select(0, own);
  return keep;
}

}  // namespace

std::vector<double> known_rows(const Job& job, const std::vector<std::size_t>& rows) {
  std::vector<double> known;
  for (const auto& task : job.tasks)
    known.push_back(
        static_cast<double>(std::ranges::count_if(rows, [&](std::size_t row) { return is_known(task, row); })));
  return known;
}

BatchPart batch_part(const Job& job, const Network& network, const std::vector<at::Tensor>& inputs,
                     const std::vector<std::size_t>& batch, int rank, int size, std::uint64_t seed, int epoch,
                     Random& dropout) {
  BatchPart part{std::vector<at::Tensor>(inputs.size()), std::vector<double>(job.tasks.size())};
  std::vector<std::size_t> places, own;
  for (auto place = static_cast<std::size_t>(rank); place < batch.size(); place += static_cast<std::size_t>(size)) {
    places.push_back(place);
    own.push_back(batch[place]);
  }
  const Keep keep = dropout_of(job, network, batch.size(), places, dropout);
  if (own.empty()) return part;
  const Inputs read = training_inputs(job, own, seed, epoch);
  const at::Tensor linear = network.fuse(read, network.descriptors(read), keep).linear;
  BatchLoss loss = batch_loss(job, network, linear, own, known_rows(job, batch), rank == 0);
  part.losses = std::move(loss.of_tasks);
  if (loss.weighted.defined())
    part.gradients = torch::autograd::grad({loss.weighted}, inputs, {}, {}, false, /*allow_unused=*/true);
  return part;
}

}  // namespace larc::nn
