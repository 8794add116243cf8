#pragma once
#include <Eigen/Dense>
#include <string>
#include <vector>

#include "core/number.h"

namespace larc::stats {

/// Jackknife pseudo-values of the incidence of a cause at a horizon: n F - (n - 1) F without the patient, F by
/// Aalen-Johansen (1 - Kaplan-Meier without competing events). Their mean is F but for the censoring. O(n log n).
/// time (n,) >= 0; cause (n,) 0 censored, 1, 2, ...
/// errors shape_mismatch, domain
/// source Andersen, Klein, Rosthoj 2003
std::vector<double> pseudo_incidence(const std::vector<double>& time, const std::vector<int>& cause, double horizon,
                                     int cause_of_interest = 1);

struct PseudoFit {
  bool converged = false;
  Eigen::VectorXd coef;        // (p,)
  Eigen::VectorXd se;          // (p,) sandwich
  Eigen::MatrixXd covariance;  // (p, p)
  std::string reason;          // why it did not converge
};

/// Mean of the pseudo-values modelled as 1 - exp(-exp(x coef + offset)) by least squares, with robust errors: a
/// generalised estimating equation with complementary log-log link, constant variance and independence.
/// x (n, p), the intercept included; pseudo (n,); offset (n,) or empty
/// errors shape_mismatch, domain
/// source Andersen, Perme 2010
PseudoFit fit_pseudo_values(const Eigen::MatrixXd& x, const std::vector<double>& pseudo,
                            const std::vector<double>& offset = {});

}  // namespace larc::stats
