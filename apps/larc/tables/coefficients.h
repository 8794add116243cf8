#pragma once
#include <Eigen/Dense>
#include <string>
#include <vector>

#include "core/json.h"
#include "core/number.h"
#include "stats/penalised_likelihood.h"
#include "tables/answer.h"

namespace larc::app {

/// coef[] {name, coef, se, hr, lower, upper, z, p}: 95% limits of the hazard ratio by the normal approximation.
Json coefficient_answer(const std::vector<std::string>& names, const Eigen::VectorXd& coef, const Eigen::VectorXd& se);

/// What cox and finegray say of a fitted model: converged, iterations, coef, loglik [null, fitted], score, wald, df and
/// the three tests of all coefficients.
template <typename Fit>
Json model_answer(const std::vector<std::string>& names, const Fit& fit) {
  return {{"converged", fit.converged},
          {"iterations", fit.iterations},
          {"coef", coefficient_answer(names, fit.coef, fit.se)},
          {"loglik", {number_or_null(fit.loglik_null), number_or_null(fit.loglik)}},
          {"score", number_or_null(fit.score)},
          {"wald", number_or_null(fit.wald)},
          {"df", fit.df},
          {"likelihood_ratio_test", chi2_answer(fit.likelihood_ratio, fit.df)},
          {"score_test", chi2_answer(fit.score, fit.df)},
          {"wald_test", chi2_answer(fit.wald, fit.df)}};
}

/// The same as lines of text.
std::string coefficient_text(const Json& coef);

/// {coef, se, hr, lower, upper, z, chi2, p}: limits and p from the penalised profile likelihood. What is missing of
/// them is told in `notes` under `name`.
Json profile_answer(const std::string& name, const stats::ProfiledCoefficient& coefficient, Json& notes);
/// coef[] {name, ...} of the same.
Json profile_answers(const std::vector<std::string>& names, const std::vector<stats::ProfiledCoefficient>& coef,
                     Json& notes);
/// (p,) the estimates alone
Eigen::VectorXd estimates(const std::vector<stats::ProfiledCoefficient>& coef);

/// A reason of the library, which counts columns from 1, with their names: "column 2" becomes "column age".
std::string with_column_names(const std::string& reason, const std::vector<std::string>& names);

}  // namespace larc::app
