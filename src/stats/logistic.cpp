#include "stats/logistic.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "stats/case_weights.h"
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

constexpr int kMaxIterations = 60;

struct NewtonFit {
  bool converged = false;
  bool separated = false;
  int iterations = 0;
  Eigen::VectorXd coef;
  Eigen::MatrixXd covariance;
  double loglik = kNaN;
};

double log_likelihood(const Eigen::VectorXd& eta, const Eigen::VectorXd& y, const Eigen::VectorXd& weights) {
  double sum = 0.0;
  for (Eigen::Index i = 0; i < eta.size(); ++i) sum += weights[i] * (y[i] * eta[i] - log1p_exp(eta[i]));
  return sum;
}

struct Slopes {
  Eigen::VectorXd gradient;
  Eigen::MatrixXd information;
};

Slopes slopes(const Eigen::MatrixXd& design, const Eigen::VectorXd& y, const Eigen::VectorXd& weights,
              const Eigen::VectorXd& eta) {
  const Eigen::VectorXd p = eta.unaryExpr([](double value) { return logistic(value); });
  const Eigen::VectorXd curvature = weights.array() * p.array() * (1.0 - p.array());
  return {design.transpose() * (weights.array() * (y - p).array()).matrix(),
          design.transpose() * curvature.asDiagonal() * design};
}

NewtonFit newton(const Eigen::MatrixXd& design, const Eigen::VectorXd& y, const Eigen::VectorXd& weights,
                 const Eigen::VectorXd& offset) {
  NewtonFit fit;
  fit.coef = Eigen::VectorXd::Zero(design.cols());
  Eigen::VectorXd eta = offset;
  fit.loglik = log_likelihood(eta, y, weights);
  double last_change = std::numeric_limits<double>::infinity();
  int stalled = 0;
  while (!fit.converged && !fit.separated && fit.iterations < kMaxIterations) {
    ++fit.iterations;
    const Slopes at = slopes(design, y, weights, eta);
    const Eigen::VectorXd step = at.information.ldlt().solve(at.gradient);
    if (!step.allFinite()) break;
    const double gain = at.gradient.dot(step);
    const double scale = 1.0 + std::abs(fit.loglik);
    double length = 1.0;
    for (int halving = 0; halving < 30; ++halving, length *= 0.5) {
      const Eigen::VectorXd next = offset + design * (fit.coef + length * step);
      const double loglik = log_likelihood(next, y, weights);
      if (loglik < fit.loglik - 1e-13 * std::abs(fit.loglik)) continue;
      const double change = (next - eta).cwiseAbs().maxCoeff();
      const double largest = 1.0 + next.cwiseAbs().maxCoeff();
      fit.converged = change <= 1e-10 * largest || (change <= 1e-6 * largest && gain <= 1e-16 * scale);
      // Towards a maximum at infinity the separated rows move on by about 1 a step although hardly anything is gained;
      // near a finite one steps shrink to nothing.
      stalled = change > 0.1 && change > 0.5 * last_change && gain < 1e-6 * scale ? stalled + 1 : 0;
      fit.separated = stalled >= 3;
      last_change = change;
      fit.coef += length * step;
      eta = next;
      fit.loglik = loglik;
      break;
    }
  }
  fit.covariance =
      slopes(design, y, weights, eta).information.ldlt().solve(Eigen::MatrixXd::Identity(design.cols(), design.cols()));
  return fit;
}

LogisticFit without_empty_rows(const Eigen::MatrixXd& x, const std::vector<double>& labels,
                               const std::vector<double>& offset, const std::vector<double>& weights) {
  std::vector<Eigen::Index> rows;
  std::vector<double> used_labels, used_offset, used_weights;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (weights[i] == 0.0) continue;
    rows.push_back(static_cast<Eigen::Index>(i));
    used_labels.push_back(labels[i]);
    used_weights.push_back(weights[i]);
    if (!offset.empty()) used_offset.push_back(offset[i]);
  }
  return fit_logistic(x(rows, Eigen::all), used_labels, used_offset, used_weights);
}

Eigen::VectorXd vector_or(const std::vector<double>& values, Eigen::Index n, double otherwise) {
  if (values.empty()) return Eigen::VectorXd::Constant(n, otherwise);
  return Eigen::Map<const Eigen::VectorXd>(values.data(), n);
}

}  // namespace

LogisticFit fit_logistic(const Eigen::MatrixXd& x, const std::vector<double>& labels, const std::vector<double>& offset,
                         const std::vector<double>& weights) {
  check_binary("labels", labels);
  check_same_size("the covariates", static_cast<std::size_t>(x.rows()), "labels", labels.size());
  if (!offset.empty()) {
    check_same_size("offset", offset.size(), "labels", labels.size());
    check_finite("offset", offset);
  }
  check_case_weights(weights, labels.size());
  const Eigen::Index n = x.rows();
  const Eigen::Index p = x.cols();
  LogisticFit fit;
  fit.coef = Eigen::VectorXd::Constant(p, kNaN);
  fit.se = Eigen::VectorXd::Constant(p, kNaN);
  fit.covariance = Eigen::MatrixXd::Constant(p + 1, p + 1, kNaN);
  const Eigen::VectorXd y = vector_or(labels, n, 0.0);
  const Eigen::VectorXd weight = vector_or(weights, n, 1.0);
  if (!(weight.dot(y) > 0.0 && weight.dot((1.0 - y.array()).matrix()) > 0.0)) {
    fit.reason = n == 0 ? "no patients" : weight.sum() == 0.0 ? "all weights are 0" : "one class only";
    return fit;
  }
  if ((weight.array() == 0.0).any()) return without_empty_rows(x, labels, offset, weights);
  const StandardDesign standard = standard_design(x);
  fit.reason = standard.aliased_reason;
  const Eigen::VectorXd shift = vector_or(offset, n, 0.0);
  const Eigen::Index k = standard.values.cols();
  Eigen::MatrixXd design(n, k + 1);
  design.col(0).setOnes();
  design.rightCols(k) = standard.values;
  const NewtonFit null = newton(design.leftCols(1), y, weight, shift);
  const NewtonFit inner = newton(design, y, weight, shift);
  fit.loglik_null = null.loglik;
  fit.iterations = inner.iterations;
  fit.loglik = inner.loglik;
  fit.deviance = -2.0 * inner.loglik;
  fit.converged = inner.converged;
  fit.separated = inner.separated;
  if (inner.separated) {
    fit.reason = "the covariates separate the classes (almost) perfectly: the estimates are not finite; use a penalty";
  } else if (!inner.converged && fit.reason.empty()) {
    fit.reason = "no convergence in " + std::to_string(inner.iterations) + " steps";
  }
  if (k > 0) {
    fit.likelihood_ratio = std::max(0.0, 2.0 * (fit.loglik - fit.loglik_null));
    const Slopes at_null = slopes(design, y, weight, (shift.array() + null.coef[0]).matrix());
    fit.score = at_null.gradient.dot(at_null.information.ldlt().solve(at_null.gradient));
    const Eigen::VectorXd slopes_only = inner.coef.tail(k);
    fit.wald = slopes_only.dot(inner.covariance.bottomRightCorner(k, k).ldlt().solve(slopes_only));
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
