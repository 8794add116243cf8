#pragma once
#include <Eigen/Dense>
#include <string>
#include <vector>

#include "stats/cox_kernel.h"
#include "stats/distributions.h"
#include "stats/penalised_likelihood.h"
#include "stats/survival_outcome.h"

namespace larc::stats {

struct FirthCoxFit {
  bool converged = false;
  int iterations = 0;
  std::size_t patients = 0;
  std::size_t events = 0;
  std::vector<ProfiledCoefficient> coef;  // (p,) NaN for a constant or redundant column
  Eigen::MatrixXd covariance;             // (p, p) inverse information at the estimate
  double loglik_null = kNaN;              // these two are not penalised; all coefficients 0 ...
  double loglik = kNaN;                   // ... and at the penalised estimate
  double penalised_loglik_null = kNaN;
  double penalised_loglik = kNaN;
  double likelihood_ratio = kNaN;  // penalised; this and `wald` are chi-squared with `df` degrees of freedom
  double wald = kNaN;
  int df = 0;
  std::string reason;  // why something is NaN or not converged
};

/// Proportional hazards with Firth's penalty (half the log determinant of the information): finite where a covariate
/// orders the events perfectly. The gradient takes the third moments of the covariates in each risk set from running
/// sums: O(n p^2) an evaluation. A test of one coefficient holds it at 0 and keeps it in the penalty.
/// x (n, p) finite; outcome without weights and clusters
/// No events gives NaN and a reason.
/// errors shape_mismatch, domain (weights or clusters among them)
/// source Firth 1993; Heinze, Schemper 2001
FirthCoxFit fit_firth_cox(const Eigen::MatrixXd& x, const SurvivalOutcome& outcome, Ties ties = Ties::breslow,
                          double level = kLevel95);

}  // namespace larc::stats
