#include "nn/tasks.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "core/error.h"

namespace larc::nn {

namespace {

[[noreturn]] void bad_row(const Task& task, const char* field, std::size_t row, const std::string& rule) {
  throw Error(ErrorCode::domain, "task '" + task.name + "': " + field + " of row " + std::to_string(row) + " " + rule +
                                     "; use NaN where an outcome is not known");
}

void check_survival(const Task& task, std::size_t rows) {
  if (task.bins.empty() || !(task.bins.front() > 0.0) ||
      std::ranges::adjacent_find(task.bins, [](double a, double b) { return !(a < b); }) != task.bins.end())
    throw Error(ErrorCode::domain, "task '" + task.name + "': bins must be ascending and above 0");
  for (std::size_t row = 0; row < rows; ++row) {
    if (std::isnan(task.time_months[row])) continue;
    if (!(task.time_months[row] > 0.0) || std::isinf(task.time_months[row]))
      bad_row(task, "time_months", row, "is not a number above 0");
    const double entry = task.entry_months.empty() ? 0.0 : task.entry_months[row];
    if (!(entry >= 0.0) || entry >= task.time_months[row])
      bad_row(task, "entry_months", row, "is not between 0 and the end of follow-up");
    if (entry >= task.bins.back()) bad_row(task, "entry_months", row, "lies beyond the last bin");
    if (task.cause[row] < 0 || task.cause[row] > task.levels)
      bad_row(task, "cause", row, "is not between 0 and " + std::to_string(task.levels));
  }
}

std::string parameter_name(const std::string& task, const char* what) {
  return "task." + task + "." + what;
}

double logit(double p) {
  return std::log(p / (1.0 - p));
}

std::vector<std::size_t> places_of_known(const Task& task, const std::vector<std::size_t>& rows) {
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (is_known(task, rows[i])) places.push_back(i);
  return places;
}

}  // namespace

bool is_known(const Task& task, std::size_t row) {
  return !std::isnan(task.kind == TaskKind::survival ? task.time_months[row] : task.label[row]);
}

void check_tasks(const std::vector<Task>& tasks, std::size_t rows) {
  if (tasks.empty()) throw Error(ErrorCode::domain, "a network needs at least one task");
  for (const Task& task : tasks) {
    const bool survival = task.kind == TaskKind::survival;
    const bool fits = survival ? task.time_months.size() == rows && task.cause.size() == rows &&
                                     (task.entry_months.empty() || task.entry_months.size() == rows)
                               : task.label.size() == rows;
    if (!fits)
      throw Error(ErrorCode::shape_mismatch,
                  "task '" + task.name + "': needs one outcome for each of the " + std::to_string(rows) + " cases");
    const int least = task.kind == TaskKind::ordinal ? 3 : 1;
    if (task.levels < least || task.levels > 64)
      throw Error(ErrorCode::domain,
                  "task '" + task.name + "': levels must lie between " + std::to_string(least) + " and 64");
    std::map<int, std::size_t> counts;
    std::size_t known = 0;
    if (survival) check_survival(task, rows);
    for (std::size_t row = 0; row < rows; ++row) {
      if (!is_known(task, row)) continue;
      ++known;
      if (survival) {
        ++counts[task.cause[row] == 1 ? 1 : 0];
        continue;
      }
      const double highest = task.kind == TaskKind::binary ? 1.0 : task.levels - 1;
      const double label = task.label[row];
      if (label != std::floor(label) || label < 0.0 || label > highest)
        bad_row(task, "label", row, "is not a whole number between 0 and " + std::to_string(static_cast<int>(highest)));
      ++counts[static_cast<int>(label)];
    }
    std::size_t scarce = survival ? counts[1] : known;
    if (task.kind == TaskKind::binary) scarce = std::min(counts[0], counts[1]);
    if (task.kind == TaskKind::ordinal)
      scarce = known - std::ranges::max_element(counts, {}, &std::pair<const int, std::size_t>::second)->second;
    if (scarce < kFewest || known < 2 * kFewest)
      throw Error(ErrorCode::refused, "task '" + task.name + "': a network needs at least " + std::to_string(kFewest) +
                                          (survival ? " events" : " rows of either class") + " and " +
                                          std::to_string(2 * kFewest) + " rows; this training set has " +
                                          std::to_string(scarce) + " and " + std::to_string(known));
  }
}

std::vector<int> strata_of(const std::vector<Task>& tasks, std::size_t rows) {
  std::vector<int> strata(rows, 0);
  for (std::size_t t = 0; t < std::min<std::size_t>(2, tasks.size()); ++t)
    for (std::size_t row = 0; row < rows; ++row) {
      const Task& task = tasks[t];
      int own = 2;
      if (is_known(task, row)) {
        if (task.kind == TaskKind::survival)
          own = task.cause[row] == 1 ? 1 : 0;
        else
          own = 2.0 * task.label[row] >= (task.kind == TaskKind::binary ? 1.0 : task.levels - 1) ? 1 : 0;
      }
      strata[row] = 3 * strata[row] + own;
    }
  return strata;
}

void add_task_parameters(const TaskSpec& task, Parameters& parameters) {
  if (task.kind == TaskKind::binary) parameters.add_bias(parameter_name(task.name, "bias"), {1}, 0.0);
  if (task.kind == TaskKind::ordinal) {
    parameters.add_bias(parameter_name(task.name, "first"), {1}, 0.0);
    parameters.add_bias(parameter_name(task.name, "gaps"), {task.levels - 2}, 0.0);
  }
  if (task.kind == TaskKind::survival)
    parameters.add_bias(parameter_name(task.name, "base"), {task.levels, static_cast<std::int64_t>(task.bins.size())},
                        0.0);
  parameters.add_bias(parameter_name(task.name, "log_variance"), {1}, 0.0);
}

void fit_marginals(const Task& task, const std::vector<std::size_t>& all, const Parameters& parameters) {
  const at::NoGradGuard no_gradient;
  std::vector<std::size_t> rows;
  for (const std::size_t place : places_of_known(task, all)) rows.push_back(all[place]);
  const double count = static_cast<double>(rows.size());
  if (task.kind == TaskKind::survival) {
    const BinnedFollowUp follow_up = bin_follow_up(task, rows);
    const std::size_t bins = task.bins.size();
    std::vector<double> watched(bins, 0.0);
    std::vector<double> events(bins * static_cast<std::size_t>(task.levels), 0.0);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      for (std::size_t b = 0; b < bins; ++b) watched[b] += follow_up.exposure[i * bins + b];
      if (follow_up.cause[i] == 0) continue;
      const auto bin = static_cast<std::size_t>(follow_up.bin[i]);
      watched[bin] += 0.5 * follow_up.at_risk[i];
      events[static_cast<std::size_t>(follow_up.cause[i] - 1) * bins + bin] += 1.0;
    }
    const at::Tensor base = parameters[parameter_name(task.name, "base")];
    for (std::size_t i = 0; i < events.size(); ++i)  // half an event, lest a hazard be 0
      base.view({-1})[static_cast<std::int64_t>(i)].fill_(std::log((events[i] + 0.5) / (watched[i % bins] + 1.0)));
    return;
  }
  const int thresholds = task.kind == TaskKind::binary ? 1 : task.levels - 1;
  std::vector<double> cut;  // logit of P(Y <= k)
  for (int k = 0; k < thresholds; ++k) {
    const auto below = std::ranges::count_if(rows, [&](std::size_t row) { return task.label[row] <= k; });
    const double share = (static_cast<double>(below) + 0.5) / (count + 1.0);
    cut.push_back(k == 0 ? logit(share) : std::max(logit(share), cut.back() + 0.01));
  }
  if (task.kind == TaskKind::binary) {
    parameters[parameter_name(task.name, "bias")].fill_(-cut[0]);
    return;
  }
  parameters[parameter_name(task.name, "first")].fill_(cut[0]);
  for (int k = 1; k < thresholds; ++k)
    parameters[parameter_name(task.name, "gaps")][k - 1].fill_(
        std::log(std::expm1(cut[static_cast<std::size_t>(k)] - cut[static_cast<std::size_t>(k) - 1])));
}

