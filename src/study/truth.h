#pragma once
#include "study/study.h"

namespace larc::study {

/// Where a synthetic study keeps what its generator knows: never read by anything that learns.
std::filesystem::path truth_path(const std::filesystem::path& study_folder);

/// What the generator of a synthetic study knows; null for real data.
Json read_truth(const Study& study);

/// How far each model came from chance to the best that any model could reach on this synthetic cohort:
/// {"metric", "value", "reached": [{"kind", "fraction"}]}; null where the truth is, or says nothing of the endpoint.
Json best_possible(const Json& truth, const Endpoint& endpoint, const Json& models);

}  // namespace larc::study
