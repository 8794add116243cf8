#pragma once
#include <functional>

#include "study/network_cohort.h"
#include "study/network_input.h"

namespace larc::study {

/// A network as it answers for one endpoint.
struct DeepModel {
  std::string weights;  // safetensors; empty where only its answers are kept
  Json architecture;
  std::string task;  // of the network: the endpoint
  /// The endpoint's linear predictor is intercept + slope * (what the network says): fitted on what its members say of
  /// training rows they did not learn from.
  double slope = 1;
  double intercept = 0;
  /// For a patient without any crop: the mean of the training rows.
  double without_image = 0;
  Json history;  // of the training (nn::TrainResult); not part of a bundle's model
};

/// Settings of the networks from the study file. errors format: unknown key
nn::TrainSettings deep_settings(const Json& json);

/// What a training found for one endpoint.
/// out_of_fold  (rows,) its linear predictor, from members that did not learn from the row
/// failure      why the network does not answer for it; empty if it does
struct NetworkAnswer {
  DeepModel model;
  std::vector<double> out_of_fold;
  std::vector<std::string> notes;
  std::string failure;
};

/// Trains one network on these rows of the cohort for all endpoints. units: (rows,) rows of one unit stay on one side
/// of every inner fold. -> by endpoint, those answered at the cohort's point
/// errors as nn::Api::train; refused: the rows can teach no endpoint
std::map<std::string, NetworkAnswer> train_network(const Study& study, const NetworkCohort& cohort,
                                                   const std::vector<std::size_t>& rows,
                                                   const std::vector<std::size_t>& units, std::uint64_t seed,
                                                   const std::function<void(int epoch, int of)>& on_epoch,
                                                   const nn::CheckpointSettings& checkpoint = {});

/// Raw linear predictors by task. A case without any view has none: NaN.
std::map<std::string, std::vector<double>> run_network(const std::string& weights, const Json& architecture,
                                                       const nn::Cases& cases);

/// The endpoint's linear predictors from what run_network says.
std::vector<double> answer(const DeepModel& model, const std::vector<double>& raw);

/// Both. A case without any view gets the training mean.
std::vector<double> predict_deep(const DeepModel& model, const nn::Cases& cases);

}  // namespace larc::study
