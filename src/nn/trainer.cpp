#include "nn/trainer.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/error.h"
#include "core/number.h"
#include "core/random.h"
#include "nn/batch.h"
#include "nn/checkpoint.h"
#include "nn/data.h"
#include "nn/member.h"
#include "nn/network.h"
#include "nn/predictor.h"
#include "nn/refit.h"
#include "nn/safetensors.h"
#include "nn/tasks.h"
#include "nn/typicality.h"

namespace larc::nn {

namespace {

constexpr double kRingMm = 4.0;

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

std::vector<Member> train_members(const Job& job, const std::vector<int>& fold, const Checkpoint& checkpoint,
                                  std::uint64_t seed, const std::function<void(int, int)>& on_epoch) {
  std::vector<Member> members;
  const int epochs = job.settings.epochs;
  for (int number = 0; number < job.settings.members; ++number) {
    const std::uint64_t own_seed = derive_seed(seed, "member", static_cast<std::uint64_t>(number));
    Member& member = members.emplace_back(empty_member(job, fold, number, own_seed));
    const auto tell = [&] {
      if (on_epoch) on_epoch(number * epochs + static_cast<int>(member.epochs.size()), job.settings.members * epochs);
    };
    if (checkpoint.restore(job, number, member)) {
      tell();
    } else {
      member = empty_member(job, fold, number, own_seed);
      begin_learning(job, member);
    }
    learn(job, member, own_seed, [&] {
      checkpoint.save(job, number, member);
      tell();
    });
  }
  return members;
}

/// Mean of a task over some rows, null where no outcome is known.
Json mean_loss(const Losses& losses, std::size_t task) {
  return number_or_null(losses.sum[task] / losses.rows[task]);
}

/// A member's part of TrainResult::history.
Json history_of(const Job& job, const Member& member) {
  Json training = Json::object(), held_out = Json::object(), start = Json::object();
  for (std::size_t t = 0; t < job.tasks.size(); ++t) {
    const std::string& task = job.tasks[t].name;
    training[task] = held_out[task] = Json::array();
    for (const auto& losses : member.epochs) training[task].push_back(mean_loss(losses, t));
    for (const auto& candidate : member.candidates) held_out[task].push_back(mean_loss(candidate.losses, t));
    start[task] = mean_loss(member.without, t);
  }
  return {{"training_rows", member.training.size()},
          {"held_out_rows", member.held_out.size()},
          {"training_loss", training},
          {"held_out_loss", held_out},
          {"held_out_loss_without", start}};
}

/// Survival outputs against the mean training row. The baseline takes what is taken from them.
void centre_survival(const Job& job, Member& member, at::Tensor& held_out) {
  const at::NoGradGuard no_gradient;
  const at::Tensor mean = outputs_of(job, *member.network, member.training).mean(0);
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
  Processes processes(settings.group);  // before anything may fail in one of them alone
  check_cases(delivered);
  check_settings(settings);
  check_tasks(tasks, delivered.rows);
  const NetworkSpec spec = spec_of(delivered, tasks, settings);
  const Cases cases = bound_cases(spec, delivered);
  const OneThread one_thread;
  const std::vector<int> strata = strata_of(tasks, cases.rows);
  const InputScale scale = fit_scale(cases);
  CropCache cache(cases, scale, settings.cache_bytes);
  const Job job{cases, tasks, settings, spec, strata, cache, processes};

  const Checkpoint checkpoint(job, scale, seed);
  processes.require_same(checkpoint.identity(), "cases, outcomes, settings or seeds");
  Random random(derive_seed(seed, "folds"));
  const std::vector<int> fold = stratified_folds(strata, cases.units, settings.members, random);
  std::vector<Member> members = train_members(job, fold, checkpoint, seed, on_epoch);
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
  for (auto& member : members) {
    const at::NoGradGuard no_gradient;
    const Candidate& chosen = member.candidates[best];
    for (std::size_t i = 0; i < chosen.weights.size(); ++i)
      member.network->parameters().list()[i].value.copy_(chosen.weights[i]);
  }
  Json refits = Json::object();
  for (const auto& [task, refit] : refit_linear_ways(job, members, best, relative[best]))
    refits[task] = {{"penalty", refit.penalty}, {"held_out_loss_ratio", refit.held_out_loss_ratio}};
  TypicalityFits typicality;
  Json rows = Json::array();
  for (int m = 0; m < settings.members; ++m) {
    Member& member = members[static_cast<std::size_t>(m)];
    Candidate& chosen = member.candidates[best];
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
    rows.push_back(history_of(job, member));
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
  result.history = {
      {"rows", cases.rows}, {"epoch", epochs[best]}, {"candidates", losses}, {"refitted", refits}, {"members", rows}};
  return result;
}

}  // namespace larc::nn
