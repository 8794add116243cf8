#include "study/network_cohort.h"

#include <algorithm>
#include <set>

#include "core/hash.h"
#include "core/text.h"

namespace larc::study {

namespace {

/// Bins of a survival task end at quantiles of the event times.
constexpr std::size_t kBins = 10;
/// With fewer of either kind a network refuses a task, and what is learned beside teaches noise.
constexpr std::size_t kFewest = 4;
constexpr std::size_t kFewestBeside = 8;

std::vector<double> bins_of(const std::vector<double>& time, const std::vector<int>& cause) {
  std::vector<double> events;
  double last = 0;
  for (std::size_t i = 0; i < time.size(); ++i) {
    if (std::isnan(time[i])) continue;
    last = std::max(last, time[i]);
    if (cause[i] == 1) events.push_back(time[i]);
  }
  std::sort(events.begin(), events.end());
  std::set<double> ends;
  for (std::size_t k = 1; k < kBins && !events.empty(); ++k) ends.insert(events[k * (events.size() - 1) / kBins]);
  ends.insert(last);
  return {ends.begin(), ends.end()};
}

bool can_teach(const nn::Task& task, bool answered) {
  std::size_t with = 0, without = 0;
  const bool survival = task.kind == nn::TaskKind::survival;
  const std::size_t rows = survival ? task.time_months.size() : task.label.size();
  for (std::size_t row = 0; row < rows; ++row) {
    if (std::isnan(survival ? task.time_months[row] : task.label[row])) continue;
    ++((survival ? task.cause[row] == 1 : task.label[row] == 1.0) ? with : without);
  }
  if (!answered) return std::min(with, without) >= kFewestBeside;
  return with >= kFewest && (survival || without >= kFewest);
}

CohortOutcome outcome_of(const Dataset& dataset, const std::vector<std::string>& patients, PredictionPoint at) {
  CohortOutcome outcome{dataset.endpoint->id, dataset.endpoint->at == at, dataset.outcome.kind, {}, {}, {}};
  const bool binary = outcome.kind == learn::OutcomeKind::binary;
  for (const auto& patient : patients) {
    const auto found = std::ranges::lower_bound(dataset.patients, patient);
    const auto row = static_cast<std::size_t>(found - dataset.patients.begin());
    // A follow-up of no time at all tells a hazard nothing.
    const bool known =
        found != dataset.patients.end() && *found == patient && (binary || dataset.outcome.time_months[row] > 0);
    if (binary) {
      outcome.label.push_back(known ? dataset.outcome.label[row] : kNaN);
      continue;
    }
    outcome.time_months.push_back(known ? dataset.outcome.time_months[row] : kNaN);
    outcome.cause.push_back(known ? dataset.causes[row] : 0);
  }
  return outcome;
}

std::string hash_of_cohort(const NetworkCohort& cohort) {
  std::vector<std::string> parts{to_string(cohort.at), join(cohort.patients, "\n"), join(cohort.centres, "\n")};
  for (const auto& crops : cohort.crops)
    for (const auto& [image, hash] : crops) parts.push_back(image + hash);
  const auto add_numbers = [&](const auto& numbers) {
    std::string text;
    for (const auto number : numbers) text += format_double(static_cast<double>(number)) + ",";
    parts.push_back(text);
  };
  for (const auto& outcome : cohort.outcomes) {
    parts.push_back(outcome.endpoint);
    add_numbers(outcome.label);
    add_numbers(outcome.time_months);
    add_numbers(outcome.cause);
  }
  return hash_of(parts);
}

}  // namespace

NetworkCohort network_cohort(const StudyFile& file, const std::vector<Dataset>& datasets, PredictionPoint at) {
  struct Patient {
    std::string centre;
    std::map<std::string, std::string> crops;
  };
  std::map<std::string, Patient> seen;
  for (const Dataset& dataset : datasets)
    for (std::size_t row = 0; row < dataset.crops.size(); ++row) {
      Patient patient{dataset.centres[row], {}};
      for (const CropView* view : file.crop_views(at))
        if (const auto crop = dataset.crops[row].find(view->image); crop != dataset.crops[row].end())
          patient.crops.insert(*crop);
      if (!patient.crops.empty()) seen.emplace(dataset.patients[row], std::move(patient));
    }
  NetworkCohort cohort;
  cohort.at = at;
  for (auto& [id, patient] : seen) {
    cohort.patients.push_back(id);
    cohort.centres.push_back(patient.centre);
    cohort.crops.push_back(std::move(patient.crops));
  }
  for (const Dataset& dataset : datasets) cohort.outcomes.push_back(outcome_of(dataset, cohort.patients, at));
  std::ranges::stable_partition(cohort.outcomes, [](const CohortOutcome& outcome) { return outcome.answered; });
  cohort.hash = hash_of_cohort(cohort);
  return cohort;
}

std::vector<nn::Task> tasks_of(const NetworkCohort& cohort, const std::vector<std::size_t>& rows) {
  std::vector<nn::Task> tasks;
  for (const CohortOutcome& outcome : cohort.outcomes) {
    nn::Task task;
    task.name = outcome.endpoint;
    if (outcome.kind == learn::OutcomeKind::binary) {
      for (const std::size_t row : rows) task.label.push_back(outcome.label[row]);
    } else {
      task.kind = nn::TaskKind::survival;
      for (const std::size_t row : rows) {
        task.time_months.push_back(outcome.time_months[row]);
        task.cause.push_back(outcome.cause[row]);
      }
      task.levels = std::max(1, *std::ranges::max_element(task.cause));
    }
    if (!can_teach(task, outcome.answered)) continue;
    if (task.kind == nn::TaskKind::survival) task.bins = bins_of(task.time_months, task.cause);
    tasks.push_back(std::move(task));
  }
  return tasks;
}

}  // namespace larc::study
