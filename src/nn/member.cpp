#include "nn/member.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/random.h"
#include "nn/batch.h"
#include "nn/batch_part.h"
#include "nn/predictor.h"
#include "nn/tasks.h"

namespace larc::nn {

namespace {

constexpr int kWarmUpEpochs = 2;
constexpr double kLastRate = 0.05;
constexpr int kCandidates = 8;

double rate_at(int epoch, const TrainSettings& settings) {
  const double warm = std::min(1.0, static_cast<double>(epoch) / kWarmUpEpochs);
  const double through = static_cast<double>(epoch - 1) / std::max(1, settings.epochs - 1);
  const double cosine = 0.5 * (1.0 + std::cos(std::numbers::pi * through));
  return settings.learning_rate * warm * (kLastRate + (1.0 - kLastRate) * cosine);
}

/// Sums gradients and losses over the processes, in one exchange.
void sum_over_processes(const Job& job, const std::vector<at::Tensor>& inputs, BatchPart& part) {
  if (job.processes.size() == 1) return;
  std::int64_t size = static_cast<std::int64_t>(part.losses.size());
  for (const auto& input : inputs) size += input.numel();
  const at::Tensor flat = at::zeros({size}, at::kFloat);
  std::int64_t first = 0;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const at::Tensor place = flat.narrow(0, first, inputs[i].numel()).view(inputs[i].sizes());
    if (part.gradients[i].defined()) place.copy_(part.gradients[i]);
    part.gradients[i] = place;
    first += inputs[i].numel();
  }
  float* tail = flat.data_ptr<float>() + first;
  for (std::size_t t = 0; t < part.losses.size(); ++t) tail[t] = static_cast<float>(part.losses[t]);
  job.processes.sum(flat);
  for (std::size_t t = 0; t < part.losses.size(); ++t) part.losses[t] = static_cast<double>(tail[t]);
}

/// -> the training losses, of the network as it was before each step
Losses run_epoch(const Job& job, Member& member, std::uint64_t seed, int epoch) {
  const auto number = static_cast<std::uint64_t>(epoch);
  Random order(derive_seed(seed, "order", number));
  Random dropout(derive_seed(seed, "dropout", number));
  const auto inputs = member.optimiser->inputs();
  Losses losses{std::vector<double>(job.tasks.size()), std::vector<double>(job.tasks.size())};
  for (const auto& batch :
       stratified_batches(member.training, job.strata, static_cast<std::size_t>(job.settings.batch_size), order)) {
    BatchPart part = batch_part(job, *member.network, inputs, batch, job.processes.rank(), job.processes.size(), seed,
                                epoch, dropout);
    const std::vector<double> known = known_rows(job, batch);
    if (std::ranges::all_of(known, [](double rows) { return rows == 0.0; })) continue;
    sum_over_processes(job, inputs, part);
    for (std::size_t t = 0; t < known.size(); ++t) {
      losses.sum[t] += part.losses[t];
      losses.rows[t] += known[t];
    }
    member.optimiser->step(part.gradients, rate_at(epoch, job.settings));
  }
  return losses;
}

/// One view's descriptors of rows that have it. -> (rows, f)
at::Tensor descriptors_of(const Job& job, const Network& network, const std::vector<std::size_t>& rows,
                          std::size_t view) {
  std::vector<at::Tensor> values;
  for (const std::size_t row : rows) {
    std::vector<std::vector<double>> table;
    if (!job.cases.columns.empty()) table.push_back(job.cases.table[row]);
    values.push_back(network.descriptors(make_inputs(job.spec, 1, {{0, view, *job.cache.get(row, view)}}, table)));
  }
  return at::cat(values, 0);
}

/// Scales of descriptors and table, and the tasks' starts, from the rows of the member's training part.
void fit_start(const Job& job, const std::vector<std::size_t>& rows, Network& network) {
  const at::NoGradGuard no_gradient;
  for (std::size_t view = 0; view < job.spec.views.size(); ++view) {
    std::vector<std::size_t> seen;
    for (const std::size_t row : rows)
      if (job.cases.present[row][view] != 0) seen.push_back(row);
    if (seen.empty()) continue;
    network.fit_view_scale(view, job.processes.gather(seen, network.descriptor_size(), [&](const auto& part) {
      return descriptors_of(job, network, part, view);
    }));
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
  Losses losses{{}, known_rows(job, rows)};
  std::int64_t first = 0;
  for (std::size_t t = 0; t < job.tasks.size(); ++t) {
    const std::int64_t outputs = job.spec.tasks[t].outputs();
    const at::Tensor loss = task_loss(job.tasks[t], network.parameters(), linear.narrow(1, first, outputs), rows);
    first += outputs;
    losses.sum.push_back(loss.defined() ? loss.item<double>() * losses.rows[t] : 0.0);
  }
  return losses;
}

Candidate candidate_of(const Job& job, Member& member) {
  member.optimiser->swap_average();
  Candidate candidate;
  candidate.held_out = outputs_of(job, *member.network, member.held_out);
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

at::Tensor outputs_of(const Job& job, const Network& network, const std::vector<std::size_t>& rows) {
  return job.processes.gather(rows, job.spec.outputs(), [&](const std::vector<std::size_t>& part) {
    return fuse_cases(network, job.cases, part, job.cache).linear;
  });
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
