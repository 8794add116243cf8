#include "stats/firth.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "stats/case_weights.h"
#include "stats/check.h"
#include "stats/design.h"
#include "stats/logistic.h"

namespace larc::stats {

namespace {

constexpr int kMaxIterations = 500;

/// The penalised likelihood of a design whose first column is 1.
class Penalised {
 public:
  Penalised(Eigen::MatrixXd design, Eigen::VectorXd y, Eigen::VectorXd weights)
      : design_(std::move(design)), y_(std::move(y)), weights_(std::move(weights)) {}

  struct At {
    double loglik = kNaN;
    double penalised = kNaN;
    Eigen::VectorXd gradient;
    Eigen::MatrixXd information;
    Eigen::MatrixXd inverse;
  };

  At at(const Eigen::VectorXd& coef) const {
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

  struct Maximum {
    bool converged = false;
    int iterations = 0;
    Eigen::VectorXd coef;
    At at;
  };

  /// Scoring steps with halving over the coefficients in `free`; the others stay as in `start`.
  Maximum maximise(const Eigen::VectorXd& start, const std::vector<Eigen::Index>& free) const {
    Maximum best{free.empty(), 0, start, at(start)};
    while (!best.converged && best.iterations < kMaxIterations) {
      ++best.iterations;
      const Eigen::VectorXd gradient = best.at.gradient(free);
      Eigen::VectorXd step = best.at.information(free, free).ldlt().solve(gradient);
      if (!step.allFinite()) break;
      // One step moves no linear predictor further than this; scoring overshoots far from the maximum.
      const double reach = (design_(Eigen::all, free) * step).cwiseAbs().maxCoeff();
      if (reach > 5.0) step *= 5.0 / reach;
      bool moved = false;
      for (int halving = 0; halving < 30 && !moved; ++halving) {
        Eigen::VectorXd next = best.coef;
        next(free) += step;
        At there = at(next);
        moved = there.penalised >= best.at.penalised - 1e-13 * (1.0 + std::abs(best.at.penalised));
        if (!moved) {
          step *= 0.5;
          continue;
        }
        best.converged =
            (design_(Eigen::all, free) * step).cwiseAbs().maxCoeff() < 1e-11 || gradient.cwiseAbs().maxCoeff() == 0.0;
        best.coef = std::move(next);
        best.at = std::move(there);
      }
      if (!moved) break;
    }
    return best;
  }

  Eigen::Index size() const { return design_.cols(); }

 private:
  Eigen::MatrixXd design_;
  Eigen::VectorXd y_;
  Eigen::VectorXd weights_;
};

std::vector<Eigen::Index> all_but(Eigen::Index size, Eigen::Index held) {
  std::vector<Eigen::Index> free;
  for (Eigen::Index j = 0; j < size; ++j)
    if (j != held) free.push_back(j);
  return free;
}

/// Where the root of the fallen likelihood, which is almost straight in the coefficient, reaches `target`.
double profile_limit(const Penalised& model, const Penalised::Maximum& top, Eigen::Index j, double se, double target,
                     double side) {
  const auto free = all_but(model.size(), j);
  Eigen::VectorXd start = top.coef;
  const auto fall = [&](double value) {
    start[j] = value;
    const Penalised::Maximum profiled = model.maximise(start, free);
    start = profiled.coef;
    return std::sqrt(std::max(0.0, 2.0 * (top.at.penalised - profiled.at.penalised))) - target;
  };
  double inner = top.coef[j], inner_fall = -target;
  double outer = inner + side * target * se, outer_fall = fall(outer);
  for (int step = 0; outer_fall < 0.0 && step < 60; ++step) {
    inner = outer;
    inner_fall = outer_fall;
    outer = top.coef[j] + 2.0 * (outer - top.coef[j]);
    outer_fall = fall(outer);
  }
  if (!(outer_fall >= 0.0)) return side * std::numeric_limits<double>::infinity();
  // Secant with the older end's weight halved when it stays (Illinois): never leaves the bracket.
  int kept = 0;
  for (int step = 0; step < 100 && std::abs(outer - inner) > 1e-12 * (std::abs(outer) + se); ++step) {
    const double next = (inner * outer_fall - outer * inner_fall) / (outer_fall - inner_fall);
    const double next_fall = fall(next);
    if (next_fall == 0.0) return next;
    if (next_fall > 0.0) {
      outer = next;
      outer_fall = next_fall;
      if (kept == 1) inner_fall *= 0.5;
      kept = 1;
    } else {
      inner = next;
      inner_fall = next_fall;
      if (kept == -1) outer_fall *= 0.5;
      kept = -1;
    }
    if (std::abs(next_fall) < 1e-12) return next;
  }
  return 0.5 * (inner + outer);
}

ProfiledCoefficient profile(const Penalised& model, const Penalised::Maximum& top, Eigen::Index j, double level) {
  ProfiledCoefficient result;
  result.value = top.coef[j];
  result.se = std::sqrt(top.at.inverse(j, j));
  const double target = critical_value(level);
  result.lower = profile_limit(model, top, j, result.se, target, -1.0);
  result.upper = profile_limit(model, top, j, result.se, target, 1.0);
  Eigen::VectorXd at_zero = top.coef;
  at_zero[j] = 0.0;
  const Penalised::Maximum without = model.maximise(at_zero, all_but(model.size(), j));
  result.chi2 = std::max(0.0, 2.0 * (top.at.penalised - without.at.penalised));
  result.p = chi_squared_survival(result.chi2, 1.0);
  return result;
}

void scale_by(ProfiledCoefficient& coefficient, double factor) {
  for (double* value : {&coefficient.value, &coefficient.se, &coefficient.lower, &coefficient.upper}) *value *= factor;
}

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
  const Penalised model(design, y, weight);
  Eigen::VectorXd start = Eigen::VectorXd::Zero(k + 1);
  const Penalised::Maximum null = model.maximise(start, {0});
  start[0] = null.coef[0];
  const Penalised::Maximum top = model.maximise(start, all_but(k + 1, -1));
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
  const Penalised plain(design, y, weight);
  fit.intercept = profile(plain, {true, 0, uncentred, plain.at(uncentred)}, 0, level);
  const Eigen::MatrixXd covariance = back * top.at.inverse * back.transpose();
  const auto place = [&](Eigen::Index j) { return j == 0 ? 0 : standard.used[static_cast<std::size_t>(j - 1)] + 1; };
  for (Eigen::Index a = 0; a <= k; ++a)
    for (Eigen::Index b = 0; b <= k; ++b) fit.covariance(place(a), place(b)) = covariance(a, b);
  for (Eigen::Index j = 1; j <= k; ++j) {
    ProfiledCoefficient& coefficient = fit.coef[static_cast<std::size_t>(place(j) - 1)];
    coefficient = profile(model, top, j, level);
    scale_by(coefficient, back(j, j));
  }
  return fit;
}

}  // namespace larc::stats
