#pragma once
#include <Eigen/Dense>
#include <string>
#include <vector>

#include "core/number.h"

namespace larc::stats {

enum class Ties { efron, breslow };

struct CoxFit {
  bool converged = false;
  int iterations = 0;
  std::size_t patients = 0;
  std::size_t events = 0;
  Eigen::VectorXd coef;        // (p,) log hazard ratios; NaN for a constant or redundant column
  Eigen::VectorXd se;          // (p,)
  Eigen::MatrixXd covariance;  // (p, p)
  double loglik_null = kNaN;
  double loglik = kNaN;
  double score = kNaN;  // score test at 0, chi-squared with as many degrees as there are coefficients
  double wald = kNaN;
  std::string reason;  // why something is NaN or not converged
};

/// Proportional hazards model by Newton steps with halving.
/// x (n, p); time (n,) >= 0; event (n,) 0 or 1
/// No events gives NaN and a reason; a coefficient that runs away gives converged = false and a reason.
/// errors shape_mismatch, domain
/// source Cox 1972; Efron 1977; Breslow 1974
CoxFit fit_cox(const Eigen::MatrixXd& x, const std::vector<double>& time, const std::vector<int>& event,
               Ties ties = Ties::efron);

/// Log partial likelihood of a given linear predictor. eta (n,)
double cox_log_likelihood(const std::vector<double>& eta, const std::vector<double>& time,
                          const std::vector<int>& event, Ties ties = Ties::efron);

/// Cumulative hazard of a patient with linear predictor 0: a step function.
struct BaselineHazard {
  std::vector<double> time;        // event times, ascending
  std::vector<double> cumulative;  // at and after each
  /// Value at `when`; 0 before the first event, the last value after the last one.
  double at(double when) const;
};

/// eta (n,) linear predictor of the training patients, not centred here.
/// errors shape_mismatch, domain
BaselineHazard baseline_hazard(const std::vector<double>& eta, const std::vector<double>& time,
                               const std::vector<int>& event, Ties ties = Ties::breslow);

/// exp(-H0(when) exp(eta))
double cox_survival(const BaselineHazard& baseline, double eta, double when);

}  // namespace larc::stats
