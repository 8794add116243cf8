#pragma once
#include <Eigen/Dense>
#include <vector>

namespace larc::learn {

/// The same features in no more coordinates than there are patients, for ridge models of many features: a ridge penalty
/// on the coefficients of the features is the same penalty on those of the coordinates, and both models predict alike.
/// Features that are not penalised stay as they are, after the others.
/// source Hastie, Tibshirani 2004 (efficient quadratic regularization for expression arrays)
class Rotation {
 public:
  /// x (n, p) finite; factor (p,) >= 0, penalty factors, 0 = not penalised. errors shape_mismatch
  Rotation(const Eigen::MatrixXd& x, const std::vector<double>& factor);

  /// (n, r) of the rows it was made from.
  const Eigen::MatrixXd& coordinates() const { return coordinates_; }
  /// (r,) 1, or 0 for features that are not penalised.
  std::vector<double> factors() const;
  /// x (m, p) -> (m, r)
  Eigen::MatrixXd coordinates_of(const Eigen::MatrixXd& x) const;
  /// Coefficients (p,) of the features from those of the coordinates (r,); `intercept` changes with them.
  Eigen::VectorXd coefficients(const Eigen::VectorXd& of_coordinates, double& intercept) const;

 private:
  std::vector<Eigen::Index> penalised_, free_;
  Eigen::VectorXd weight_;   // (penalised,) 1 / sqrt(factor)
  Eigen::RowVectorXd mean_;  // (penalised,) of the weighted features
  Eigen::MatrixXd basis_;    // (penalised, rank) orthonormal columns
  Eigen::MatrixXd coordinates_;
};

}  // namespace larc::learn
