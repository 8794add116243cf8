#pragma once
#include <Eigen/Dense>
#include <memory>
#include <string>
#include <vector>

#include "learn/loss.h"
#include "learn/quadratic_model.h"

namespace larc::learn {

struct ElasticNetSettings {
  double alpha = 0.5;                  // share of the absolute penalty: 1 lasso, 0 ridge
  std::vector<double> penalty_factor;  // (p,) >= 0, 0 = never penalised; empty = 1 for all
  double tolerance = 1e-10;            // of the optimality gap
  int max_iterations = 200;            // Newton steps per lambda
  bool standardize = false;            // penalise coefficients per standard deviation (1/n); they come back per unit
  // Keeps columns and models in single precision: half the memory and time where passes wait for memory. The optimality
  // gap is then that of columns rounded to 7 digits; for tolerances of 1e-6 and above.
  bool single_precision = false;
};

struct ElasticNetFit {
  double lambda = 0.0;
  Eigen::VectorXd coef;         // (p,)
  double intercept = 0.0;       // 0 for Cox
  double deviance_ratio = 0.0;  // share of the null deviance explained
  /// Largest violation of the optimality conditions over all columns and the intercept:
  /// |g_j + lambda f_j (alpha sign(b_j) + (1 - alpha) b_j)| where b_j is not 0, max(|g_j| - lambda f_j alpha, 0) where
  /// it is, with g the gradient of -(1/n) log likelihood; on the scale that is penalised (standardised columns if asked
  /// for).
  double kkt_gap = 0.0;
  int iterations = 0;
  bool converged = false;
  std::string reason;  // why not converged, or what is odd about the fit
  Eigen::Index nonzero() const { return (coef.array() != 0.0).count(); }
};

/// Minimises  -(1/n) log likelihood + lambda sum_j f_j (alpha |b_j| + (1 - alpha) / 2 b_j^2)  for one data set, at one
/// lambda after another, each from the solution before it. Proximal Newton steps: an exact quadratic model over the
/// columns that matter (quadratic_model.h), kept as long as that is cheaper than a new one; columns come in when their
/// optimality conditions fail, looked for first among those the sequential strong rule leaves, in the end among all.
/// Logistic models have an unpenalised intercept. Cox uses Breslow ties. Rows count by their weight, scaled to mean 1.
/// source Friedman, Hastie, Tibshirani 2010; Simon et al. 2011; Tibshirani et al. 2012 (strong rules);
/// Lee, Sun, Saunders 2014 (proximal Newton)
class ElasticNet {
 public:
  /// x (n, p); penalty factors are used as given, not rescaled.
  /// errors shape_mismatch, domain (alpha outside [0, 1], a negative factor, missing values, an outcome without
  /// variation)
  ElasticNet(Eigen::MatrixXd x, const LossData& outcome, ElasticNetSettings settings);

  /// Smallest lambda at which every penalised coefficient is 0; for alpha below 0.001 as if it were 0.001.
  double lambda_max() const { return lambda_max_; }
  /// The solution at lambda > 0, or 0 for no penalty. Go from large to small. errors domain
  const ElasticNetFit& fit(double lambda);
  void set_tolerance(double tolerance) { settings_.tolerance = tolerance; }
  /// Takes the coefficients of an earlier fit to this data as the place to start from.
  void start_from(const ElasticNetFit& fit);
  const ElasticNetSettings& settings() const { return settings_; }

 private:
  double factor(Eigen::Index j) const;
  double gap(Eigen::Index j) const { return optimality_gap(gradient_[j], coef_[j], l1_[j], l2_[j]); }
  void set_lambda(double lambda);
  bool extrapolate(double lambda);
  void place(const Eigen::VectorXd& coef);
  double penalty(const Eigen::VectorXd& coef) const;
  void prepare_columns(const LossData& outcome);
  void dots(const std::vector<Eigen::Index>& columns, const Eigen::VectorXd& r, std::vector<double>& sums) const;
  void add(const std::vector<Eigen::Index>& columns, const std::vector<double>& coef, Eigen::VectorXd& eta) const;
  void refresh_gradient(const std::vector<Eigen::Index>& columns);
  bool step(const std::vector<Eigen::Index>& candidates);
  void renew_model();
  double model_error() const;
  void solve(std::vector<Eigen::Index> candidates, bool check_all);
  void report(double lambda);

  Eigen::MatrixXd x_;         // rows in the loss's order; centred columns, and ones for the intercept
  Eigen::MatrixXf single_x_;  // the same instead, in single precision
  Eigen::Index p_ = 0;
  double n_ = 0.0;
  bool has_intercept_ = true;
  ElasticNetSettings settings_;
  std::unique_ptr<Loss> loss_;
  std::unique_ptr<QuadraticModel> model_;
  bool model_is_current_ = false;  // frozen at eta_
  bool model_exists_ = false;
  std::vector<double> predicted_;  // gradient of the model's columns after the last step; empty if it was cut short
  Eigen::VectorXd mean_, scale_;   // (p,) b on the original scale = coef_ / scale_; scale 0: a constant column
  double lambda_ = 0.0;            // in work
  Eigen::VectorXd l1_, l2_;        // (p + intercept,) penalty of each column at lambda_, per standard deviation
  double lambda_max_ = 0.0;
  double previous_lambda_ = 0.0;
  double null_loglik_ = 0.0;
  double loglik_ = 0.0;
  Eigen::VectorXd coef_;     // (p + intercept,) per standard deviation
  Eigen::VectorXd earlier_;  // the solution before the last one, at earlier_lambda_
  double earlier_lambda_ = 0.0;
  Eigen::VectorXd gradient_;  // (p + intercept,) of -(1/n) log likelihood
  Eigen::VectorXd eta_, residual_;
  double largest_gap_ = 0.0;
  int iterations_ = 0;
  bool converged_ = false;
  ElasticNetFit fit_;
};

/// `count` values from `largest` down to `smallest`, evenly spaced on the log scale; one value when largest <=
/// smallest.
std::vector<double> lambda_grid(double largest, double smallest, int count);

/// Solutions at each lambda, given from large to small.
std::vector<ElasticNetFit> elastic_net_path(const Eigen::MatrixXd& x, const LossData& outcome,
                                            const ElasticNetSettings& settings, const std::vector<double>& lambdas);

}  // namespace larc::learn
