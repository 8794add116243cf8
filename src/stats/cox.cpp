#include "stats/cox.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "stats/check.h"
#include "stats/cox_residuals.h"

namespace larc::stats {

namespace {

constexpr int kMaxIterations = 60;
constexpr double kPrecise = 1e-20;       // squared step in standard errors below which no further step is needed
constexpr double kRough = 1e-11;         // the step then taken leaves about its square
constexpr double kSmallStep = 1e-2;      // the same below which the information need not be taken anew ...
constexpr double kFastShrinkage = 1e-5;  // ... once, if that shrinks it so much
constexpr double kRunawayCheck = 1e-9;   // below this a coefficient that still moves is running away
constexpr double kRunawayMove = 1e-3;    // of itself
constexpr double kRunawaySpan = 5.0;     // log hazard ratio between the extremes of the covariate

// A covariate that orders the events perfectly: the likelihood is flat and the coefficient still moves.
bool runs_away(const CoxRows& rows, const Eigen::VectorXd& coef, const Eigen::VectorXd& step) {
  for (Eigen::Index j = 0; j < coef.size(); ++j)
    if (std::abs(step[j]) > kRunawayMove * std::abs(coef[j]) && std::abs(coef[j]) * rows.range[j] > kRunawaySpan)
      return true;
  return false;
}

// A column that is set aside must not leave its start behind in the linear predictor. Whether anything changed.
bool drop_set_aside(const std::vector<char>& kept, Eigen::VectorXd& coef) {
  bool changed = false;
  for (Eigen::Index j = 0; j < coef.size(); ++j)
    if (!kept[static_cast<std::size_t>(j)] && coef[j] != 0.0) {
      coef[j] = 0.0;
      changed = true;
    }
  return changed;
}

// From the scale of CoxRows to that of the input; NaN where a column is set aside.
Eigen::MatrixXd rescaled(const Eigen::MatrixXd& covariance, const CoxRows& rows, const std::vector<char>& kept) {
  Eigen::MatrixXd result = covariance;
  for (Eigen::Index a = 0; a < result.rows(); ++a)
    for (Eigen::Index b = 0; b < result.cols(); ++b) {
      const bool both = kept[static_cast<std::size_t>(a)] && kept[static_cast<std::size_t>(b)];
      result(a, b) = both ? result(a, b) / (rows.scale[a] * rows.scale[b]) : kNaN;
    }
  return result;
}

}  // namespace

CoxOptimum maximise_cox(CoxKernel& kernel, const CoxRows& rows, bool precise, const Eigen::VectorXd& start) {
  using Order = CoxKernel::Order;
  const auto k = static_cast<Eigen::Index>(rows.columns);
  CoxOptimum best;
  best.coef = start.size() == k && k > 0 ? start : Eigen::VectorXd::Zero(k);
  kernel.evaluate(best.coef, Order::information);
  const bool from_zero = best.coef.isZero(0.0);
  InformationSolver solver(kernel.information());
  best.kept = solver.kept();
  if (drop_set_aside(best.kept, best.coef)) {
    kernel.evaluate(best.coef, Order::information);
    solver = InformationSolver(kernel.information(), best.kept);
  }
  Eigen::VectorXd step = solver.solve(kernel.gradient());
  double loglik = kernel.loglik();
  double decrement = kernel.gradient().dot(step);
  if (from_zero) {
    best.loglik_null = loglik;
    best.score = decrement;
  }
  double previous = decrement;
  bool solver_is_current = true, information_is_current = true;
  while (best.iterations < kMaxIterations) {
    if (!std::isfinite(decrement)) break;
    // A step of an older solver leaves about the product of its length and that of the step before.
    const double limit = precise ? kPrecise : solver_is_current ? kRough : kRough * kRough / previous;
    const bool stalled = decrement < 1e-13 && decrement > 0.1 * previous && best.iterations > 1;
    if (decrement < limit || stalled) {
      if (precise && !information_is_current) {
        kernel.add_information();
        information_is_current = true;
        solver = InformationSolver(kernel.information(), best.kept);
        if (!solver.positive()) break;
        step = solver.solve(kernel.gradient());
      }
      best.coef += step;
      best.converged = true;
      break;
    }
    if (decrement < kRunawayCheck && runs_away(rows, best.coef, step)) {
      best.reason = "a coefficient runs to infinity: a covariate orders the events perfectly; use a penalty";
      break;
    }
    ++best.iterations;
    double length = 1.0;
    bool moved = false;
    for (int halving = 0; halving < 30 && !moved; ++halving, length *= 0.5) {
      const Eigen::VectorXd next = best.coef + length * step;
      kernel.evaluate(next, Order::gradient);
      information_is_current = false;
      moved = kernel.loglik() >= loglik - 1e-12 * (1.0 + std::abs(loglik));
      if (moved) best.coef = next;
    }
    if (!moved) break;
    loglik = kernel.loglik();
    previous = decrement;
    if (solver_is_current && previous < kSmallStep) {
      step = solver.solve(kernel.gradient());
      decrement = kernel.gradient().dot(step);
      solver_is_current = false;
      if (decrement < kFastShrinkage * previous) continue;
    }
    kernel.add_information();
    information_is_current = true;
    solver = InformationSolver(kernel.information(), best.kept);
    if (!solver.positive()) break;
    solver_is_current = true;
    step = solver.solve(kernel.gradient());
    decrement = kernel.gradient().dot(step);
  }
  if (precise && !information_is_current) kernel.add_information();
  best.loglik = loglik;
  if (!best.converged && best.reason.empty())
    best.reason = (best.coef.array().abs() * rows.range.array()).maxCoeff() > 20.0
                      ? "a coefficient runs to infinity: a covariate orders the events perfectly; use a penalty"
                      : "no convergence in " + std::to_string(best.iterations) + " steps";
  return best;
}

CoxFit fit_cox(const Eigen::MatrixXd& x, const SurvivalOutcome& outcome, const CoxSettings& settings) {
  check_outcome(outcome);
  check_same_size("the covariates", static_cast<std::size_t>(x.rows()), "time", outcome.time.size());
  if (!x.allFinite()) throw Error(ErrorCode::domain, "the covariates hold missing values; drop or impute those rows");
  const Eigen::Index p = x.cols();
  CoxFit fit;
  fit.ties = settings.ties;
  fit.patients = outcome.time.size();
  fit.events = static_cast<std::size_t>(std::count(outcome.event.begin(), outcome.event.end(), 1));
  fit.coef = fit.se = Eigen::VectorXd::Constant(p, kNaN);
  fit.covariance = fit.model_covariance = Eigen::MatrixXd::Constant(p, p, kNaN);
  if (fit.events == 0) {
    fit.reason = outcome.time.empty() ? "no patients" : "no events";
    return fit;
  }
  const CoxRows rows(x, outcome);
  CoxKernel kernel(rows, settings.ties);
  const CoxOptimum best = maximise_cox(kernel, rows);
  fit.converged = best.converged;
  fit.iterations = best.iterations;
  fit.reason = both_reasons(best.reason, aliased_reason(best.kept));
  fit.loglik_null = best.loglik_null;
  fit.loglik = best.loglik;
  fit.df = static_cast<int>(std::count(best.kept.begin(), best.kept.end(), 1));
  fit.likelihood_ratio = 2.0 * (fit.loglik - fit.loglik_null);
  fit.score = best.score;
  const Eigen::MatrixXd inverse = InformationSolver(kernel.information(), best.kept).inverse();
  fit.model_covariance = rescaled(inverse, rows, best.kept);
  fit.wald = best.coef.dot(kernel.information().selfadjointView<Eigen::Lower>() * best.coef);
  for (Eigen::Index j = 0; j < p; ++j)
    if (best.kept[static_cast<std::size_t>(j)]) fit.coef[j] = best.coef[j] / rows.scale[j];
  fit.covariance = fit.model_covariance;
  if (settings.robust || !outcome.cluster.empty()) add_robust_variance(x, outcome, fit);
  fit.se = fit.covariance.diagonal().cwiseSqrt();
  return fit;
}

CoxFit fit_cox(const Eigen::MatrixXd& x, const std::vector<double>& time, const std::vector<int>& event, Ties ties) {
  return fit_cox(x, SurvivalOutcome{time, event, {}, {}, {}, {}}, CoxSettings{ties, false});
}

double cox_log_likelihood(const std::vector<double>& eta, const SurvivalOutcome& outcome, Ties ties) {
  check_outcome(outcome);
  check_same_size("eta", eta.size(), "time", outcome.time.size());
  check_finite("eta", eta);
  const Eigen::Map<const Eigen::MatrixXd> x(eta.data(), static_cast<Eigen::Index>(eta.size()), 1);
  const CoxRows rows(x, outcome);
  CoxKernel kernel(rows, ties);
  // The scale is 1 / the factor that CoxRows divides by.
  kernel.evaluate(rows.scale, CoxKernel::Order::likelihood);
  return kernel.loglik();
}

double cox_log_likelihood(const std::vector<double>& eta, const std::vector<double>& time,
                          const std::vector<int>& event, Ties ties) {
  return cox_log_likelihood(eta, SurvivalOutcome{time, event, {}, {}, {}, {}}, ties);
}

std::vector<double> linear_predictor(const Eigen::MatrixXd& x, const Eigen::VectorXd& coef) {
  check_same_size("the coefficients", static_cast<std::size_t>(coef.size()), "the columns of x",
                  static_cast<std::size_t>(x.cols()));
  Eigen::VectorXd eta = Eigen::VectorXd::Zero(x.rows());
  for (Eigen::Index j = 0; j < x.cols(); ++j)
    if (!std::isnan(coef[j])) eta += coef[j] * x.col(j);
  return {eta.data(), eta.data() + eta.size()};
}

}  // namespace larc::stats
