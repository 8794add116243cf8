#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/json.h"
#include "learn/frame.h"
#include "learn/preprocess.h"
#include "stats/cox.h"

namespace larc::learn {

struct PipelineSettings {
  PreprocessSettings preprocess;
  std::vector<double> alphas = {0.05, 0.5, 1.0};  // nearly ridge, half, lasso
  int n_lambda = 40;
  double lambda_min_ratio =
      0.0;  // smallest over largest lambda; 0: 0.001 with more than 5 patients a feature, else 0.01
  int inner_folds = 5;
  int patience = 10;  // steps along the path without a better inner deviance before it is left; 0: never
  std::map<std::string, double> penalty_factor;  // per column group; 1 when absent, 0 = never penalised
};

/// One pair of tuning values tried.
struct TuningPoint {
  double alpha = 0.0;
  double lambda = 0.0;
  double deviance = 0.0;  // mean out-of-fold deviance: per patient (binary), per event (survival)
};

struct Coefficient {
  std::string name;  // feature name after encoding
  std::string group;
  double value = 0.0;  // per training standard deviation
};

/// A model with every step that leads to it: nothing else is needed to predict a new patient.
struct FittedPipeline {
  OutcomeKind kind = OutcomeKind::binary;
  PipelineSettings settings;
  std::size_t patients = 0;
  std::size_t events = 0;
  PreprocessState preprocess;
  std::vector<Coefficient> model;  // all features that reach the model, zeros too
  double intercept = 0.0;          // 0 for survival
  double alpha = 0.0;
  double lambda = 0.0;
  std::vector<TuningPoint> tuning;
  stats::BaselineHazard baseline;  // survival; months, for a linear predictor of 0
  std::vector<std::string> notes;
};

/// Fits all steps on these rows. alpha and lambda are the pair with the least out-of-fold deviance in an inner
/// stratified cross-validation in which every step is fitted anew on each inner training part; the larger lambda wins
/// among equals. Survival: the deviance of a fold is that of all rows minus that of its training rows. errors refused
/// (fewer than two patients with, or without, the outcome), domain, shape_mismatch, conflict source Verweij, van
/// Houwelingen 1993 (cross-validated partial likelihood)
FittedPipeline fit_pipeline(const Frame& frame, const Outcome& outcome, const PipelineSettings& settings,
                            std::uint64_t seed);

/// Log odds (binary) or log hazard ratio against the training mean (survival). `notes` collects unseen levels and cut
/// values when not null.
/// errors not_found: a training column is absent (names it); conflict: a column of the other kind
std::vector<double> linear_predictor(const FittedPipeline& pipeline, const Frame& frame,
                                     std::vector<std::string>* notes = nullptr);
/// Probability of the outcome. errors as above; domain: a survival pipeline
std::vector<double> probability(const FittedPipeline& pipeline, const Frame& frame,
                                std::vector<std::string>* notes = nullptr);
/// Probability to be event free, one row per patient, one entry per time (months; the last training step is kept
/// beyond it). errors as above; domain: a binary pipeline
std::vector<std::vector<double>> survival(const FittedPipeline& pipeline, const Frame& frame,
                                          const std::vector<double>& times, std::vector<std::string>* notes = nullptr);

/// The coefficients that are not 0, largest first.
std::vector<Coefficient> coefficients(const FittedPipeline& pipeline);

/// Exact: a pipeline read back predicts the same bits.
Json to_json(const FittedPipeline& pipeline);
/// errors format: not a pipeline of a known version (says what is missing)
FittedPipeline pipeline_from_json(const Json& json);

Json to_json(const PipelineSettings& settings);
PipelineSettings pipeline_settings_from_json(const Json& json);

}  // namespace larc::learn
