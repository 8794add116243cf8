#include "learn/model.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/random.h"
#include "stats/logistic.h"

namespace larc::learn {

namespace {

constexpr const char* kFormat = "larc-model";
constexpr int kVersion = 1;

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : 0.5 * (values[middle - 1] + values[middle]);
}

std::vector<double> to_vector(const Eigen::VectorXd& values) {
  return {values.data(), values.data() + values.size()};
}

}  // namespace

Prepared prepare_for(const TrainingRows& rows, const Recipe& recipe, std::uint64_t seed) {
  if (recipe.columns.empty()) return prepare(rows, recipe.preprocess, recipe.inner_folds, seed);
  return prepare(rows.select_columns(recipe.columns), recipe.preprocess, recipe.inner_folds, seed);
}

Model fit_model(const TrainingRows& rows, const Recipe& recipe, std::uint64_t seed, const Prepared* prepared) {
  Prepared own;
  if (prepared == nullptr) own = prepare_for(rows, recipe, seed);
  const Prepared& data = prepared == nullptr ? own : *prepared;
  Model model;
  model.recipe = recipe;
  model.kind = rows.outcome().kind;
  model.patients = rows.size();
  model.events = rows.outcome().events();
  model.preprocess = data.state;
  model.features = data.all.names;
  model.groups = data.all.groups;
  if (static_cast<int>(data.folds.size()) < recipe.inner_folds)
    model.notes.push_back("inner cross-validation with " + std::to_string(data.folds.size()) + " folds instead of " +
                          std::to_string(recipe.inner_folds) + ": too few patients with the rarer outcome");
  if (const auto& robustness = data.state.robustness; robustness.dropped() > 0)
    model.notes.push_back(std::to_string(robustness.dropped()) + " of " + std::to_string(robustness.columns.size()) +
                          " features that were measured on perturbed images do not bear it and were dropped");
  if (!data.state.harmonise.note.empty()) model.notes.push_back(data.state.harmonise.note);
  if (data.all.values.cols() == 0)
    model.notes.emplace_back("no feature is left after preprocessing: everybody gets the same prediction");
  LearnerFit fit = fit_learner(data, recipe.learner, derive_seed(seed, "learner"));
  if (!fit.unseen.allFinite())
    throw Error(ErrorCode::domain, "learner '" + recipe.learner.kind + "' gave a score that is not a number");
  if (recipe.recalibrate) {
    model.recalibration = fit_recalibration(fit.unseen, rows.outcome());
    if (!model.recalibration.note.empty()) model.notes.push_back(model.recalibration.note);
  }
  model.learner = std::move(fit.learner);
  model.tuning = std::move(fit.tuning);
  model.notes.insert(model.notes.end(), fit.notes.begin(), fit.notes.end());
  const std::vector<double> unseen = to_vector(model.recalibration.apply(fit.unseen));
  model.median_linear = median(unseen);
  if (model.kind == OutcomeKind::survival)
    model.baseline =
        stats::baseline_hazard(unseen, rows.outcome().time_months, rows.outcome().event, stats::Ties::breslow);
  return model;
}

std::vector<double> linear_predictor(const Model& model, const Frame& frame, std::vector<std::string>* notes) {
  const FeatureMatrix matrix = apply_preprocess(model.preprocess, frame, notes);
  return to_vector(model.recalibration.apply(model.learner->linear(matrix.values)));
}

std::vector<double> probability(const Model& model, const std::vector<double>& linear) {
  if (model.kind != OutcomeKind::binary)
    throw Error(ErrorCode::domain, "a survival model gives no single probability; ask for survival at a time");
  std::vector<double> result = linear;
  for (auto& value : result) value = stats::logistic(value);
  return result;
}

