#pragma once
#include <Eigen/Dense>
#include <cstdint>
#include <string>
#include <vector>

#include "learn/elastic_net.h"

namespace larc::learn {

/// A path of penalised fits as glmnet lays it out.
struct PathSettings {
  double alpha = 0.5;                  // share of the absolute penalty: 1 lasso, 0 ridge
  std::vector<double> penalty_factor;  // (p,) >= 0, 0 = never penalised; empty = 1 for all. Scaled to sum to p, as
                                       // glmnet does
  bool standardize = true;             // penalise coefficients per standard deviation (1/n); they come back per unit
  std::vector<double> lambdas;  // fitted in descending order; empty = a sequence from the smallest empty model down
  int n_lambda = 100;
  double lambda_min_ratio = 0.0;  // smallest over largest lambda; 0: 0.01 with fewer patients than columns, else 1e-4
  double tolerance = 1e-10;       // of the optimality gap
};

/// Fits one lambda of a path after the other. A sequence of our own ends early, as in glmnet, where the deviance no
/// longer moves: after five lambdas or more, when the deviance ratio exceeds 0.999, or (binary) grew by less than 1e-5
/// in one step, or (survival) by less than a thousandth of itself in four.
/// source Friedman, Hastie, Tibshirani 2010; glmnet 4.1 (sequence and end of the path)
class PathFitter {
 public:
  /// errors as ElasticNet; domain: n_lambda < 1, lambda_min_ratio outside [0, 1), no lambdas given and no penalised
  /// column that could make a sequence
  PathFitter(const Eigen::MatrixXd& x, const LossData& outcome, const PathSettings& settings);

  /// The fit at the next lambda; nullptr at the end of the path.
  const ElasticNetFit* next();
  /// The fit at the lambda of an earlier, rougher one, begun there.
  const ElasticNetFit& fit_from(const ElasticNetFit& start);
  /// What a fit of other rows needs to be on the same path.
  const ElasticNetSettings& net_settings() const { return net_.settings(); }

 private:
  PathSettings settings_;
  OutcomeKind kind_;
  ElasticNet net_;
  std::vector<double> lambdas_;
  std::vector<double> ratios_;  // deviance ratios so far
};

struct ElasticNetPath {
  std::vector<ElasticNetFit> fits;  // lambda descending
  std::vector<std::string> notes;
};

/// The whole path. errors as PathFitter
ElasticNetPath fit_elastic_net_path(const Eigen::MatrixXd& x, const LossData& outcome, const PathSettings& settings);

enum class LambdaRule { min, one_se };

struct CvSettings {
  std::vector<double> alphas = {0.5};  // the one with the least deviance wins, the first among equals
  LambdaRule rule = LambdaRule::min;   // least mean deviance, or the largest lambda within one standard error of it
  std::vector<double> penalty_factor;  // as in PathSettings
  bool standardize = true;             // anew within every fold
  std::vector<double> lambdas;
  int n_lambda = 100;
  double lambda_min_ratio = 0.0;
  double fold_tolerance = 1e-5;  // of the optimality gap in the folds: cv.glmnet leaves 1e-5 to 1e-4
  double tolerance = 1e-10;      // of the final fit
  int patience = 0;  // lambdas without a better deviance before a path is left; 0: never. The final model is the same
                     // unless the curve has a second dip
  int threads = 1;   // folds in parallel; the answer does not depend on it
};

/// Out-of-fold deviance along the path of one alpha.
struct CvCurve {
  double alpha = 0.0;
  std::vector<double> lambda;  // descending
  std::vector<double> mean;    // per patient (binary), per event (survival)
  std::vector<double> se;
  std::vector<Eigen::Index> nonzero;  // of the fit to all rows
  std::size_t index_min = 0;
  std::size_t index_1se = 0;
  double lambda_min() const { return lambda[index_min]; }
  double lambda_1se() const { return lambda[index_1se]; }
};

struct CvElasticNet {
  std::vector<CvCurve> curves;  // one per alpha
  double alpha = 0.0;           // chosen
  double lambda = 0.0;
  ElasticNetFit fit;  // to all rows
  std::vector<std::string> notes;
};

/// Chooses alpha and lambda by cross-validation and fits all rows. The standard errors and both rules are cv.glmnet's:
/// binary, the deviance of each fold's patients (probabilities cut at 1e-5); survival, the deviance of all rows minus
/// that of the training rows. A fold's weight is that of its patients, or of its events.
/// folds (n,) a number >= 0 per patient
/// errors as above; refused: fewer than two folds, or a training part without variation in its outcome
/// source Verweij, van Houwelingen 1993 (cross-validated partial likelihood)
CvElasticNet fit_elastic_net_cv(const Eigen::MatrixXd& x, const LossData& outcome, const CvSettings& settings,
                                const std::vector<int>& folds);

/// The same on `count` folds stratified by the outcome (folds.h), fewer where a class is too small.
CvElasticNet fit_elastic_net_cv(const Eigen::MatrixXd& x, const LossData& outcome, const CvSettings& settings,
                                int count, std::uint64_t seed);

/// Penalty factors of an adaptive lasso: 1 / |b| of a ridge fit whose lambda is chosen by cross-validation on the same
/// folds; per standard deviation. `factor` scales them ((p,), empty = 1); where it is 0 the column stays unpenalised.
/// Fit it inside the training rows only. source Zou 2006
std::vector<double> adaptive_factors(const Eigen::MatrixXd& x, const LossData& outcome,
                                     const std::vector<double>& factor, const std::vector<int>& folds);

}  // namespace larc::learn
