#pragma once
#include <string>
#include <vector>

#include "core/json.h"
#include "learn/encode.h"
#include "learn/filter.h"
#include "learn/frame.h"
#include "learn/harmonise.h"
#include "learn/impute.h"
#include "learn/robustness_filter.h"
#include "learn/rows.h"
#include "learn/scale.h"
#include "learn/select.h"

namespace larc::learn {

struct PreprocessSettings {
  double minority_share = 0.02;         // see fit_variance_filter
  double correlation_threshold = 0.95;  // see fit_correlation_filter; 1: none is dropped
  CorrelationKind correlation = CorrelationKind::spearman;
  double clip = kScaleClip;                        // training standard deviations
  bool harmonise = false;                          // ComBat by centre, see harmonise.h
  std::vector<std::string> harmonise_groups = {};  // of columns; empty: all
  SelectionSettings selection;
};

/// Everything between a table and a learner: drop what does not bear perturbation, impute, encode, drop constant
/// features, drop copies, scale, where asked for harmonise by centre, and, only where the recipe asks for it, choose by
/// the outcome. All of it is learnt from the training rows alone.
struct PreprocessState {
  RobustnessState robustness;
  ImputeState impute;
  EncodeState encode;
  HarmoniseState harmonise;
  FilterState variance;
  FilterState correlation;
  FilterState selection;
  ScaleState scale;
};

/// errors as those of the steps
PreprocessState fit_preprocess(const TrainingRows& training, const PreprocessSettings& settings,
                               std::uint64_t seed = 1);
/// Standardised features of any rows. `notes` collects unseen levels and cut values when not null. errors as the steps'
FeatureMatrix apply_preprocess(const PreprocessState& state, const Frame& frame,
                               std::vector<std::string>* notes = nullptr);

Json to_json(const PreprocessSettings& settings);
PreprocessSettings preprocess_settings_from_json(const Json& json);
Json to_json(const PreprocessState& state);
PreprocessState preprocess_from_json(const Json& json);

}  // namespace larc::learn
