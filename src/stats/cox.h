#pragma once
#include <Eigen/Dense>
#include <string>
#include <vector>

#include "core/number.h"
#include "stats/cox_baseline.h"
#include "stats/cox_kernel.h"
#include "stats/survival_outcome.h"

namespace larc::stats {

struct CoxSettings {
  Ties ties = Ties::efron;
  bool robust = false;  // sandwich variance; also whenever clusters are given
};

struct CoxFit {
  bool converged = false;
  int iterations = 0;
  Ties ties = Ties::efron;
  std::size_t patients = 0;
  std::size_t events = 0;
  Eigen::VectorXd coef;              // (p,) log hazard ratios; NaN for a constant or redundant column
  Eigen::VectorXd se;                // (p,) from `covariance`: robust where that was asked for
  Eigen::MatrixXd covariance;        // (p, p)
  Eigen::MatrixXd model_covariance;  // (p, p) inverse information, whatever `robust` says
  double loglik_null = kNaN;
  double loglik = kNaN;
  double likelihood_ratio = kNaN;  // these three are chi-squared with `df` degrees of freedom
  double score = kNaN;             // at 0
  double wald = kNaN;              // from `covariance`
  double robust_score = kNaN;      // only with a robust variance
  int df = 0;                      // coefficients that are not NaN
  std::string reason;              // why something is NaN or not converged
};

/// Proportional hazards model by Newton steps with halving, until the next step would move no coefficient by more than
/// 1e-10 of its standard error.
/// x (n, p) finite
/// No events gives NaN and a reason; a coefficient that runs away gives converged = false and a reason. Times that
/// differ by rounding alone are ties (see time_order.h).
/// errors shape_mismatch, domain
/// source Cox 1972; Efron 1977; Breslow 1974; Andersen, Gill 1982; Lin, Wei 1989 (robust variance)
CoxFit fit_cox(const Eigen::MatrixXd& x, const SurvivalOutcome& outcome, const CoxSettings& settings = {});

/// The same for right-censored patients without weights and strata.
CoxFit fit_cox(const Eigen::MatrixXd& x, const std::vector<double>& time, const std::vector<int>& event,
               Ties ties = Ties::efron);

/// Log partial likelihood of a given linear predictor. eta (n,)
/// errors shape_mismatch, domain
double cox_log_likelihood(const std::vector<double>& eta, const std::vector<double>& time,
                          const std::vector<int>& event, Ties ties = Ties::efron);
double cox_log_likelihood(const std::vector<double>& eta, const SurvivalOutcome& outcome, Ties ties = Ties::efron);

/// x times coef with the columns set aside (NaN) left out: the linear predictor, not centred.
std::vector<double> linear_predictor(const Eigen::MatrixXd& x, const Eigen::VectorXd& coef);

/// What the Newton steps of a fit end with, on the scale of CoxRows.
struct CoxOptimum {
  Eigen::VectorXd coef;  // (columns,) 0 where set aside
  std::vector<char> kept;
  double loglik_null = kNaN;
  double loglik = kNaN;
  double score = kNaN;
  int iterations = 0;
  bool converged = false;
  std::string reason;
};

/// precise: go on until the information, too, stands at the optimum; otherwise stop where the coefficients do.
/// start (columns,) or empty for 0; with a start there is no score and no null likelihood
CoxOptimum maximise_cox(CoxKernel& kernel, const CoxRows& rows, bool precise = true, const Eigen::VectorXd& start = {});

}  // namespace larc::stats
