#pragma once
#include <Eigen/Dense>
#include <string>
#include <vector>

#include "core/number.h"

namespace larc::stats {

struct LogisticFit {
  bool converged = false;
  bool separated = false;  // the covariates separate the classes: the maximum lies at infinity
  int iterations = 0;
  double intercept = kNaN;
  double intercept_se = kNaN;
  Eigen::VectorXd coef;        // (p,) NaN for a column that is constant or a combination of earlier ones
  Eigen::VectorXd se;          // (p,)
  Eigen::MatrixXd covariance;  // (p + 1, p + 1), intercept first
  double loglik_null = kNaN;   // intercept (and offset) only
  double loglik = kNaN;
  double deviance = kNaN;
  // Tests of all covariates together, chi-squared with as many degrees as there are coefficients:
  double likelihood_ratio = kNaN;
  double score = kNaN;  // Rao's, at the intercept-only model
  double wald = kNaN;
  std::string reason;  // why something is NaN or not converged
};

/// Unpenalised logistic regression with an intercept, by Newton steps with halving.
/// x       (n, p) without the intercept; p may be 0
/// labels  (n,)   0 or 1
/// offset  (n,)   added to the linear predictor, or empty
/// weights (n,)   >= 0, each row counts so often, or empty; rows of weight 0 count for nothing
/// One class only gives NaN and a reason; separation gives converged = false and a reason.
/// errors shape_mismatch, domain
LogisticFit fit_logistic(const Eigen::MatrixXd& x, const std::vector<double>& labels,
                         const std::vector<double>& offset = {}, const std::vector<double>& weights = {});

/// 1 / (1 + exp(-eta)) without overflow.
double logistic(double eta);
/// log(p / (1 - p))
double logit(double probability);
/// log(1 + exp(eta)) without overflow.
double log1p_exp(double eta);

}  // namespace larc::stats
