#include "learn/preprocess.h"

#include "core/random.h"

namespace larc::learn {

PreprocessState fit_preprocess(const TrainingRows& training, const PreprocessSettings& settings, std::uint64_t seed) {
  PreprocessState state;
  state.robustness = fit_robustness_filter(training.frame());
  const Frame robust = apply_robustness_filter(state.robustness, training.frame());
  state.impute = fit_impute(robust);
  const Frame complete = apply_impute(state.impute, robust);
  state.encode = fit_encode(complete);
  FeatureMatrix matrix = apply_encode(state.encode, complete);
  if (settings.harmonise) {
    state.harmonise = fit_harmonise(matrix, training.frame().batches, settings.harmonise_groups);
    matrix = apply_harmonise(state.harmonise, matrix, training.frame().batches);
  }
  state.variance = fit_variance_filter(matrix, settings.minority_share);
  matrix = apply_filter(state.variance, matrix);
  if (settings.correlation_threshold < 1.0) {
    state.correlation = fit_correlation_filter(matrix, settings.correlation_threshold, settings.correlation);
    matrix = apply_filter(state.correlation, matrix);
  }
  if (settings.selection.method != "none") {
    // On standardised features: a lasso would choose by their units otherwise.
    state.selection = fit_selection(apply_scale(fit_scale(matrix, settings.clip), matrix), training.outcome(),
                                    settings.selection, derive_seed(seed, "selection"));
    matrix = apply_filter(state.selection, matrix);
  }
  state.scale = fit_scale(matrix, settings.clip);
  return state;
}

FeatureMatrix apply_preprocess(const PreprocessState& state, const Frame& frame, std::vector<std::string>* notes) {
  // Imputation and the last step pick their features by name, so the filters need no pass of their own.
  return apply_scale(
      state.scale,
      apply_harmonise(state.harmonise, apply_encode(state.encode, apply_impute(state.impute, frame), notes),
                      frame.batches, notes),
      notes);
}

Json to_json(const PreprocessSettings& settings) {
  return {{"minority_share", settings.minority_share},
          {"correlation_threshold", settings.correlation_threshold},
          {"correlation", settings.correlation == CorrelationKind::spearman ? "spearman" : "pearson"},
          {"clip", settings.clip},
          {"harmonise", settings.harmonise},
          {"harmonise_groups", settings.harmonise_groups},
          {"selection", to_json(settings.selection)}};
}

PreprocessSettings preprocess_settings_from_json(const Json& json) {
  return {json.at("minority_share").get<double>(),
          json.at("correlation_threshold").get<double>(),
          json.at("correlation").get<std::string>() == "pearson" ? CorrelationKind::pearson : CorrelationKind::spearman,
          json.at("clip").get<double>(),
          json.at("harmonise").get<bool>(),
          json.value("harmonise_groups", std::vector<std::string>()),
          selection_settings_from_json(json.at("selection"))};
}

Json to_json(const PreprocessState& state) {
  return {{"robustness_filter", to_json(state.robustness)},
          {"impute", to_json(state.impute)},
          {"encode", to_json(state.encode)},
          {"harmonise", to_json(state.harmonise)},
          {"variance_filter", to_json(state.variance)},
          {"correlation_filter", to_json(state.correlation)},
          {"selection", to_json(state.selection)},
          {"scale", to_json(state.scale)}};
}

PreprocessState preprocess_from_json(const Json& json) {
  return {robustness_from_json(json.at("robustness_filter")),
          impute_from_json(json.at("impute")),
          encode_from_json(json.at("encode")),
          harmonise_from_json(json.at("harmonise")),
          filter_from_json(json.at("variance_filter")),
          filter_from_json(json.at("correlation_filter")),
          filter_from_json(json.at("selection")),
          scale_from_json(json.at("scale"))};
}

}  // namespace larc::learn
