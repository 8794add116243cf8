#pragma once
#include <Eigen/Dense>
#include <string>
#include <vector>

#include "core/number.h"

namespace larc::stats {

struct FineGrayFit {
  bool converged = false;
  int iterations = 0;
  std::size_t patients = 0;
  std::size_t events = 0;            // of the cause
  Eigen::VectorXd coef;              // (p,) log subdistribution hazard ratios; NaN for a redundant column
  Eigen::VectorXd se;                // (p,) from `covariance`
  Eigen::MatrixXd covariance;        // (p, p) sandwich, the estimation of the censoring weights taken into account
  Eigen::MatrixXd model_covariance;  // (p, p) inverse information
  double loglik_null = kNaN;
  double loglik = kNaN;
  double score = kNaN;  // at 0, from the information
  double wald = kNaN;   // from `covariance`
  int df = 0;
  // Baseline: cumulative subdistribution hazard of a row with all covariates 0.
  std::vector<double> time;        // of events of the cause, ascending
  std::vector<double> cumulative;  // at and after each
  std::string reason;
};

/// Proportional subdistribution hazards. Patients with another event stay at risk with the weight G(t-) / G(T-), G the
/// Kaplan-Meier curve of censoring with everybody at risk at tied times, as R's cmprsk::crr has it; tied events by
/// Breslow's rule. Each Newton step, and the variance, is a few sums over the rows in time order: O(n p^2) after
/// sorting. x (n, p) finite; time (n,) >= 0; cause (n,) 0 censored, 1, 2, ...; wanted: the cause of interest No event
/// of the cause gives NaN and a reason; so does a coefficient that runs away. errors shape_mismatch, domain source
/// Fine, Gray 1999; Kawaguchi et al. 2021 (sums instead of double loops)
FineGrayFit fit_fine_gray(const Eigen::MatrixXd& x, const std::vector<double>& time, const std::vector<int>& cause,
                          int wanted);

/// Cumulative incidence of a row with covariates x (p,) at each of `times`.
std::vector<double> fine_gray_incidence(const FineGrayFit& fit, const Eigen::VectorXd& x,
                                        const std::vector<double>& times);

}  // namespace larc::stats
