#pragma once
#include <memory>
#include <string>
#include <vector>

#include "core/json.h"
#include "learn/learner.h"
#include "learn/recalibrate.h"
#include "stats/cox.h"

namespace larc::learn {

/// A whole way from a table to a prediction, as data: nothing in it can hold a row.
struct Recipe {
  std::string name;
  std::vector<std::string> columns;  // of the frame, empty: all
  PreprocessSettings preprocess;
  LearnerSettings learner;
  int inner_folds = 5;
  bool recalibrate = true;  // on scores of patients that the learner did not see
};
Json to_json(const Recipe& recipe);
Recipe recipe_from_json(const Json& json);

/// A model with every step that leads to it: nothing else is needed to predict a new patient.
struct Model {
  Recipe recipe;
  OutcomeKind kind = OutcomeKind::binary;
  std::size_t patients = 0;
  std::size_t events = 0;
  PreprocessState preprocess;
  std::vector<std::string> features;  // that reach the learner
  std::vector<std::string> groups;    // their groups
  std::shared_ptr<const Learner> learner;
  Recalibration recalibration;
  stats::BaselineHazard baseline;  // survival; months, for a linear predictor of 0
  double median_linear = 0.0;      // of the training rows' unseen scores: the line between low and high risk
  Json tuning = Json::object();
  std::vector<std::string> notes;
};

/// Fits all steps, the learner and its recalibration on these rows. `prepared` may hold what `prepare` gave for the
/// same rows, recipe and seed, to share it between learners. errors refused (fewer than two patients with, or without,
/// the outcome), domain, shape_mismatch, conflict
Model fit_model(const TrainingRows& rows, const Recipe& recipe, std::uint64_t seed, const Prepared* prepared = nullptr);

/// What `fit_model` prepares: depends on the recipe's columns, preprocessing and inner folds alone.
Prepared prepare_for(const TrainingRows& rows, const Recipe& recipe, std::uint64_t seed);

/// Logit of the probability, or log hazard ratio. `notes` collects unseen levels and cut values when not null.
/// errors not_found: a training column is absent (names it); conflict: a column of the other kind
std::vector<double> linear_predictor(const Model& model, const Frame& frame, std::vector<std::string>* notes = nullptr);
/// Probabilities of linear predictors. errors domain: a survival model
std::vector<double> probability(const Model& model, const std::vector<double>& linear);
/// Probability to be event free, one row per patient, one entry per time (months; the last training step is kept
/// beyond it). errors domain: a binary model
std::vector<std::vector<double>> survival(const Model& model, const std::vector<double>& linear,
                                          const std::vector<double>& times);

/// Weights per training standard deviation after recalibration, largest first; empty where the learner has none.
std::vector<Coefficient> coefficients(const Model& model);

/// Exact: a model read back predicts the same bits.
Json to_json(const Model& model);
/// errors format: not a model of a known version (says what is missing)
Model model_from_json(const Json& json);

}  // namespace larc::learn