at::Tensor thresholds_of(const std::string& task, const Parameters& parameters) {
  const at::Tensor first = parameters[parameter_name(task, "first")];
  return at::cat({first, first + at::softplus(parameters[parameter_name(task, "gaps")]).cumsum(0)}, 0);
}

at::Tensor task_loss(const Task& task, const Parameters& parameters, const at::Tensor& linear,
                     const std::vector<std::size_t>& rows) {
  const std::vector<std::size_t> places = places_of_known(task, rows);
  if (places.empty()) return {};
  const auto count = static_cast<std::int64_t>(places.size());
  at::Tensor index = at::empty({count}, at::kLong);
  std::vector<std::size_t> known;
  for (std::int64_t i = 0; i < count; ++i) {
    const std::size_t place = places[static_cast<std::size_t>(i)];
    index.data_ptr<std::int64_t>()[i] = static_cast<std::int64_t>(place);
    known.push_back(rows[place]);
  }
  const at::Tensor eta = linear.index_select(0, index);
  if (task.kind == TaskKind::survival)
    return survival_loss(eta, parameters[parameter_name(task.name, "base")], bin_follow_up(task, known));
  std::vector<double> label;
  for (const std::size_t row : known) label.push_back(task.label[row]);
  if (task.kind == TaskKind::ordinal)
    return ordinal_loss(eta.select(1, 0), thresholds_of(task.name, parameters), label);
  at::Tensor labels = at::empty({count}, at::kDouble);
  std::ranges::copy(label, labels.data_ptr<double>());
  return binary_loss(eta.select(1, 0) + parameters[parameter_name(task.name, "bias")], labels.to(linear.scalar_type()));
}

LinearPredictors linear_predictors(const TaskSpec& task, const Parameters& parameters, const at::Tensor& linear) {
  const at::NoGradGuard no_gradient;
  at::Tensor values = linear;
  if (task.kind == TaskKind::binary) values = linear + parameters[parameter_name(task.name, "bias")];
  if (task.kind == TaskKind::ordinal) values = linear - thresholds_of(task.name, parameters).unsqueeze(0);
  values = values.to(at::kDouble).contiguous();
  LinearPredictors rows;
  const double* data = values.data_ptr<double>();
  for (std::int64_t row = 0; row < values.size(0); ++row)
    rows.emplace_back(data + row * values.size(1), data + (row + 1) * values.size(1));
  return rows;
}

}  // namespace larc::nn
