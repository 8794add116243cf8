#pragma once
#include <Eigen/Dense>
#include <string>
#include <vector>

namespace larc::learn {

/// Linear discriminant of two classes whose common covariance is shrunk towards a multiple of the identity.
struct ShrinkageLda {
  Eigen::VectorXd coef;    // (p,) per unit of the column
  double intercept = 0.0;  // log odds of class 1 = intercept + x . coef
  double shrinkage = 0.0;  // of class 0's and class 1's covariance, weighted by class size
  std::string reason;      // why there is no model
  bool defined() const { return reason.empty(); }
};

/// Share of mu I in the covariance estimate (1 - share) S + share mu I that Ledoit and Wolf found optimal, with S the
/// covariance (1/n) of the centred rows and mu its mean diagonal. x (n, p), centred
/// source Ledoit, Wolf 2004
double ledoit_wolf_shrinkage(const Eigen::MatrixXd& x);

/// Each class's covariance is estimated on its columns scaled to unit variance (1/n), shrunk by Ledoit and Wolf's
/// share, scaled back, and the two averaged by class size, as scikit-learn's LinearDiscriminantAnalysis(solver =
/// "lsqr", shrinkage = "auto") does. A column that is constant within a class counts there as having unit scale. With
/// more columns than patients the system is solved by Woodbury's identity; cost n^2 p. x (n, p); label (n,) 0 or 1 One
/// class only, fewer than two patients in one, or a covariance that stays singular gives a reason. errors
/// shape_mismatch, domain
ShrinkageLda fit_shrinkage_lda(const Eigen::MatrixXd& x, const std::vector<double>& label);

/// Log odds of class 1. x (m, p). errors shape_mismatch; domain: a model without coefficients
std::vector<double> lda_log_odds(const ShrinkageLda& model, const Eigen::MatrixXd& x);

}  // namespace larc::learn
