#pragma once
#include <Eigen/Dense>
#include <string>
#include <vector>

#include "core/number.h"
#include "stats/cox_baseline.h"
#include "stats/fine_gray_rows.h"

namespace larc::stats {

struct FineGrayFit {
  bool converged = false;
  int iterations = 0;
  std::size_t patients = 0;
  std::size_t events = 0;            // of the cause
  Eigen::VectorXd coef;              // (p,) log subdistribution hazard ratios; NaN for a redundant column
  Eigen::VectorXd se;                // (p,) from `covariance`
  Eigen::MatrixXd covariance;        // (p, p) sandwich
  bool weights_known = false;        // whether it takes the weights as known
  Eigen::MatrixXd model_covariance;  // (p, p) inverse information
  double loglik_null = kNaN;
  double loglik = kNaN;
  double likelihood_ratio = kNaN;  // these three are chi-squared with `df` degrees of freedom
  double score = kNaN;             // at 0, from the information
  double wald = kNaN;              // from `covariance`
  int df = 0;
  std::vector<StratumHazard> baseline;  // cumulative subdistribution hazard of a row with all covariates 0
  std::string reason;
};

/// Proportional subdistribution hazards, with a baseline for each stratum. Patients with another event stay at risk
/// with the weight G(t-) H(t-) / (G(T-) H(T-)), G and H the curves of censoring and of late entry of their stratum (see
/// fine_gray_rows.h); tied events by Breslow's rule. Without late entry the sandwich variance takes in that the
/// censoring curves are estimated (Fine and Gray; within strata Zhou et al.); with late entry it takes the weights as
/// known, as R's coxph does after finegray. Each Newton step, and the variance, is a few sums over the rows in time
/// order: O(n p^2) after sorting.
/// x (n, p) finite; wanted: the cause of interest
/// No event of the cause gives NaN and a reason, and so do undefined weights; a coefficient that runs away gives
/// converged = false and a reason.
/// errors shape_mismatch, domain
/// source Fine, Gray 1999; Geskus 2011 (late entry); Zhou, Latouche, Rocha, Fine 2011 (strata); Kawaguchi et al. 2021
/// (sums instead of double loops)
FineGrayFit fit_fine_gray(const Eigen::MatrixXd& x, const CompetingOutcome& outcome, int wanted);

/// The same for right-censored patients without strata.
FineGrayFit fit_fine_gray(const Eigen::MatrixXd& x, const std::vector<double>& time, const std::vector<int>& cause,
                          int wanted);

/// Cumulative incidence of a row with covariates x (p,) at each of `times`, in a stratum by its place in `baseline`.
/// errors shape_mismatch, domain
std::vector<double> fine_gray_incidence(const FineGrayFit& fit, const Eigen::VectorXd& x,
                                        const std::vector<double>& times, std::size_t stratum = 0);

}  // namespace larc::stats
