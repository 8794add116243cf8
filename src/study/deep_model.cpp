#include "study/deep_model.h"

#include <algorithm>

#include "core/error.h"
#include "learn/pick.h"
#include "nn/host.h"
#include "stats/cox.h"
#include "stats/logistic.h"

namespace larc::study {

namespace {

/// The calibration never turns the order of patients round, nor blows it up.
constexpr double kLeastSlope = 0.05;
constexpr double kLargestSlope = 5.0;
/// The rows whose outcome is known, and what it is.
learn::Outcome known_outcome(const CohortOutcome& outcome, const std::vector<std::size_t>& rows,
                             std::vector<std::size_t>& places) {
  learn::Outcome known;
  known.kind = outcome.kind;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::size_t row = rows[i];
    const bool binary = outcome.kind == learn::OutcomeKind::binary;
    if (std::isnan(binary ? outcome.label[row] : outcome.time_months[row])) continue;
    places.push_back(i);
    if (binary) {
      known.label.push_back(outcome.label[row]);
    } else {
      known.time_months.push_back(outcome.time_months[row]);
      known.event.push_back(outcome.cause[row] == 1 ? 1 : 0);
    }
  }
  return known;
}

/// Fits slope and intercept on out-of-fold predictors; says what could not be fitted.
void calibrate(const learn::Outcome& outcome, const std::vector<double>& score, NetworkAnswer& fit) {
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

NetworkAnswer answer_of(const CohortOutcome& outcome, const std::vector<std::size_t>& rows,
                        const nn::LinearPredictors& out_of_fold) {
  NetworkAnswer fit;
  fit.model.task = outcome.endpoint;
  std::vector<double> raw;
  for (const auto& row : out_of_fold) raw.push_back(row[0]);
  std::vector<std::size_t> places;
  const learn::Outcome known = known_outcome(outcome, rows, places);
  calibrate(known, learn::pick(raw, places), fit);
  fit.out_of_fold = answer(fit.model, raw);
  double sum = 0;
  for (const std::size_t place : places) sum += fit.out_of_fold[place];
  fit.model.without_image = sum / static_cast<double>(places.size());
  return fit;
}

/// The cases with any view.
std::vector<std::size_t> seen_cases(const nn::Cases& cases) {
  std::vector<std::size_t> seen;
  for (std::size_t row = 0; row < cases.rows; ++row)
    if (std::ranges::any_of(cases.present[row], [](char there) { return there != 0; })) seen.push_back(row);
  return seen;
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

std::map<std::string, NetworkAnswer> train_network(const Study& study, const NetworkCohort& cohort,
                                                   const std::vector<std::size_t>& rows,
                                                   const std::vector<std::size_t>& units, std::uint64_t seed,
                                                   const std::function<void(int, int)>& on_epoch,
                                                   const nn::CheckpointSettings& checkpoint) {
  const std::vector<nn::Task> tasks = tasks_of(cohort, rows);
  if (tasks.empty())
    throw Error(ErrorCode::refused, "of the " + std::to_string(rows.size()) + " patients with an image at " +
                                        to_string(cohort.at) +
                                        " too few had, or had not, an outcome for a network to learn from; wait for "
                                        "more patients, or take 'deep' out of models.kinds");
  nn::Cases cases = load_cases(study, cohort.at, learn::pick(cohort.crops, rows));
  cases.units = units;
  nn::TrainSettings settings = deep_settings(study.file.deep);
  settings.checkpoint = checkpoint;
  const nn::TrainResult trained = nn::load().train(cases, tasks, settings, seed, on_epoch);
  std::map<std::string, NetworkAnswer> answers;
  for (const CohortOutcome& outcome : cohort.outcomes) {
    if (!outcome.answered) continue;
    const auto task = std::ranges::find(tasks, outcome.endpoint, &nn::Task::name);
    NetworkAnswer& fit = answers[outcome.endpoint];
    if (task == tasks.end()) {
      fit.failure = "too few of the " + std::to_string(rows.size()) + " patients with an image had, or had not, '" +
                    outcome.endpoint + "' for a network to learn it";
      continue;
    }
    fit = answer_of(outcome, rows, trained.out_of_fold[static_cast<std::size_t>(task - tasks.begin())]);
    fit.model.weights = trained.weights;
    fit.model.architecture = trained.architecture;
    fit.model.history = trained.history;
  }
  return answers;
}

std::map<std::string, std::vector<double>> run_network(const std::string& weights, const Json& architecture,
                                                       const nn::Cases& cases) {
  std::map<std::string, std::vector<double>> raw;
  const Json& tasks = architecture.at("network").at("tasks");
  for (const auto& task : tasks) raw[task.at("name").get<std::string>()].assign(cases.rows, kNaN);
  const std::vector<std::size_t> seen = seen_cases(cases);
  if (seen.empty()) return raw;
  nn::Cases own = cases;
  own.rows = seen.size();
  own.present = learn::pick(cases.present, seen);
  own.crop = [&cases, &seen](std::size_t row, std::size_t view) { return cases.crop(seen[row], view); };
  const nn::Prediction prediction = nn::load().predict(weights, architecture, own);
  for (std::size_t t = 0; t < tasks.size(); ++t)
    for (std::size_t i = 0; i < seen.size(); ++i)
      raw[tasks[t].at("name").get<std::string>()][seen[i]] = prediction.linear[t][i][0];
  return raw;
}

std::vector<double> answer(const DeepModel& model, const std::vector<double>& raw) {
  std::vector<double> linear;
  for (const double value : raw)
    linear.push_back(std::isnan(value) ? model.without_image : model.intercept + model.slope * value);
  return linear;
}

std::vector<double> predict_deep(const DeepModel& model, const nn::Cases& cases) {
  return answer(model, run_network(model.weights, model.architecture, cases).at(model.task));
}

}  // namespace larc::study
