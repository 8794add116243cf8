#include "study/model.h"

#include "core/error.h"
#include "study/companions.h"

namespace larc::study {

namespace {

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : 0.5 * (values[middle - 1] + values[middle]);
}

}  // namespace

learn::Protocol protocol_of(const Dataset& dataset, std::uint64_t seed) {
  return {{dataset.frame, dataset.outcome, dataset.units, dataset.image_hashes, dataset.centres, {}}, seed};
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
                      const std::string& kind, std::uint64_t seed) {
  FittedModel model;
  model.kind = kind;
  model.type = dataset.endpoint->type;
  if (kind != "deep") {
    model.tabular = learn::fit_model(rows, recipe_of(study.file, dataset, kind), seed);
    model.notes = model.tabular.notes;
    model.median_linear = model.tabular.median_linear;
    model.baseline = model.tabular.baseline;
    return model;
  }
  DeepFit fit = fit_deep(study, dataset, rows, seed);
  model.deep = std::move(fit.model);
  model.notes = std::move(fit.notes);
  model.median_linear = median(fit.out_of_fold);
  if (model.type != EndpointType::binary)
    model.baseline = stats::baseline_hazard(fit.out_of_fold, rows.outcome().time_months, rows.outcome().event);
  return model;
}

Predictions predict_model(const FittedModel& model, const std::vector<double>& report_at, const learn::Frame& frame,
                          const nn::Cases& cases, std::vector<std::string>* notes) {
  Predictions predictions;
  if (model.kind == "deep")
    predictions.linear = predict_deep(model.deep, cases);
  else
    predictions.linear = learn::linear_predictor(model.tabular, frame, notes);
  for (const double linear : predictions.linear) {
    predictions.high_risk.push_back(linear > model.median_linear);
    if (model.type == EndpointType::binary) {
      predictions.probability.push_back(1.0 / (1.0 + std::exp(-linear)));
    } else {
      std::vector<double> survival;
      for (const double when : report_at) survival.push_back(stats::cox_survival(model.baseline, linear, when));
      predictions.survival.push_back(std::move(survival));
    }
  }
  return predictions;
}

Predictions predict_rows(const Study& study, const FittedModel& model, const Dataset& dataset,
                         const std::vector<std::size_t>& rows, std::vector<std::string>* notes) {
  const bool deep = model.kind == "deep";
  return predict_model(
      model, dataset.endpoint->report_at,
      deep ? learn::Frame{} : dataset.frame.select_groups(groups_of_kind(model.kind)).select_rows(rows),
      deep ? load_cases(study, dataset, rows) : nn::Cases{}, notes);
}

}  // namespace larc::study
