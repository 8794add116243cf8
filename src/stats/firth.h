#pragma once
#include <Eigen/Dense>
#include <string>
#include <vector>

#include "core/number.h"
#include "stats/distributions.h"
#include "stats/penalised_likelihood.h"

namespace larc::stats {

struct FirthFit {
  bool converged = false;
  int iterations = 0;
  ProfiledCoefficient intercept;
  std::vector<ProfiledCoefficient> coef;  // (p,) NaN for a constant or redundant column
  Eigen::MatrixXd covariance;             // (p + 1, p + 1), intercept first
  double loglik = kNaN;                   // not penalised, at the penalised estimate
  double penalised_loglik_null = kNaN;    // all coefficients but the intercept held at 0
  double penalised_loglik = kNaN;
  double likelihood_ratio = kNaN;  // penalised, chi-squared with as many degrees as there are coefficients
  std::string reason;
};

/// Logistic regression with Firth's penalty (half the log determinant of the information): finite under separation and
/// without the bias of order 1/n of maximum likelihood. Constants of the penalty that depend on the scale of x cancel.
/// x (n, p) without the intercept; labels (n,) 0 or 1; weights (n,) >= 0 or empty
/// One class only gives NaN and a reason.
/// errors shape_mismatch, domain
/// source Firth 1993; Heinze, Schemper 2002 (limits and tests)
FirthFit fit_firth_logistic(const Eigen::MatrixXd& x, const std::vector<double>& labels,
                            const std::vector<double>& weights = {}, double level = kLevel95);

}  // namespace larc::stats
