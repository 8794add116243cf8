#pragma once
#include <Eigen/Dense>
#include <vector>

#include "stats/cox.h"

namespace larc::stats {

/// Residuals of a fit, one row per row of the input; a column that the fit set aside is NaN.
struct CoxResiduals {
  std::vector<double> martingale;  // (n,) event - expected
  std::vector<double> deviance;    // (n,)
  Eigen::MatrixXd score;           // (n, p)
  Eigen::MatrixXd dfbeta;          // (n, p) weight * score * model covariance: change of coef by leaving the row out
};

/// x, outcome: those of the fit
/// errors shape_mismatch, domain
/// source Therneau, Grambsch, Fleming 1990; Cain, Lange 1984
CoxResiduals cox_residuals(const Eigen::MatrixXd& x, const SurvivalOutcome& outcome, const CoxFit& fit);

/// One row per event, ordered by stratum and time.
struct SchoenfeldResiduals {
  std::vector<std::size_t> row;  // of the input
  std::vector<double> time;
  Eigen::MatrixXd raw;     // (events, p) covariates less their mean over the risk set
  Eigen::MatrixXd scaled;  // (events, p) events * model covariance * raw + coef
};

/// errors shape_mismatch, domain
/// source Schoenfeld 1982; Grambsch, Therneau 1994
SchoenfeldResiduals schoenfeld_residuals(const Eigen::MatrixXd& x, const SurvivalOutcome& outcome, const CoxFit& fit);

/// Fills the sandwich variance into `fit`: sums of dfbeta within clusters, their squares added up.
/// source Lin, Wei 1989
void add_robust_variance(const Eigen::MatrixXd& x, const SurvivalOutcome& outcome, CoxFit& fit);

}  // namespace larc::stats
