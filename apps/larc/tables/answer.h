#pragma once
#include <string>

#include "core/json.h"
#include "stats/calibration.h"
#include "stats/proportion.h"

namespace larc::app {

/// NaN as null with a note "what: reason"; nothing is added when the reason is empty or already there.
void add_note(Json& notes, const std::string& what, const std::string& reason);

/// "0.7314 (0.6301 to 0.8326)"
std::string with_limits(double value, double lower, double upper, int digits = 4);

/// {value, successes, trials, lower, upper (Wilson), exact_lower, exact_upper (Clopper-Pearson)}
Json proportion_json(const stats::Proportion& proportion);

/// {chi2, df, p}; null where undefined.
Json chi2_answer(double chi2, int df);

/// Adds NAME, NAME_se, NAME_lower and NAME_upper, and the reason to `notes`.
void put_estimate(Json& answer, Json& notes, const std::string& name, const stats::Estimate& estimate);

}  // namespace larc::app
