#include "study/model.h"

#include "core/error.h"
#include "nn/host.h"
#include "study/companions.h"

namespace larc::study {

namespace {

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : 0.5 * (values[middle - 1] + values[middle]);
}

nn::Target target_of(const learn::Outcome& outcome) {
  nn::Target target;
  target.kind = outcome.kind == learn::OutcomeKind::binary ? nn::TaskKind::binary : nn::TaskKind::survival;
  target.label = outcome.label;
  target.time_months = outcome.time_months;
  target.event = outcome.event;
  return target;
}

}  // namespace

learn::Protocol protocol_of(const Dataset& dataset, std::uint64_t seed) {
  return {{dataset.frame, dataset.outcome, dataset.units, dataset.crop_hashes, dataset.centres, {}}, seed};
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
      else if (key == "max_epochs")
        settings.max_epochs = value.get<int>();
      else if (key == "patience")
        settings.patience = value.get<int>();
      else if (key == "batch_size")
        settings.batch_size = value.get<int>();
      else if (key == "learning_rate")
        settings.learning_rate = value.get<double>();
      else if (key == "weight_decay")
        settings.weight_decay = value.get<double>();
      else if (key == "dropout")
        settings.dropout = value.get<double>();
      else
        fail(
            "is not a key larc knows; known: preset, members, max_epochs, patience, batch_size, learning_rate, "
            "weight_decay, dropout, flip_left_right");
    }
  }
  return settings;
}

FittedModel fit_model(const Study& study, const Dataset& dataset, const learn::TrainingRows& rows,
                      const std::string& kind, std::uint64_t seed) {
  FittedModel model;
  model.kind = kind;
  model.type = dataset.endpoint->type;
  if (kind != "deep") {
    model.tabular = learn::fit_model(rows, recipe_of(study.file, dataset, kind), seed);
    model.median_linear = model.tabular.median_linear;
    model.baseline = model.tabular.baseline;
    return model;
  }
  const learn::Outcome& outcome = rows.outcome();
  const nn::Crops crops = load_crops(study, dataset, rows.indices());
  nn::TrainResult trained = nn::load().train(crops, target_of(outcome), deep_settings(study.file.deep), seed, {});
  model.weights = std::move(trained.weights);
  model.architecture = std::move(trained.architecture);
  const std::vector<double> linear = nn::load().predict(model.weights, model.architecture, crops);
  model.median_linear = median(linear);
  if (model.type != EndpointType::binary)
    model.baseline = stats::baseline_hazard(linear, outcome.time_months, outcome.event);
  return model;
}

Predictions predict_model(const FittedModel& model, const std::vector<double>& report_at, const learn::Frame& frame,
                          const nn::Crops& crops, std::vector<std::string>* notes) {
  Predictions predictions;
  if (model.kind == "deep")
    predictions.linear = nn::load().predict(model.weights, model.architecture, crops);
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
      deep ? load_crops(study, dataset, rows) : nn::Crops{}, notes);
}

}  // namespace larc::study
