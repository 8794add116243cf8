#pragma once
#include "study/model.h"
#include "study/validation_unit.h"

namespace larc::study {

/// What stands beside the models of an endpoint in the study document. Every list is empty, and every map null, where
/// the study has nothing of the kind.

/// baselines: volume alone and random numbers on the folds of the models.
Json baselines_json(const Study& study, const Dataset& dataset, const Units& units);

/// against_baselines: every model that looks at images beside each baseline.
/// kinds  of finished models
Json against_baselines_json(const Study& study, const Dataset& dataset, const std::vector<std::string>& kinds,
                            const Units& units);

/// harmonisation: models with ComBat beside the same models without, in the cross-validation.
Json harmonisation_json(const Study& study, const Dataset& dataset, const Units& units);

/// leave_one_centre_out: each centre predicted by models of the others, baselines and harmonised models too.
/// kinds  of models that may be trained
Json centres_json(const Study& study, const Dataset& dataset, const std::vector<std::string>& kinds,
                  const Units& units);

/// suspects: what the scan of the clinical predictors found, and which of them look like something later.
Json suspects_json(const StudyFile& file, const Dataset& dataset);

/// sample_size of one model; null for networks.
Json sample_size_json(const StudyFile& file, const Dataset& dataset, const std::string& kind);

/// robustness: features that were dropped in training folds because they do not bear perturbation.
Json robustness_json(const Study& study, const Dataset& dataset, const Units& units);

/// Sentences that whoever sees a figure of these endpoints must hear. endpoints: of validation_summary
std::vector<std::string> cautions(const Json& endpoints);

/// For people: what a suspect column means for the study.
std::string suspect_sentence(const Endpoint& endpoint, const learn::SuspectColumn& suspect);
std::string twin_sentence(const StudyFile& file, const Dataset& dataset, const LaterTwin& twin);

}  // namespace larc::study