std::vector<std::vector<double>> survival(const Model& model, const std::vector<double>& linear,
                                          const std::vector<double>& times) {
  if (model.kind != OutcomeKind::survival)
    throw Error(ErrorCode::domain, "a binary model gives no survival curve; ask for the probability");
  std::vector<std::vector<double>> result;
  for (const double eta : linear) {
    std::vector<double> row;
    for (const double time : times) row.push_back(stats::cox_survival(model.baseline, eta, time));
    result.push_back(std::move(row));
  }
  return result;
}

std::vector<Coefficient> coefficients(const Model& model) {
  std::vector<Coefficient> result;
  const std::vector<double> weights = model.learner->weights();
  for (std::size_t j = 0; j < weights.size(); ++j)
    if (weights[j] != 0.0)
      result.push_back({model.features[j], model.groups[j], weights[j] * model.recalibration.slope});
  std::stable_sort(result.begin(), result.end(),
                   [](const Coefficient& a, const Coefficient& b) { return std::abs(a.value) > std::abs(b.value); });
  return result;
}

Json to_json(const Recipe& recipe) {
  return {{"name", recipe.name},
          {"columns", recipe.columns},
          {"preprocess", to_json(recipe.preprocess)},
          {"learner", to_json(recipe.learner)},
          {"inner_folds", recipe.inner_folds},
          {"recalibrate", recipe.recalibrate}};
}

Recipe recipe_from_json(const Json& json) {
  return {json.at("name").get<std::string>(),
          json.at("columns").get<std::vector<std::string>>(),
          preprocess_settings_from_json(json.at("preprocess")),
          learner_settings_from_json(json.at("learner")),
          json.at("inner_folds").get<int>(),
          json.at("recalibrate").get<bool>()};
}

Json to_json(const Model& model) {
  return {{"format", kFormat},
          {"version", kVersion},
          {"outcome", to_string(model.kind)},
          {"recipe", to_json(model.recipe)},
          {"patients", model.patients},
          {"events", model.events},
          {"preprocess", to_json(model.preprocess)},
          {"features", model.features},
          {"groups", model.groups},
          {"learner", model.learner->to_json()},
          {"recalibration", to_json(model.recalibration)},
          {"baseline", {{"time_months", model.baseline.time}, {"cumulative", model.baseline.cumulative}}},
          {"median_linear", model.median_linear},
          {"tuning", model.tuning},
          {"notes", model.notes}};
}

Model model_from_json(const Json& json) {
  try {
    if (!json.contains("format") || json["format"] != kFormat)
      throw Error(ErrorCode::format, "this is not a model: \"format\" is not \"" + std::string(kFormat) + "\"");
    if (json.at("version") != kVersion)
      throw Error(ErrorCode::unsupported, "this model has another version than " + std::to_string(kVersion) +
                                              ", the one this program reads; use the program that wrote it");
    Model model;
    model.recipe = recipe_from_json(json.at("recipe"));
    model.kind = outcome_kind_from_string(json.at("outcome").get<std::string>());
    model.patients = json.at("patients").get<std::size_t>();
    model.events = json.at("events").get<std::size_t>();
    model.preprocess = preprocess_from_json(json.at("preprocess"));
    model.features = json.at("features").get<std::vector<std::string>>();
    model.groups = json.at("groups").get<std::vector<std::string>>();
    model.learner = learner_from_json(json.at("learner"));
    if (model.groups.size() != model.features.size() ||
        (!model.learner->weights().empty() && model.learner->weights().size() != model.features.size()))
      throw Error(ErrorCode::format, "the model's learner and its preprocessing list different numbers of features");
    model.recalibration = recalibration_from_json(json.at("recalibration"));
    model.baseline.time = json.at("baseline").at("time_months").get<std::vector<double>>();
    model.baseline.cumulative = json.at("baseline").at("cumulative").get<std::vector<double>>();
    model.median_linear = json.at("median_linear").get<double>();
    model.tuning = json.at("tuning");
    model.notes = json.at("notes").get<std::vector<std::string>>();
    return model;
  } catch (const nlohmann::json::exception& error) {
    throw Error(ErrorCode::format, std::string("the model is damaged: ") + error.what());
  }
}

}  // namespace larc::learn
