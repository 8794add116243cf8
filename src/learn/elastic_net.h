#pragma once
#include <Eigen/Dense>
#include <memory>
#include <string>
#include <vector>

#include "learn/loss.h"

namespace larc::learn {

struct ElasticNetSettings {
  double alpha = 0.5;                  // share of the absolute penalty: 1 lasso, 0 ridge
  std::vector<double> penalty_factor;  // (p,) >= 0, 0 = never penalised; empty = 1 for all
  double tolerance = 1e-7;             // largest last step of a coefficient, in units of the linear predictor
  int max_iterations = 1000;           // Newton-like steps per lambda
};

struct ElasticNetFit {
  double lambda = 0.0;
  Eigen::VectorXd coef;         // (p,)
  double intercept = 0.0;       // 0 for Cox
  double deviance_ratio = 0.0;  // share of the null deviance explained
  bool converged = false;
  Eigen::Index nonzero() const { return (coef.array() != 0.0).count(); }
};

/// Minimises  -(1/n) log likelihood + lambda sum_j f_j (alpha |b_j| + (1 - alpha) / 2 b_j^2)  for one data set, at one
/// lambda after another, each from the solution before it: quadratic expansion, cyclic coordinate descent over the
/// features that the sequential strong rule leaves, optimality conditions checked for the others.
/// Logistic models have an unpenalised intercept. Cox uses Breslow ties. Features should be standardised by the caller.
/// source Friedman, Hastie, Tibshirani 2010; Simon et al. 2011; Tibshirani et al. 2012 (strong rules)
class ElasticNet {
 public:
  /// x (n, p); penalty factors are used as given, not rescaled.
  /// errors shape_mismatch, domain (alpha outside [0, 1], a negative factor, missing values, an outcome without
  /// variation)
  ElasticNet(Eigen::MatrixXd x, const Outcome& outcome, ElasticNetSettings settings);

  /// Smallest lambda at which every penalised coefficient is 0; for alpha below 0.001 as if it were 0.001.
  double lambda_max() const { return lambda_max_; }
  /// The solution at lambda > 0, or 0 for no penalty. Go from large to small. errors domain
  const ElasticNetFit& fit(double lambda);
  void set_tolerance(double tolerance) { settings_.tolerance = tolerance; }

 private:
  double penalty(const Eigen::VectorXd& coef, double lambda) const;
  double factor(Eigen::Index j) const;
  double descend(const std::vector<Eigen::Index>& features, double lambda);
  bool solve(const std::vector<Eigen::Index>& candidates, double lambda);
  void refresh();

  Eigen::MatrixXd x_;
  std::unique_ptr<Loss> loss_;
  ElasticNetSettings settings_;
  bool has_intercept_ = true;
  double n_ = 0.0;
  double lambda_max_ = 0.0;
  double previous_lambda_ = 0.0;
  double null_loglik_ = 0.0;
  double loglik_ = 0.0;
  double intercept_ = 0.0;
  Eigen::VectorXd eta_;
  Eigen::VectorXd residual_;  // gradient of the log likelihood at eta_
  Eigen::VectorXd weight_;
  Eigen::VectorXd working_;    // gradient of the quadratic model during descent
  Eigen::VectorXd curvature_;  // (p,) of the quadratic model, for the candidates
  ElasticNetFit fit_;
};

/// `count` values from `largest` down to `smallest`, evenly spaced on the log scale; one value when largest <=
/// smallest.
std::vector<double> lambda_grid(double largest, double smallest, int count);

/// Solutions at each lambda, given from large to small.
std::vector<ElasticNetFit> elastic_net_path(const Eigen::MatrixXd& x, const Outcome& outcome,
                                            const ElasticNetSettings& settings, const std::vector<double>& lambdas);

}  // namespace larc::learn
