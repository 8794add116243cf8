#pragma once
#include <set>
#include <string>

#include "study/study_file.h"

namespace larc::study {

/// The variables that were typed in and on which the given ones rest: a derived one stands for those of its formula.
std::set<std::string> recorded_variables(const StudyFile& file, const std::set<std::string>& ids);

/// Those from which the outcome of an endpoint is derived.
std::set<std::string> outcome_variables(const StudyFile& file, const Endpoint& endpoint);

}  // namespace larc::study
