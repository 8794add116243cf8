#pragma once
#include <Eigen/Dense>
#include <string>
#include <vector>

#include "core/json.h"

namespace larc::app {

/// coef[] {name, coef, se, hr, lower, upper, z, p}: 95% limits of the hazard ratio by the normal approximation.
Json coefficient_answer(const std::vector<std::string>& names, const Eigen::VectorXd& coef, const Eigen::VectorXd& se);

/// The same as lines of text.
std::string coefficient_text(const Json& coef);

}  // namespace larc::app
