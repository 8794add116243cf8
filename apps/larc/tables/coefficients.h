#pragma once
#include <Eigen/Dense>
#include <string>
#include <vector>

#include "core/json.h"
#include "stats/penalised_likelihood.h"

namespace larc::app {

/// coef[] {name, coef, se, hr, lower, upper, z, p}: 95% limits of the hazard ratio by the normal approximation.
Json coefficient_answer(const std::vector<std::string>& names, const Eigen::VectorXd& coef, const Eigen::VectorXd& se);

/// The same as lines of text.
std::string coefficient_text(const Json& coef);

/// {coef, se, hr, lower, upper, z, chi2, p}: limits and p from the penalised profile likelihood.
Json profile_answer(const stats::ProfiledCoefficient& coefficient);

/// A reason of the library, which counts columns from 1, with their names: "column 2" becomes "column age".
std::string with_column_names(const std::string& reason, const std::vector<std::string>& names);

}  // namespace larc::app
