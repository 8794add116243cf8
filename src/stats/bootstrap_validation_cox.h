#pragma once
#include <Eigen/Dense>
#include <vector>

#include "stats/bootstrap_validation.h"
#include "stats/cox.h"

namespace larc::stats {

struct CoxBootstrap {
  BootstrapValidation c;  // Harrell's C of the linear predictor; no-information value 0.5
  Eigen::MatrixXd coef;   // (p, replicates) of each resample's model; NaN as in CoxFit
  std::size_t not_converged = 0;
};

/// What bootstrap_validation gives for fit_cox and harrell_c, many times faster: the rows are laid out once, a resample
/// says how often each counts, and its Newton steps begin at the fit to all rows. Times that differ by rounding alone
/// (see time_order.h) are judged on all rows.
/// x (n, p) finite; time (n,) >= 0; event (n,) 0 or 1
/// errors shape_mismatch, domain (also: no rows, no replicates)
/// source Harrell, Lee, Mark 1996
CoxBootstrap cox_bootstrap_validation(const Eigen::MatrixXd& x, const std::vector<double>& time,
                                      const std::vector<int>& event, Ties ties = Ties::efron,
                                      const ResampleSettings& settings = {});

}  // namespace larc::stats
