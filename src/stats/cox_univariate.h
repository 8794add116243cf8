#pragma once
#include <Eigen/Dense>
#include <string>
#include <vector>

#include "stats/cox.h"

namespace larc::stats {

/// Cox models of one covariate each, for every column of a table. NaN where the column is constant or orders the events
/// perfectly; `converged` tells the latter.
struct UnivariateCox {
  std::vector<double> coef;   // (p,)
  std::vector<double> se;     // (p,)
  std::vector<double> z;      // (p,)
  std::vector<double> p;      // (p,) two-sided, of z
  std::vector<double> score;  // (p,) score test at 0, chi-squared with one degree of freedom
  std::vector<char> converged;
  double loglik_null = kNaN;
  std::vector<double> loglik;  // (p,)
  std::string reason;          // no events, no patients: everything is NaN
};

/// Sorts once and runs four columns side by side. Same optimum as fit_cox with that column alone.
/// x (n, p) finite; right-censored rows without weights
/// errors shape_mismatch, domain
UnivariateCox univariate_cox(const Eigen::MatrixXd& x, const std::vector<double>& time, const std::vector<int>& event,
                             Ties ties = Ties::efron);

}  // namespace larc::stats
