#pragma once
#include <map>
#include <string>
#include <vector>

#include "nn/api.h"
#include "study/dataset.h"

namespace larc::study {

/// The places a network at this point may have a crop in. Each name is that of an image role.
std::vector<nn::View> network_views(const StudyFile& file, PredictionPoint at);

/// Crops of one patient by image role, as they lie in the content store or were just made.
using Crops = std::map<std::string, std::vector<float>>;

/// Cases without a row: grid and views. errors not_ready: the study has no crop rule
nn::Cases no_cases(const StudyFile& file, PredictionPoint at);

/// Patients of the study, by the hashes of their crops by image role; crops are read from the content store when they
/// are wanted. The study must outlive the cases. errors as no_cases
nn::Cases load_cases(const Study& study, PredictionPoint at,
                     const std::vector<std::map<std::string, std::string>>& crops);

/// One new patient.
nn::Cases case_of(const StudyFile& file, PredictionPoint at, const Crops& crops);

}  // namespace larc::study
