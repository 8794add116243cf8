#include "study/model.h"

#include "core/error.h"
#include "study/companions.h"

namespace larc::study {

namespace {

/// Of a network's score, where each of the hundreds of other columns has 1: much of what it is worth stays, and where
/// it is worth nothing it can go.
constexpr double kScorePenalty = 0.2;

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : 0.5 * (values[middle - 1] + values[middle]);
}

}  // namespace

learn::Protocol protocol_of(const Dataset& dataset, std::uint64_t seed) {
  return {{dataset.frame, dataset.outcome, dataset.units, dataset.image_hashes, dataset.centres, {}}, seed};
}

std::vector<learn::FoldedTable> folded_tables(const std::vector<Dataset>& datasets,
                                              const std::vector<learn::Protocol>& protocols) {
  std::vector<learn::FoldedTable> tables;
  for (std::size_t d = 0; d < datasets.size(); ++d) tables.push_back({&protocols[d], datasets[d].patients});
  return tables;
}

learn::Recipe recipe_of(const StudyFile& file, const Dataset& dataset, const std::string& kind) {
  learn::Recipe recipe;
  recipe.name = kind;
  recipe.inner_folds = file.validation.inner_folds;
  if (kind == "volume") {
    recipe.columns = volume_columns(file, dataset.frame);
    recipe.learner.kind = "ridge";  // never loses its only column
    return recipe;
  }
  for (const auto& column : dataset.frame.select_groups(groups_of_kind(kind)).columns)
    recipe.columns.push_back(column.name);
  if (uses_network(file, kind)) recipe.learner.penalty_factor[learn::kScoreGroup] = kScorePenalty;
  if (is_harmonised(kind)) {
    recipe.preprocess.harmonise = true;
    recipe.preprocess.harmonise_groups = {"radiomics"};
  }
  return recipe;
}

std::vector<std::string> feature_columns(const FittedModel& model) {
  std::vector<std::string> names;
  for (const auto& column : model.tabular.preprocess.impute.columns)
    if (column.group == "radiomics") names.push_back(column.name);
  return names;
}

FittedModel fit_model(const Study& study, const Dataset& dataset, const learn::TrainingRows& rows,
                      const std::string& kind, std::uint64_t seed, const NetworkScores* network) {
  FittedModel model;
  model.kind = kind;
  model.type = dataset.endpoint->type;
  if (network != nullptr) {
    model.deep = network->model;
    model.notes = network->notes;
  }
  if (kind != "deep") {
    model.tabular = learn::fit_model(rows, recipe_of(study.file, dataset, kind), seed);
    model.notes.insert(model.notes.end(), model.tabular.notes.begin(), model.tabular.notes.end());
    model.median_linear = model.tabular.median_linear;
    model.baseline = model.tabular.baseline;
    return model;
  }
  std::vector<double> out_of_fold;
  for (const std::size_t row : rows.indices()) out_of_fold.push_back(network->of(dataset.patients[row]));
  model.median_linear = median(out_of_fold);
  if (model.type != EndpointType::binary)
    model.baseline = stats::baseline_hazard(out_of_fold, rows.outcome().time_months, rows.outcome().event);
  std::size_t without = 0;
  for (const std::size_t row : rows.indices()) without += network->training.contains(dataset.patients[row]) ? 0 : 1;
  if (without > 0)
    model.notes.push_back(std::to_string(without) +
                          " training rows have no image that may be seen at this point; they taught nothing");
  return model;
}

Predictions predictions_of(const FittedModel& model, const std::vector<double>& report_at, std::vector<double> linear) {
  Predictions predictions;
  predictions.linear = std::move(linear);
  for (const double value : predictions.linear) {
    predictions.high_risk.push_back(value > model.median_linear);
    if (model.type == EndpointType::binary) {
      predictions.probability.push_back(1.0 / (1.0 + std::exp(-value)));
    } else {
      std::vector<double> survival;
      for (const double when : report_at) survival.push_back(stats::cox_survival(model.baseline, value, when));
      predictions.survival.push_back(std::move(survival));
    }
  }
  return predictions;
}

Predictions predict_model(const FittedModel& model, const std::vector<double>& report_at, const learn::Frame& frame,
                          const nn::Cases& cases, std::vector<std::string>* notes) {
  if (model.deep.weights.empty())
    return predictions_of(model, report_at, learn::linear_predictor(model.tabular, frame, notes));
  std::vector<double> score = predict_deep(model.deep, cases);
  if (model.kind == "deep") return predictions_of(model, report_at, std::move(score));
  learn::Frame whole = frame;
  whole.columns.push_back(network_column(std::move(score)));
  return predictions_of(model, report_at, learn::linear_predictor(model.tabular, whole, notes));
}

Predictions predict_rows(const FittedModel& model, const Dataset& dataset, const std::vector<std::size_t>& rows,
                         const NetworkScores* network, std::vector<std::string>* notes) {
  std::vector<double> linear;
  if (model.kind == "deep")
    for (const std::size_t row : rows) linear.push_back(network->of(dataset.patients[row]));
  else
    linear = learn::linear_predictor(model.tabular,
                                     dataset.frame.select_groups(groups_of_kind(model.kind)).select_rows(rows), notes);
  return predictions_of(model, dataset.endpoint->report_at, std::move(linear));
}

}  // namespace larc::study
