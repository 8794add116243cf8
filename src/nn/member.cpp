#include "nn/member.h"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/autograd.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/random.h"
#include "nn/augment.h"
#include "nn/batch.h"
#include "nn/predictor.h"
#include "nn/tasks.h"

namespace larc::nn {

namespace {

constexpr int kWarmUpEpochs = 2;
constexpr double kLastRate = 0.05;
constexpr int kCandidates = 8;
constexpr double kLargestLogVariance = 3.0;

double rate_at(int epoch, const TrainSettings& settings) {
  const double warm = std::min(1.0, static_cast<double>(epoch) / kWarmUpEpochs);
  const double through = static_cast<double>(epoch - 1) / std::max(1, settings.epochs - 1);
  const double cosine = 0.5 * (1.0 + std::cos(std::numbers::pi * through));
  return settings.learning_rate * warm * (kLastRate + (1.0 - kLastRate) * cosine);
}

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

std::ptrdiff_t known_rows(const Task& task, const std::vector<std::size_t>& rows) {
  return std::ranges::count_if(rows, [&](std::size_t row) { return is_known(task, row); });
}

Losses no_losses(const Job& job) {
  return {std::vector<double>(job.tasks.size()), std::vector<double>(job.tasks.size())};
}

void add(const Losses& part, Losses& to) {
  for (std::size_t t = 0; t < part.sum.size(); ++t) {
    to.sum[t] += part.sum[t];
    to.rows[t] += part.rows[t];
  }
}

/// What a batch costs: its weighted sum, undefined if no outcome is known, and each task's own loss.
struct BatchLoss {
  at::Tensor weighted;
  Losses of_tasks;
};

/// The tasks' losses, each divided by its learned variance.
BatchLoss batch_loss(const Job& job, const Network& network, const at::Tensor& linear,
                     const std::vector<std::size_t>& rows) {
  BatchLoss result;
  std::int64_t first = 0;
  for (std::size_t t = 0; t < job.tasks.size(); ++t) {
    const std::int64_t outputs = job.spec.tasks[t].outputs();
    const at::Tensor loss = task_loss(job.tasks[t], network.parameters(), linear.narrow(1, first, outputs), rows);
    first += outputs;
    const auto known = static_cast<double>(known_rows(job.tasks[t], rows));
    result.of_tasks.rows.push_back(known);
    result.of_tasks.sum.push_back(loss.defined() ? loss.item<double>() * known : 0.0);
    if (!loss.defined()) continue;
    const at::Tensor log_variance = network.parameters()["task." + job.tasks[t].name + ".log_variance"].clamp(
        -kLargestLogVariance, kLargestLogVariance);
    const at::Tensor term = ((-log_variance).exp() * loss + 0.5 * log_variance).sum();
    result.weighted = result.weighted.defined() ? result.weighted + term : term;
  }
  return result;
}

/// -> the training losses, of the network as it was before each step
Losses run_epoch(const Job& job, Member& member, std::uint64_t seed, int epoch) {
  const auto number = static_cast<std::uint64_t>(epoch);
  Random order(derive_seed(seed, "order", number));
  Random dropout(derive_seed(seed, "dropout", number));
  const Network& network = *member.network;
  const auto inputs = member.optimiser->inputs();
  Losses losses = no_losses(job);
  for (const auto& batch :
       stratified_batches(member.training, job.strata, static_cast<std::size_t>(job.settings.batch_size), order)) {
    const Inputs read = training_inputs(job, batch, seed, epoch);
    Keep keep;
    if (!job.spec.views.empty())
      keep.views =
          dropout_factors({read.rows, static_cast<std::int64_t>(job.spec.views.size()), network.descriptor_size()},
                          job.settings.dropout, dropout);
    if (job.spec.columns() > 0)
      keep.table = dropout_factors({read.rows, 2 * job.spec.columns()}, job.settings.dropout, dropout);
    const at::Tensor linear = network.fuse(read, network.descriptors(read), keep).linear;
    const BatchLoss loss = batch_loss(job, network, linear, batch);
    if (!loss.weighted.defined()) continue;
    add(loss.of_tasks, losses);
    member.optimiser->step(
        torch::autograd::grad({loss.weighted}, inputs, {}, c10::nullopt, false, /*allow_unused=*/true),
        rate_at(epoch, job.settings));
  }
  return losses;
}

/// Scales of descriptors and table, and the tasks' starts, from the rows of the member's training part.
void fit_start(const Job& job, const std::vector<std::size_t>& rows, Network& network) {
  const at::NoGradGuard no_gradient;
  for (std::size_t view = 0; view < job.spec.views.size(); ++view) {
    std::vector<at::Tensor> values;
    for (const std::size_t row : rows)
      if (job.cases.present[row][view] != 0)
        values.push_back(network.descriptors(
            make_inputs(job.spec, 1, {{0, view, *job.cache.get(row, view)}},
                        job.cases.columns.empty() ? std::vector<std::vector<double>>()
                                                  : std::vector<std::vector<double>>{job.cases.table[row]})));
    if (!values.empty()) network.fit_view_scale(view, at::cat(values, 0));
  }
  if (job.spec.columns() > 0) {
    std::vector<std::vector<double>> table;
    for (const std::size_t row : rows) table.push_back(job.cases.table[row]);
    network.fit_table_scale(make_inputs(job.spec, rows.size(), {}, table).table);
  }
  for (const auto& task : job.tasks) fit_marginals(task, rows, network.parameters());
}

Losses losses_of(const Job& job, const Network& network, const at::Tensor& linear,
                 const std::vector<std::size_t>& rows) {
  const at::NoGradGuard no_gradient;
  Losses losses;
  std::int64_t first = 0;
  for (std::size_t t = 0; t < job.tasks.size(); ++t) {
    const std::int64_t outputs = job.spec.tasks[t].outputs();
    const at::Tensor loss = task_loss(job.tasks[t], network.parameters(), linear.narrow(1, first, outputs), rows);
    first += outputs;
    const auto known = static_cast<double>(known_rows(job.tasks[t], rows));
    losses.rows.push_back(known);
    losses.sum.push_back(loss.defined() ? loss.item<double>() * known : 0.0);
  }
  return losses;
}

Candidate candidate_of(const Job& job, Member& member) {
  member.optimiser->swap_average();
  Candidate candidate;
  candidate.held_out = fuse_cases(*member.network, job.cases, member.held_out, job.cache).linear;
  candidate.losses = losses_of(job, *member.network, candidate.held_out, member.held_out);
  for (const auto& parameter : member.network->parameters().list())
    candidate.weights.push_back(parameter.value.detach().clone());
  member.optimiser->swap_average();
  return candidate;
}

}  // namespace

std::vector<int> candidate_epochs(int epochs) {
  std::vector<int> list;
  for (int k = 1; k <= kCandidates; ++k) {
    const int epoch = std::max(1, epochs * k / kCandidates);
    if (list.empty() || list.back() != epoch) list.push_back(epoch);
  }
  return list;
}

Member empty_member(const Job& job, const std::vector<int>& fold, int held_out, std::uint64_t seed) {
  Member member;
  for (std::size_t row = 0; row < fold.size(); ++row)
    (fold[row] == held_out ? member.held_out : member.training).push_back(row);
  Random initial(derive_seed(seed, "initial"));
  member.network = std::make_unique<Network>(job.spec, initial);
  for (const auto& task : job.spec.tasks) add_task_parameters(task, member.network->parameters());
  return member;
}

void begin_learning(const Job& job, Member& member) {
  fit_start(job, member.training, *member.network);
  const auto rows = static_cast<std::int64_t>(member.held_out.size());
  member.without = losses_of(job, *member.network, at::zeros({rows, job.spec.outputs()}), member.held_out);
  member.optimiser = std::make_unique<Optimiser>(member.network->parameters().list(), job.settings);
}

void learn(const Job& job, Member& member, std::uint64_t seed, const std::function<void()>& after_epoch) {
  const std::vector<int> wanted = candidate_epochs(job.settings.epochs);
  for (int epoch = static_cast<int>(member.epochs.size()) + 1; epoch <= job.settings.epochs; ++epoch) {
    member.epochs.push_back(run_epoch(job, member, seed, epoch));
    if (std::ranges::find(wanted, epoch) != wanted.end()) member.candidates.push_back(candidate_of(job, member));
    if (epoch == job.settings.epochs) member.optimiser.reset();
    after_epoch();
  }
}

}  // namespace larc::nn
