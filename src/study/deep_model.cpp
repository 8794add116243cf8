#include "study/deep_model.h"

#include <algorithm>
#include <numeric>
#include <set>

#include "core/error.h"
#include "nn/host.h"
#include "stats/cox.h"
#include "stats/logistic.h"

namespace larc::study {

namespace {

/// Bins of a survival task end at quantiles of the event times.
constexpr std::size_t kBins = 10;
/// The calibration never turns the order of patients round, nor blows it up.
constexpr double kLeastSlope = 0.05;
constexpr double kLargestSlope = 5.0;
/// A side task with fewer known outcomes of either kind teaches noise.
constexpr std::size_t kFewestSideOutcomes = 8;

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

nn::Task survival_task(const std::string& name, std::vector<double> time, std::vector<int> cause) {
  nn::Task task;
  task.name = name;
  task.kind = nn::TaskKind::survival;
  task.levels = std::max(1, *std::max_element(cause.begin(), cause.end()));
  task.bins = bins_of(time, cause);
  task.time_months = std::move(time);
  task.cause = std::move(cause);
  return task;
}

/// Whether enough rows tell of either side.
bool can_teach(const nn::Task& task) {
  std::size_t with = 0, without = 0;
  const bool survival = task.kind == nn::TaskKind::survival;
  const std::size_t rows = survival ? task.time_months.size() : task.label.size();
  for (std::size_t row = 0; row < rows; ++row) {
    if (std::isnan(survival ? task.time_months[row] : task.label[row])) continue;
    ++((survival ? task.cause[row] == 1 : task.label[row] == 1.0) ? with : without);
  }
  return std::min(with, without) >= kFewestSideOutcomes;
}

/// Fits slope, intercept and the value without an image on out-of-fold predictors; says what could not be fitted.
void calibrate(const learn::Outcome& outcome, const std::vector<double>& score, DeepFit& fit) {
  Eigen::MatrixXd x(static_cast<Eigen::Index>(score.size()), 1);
  for (std::size_t i = 0; i < score.size(); ++i) x(static_cast<Eigen::Index>(i), 0) = score[i];
  DeepModel& model = fit.model;
  double slope = kNaN;
  if (outcome.kind == learn::OutcomeKind::binary) {
    const auto logistic = stats::fit_logistic(x, outcome.label);
    if (logistic.converged) slope = logistic.coef[0];
  } else {
    const auto cox = stats::fit_cox(x, outcome.time_months, outcome.event);
    if (cox.converged) slope = cox.coef[0];
  }
  if (!std::isfinite(slope)) {
    fit.notes.emplace_back("the network was not calibrated: its out-of-fold predictions allow no fit");
    return;
  }
  model.slope = std::clamp(slope, kLeastSlope, kLargestSlope);
  if (outcome.kind != learn::OutcomeKind::binary) return;
  std::vector<double> offset;
  for (const double value : score) offset.push_back(model.slope * value);
  const auto level =
      stats::fit_logistic(Eigen::MatrixXd(static_cast<Eigen::Index>(score.size()), 0), outcome.label, offset);
  if (std::isfinite(level.intercept)) model.intercept = level.intercept;
}

}  // namespace

nn::TrainSettings deep_settings(const Json& json) {
  nn::TrainSettings settings;
  for (const auto& [key, value] : json.items()) {
    const auto fail = [&, name = key](const std::string& what) {
      throw Error(ErrorCode::format, "models.deep." + name + " " + what);
    };
    if (key == "preset") {
      if (!value.is_string()) fail("must be a text");
      settings.preset = value.get<std::string>();
    } else if (key == "flip_left_right") {
      if (!value.is_boolean()) fail("must be true or false");
      settings.augment.flip_left_right = value.get<bool>();
    } else {
      if (!value.is_number()) fail("must be a number");
      if (key == "members")
        settings.members = value.get<int>();
      else if (key == "epochs")
        settings.epochs = value.get<int>();
      else if (key == "batch_size")
        settings.batch_size = value.get<int>();
      else if (key == "learning_rate")
        settings.learning_rate = value.get<double>();
      else if (key == "weight_decay")
        settings.weight_decay = value.get<double>();
      else if (key == "dropout")
        settings.dropout = value.get<double>();
      else if (key == "hide_view")
        settings.augment.hide_view = value.get<double>();
      else
        fail(
            "is not a key larc knows; known: preset, members, epochs, batch_size, learning_rate, weight_decay, "
            "dropout, hide_view, flip_left_right");
    }
  }
  return settings;
}

std::vector<nn::Task> tasks_of(const Dataset& dataset, const learn::Outcome& outcome,
                               const std::vector<std::size_t>& rows) {
  std::vector<nn::Task> tasks;
  if (outcome.kind == learn::OutcomeKind::binary) {
    tasks.emplace_back();
    tasks[0].name = dataset.endpoint->id;
    tasks[0].label = outcome.label;
  } else {
    std::vector<int> cause;
    for (std::size_t i = 0; i < rows.size(); ++i)
      cause.push_back(outcome.event[i] == 1 ? 1 : dataset.causes[rows[i]] == 2 ? 2 : 0);
    tasks.push_back(survival_task(dataset.endpoint->id, outcome.time_months, std::move(cause)));
  }
  for (const SideOutcome& side : dataset.side_outcomes) {
    nn::Task task;
    task.name = side.endpoint;
    if (side.kind == learn::OutcomeKind::binary) {
      for (const std::size_t row : rows) task.label.push_back(side.label[row]);
    } else {
      std::vector<double> time;
      std::vector<int> cause;
      for (const std::size_t row : rows) {
        time.push_back(side.time_months[row]);
        cause.push_back(side.cause[row]);
      }
      if (std::all_of(time.begin(), time.end(), [](double value) { return std::isnan(value); })) continue;
      task = survival_task(side.endpoint, std::move(time), std::move(cause));
    }
    if (can_teach(task)) tasks.push_back(std::move(task));
  }
  return tasks;
}

DeepFit fit_deep(const Study& study, const Dataset& dataset, const learn::TrainingRows& rows, std::uint64_t seed) {
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (has_view(study.file, dataset, rows.indices()[i])) places.push_back(i);
  if (places.empty())
    throw Error(ErrorCode::refused, "no training row has an image that may be seen at " +
                                        to_string(dataset.endpoint->at) +
                                        "; import images, or take 'deep' out of "
                                        "models.kinds");
  std::vector<std::size_t> seen, units;
  for (const std::size_t place : places) {
    seen.push_back(rows.indices()[place]);
    units.push_back(rows.units()[place]);
  }
  const learn::Outcome outcome = rows.outcome().select_rows(places);
  nn::Cases cases = load_cases(study, dataset, seen);
  cases.units = std::move(units);
  nn::TrainResult trained =
      nn::load().train(cases, tasks_of(dataset, outcome, seen), deep_settings(study.file.deep), seed, {});

  DeepFit fit;
  fit.model.weights = std::move(trained.weights);
  fit.model.architecture = std::move(trained.architecture);
  std::vector<double> score;
  for (const auto& row : trained.out_of_fold[0]) score.push_back(row[0]);
  calibrate(outcome, score, fit);
  for (double& value : score) value = fit.model.intercept + fit.model.slope * value;
  fit.model.without_image = std::accumulate(score.begin(), score.end(), 0.0) / static_cast<double>(score.size());
  fit.out_of_fold.assign(rows.size(), fit.model.without_image);
  for (std::size_t i = 0; i < places.size(); ++i) fit.out_of_fold[places[i]] = score[i];
  if (places.size() < rows.size())
    fit.notes.push_back(std::to_string(rows.size() - places.size()) +
                        " training rows have no image that may be seen at this point; they taught nothing");
  return fit;
}

std::vector<double> predict_deep(const DeepModel& model, const nn::Cases& cases) {
  std::vector<std::size_t> seen;
  for (std::size_t row = 0; row < cases.rows; ++row)
    if (std::any_of(cases.present[row].begin(), cases.present[row].end(), [](char there) { return there != 0; }))
      seen.push_back(row);
  std::vector<double> linear(cases.rows, model.without_image);
  if (seen.empty()) return linear;
  nn::Cases own = cases;
  own.rows = seen.size();
  own.present.clear();
  for (const std::size_t row : seen) own.present.push_back(cases.present[row]);
  own.crop = [&cases, &seen](std::size_t row, std::size_t view) { return cases.crop(seen[row], view); };
  const nn::Prediction prediction = nn::load().predict(model.weights, model.architecture, own);
  for (std::size_t i = 0; i < seen.size(); ++i)
    linear[seen[i]] = model.intercept + model.slope * prediction.linear[0][i][0];
  return linear;
}

}  // namespace larc::study
