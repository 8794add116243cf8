#pragma once
#include <string>
#include <vector>

#include "demo/record.h"

namespace larc::demo {

/// What a careful person finds by the criteria and checks of the rectal protocol, written anew here: the truth must not
/// come from the code that is to be judged by it.
struct ScreeningTruth {
  std::string state;      // eligible, excluded, unknown
  std::string criterion;  // the first that definitely fails, otherwise the first that cannot be evaluated
};
ScreeningTruth screening_truth(const Record& record);

/// Ids of the checks that definitely do not hold, in order: "C01" ... "C22".
std::vector<std::string> broken_checks(const Record& record);

/// Endpoints that a broken check makes contradictory.
const std::vector<std::string>& endpoints_affected(const std::string& check);

/// "complete", "near_complete", "complete_or_near", "partial", "poor"; nullopt where grade or system is not known or
/// the system has no such grade.
std::optional<std::string> regression_of(const Record& record);

}  // namespace larc::demo
