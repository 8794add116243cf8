#include "stats/firth.h"

#include <algorithm>
#include <cmath>

#include "stats/case_weights.h"
#include "stats/check.h"
#include "stats/design.h"
#include "stats/logistic.h"

namespace larc::stats {

namespace {

/// The penalised likelihood of a design whose first column is 1.
class PenalisedLogistic : public PenalisedLikelihood {
 public:
  PenalisedLogistic(Eigen::MatrixXd design, Eigen::VectorXd y, Eigen::VectorXd weights)
      : design_(std::move(design)), y_(std::move(y)), weights_(std::move(weights)) {}

  Eigen::Index size() const override { return design_.cols(); }
  double reach(const Eigen::VectorXd& step) const override { return (design_ * step).cwiseAbs().maxCoeff(); }

  At at(const Eigen::VectorXd& coef) const override {
    At result;
    const Eigen::VectorXd eta = design_ * coef;
    const Eigen::ArrayXd p = eta.unaryExpr([](double value) { return logistic(value); }).array();
    const Eigen::VectorXd curvature = weights_.array() * p * (1.0 - p);
    result.information = design_.transpose() * curvature.asDiagonal() * design_;
    const Eigen::LDLT<Eigen::MatrixXd> solver(result.information);
    result.inverse = solver.solve(Eigen::MatrixXd::Identity(coef.size(), coef.size()));
    const Eigen::ArrayXd leverage =
        curvature.array() * (design_ * result.inverse).cwiseProduct(design_).rowwise().sum().array();
    result.gradient = design_.transpose() * (weights_.array() * (y_.array() - p) + leverage * (0.5 - p)).matrix();
    result.loglik = 0.0;
    for (Eigen::Index i = 0; i < eta.size(); ++i) result.loglik += weights_[i] * (y_[i] * eta[i] - log1p_exp(eta[i]));
    result.penalised = result.loglik + 0.5 * solver.vectorD().array().abs().log().sum();
    return result;
  }

 private:
  Eigen::MatrixXd design_;
  Eigen::VectorXd y_;
  Eigen::VectorXd weights_;
};

}  // namespace

FirthFit fit_firth_logistic(const Eigen::MatrixXd& x, const std::vector<double>& labels,
                            const std::vector<double>& weights, double level) {
  check_binary("labels", labels);
  check_same_size("the covariates", static_cast<std::size_t>(x.rows()), "labels", labels.size());
  check_case_weights(weights, labels.size());
  check_level(level);
  std::vector<Eigen::Index> rows;
  double events = 0.0, total = 0.0;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const double weight = weights.empty() ? 1.0 : weights[i];
    if (weight > 0.0) rows.push_back(static_cast<Eigen::Index>(i));
    events += weight * labels[i];
    total += weight;
  }
  const Eigen::Index n = static_cast<Eigen::Index>(rows.size());
  const StandardDesign standard = standard_design(x(rows, Eigen::all));
  const Eigen::Index k = standard.values.cols();
  FirthFit fit;
  fit.coef.resize(static_cast<std::size_t>(x.cols()));
  fit.covariance = Eigen::MatrixXd::Constant(x.cols() + 1, x.cols() + 1, kNaN);
  fit.reason = standard.aliased_reason;
  if (!(events > 0.0 && events < total)) {
    fit.reason = labels.empty() ? "no patients" : n == 0 ? "all weights are 0" : "one class only";
    return fit;
  }
  if (n < k + 1) {
    fit.reason = "fewer patients than coefficients";
    return fit;
  }
  Eigen::VectorXd y(n), weight(n);
  for (Eigen::Index i = 0; i < n; ++i) {
    const auto row = static_cast<std::size_t>(rows[static_cast<std::size_t>(i)]);
    y[i] = labels[row];
    weight[i] = weights.empty() ? 1.0 : weights[row];
  }
  Eigen::MatrixXd design(n, k + 1);
  design.col(0).setOnes();
  design.rightCols(k) = standard.values;
  const PenalisedLogistic model(design, y, weight);
  Eigen::VectorXd start = Eigen::VectorXd::Zero(k + 1);
  const PenalisedLikelihood::Maximum null = model.maximise(start, {0});
  start[0] = null.coef[0];
  const PenalisedLikelihood::Maximum top = model.maximise(start, all_but(k + 1, -1));
  fit.converged = top.converged;
  fit.iterations = top.iterations;
  if (!top.converged && fit.reason.empty())
    fit.reason = "no convergence in " + std::to_string(top.iterations) + " steps";
  fit.loglik = top.at.loglik;
  // The information of the original columns: the determinant changes by the squares of their scales.
  double scales = 0.0;
  for (const Eigen::Index column : standard.used) scales += std::log(standard.scale[column]);
  fit.penalised_loglik = top.at.penalised + scales;
  fit.penalised_loglik_null = null.at.penalised + scales;
  if (k > 0) fit.likelihood_ratio = std::max(0.0, 2.0 * (fit.penalised_loglik - fit.penalised_loglik_null));

  // The intercept belongs to uncentred columns.
  Eigen::VectorXd uncentred = top.coef;
  Eigen::MatrixXd back = Eigen::MatrixXd::Zero(k + 1, k + 1);
  back(0, 0) = 1.0;
  for (Eigen::Index j = 0; j < k; ++j) {
    const Eigen::Index column = standard.used[static_cast<std::size_t>(j)];
    const double shift = standard.mean[column] / standard.scale[column];
    design.col(j + 1).array() += shift;
    uncentred[0] -= shift * uncentred[j + 1];
    back(j + 1, j + 1) = 1.0 / standard.scale[column];
    back(0, j + 1) = -shift;
  }
  const PenalisedLogistic plain(design, y, weight);
  fit.intercept = plain.profile({true, 0, uncentred, plain.at(uncentred)}, 0, level);
  const Eigen::MatrixXd covariance = back * top.at.inverse * back.transpose();
  const auto place = [&](Eigen::Index j) { return j == 0 ? 0 : standard.used[static_cast<std::size_t>(j - 1)] + 1; };
  for (Eigen::Index a = 0; a <= k; ++a)
    for (Eigen::Index b = 0; b <= k; ++b) fit.covariance(place(a), place(b)) = covariance(a, b);
  for (Eigen::Index j = 1; j <= k; ++j) {
    ProfiledCoefficient& coefficient = fit.coef[static_cast<std::size_t>(place(j) - 1)];
    coefficient = model.profile(top, j, level);
    scale_by(coefficient, back(j, j));
  }
  return fit;
}

}  // namespace larc::stats
