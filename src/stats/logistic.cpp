#include "stats/logistic.h"

#include <cmath>

#include "stats/check.h"
#include "stats/design.h"

namespace larc::stats {

double logistic(double eta) {
  if (eta >= 0.0) return 1.0 / (1.0 + std::exp(-eta));
  const double e = std::exp(eta);
  return e / (1.0 + e);
}

double logit(double probability) {
  return std::log(probability) - std::log1p(-probability);
}

double log1p_exp(double eta) {
  return eta > 0.0 ? eta + std::log1p(std::exp(-eta)) : std::log1p(std::exp(eta));
}

namespace {

constexpr int kMaxIterations = 50;
constexpr double kSeparatedEta = 25.0;  // a fitted probability below 2e-11: the maximum lies at infinity

struct NewtonFit {
  bool converged = false;
  int iterations = 0;
  Eigen::VectorXd coef;
  Eigen::MatrixXd covariance;
  double loglik = kNaN;
  double largest_eta = 0.0;
};

double log_likelihood(const Eigen::VectorXd& eta, const Eigen::VectorXd& y) {
  double sum = 0.0;
  for (Eigen::Index i = 0; i < eta.size(); ++i) sum += y[i] * eta[i] - log1p_exp(eta[i]);
  return sum;
}

NewtonFit newton(const Eigen::MatrixXd& design, const Eigen::VectorXd& y, const Eigen::VectorXd& offset) {
  NewtonFit fit;
  fit.coef = Eigen::VectorXd::Zero(design.cols());
  Eigen::VectorXd eta = offset;
  fit.loglik = log_likelihood(eta, y);
  while (!fit.converged && fit.iterations < kMaxIterations) {
    ++fit.iterations;
    const Eigen::VectorXd p = eta.unaryExpr([](double value) { return logistic(value); });
    const Eigen::VectorXd weight = p.array() * (1.0 - p.array());
    const Eigen::MatrixXd information = design.transpose() * weight.asDiagonal() * design;
    const Eigen::LDLT<Eigen::MatrixXd> solver(information);
    const Eigen::VectorXd gradient = design.transpose() * (y - p);
    const Eigen::VectorXd step = solver.solve(gradient);
    if (!step.allFinite()) break;
    fit.covariance = solver.solve(Eigen::MatrixXd::Identity(design.cols(), design.cols()));
    double length = 1.0;
    for (int halving = 0; halving < 30; ++halving, length *= 0.5) {
      const Eigen::VectorXd next = offset + design * (fit.coef + length * step);
      const double loglik = log_likelihood(next, y);
      if (loglik >= fit.loglik - 1e-13 * std::abs(fit.loglik)) {
        fit.converged = gradient.dot(step) < 1e-18 * (1.0 + std::abs(loglik)) || step.norm() < 1e-12;
        fit.coef += length * step;
        eta = next;
        fit.loglik = loglik;
        break;
      }
    }
  }
  fit.largest_eta = eta.size() > 0 ? eta.cwiseAbs().maxCoeff() : 0.0;
  return fit;
}

}  // namespace

LogisticFit fit_logistic(const Eigen::MatrixXd& x, const std::vector<double>& labels,
                         const std::vector<double>& offset) {
  check_binary("labels", labels);
  check_same_size("the covariates", static_cast<std::size_t>(x.rows()), "labels", labels.size());
  if (!offset.empty()) {
    check_same_size("offset", offset.size(), "labels", labels.size());
    check_finite("offset", offset);
  }
  const StandardDesign standard = standard_design(x);
  const Eigen::Index n = x.rows();
  const Eigen::Index p = x.cols();
  LogisticFit fit;
  fit.coef = Eigen::VectorXd::Constant(p, kNaN);
  fit.se = Eigen::VectorXd::Constant(p, kNaN);
  fit.covariance = Eigen::MatrixXd::Constant(p + 1, p + 1, kNaN);
  fit.reason = standard.aliased_reason;
  const Eigen::VectorXd y = Eigen::Map<const Eigen::VectorXd>(labels.data(), n);
  const double events = n > 0 ? y.sum() : 0.0;
  if (events == 0.0 || events == static_cast<double>(n)) {
    fit.reason = n == 0 ? "no patients" : "one class only";
    return fit;
  }
  const Eigen::VectorXd shift =
      offset.empty() ? Eigen::VectorXd(Eigen::VectorXd::Zero(n)) : Eigen::Map<const Eigen::VectorXd>(offset.data(), n);
  const Eigen::Index k = standard.values.cols();
  Eigen::MatrixXd design(n, k + 1);
  design.col(0).setOnes();
  design.rightCols(k) = standard.values;
  fit.loglik_null = newton(design.leftCols(1), y, shift).loglik;
  const NewtonFit inner = newton(design, y, shift);
  fit.iterations = inner.iterations;
  fit.loglik = inner.loglik;
  fit.deviance = -2.0 * inner.loglik;
  fit.converged = inner.converged;
  if (offset.empty() && inner.largest_eta > kSeparatedEta) {
    fit.converged = false;
    fit.reason = "the covariates separate the classes (almost) perfectly: the estimates are not finite; use a penalty";
  } else if (!inner.converged && fit.reason.empty()) {
    fit.reason = "no convergence in " + std::to_string(inner.iterations) + " steps";
  }
  // Back to the original columns: coefficients are linear in the standardised ones.
  Eigen::MatrixXd back = Eigen::MatrixXd::Zero(k + 1, k + 1);
  back(0, 0) = 1.0;
  for (Eigen::Index j = 0; j < k; ++j) {
    const Eigen::Index column = standard.used[static_cast<std::size_t>(j)];
    back(j + 1, j + 1) = 1.0 / standard.scale[column];
    back(0, j + 1) = -standard.mean[column] / standard.scale[column];
  }
  const Eigen::VectorXd coef = back * inner.coef;
  const Eigen::MatrixXd covariance = back * inner.covariance * back.transpose();
  fit.intercept = coef[0];
  fit.intercept_se = std::sqrt(covariance(0, 0));
  const auto place = [&](Eigen::Index j) { return j == 0 ? 0 : standard.used[static_cast<std::size_t>(j - 1)] + 1; };
  for (Eigen::Index a = 0; a <= k; ++a)
    for (Eigen::Index b = 0; b <= k; ++b) fit.covariance(place(a), place(b)) = covariance(a, b);
  for (Eigen::Index j = 1; j <= k; ++j) {
    fit.coef[place(j) - 1] = coef[j];
    fit.se[place(j) - 1] = std::sqrt(covariance(j, j));
  }
  return fit;
}

}  // namespace larc::stats
