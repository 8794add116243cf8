#pragma once
#include "learn/protocol.h"
#include "study/network_input.h"

namespace larc::study {

/// A network as it answers for one endpoint.
struct DeepModel {
  std::string weights;  // safetensors
  Json architecture;
  /// The endpoint's linear predictor is intercept + slope * (what the network says): fitted on what its members say of
  /// training rows they did not learn from.
  double slope = 1;
  double intercept = 0;
  /// For a patient without any crop: the mean of the training rows.
  double without_image = 0;
};

/// Settings of the networks from the study file. errors format: unknown key
nn::TrainSettings deep_settings(const Json& json);

/// The endpoint and, beside it, the other endpoints of the study, as far as these rows can teach them: one network
/// learns all, its answer for the first is used.
std::vector<nn::Task> tasks_of(const Dataset& dataset, const learn::Outcome& outcome,
                               const std::vector<std::size_t>& rows);

struct DeepFit {
  DeepModel model;
  std::vector<double> out_of_fold;  // (rows of `rows`) the endpoint's linear predictor
  std::vector<std::string> notes;
};

/// errors as nn::Api::train; refused: fewer than eight rows have an image
DeepFit fit_deep(const Study& study, const Dataset& dataset, const learn::TrainingRows& rows, std::uint64_t seed);

/// Linear predictors of the endpoint. A case without any view gets the training mean.
std::vector<double> predict_deep(const DeepModel& model, const nn::Cases& cases);

}  // namespace larc::study
