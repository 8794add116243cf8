#include "nn/trainer.h"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/autograd.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include "core/error.h"
#include "core/number.h"
#include "core/random.h"
#include "nn/augment.h"
#include "nn/batch.h"
#include "nn/data.h"
#include "nn/network.h"
#include "nn/optimiser.h"
#include "nn/predictor.h"
#include "nn/safetensors.h"
#include "nn/tasks.h"
#include "nn/typicality.h"

namespace larc::nn {

namespace {

constexpr int kWarmUpEpochs = 2;
constexpr double kLastRate = 0.05;
/// Epochs whose weights are kept to choose from.
constexpr int kCandidates = 8;
constexpr double kRingMm = 4.0;
constexpr double kLargestLogVariance = 3.0;

NetworkSpec spec_of(const Cases& cases, const std::vector<Task>& tasks, const TrainSettings& settings) {
  NetworkSpec spec;
  spec.grid = cases.views.empty() ? Grid{1, 1, 1, {1, 1, 1}} : cases.grid;
  spec.views = cases.views;
  for (const auto& view : cases.views)
    if (std::ranges::find(spec.encoder.sequences, view.sequence) == spec.encoder.sequences.end())
      spec.encoder.sequences.push_back(view.sequence);
  spec.encoder.stages = preset_stages(settings.preset);
  for (std::size_t axis = 0; axis < 3; ++axis)
    spec.encoder.ring_voxels[axis] = static_cast<std::int64_t>(std::lround(kRingMm / spec.grid.spacing_mm[axis]));
  for (const auto& column : cases.columns) {
    auto group = std::ranges::find(spec.groups, column.group, &GroupSpec::name);
    if (group == spec.groups.end()) group = spec.groups.insert(spec.groups.end(), {column.group, {}});
    group->columns.push_back(column.name);
  }
  for (const auto& task : tasks) spec.tasks.push_back({task.name, task.kind, task.levels, task.bins});
  return spec;
}

double rate_at(int epoch, const TrainSettings& settings) {
  const double warm = std::min(1.0, static_cast<double>(epoch) / kWarmUpEpochs);
  const double through = static_cast<double>(epoch - 1) / std::max(1, settings.epochs - 1);
  const double cosine = 0.5 * (1.0 + std::cos(std::numbers::pi * through));
  return settings.learning_rate * warm * (kLastRate + (1.0 - kLastRate) * cosine);
}

std::vector<int> candidate_epochs(int epochs) {
  std::vector<int> list;
  for (int k = 1; k <= kCandidates; ++k) {
    const int epoch = std::max(1, epochs * k / kCandidates);
    if (list.empty() || list.back() != epoch) list.push_back(epoch);
  }
  return list;
}

/// Everything the members share.
struct Job {
  const Cases& cases;
  const std::vector<Task>& tasks;
  const TrainSettings& settings;
  const NetworkSpec& spec;
  const std::vector<int>& strata;
  CropCache& cache;
};

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

/// The tasks' losses, each divided by its learned variance; undefined if no outcome of the batch is known.
at::Tensor weighted_loss(const Job& job, const Network& network, const at::Tensor& linear,
                         const std::vector<std::size_t>& rows) {
  at::Tensor sum;
  std::int64_t first = 0;
  for (std::size_t t = 0; t < job.tasks.size(); ++t) {
    const std::int64_t outputs = job.spec.tasks[t].outputs();
    const at::Tensor loss = task_loss(job.tasks[t], network.parameters(), linear.narrow(1, first, outputs), rows);
    first += outputs;
    if (!loss.defined()) continue;
    const at::Tensor log_variance = network.parameters()["task." + job.tasks[t].name + ".log_variance"].clamp(
        -kLargestLogVariance, kLargestLogVariance);
    const at::Tensor term = ((-log_variance).exp() * loss + 0.5 * log_variance).sum();
    sum = sum.defined() ? sum + term : term;
  }
  return sum;
}

void run_epoch(const Job& job, const std::vector<std::size_t>& rows, std::uint64_t seed, int epoch, Network& network,
               Optimiser& optimiser) {
  const auto number = static_cast<std::uint64_t>(epoch);
  Random order(derive_seed(seed, "order", number));
  Random dropout(derive_seed(seed, "dropout", number));
  const auto inputs = optimiser.inputs();
  for (const auto& batch :
       stratified_batches(rows, job.strata, static_cast<std::size_t>(job.settings.batch_size), order)) {
    const Inputs read = training_inputs(job, batch, seed, epoch);
    Keep keep;
    if (!job.spec.views.empty())
      keep.views =
          dropout_factors({read.rows, static_cast<std::int64_t>(job.spec.views.size()), network.descriptor_size()},
                          job.settings.dropout, dropout);
    if (job.spec.columns() > 0)
      keep.table = dropout_factors({read.rows, 2 * job.spec.columns()}, job.settings.dropout, dropout);
    const at::Tensor linear = network.fuse(read, network.descriptors(read), keep).linear;
    const at::Tensor loss = weighted_loss(job, network, linear, batch);
    if (!loss.defined()) continue;
    optimiser.step(torch::autograd::grad({loss}, inputs, {}, c10::nullopt, false, /*allow_unused=*/true),
                   rate_at(epoch, job.settings));
  }
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

/// Summed loss and rows of each task.
struct Losses {
  std::vector<double> sum;
  std::vector<double> rows;
};

Losses losses_of(const Job& job, const Network& network, const at::Tensor& linear,
                 const std::vector<std::size_t>& rows) {
  const at::NoGradGuard no_gradient;
  Losses losses;
  std::int64_t first = 0;
  for (std::size_t t = 0; t < job.tasks.size(); ++t) {
    const std::int64_t outputs = job.spec.tasks[t].outputs();
    const at::Tensor loss = task_loss(job.tasks[t], network.parameters(), linear.narrow(1, first, outputs), rows);
    first += outputs;
    const auto known = std::ranges::count_if(rows, [&](std::size_t row) { return is_known(job.tasks[t], row); });
    losses.rows.push_back(static_cast<double>(known));
    losses.sum.push_back(loss.defined() ? loss.item<double>() * static_cast<double>(known) : 0.0);
  }
  return losses;
}

/// One member at one of the epochs to choose from.
struct Candidate {
  std::vector<at::Tensor> weights;
  at::Tensor held_out;  // (rows, outputs)
  Losses losses;
};

struct Member {
  std::vector<std::size_t> training;
  std::vector<std::size_t> held_out;
  Losses without;  // losses of the start, which predicts the same for all
  std::vector<Candidate> candidates;
  std::unique_ptr<Network> network;
};

Member train_member(const Job& job, int member, const std::vector<int>& fold, int held_out, std::uint64_t seed,
                    const std::function<void(int, int)>& on_epoch) {
  Member result;
  for (std::size_t row = 0; row < fold.size(); ++row)
    (fold[row] == held_out ? result.held_out : result.training).push_back(row);
  Random initial(derive_seed(seed, "initial"));
  result.network = std::make_unique<Network>(job.spec, initial);
  Network& network = *result.network;
  for (const auto& task : job.spec.tasks) add_task_parameters(task, network.parameters());
  fit_start(job, result.training, network);
  result.without =
      losses_of(job, network, at::zeros({static_cast<std::int64_t>(result.held_out.size()), job.spec.outputs()}),
                result.held_out);

  Optimiser optimiser(network.parameters().list(), job.settings);
  const std::vector<int> wanted = candidate_epochs(job.settings.epochs);
  for (int epoch = 1; epoch <= job.settings.epochs; ++epoch) {
    run_epoch(job, result.training, seed, epoch, network, optimiser);
    if (std::ranges::find(wanted, epoch) != wanted.end()) {
      optimiser.swap_average();
      Candidate candidate;
      candidate.held_out = fuse_cases(network, job.cases, result.held_out, job.cache).linear;
      candidate.losses = losses_of(job, network, candidate.held_out, result.held_out);
      for (const auto& parameter : network.parameters().list())
        candidate.weights.push_back(parameter.value.detach().clone());
      result.candidates.push_back(std::move(candidate));
      optimiser.swap_average();
    }
    if (on_epoch) on_epoch(member * job.settings.epochs + epoch, job.settings.members * job.settings.epochs);
  }
  return result;
}

/// Loss of every task over all held-out rows against that of the start: [candidate][task]
std::vector<std::vector<double>> relative_losses(const std::vector<Member>& members, std::size_t tasks) {
  std::vector<std::vector<double>> result;
  for (std::size_t c = 0; c < members.front().candidates.size(); ++c) {
    std::vector<double> row;
    for (std::size_t t = 0; t < tasks; ++t) {
      double with = 0.0, without = 0.0;
      for (const auto& member : members) {
        with += member.candidates[c].losses.sum[t];
        without += member.without.sum[t];
      }
      if (!std::isfinite(with))
        throw Error(ErrorCode::domain, "the network's loss is no longer finite: lower learning_rate");
      row.push_back(with / without);
    }
    result.push_back(std::move(row));
  }
  return result;
}

/// Survival outputs against the mean training row. The baseline takes what is taken from them.
void centre_survival(const Job& job, Member& member, at::Tensor& held_out) {
  const at::NoGradGuard no_gradient;
  const at::Tensor mean = fuse_cases(*member.network, job.cases, member.training, job.cache).linear.mean(0);
  std::int64_t first = 0;
  for (const auto& task : job.spec.tasks) {
    const std::int64_t outputs = task.outputs();
    if (task.kind == TaskKind::survival) {
      const at::Tensor shift = mean.narrow(0, first, outputs);
      member.network->parameters()["offset"].narrow(0, first, outputs).sub_(shift);
      member.network->parameters()["task." + task.name + ".base"].add_(shift.unsqueeze(1));
      held_out.narrow(1, first, outputs).sub_(shift.unsqueeze(0));
    }
    first += outputs;
  }
}

}  // namespace

TrainResult train(const Cases& delivered, const std::vector<Task>& tasks, const TrainSettings& settings,
                  std::uint64_t seed, const std::function<void(int, int)>& on_epoch) {
  check_cases(delivered);
  check_settings(settings);
  check_tasks(tasks, delivered.rows);
  const NetworkSpec spec = spec_of(delivered, tasks, settings);
  const Cases cases = bound_cases(spec, delivered);
  const OneThread one_thread;
  const std::vector<int> strata = strata_of(tasks, cases.rows);
  const InputScale scale = fit_scale(cases);
  CropCache cache(cases, scale, settings.cache_bytes);
  const Job job{cases, tasks, settings, spec, strata, cache};

  Random random(derive_seed(seed, "folds"));
  const std::vector<int> fold = stratified_folds(strata, cases.units, settings.members, random);
  std::vector<Member> members;
  for (int member = 0; member < settings.members; ++member)
    members.push_back(train_member(job, member, fold, member,
                                   derive_seed(seed, "member", static_cast<std::uint64_t>(member)), on_epoch));
  const auto relative = relative_losses(members, tasks.size());
  std::size_t best = 0;
  std::vector<double> sums;
  for (const auto& row : relative) sums.push_back(std::accumulate(row.begin(), row.end(), 0.0));
  best = static_cast<std::size_t>(std::ranges::min_element(sums) - sums.begin());

  TrainResult result;
  const auto views = static_cast<std::int64_t>(spec.views.size());
  std::vector<Tensor> tensors;
  tensors.push_back({"input.mean", {views}, scale.mean});
  tensors.push_back({"input.sd", {views}, scale.sd});
  result.out_of_fold.resize(tasks.size());
  for (auto& list : result.out_of_fold) list.resize(cases.rows);
  TypicalityFits typicality;
  Json rows = Json::array();
  for (int m = 0; m < settings.members; ++m) {
    Member& member = members[static_cast<std::size_t>(m)];
    Candidate& chosen = member.candidates[best];
    {
      const at::NoGradGuard no_gradient;
      for (std::size_t i = 0; i < chosen.weights.size(); ++i)
        member.network->parameters().list()[i].value.copy_(chosen.weights[i]);
    }
    centre_survival(job, member, chosen.held_out);
    std::int64_t first = 0;
    for (std::size_t t = 0; t < tasks.size(); ++t) {
      const std::int64_t outputs = spec.tasks[t].outputs();
      const LinearPredictors values =
          linear_predictors(spec.tasks[t], member.network->parameters(), chosen.held_out.narrow(1, first, outputs));
      first += outputs;
      for (std::size_t i = 0; i < values.size(); ++i) result.out_of_fold[t][member.held_out[i]] = values[i];
    }
    append_tensors(*member.network, m, tensors);
    typicality.add_member(*member.network, cases, member.training, member.held_out, cache);
    rows.push_back({{"training_rows", member.training.size()}, {"held_out_rows", member.held_out.size()}});
  }
  typicality.append_tensors(spec, tensors);
  const std::vector<int> epochs = candidate_epochs(settings.epochs);
  Json losses = Json::array();
  for (std::size_t c = 0; c < relative.size(); ++c) {
    Json of_task = Json::object();
    for (std::size_t t = 0; t < tasks.size(); ++t) of_task[tasks[t].name] = number_or_null(relative[c][t]);
    losses.push_back({{"epoch", epochs[c]}, {"held_out_loss_ratio", of_task}});
  }
  result.weights = write_safetensors(tensors, {{"architecture", kArchitecture}});
  result.architecture = {
      {"id", kArchitecture}, {"preset", settings.preset}, {"members", settings.members}, {"network", to_json(spec)}};
  result.history = {{"rows", cases.rows}, {"epoch", epochs[best]}, {"candidates", losses}, {"members", rows}};
  return result;
}

}  // namespace larc::nn
