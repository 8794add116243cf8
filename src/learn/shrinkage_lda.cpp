#include "learn/shrinkage_lda.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "stats/check.h"

namespace larc::learn {

double ledoit_wolf_shrinkage(const Eigen::MatrixXd& x) {
  const double n = static_cast<double>(x.rows());
  const double p = static_cast<double>(x.cols());
  if (x.size() == 0) return 0.0;
  const Eigen::MatrixXd products =
      x.rows() < x.cols() ? Eigen::MatrixXd(x * x.transpose()) : Eigen::MatrixXd(x.transpose() * x);
  const double trace = x.squaredNorm() / n;
  const double mu = trace / p;
  const double squares = products.squaredNorm() / (n * n);
  const double fourth = x.rowwise().squaredNorm().squaredNorm();
  const double distance = (squares - 2.0 * mu * trace + p * mu * mu) / p;
  const double error = std::min((fourth / n - squares) / (p * n), distance);
  return error > 0.0 ? error / distance : 0.0;
}

ShrinkageLda fit_shrinkage_lda(const Eigen::MatrixXd& x, const std::vector<double>& label) {
  stats::check_binary("label", label);
  stats::check_same_size("label", label.size(), "the features", static_cast<std::size_t>(x.rows()));
  if (!x.allFinite()) throw Error(ErrorCode::domain, "the features hold missing values; impute them first");
  const Eigen::Index p = x.cols();
  ShrinkageLda model;
  const double n = static_cast<double>(label.size());
  Eigen::MatrixXd rows(x.rows(), p);  // the covariance is rows' rows + diagonal
  Eigen::VectorXd diagonal = Eigen::VectorXd::Zero(p);
  Eigen::VectorXd mean[2];
  double prior[2] = {0.0, 0.0};
  Eigen::Index filled = 0;
  for (const int c : {0, 1}) {
    std::vector<Eigen::Index> members;
    for (std::size_t i = 0; i < label.size(); ++i)
      if (label[i] == c) members.push_back(static_cast<Eigen::Index>(i));
    if (members.size() < 2) {
      model.reason = "fewer than two patients " + std::string(c == 1 ? "with" : "without") + " the outcome";
      return model;
    }
    const Eigen::Index size = static_cast<Eigen::Index>(members.size());
    prior[c] = static_cast<double>(size) / n;
    Eigen::MatrixXd part(size, p);
    for (Eigen::Index i = 0; i < size; ++i) part.row(i) = x.row(members[static_cast<std::size_t>(i)]);
    mean[c] = part.colwise().mean().transpose();
    part.rowwise() -= mean[c].transpose();
    Eigen::VectorXd scale = (part.colwise().squaredNorm() / static_cast<double>(size)).cwiseSqrt().transpose();
    for (Eigen::Index j = 0; j < p; ++j)
      if (!(scale[j] > 1e-13 * std::abs(mean[c][j]))) {
        scale[j] = 1.0;
        part.col(j).setZero();
      }
    const Eigen::MatrixXd scaled = part.array().rowwise() / scale.transpose().array();
    const double share = ledoit_wolf_shrinkage(scaled);
    const double mu = p > 0 ? scaled.squaredNorm() / static_cast<double>(size * p) : 0.0;
    model.shrinkage += prior[c] * share;
    diagonal += prior[c] * share * mu * scale.cwiseAbs2();
    rows.middleRows(filled, size) = std::sqrt(prior[c] * (1.0 - share) / static_cast<double>(size)) * part;
    filled += size;
  }
  const Eigen::VectorXd difference = mean[1] - mean[0];
  if (p > x.rows() && diagonal.minCoeff() > 0.0) {
    const Eigen::VectorXd inverse = diagonal.cwiseInverse();
    const Eigen::VectorXd first = inverse.cwiseProduct(difference);
    Eigen::MatrixXd inner = rows * inverse.asDiagonal() * rows.transpose();
    inner.diagonal().array() += 1.0;
    model.coef = first - inverse.cwiseProduct(rows.transpose() * inner.llt().solve(rows * first));
  } else {
    Eigen::MatrixXd covariance = rows.transpose() * rows;
    covariance.diagonal() += diagonal;
    const Eigen::LDLT<Eigen::MatrixXd> factor(covariance);
    const double largest = p > 0 ? factor.vectorD().maxCoeff() : 1.0;
    if (p > 0 && !(factor.vectorD().minCoeff() > 1e-14 * largest)) {
      model.reason = "the covariance within the classes is singular";
      return model;
    }
    model.coef = factor.solve(difference);
  }
  model.intercept = std::log(prior[1] / prior[0]) - 0.5 * (mean[0] + mean[1]).dot(model.coef);
  return model;
}

std::vector<double> lda_log_odds(const ShrinkageLda& model, const Eigen::MatrixXd& x) {
  if (!model.defined()) throw Error(ErrorCode::domain, "this discriminant has no coefficients: " + model.reason);
  stats::check_same_size("the columns", static_cast<std::size_t>(x.cols()), "the coefficients",
                         static_cast<std::size_t>(model.coef.size()));
  const Eigen::VectorXd eta = (x * model.coef).array() + model.intercept;
  return {eta.data(), eta.data() + eta.size()};
}

}  // namespace larc::learn
