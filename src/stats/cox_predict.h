#pragma once
#include <Eigen/Dense>
#include <string>
#include <vector>

#include "stats/cox.h"

namespace larc::stats {

/// Survival that a fit predicts for one new row.
struct CoxPrediction {
  std::vector<double> survival;    // at each asked time
  std::vector<double> cumulative;  // cumulative hazard
  std::vector<double> se;          // of the cumulative hazard, that is of -log(survival)
};

/// Hazard and its variance by the tie rule of the fit, as R's survfit(coxph) has them by default.
/// x, outcome: those of the fit; rows (m, p) new; stratum (m,) of each new row, empty without strata; times (t,) >= 0
/// errors shape_mismatch, domain: a stratum that the fit does not know
/// source Tsiatis 1981; Therneau, Grambsch 2000, ch. 10
std::vector<CoxPrediction> predict_cox(const Eigen::MatrixXd& x, const SurvivalOutcome& outcome, const CoxFit& fit,
                                       const Eigen::MatrixXd& rows, const std::vector<double>& times,
                                       const std::vector<int>& stratum = {});

}  // namespace larc::stats
