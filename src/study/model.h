#pragma once
#include <string>
#include <vector>

#include "learn/model.h"
#include "learn/protocol.h"
#include "stats/cox.h"
#include "study/networks.h"

namespace larc::study {

/// One fitted model of any kind: everything needed to predict, nothing of the patients it was fitted on.
struct FittedModel {
  std::string kind;
  EndpointType type = EndpointType::binary;
  learn::Model tabular;            // not deep
  DeepModel deep;                  // deep; combined where it reads a network's score; without weights in validation
  std::vector<std::string> notes;  // on the fit
  stats::BaselineHazard baseline;  // survival, for a linear predictor of 0
  double median_linear = 0;        // of the training rows: the threshold between low and high risk
};

/// What a model says of some rows.
struct Predictions {
  std::vector<double> linear;                 // logit or log hazard ratio
  std::vector<double> probability;            // binary
  std::vector<std::vector<double>> survival;  // survival: [row][time of endpoint.report_at]
  std::vector<bool> high_risk;                // linear above the training median
};

/// The protocol over a dataset's rows: the only source of training rows. Patients who share an image share a side.
learn::Protocol protocol_of(const Dataset& dataset, std::uint64_t seed);

/// The datasets as learn::SharedFolds takes them. protocols: of the datasets, in their order; must outlive the tables
std::vector<learn::FoldedTable> folded_tables(const std::vector<Dataset>& datasets,
                                              const std::vector<learn::Protocol>& protocols);

/// Fits on the given rows alone: every step that learns anything sees no other row.
/// dataset  of a combined model with a network: with its score (with_network_score)
/// network  what a network that learned from these rows' patients alone says; null for kinds that read none
/// errors as the learners
FittedModel fit_model(const Study& study, const Dataset& dataset, const learn::TrainingRows& rows,
                      const std::string& kind, std::uint64_t seed, const NetworkScores* network = nullptr);

/// What follows from linear predictors. report_at: months
Predictions predictions_of(const FittedModel& model, const std::vector<double>& report_at, std::vector<double> linear);

/// One or more new patients. frame: with at least the columns of the kind, but for the network's score; cases: for
/// models with a network. notes: what learn::linear_predictor says of these rows; may be null
Predictions predict_model(const FittedModel& model, const std::vector<double>& report_at, const learn::Frame& frame,
                          const nn::Cases& cases, std::vector<std::string>* notes = nullptr);
/// Rows of a dataset, with the network's score where the model reads one. network: for deep
Predictions predict_rows(const FittedModel& model, const Dataset& dataset, const std::vector<std::size_t>& rows,
                         const NetworkScores* network = nullptr, std::vector<std::string>* notes = nullptr);

/// Names of the image features that a model other than a deep one was trained with.
std::vector<std::string> feature_columns(const FittedModel& model);

/// What a tabular kind of model, or a companion of one (study/companions.h), is made of.
learn::Recipe recipe_of(const StudyFile& file, const Dataset& dataset, const std::string& kind);

}  // namespace larc::study
