#include "learn/rotation.h"

#include <cmath>

#include "stats/check.h"

namespace larc::learn {

namespace {

constexpr double kRank = 1e-13;  // eigenvalues of the Gram matrix below this share of the largest are rounding

}  // namespace

Rotation::Rotation(const Eigen::MatrixXd& x, const std::vector<double>& factor) {
  stats::check_same_size("the penalty factors", factor.size(), "the features' columns",
                         static_cast<std::size_t>(x.cols()));
  for (Eigen::Index j = 0; j < x.cols(); ++j)
    (factor[static_cast<std::size_t>(j)] > 0.0 ? penalised_ : free_).push_back(j);
  weight_.resize(static_cast<Eigen::Index>(penalised_.size()));
  for (std::size_t k = 0; k < penalised_.size(); ++k)
    weight_[static_cast<Eigen::Index>(k)] = 1.0 / std::sqrt(factor[static_cast<std::size_t>(penalised_[k])]);
  Eigen::MatrixXd centred = x(Eigen::all, penalised_) * weight_.asDiagonal();
  mean_ = centred.colwise().mean();
  centred.rowwise() -= mean_;
  Eigen::MatrixXd gram = Eigen::MatrixXd::Zero(x.rows(), x.rows());
  gram.selfadjointView<Eigen::Lower>().rankUpdate(centred);
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(gram.selfadjointView<Eigen::Lower>());
  const Eigen::VectorXd& value = solver.eigenvalues();  // ascending
  Eigen::Index first = 0;
  while (first < value.size() && !(value[first] > kRank * value[value.size() - 1])) ++first;
  const Eigen::Index rank = value.size() - first;
  const Eigen::VectorXd length = value.tail(rank).cwiseSqrt();
  basis_ = centred.transpose() * (solver.eigenvectors().rightCols(rank) * length.cwiseInverse().asDiagonal());
  coordinates_ = coordinates_of(x);
}

std::vector<double> Rotation::factors() const {
  std::vector<double> result(static_cast<std::size_t>(basis_.cols()), 1.0);
  result.resize(result.size() + free_.size(), 0.0);
  return result;
}

Eigen::MatrixXd Rotation::coordinates_of(const Eigen::MatrixXd& x) const {
  const auto free = static_cast<Eigen::Index>(free_.size());
  Eigen::MatrixXd result(x.rows(), basis_.cols() + free);
  Eigen::MatrixXd centred = x(Eigen::all, penalised_) * weight_.asDiagonal();
  centred.rowwise() -= mean_;
  result.leftCols(basis_.cols()).noalias() = centred * basis_;
  result.rightCols(free) = x(Eigen::all, free_);
  return result;
}

Eigen::VectorXd Rotation::coefficients(const Eigen::VectorXd& of_coordinates, double& intercept) const {
  Eigen::VectorXd result(static_cast<Eigen::Index>(penalised_.size() + free_.size()));
  const Eigen::VectorXd penalised = basis_ * of_coordinates.head(basis_.cols());
  intercept -= mean_.dot(penalised);
  result(penalised_) = weight_.cwiseProduct(penalised);
  result(free_) = of_coordinates.tail(static_cast<Eigen::Index>(free_.size()));
  return result;
}

}  // namespace larc::learn
