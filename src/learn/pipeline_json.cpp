#include "core/error.h"
#include "learn/pipeline.h"

namespace larc::learn {

namespace {

constexpr const char* kFormat = "larc-pipeline";
constexpr int kVersion = 1;

}  // namespace

Json to_json(const PipelineSettings& settings) {
  Json factors = Json::object();
  for (const auto& [group, factor] : settings.penalty_factor) factors[group] = factor;
  return {{"preprocess", to_json(settings.preprocess)},
          {"alphas", settings.alphas},
          {"n_lambda", settings.n_lambda},
          {"lambda_min_ratio", settings.lambda_min_ratio},
          {"inner_folds", settings.inner_folds},
          {"patience", settings.patience},
          {"penalty_factor", factors}};
}

PipelineSettings pipeline_settings_from_json(const Json& json) {
  PipelineSettings settings;
  settings.preprocess = preprocess_settings_from_json(json.at("preprocess"));
  settings.alphas = json.at("alphas").get<std::vector<double>>();
  settings.n_lambda = json.at("n_lambda").get<int>();
  settings.lambda_min_ratio = json.at("lambda_min_ratio").get<double>();
  settings.inner_folds = json.at("inner_folds").get<int>();
  settings.patience = json.at("patience").get<int>();
  for (const auto& [group, factor] : json.at("penalty_factor").items())
    settings.penalty_factor[group] = factor.get<double>();
  return settings;
}

Json to_json(const FittedPipeline& pipeline) {
  Json model = Json::array();
  for (const auto& coefficient : pipeline.model)
    model.push_back({{"name", coefficient.name}, {"group", coefficient.group}, {"value", coefficient.value}});
  Json tuning = Json::array();
  for (const auto& point : pipeline.tuning)
    tuning.push_back({{"alpha", point.alpha}, {"lambda", point.lambda}, {"deviance", number_or_null(point.deviance)}});
  return {{"format", kFormat},
          {"version", kVersion},
          {"outcome", to_string(pipeline.kind)},
          {"patients", pipeline.patients},
          {"events", pipeline.events},
          {"settings", to_json(pipeline.settings)},
          {"preprocess", to_json(pipeline.preprocess)},
          {"alpha", pipeline.alpha},
          {"lambda", pipeline.lambda},
          {"intercept", pipeline.intercept},
          {"model", model},
          {"baseline", {{"time_months", pipeline.baseline.time}, {"cumulative", pipeline.baseline.cumulative}}},
          {"tuning", tuning},
          {"notes", pipeline.notes}};
}

FittedPipeline pipeline_from_json(const Json& json) {
  if (!json.is_object() || !json.contains("format") || json["format"] != kFormat)
    throw Error(ErrorCode::format, "this is not a larc pipeline: \"format\" is not \"" + std::string(kFormat) + "\"");
  if (!json.contains("version") || json["version"] != kVersion)
    throw Error(ErrorCode::unsupported, "this pipeline has another version than " + std::to_string(kVersion) +
                                            ", the one this program reads; use the program that wrote it");
  try {
    FittedPipeline pipeline;
    pipeline.kind = outcome_kind_from_string(json.at("outcome").get<std::string>());
    pipeline.patients = json.at("patients").get<std::size_t>();
    pipeline.events = json.at("events").get<std::size_t>();
    pipeline.settings = pipeline_settings_from_json(json.at("settings"));
    pipeline.preprocess = preprocess_from_json(json.at("preprocess"));
    pipeline.alpha = json.at("alpha").get<double>();
    pipeline.lambda = json.at("lambda").get<double>();
    pipeline.intercept = json.at("intercept").get<double>();
    for (const auto& entry : json.at("model"))
      pipeline.model.push_back(
          {entry.at("name").get<std::string>(), entry.at("group").get<std::string>(), entry.at("value").get<double>()});
    if (pipeline.model.size() != pipeline.preprocess.scale.names.size())
      throw Error(ErrorCode::format, "the pipeline's model and its preprocessing list different numbers of features");
    pipeline.baseline.time = json.at("baseline").at("time_months").get<std::vector<double>>();
    pipeline.baseline.cumulative = json.at("baseline").at("cumulative").get<std::vector<double>>();
    for (const auto& entry : json.at("tuning"))
      pipeline.tuning.push_back(
          {entry.at("alpha").get<double>(), entry.at("lambda").get<double>(), number_or_nan(entry.at("deviance"))});
    pipeline.notes = json.at("notes").get<std::vector<std::string>>();
    return pipeline;
  } catch (const nlohmann::json::exception& error) {
    throw Error(ErrorCode::format, std::string("the pipeline is damaged: ") + error.what());
  }
}

}  // namespace larc::learn
