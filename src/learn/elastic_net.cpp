#include "learn/elastic_net.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/number.h"
#include "stats/check.h"

namespace larc::learn {

namespace {

constexpr double kSmallestAlpha = 1e-3;
constexpr int kMaxSweeps = 1000;

double soft_threshold(double value, double threshold) {
  if (value > threshold) return value - threshold;
  if (value < -threshold) return value + threshold;
  return 0.0;
}

void check_settings(const Eigen::MatrixXd& x, const Outcome& outcome, const ElasticNetSettings& settings) {
  check_outcome(outcome);
  stats::check_same_size("the features", static_cast<std::size_t>(x.rows()), "the outcome", outcome.size());
  if (!x.allFinite()) throw Error(ErrorCode::domain, "the features hold missing values; impute them first");
  if (!(settings.alpha >= 0.0 && settings.alpha <= 1.0))
    throw Error(ErrorCode::domain, "alpha " + format_double(settings.alpha) + " is not in 0..1");
  if (!settings.penalty_factor.empty())
    stats::check_same_size("penalty_factor", settings.penalty_factor.size(), "the features' columns",
                           static_cast<std::size_t>(x.cols()));
  for (const double factor : settings.penalty_factor)
    if (!(factor >= 0.0) || std::isinf(factor))
      throw Error(ErrorCode::domain, "penalty factor " + format_double(factor) + " is not a number >= 0");
  if (outcome.events() == 0) throw Error(ErrorCode::domain, "no patient has the outcome; a model cannot be fitted");
  if (outcome.kind == OutcomeKind::binary && outcome.events() == outcome.size())
    throw Error(ErrorCode::domain, "every patient has the outcome; a model cannot be fitted");
}

}  // namespace

ElasticNet::ElasticNet(Eigen::MatrixXd x, const Outcome& outcome, ElasticNetSettings settings)
    : x_(std::move(x)), settings_(std::move(settings)) {
  check_settings(x_, outcome, settings_);
  loss_ = make_loss(outcome);
  has_intercept_ = outcome.kind == OutcomeKind::binary;
  n_ = static_cast<double>(x_.rows());
  fit_.coef = Eigen::VectorXd::Zero(x_.cols());
  eta_ = Eigen::VectorXd::Zero(x_.rows());
  residual_ = weight_ = working_ = eta_;
  curvature_ = Eigen::VectorXd::Zero(x_.cols());
  refresh();
  std::vector<Eigen::Index> free;
  for (Eigen::Index j = 0; j < x_.cols(); ++j)
    if (factor(j) == 0.0) free.push_back(j);
  null_loglik_ = loglik_;
  if (outcome.kind == OutcomeKind::binary) {
    const double prevalence = static_cast<double>(outcome.events()) / n_;
    null_loglik_ = n_ * (prevalence * std::log(prevalence) + (1.0 - prevalence) * std::log1p(-prevalence));
  }
  solve(free, 0.0);
  for (Eigen::Index j = 0; j < x_.cols(); ++j)
    if (factor(j) > 0.0)
      lambda_max_ = std::max(lambda_max_, std::abs(x_.col(j).dot(residual_)) /
                                              (n_ * factor(j) * std::max(settings_.alpha, kSmallestAlpha)));
  previous_lambda_ = lambda_max_;
}

double ElasticNet::factor(Eigen::Index j) const {
  return settings_.penalty_factor.empty() ? 1.0 : settings_.penalty_factor[static_cast<std::size_t>(j)];
}

double ElasticNet::penalty(const Eigen::VectorXd& coef, double lambda) const {
  if (lambda == 0.0) return 0.0;
  double sum = 0.0;
  for (Eigen::Index j = 0; j < coef.size(); ++j)
    if (coef[j] != 0.0)
      sum += factor(j) * (settings_.alpha * std::abs(coef[j]) + 0.5 * (1.0 - settings_.alpha) * coef[j] * coef[j]);
  return lambda * sum;
}

void ElasticNet::refresh() {
  loglik_ = loss_->expand(eta_, residual_, weight_);
}

// One cycle over the features; the largest step in units of the linear predictor.
double ElasticNet::descend(const std::vector<Eigen::Index>& features, double lambda) {
  double largest = 0.0;
  for (const Eigen::Index j : features) {
    const double curvature = curvature_[j];
    if (curvature <= 0.0) continue;
    const double old = fit_.coef[j];
    const double threshold = lambda * factor(j) * settings_.alpha;
    const double gradient = x_.col(j).dot(working_) / n_;
    const double next = soft_threshold(gradient + curvature * old, threshold) /
                        (curvature + lambda * factor(j) * (1.0 - settings_.alpha));
    if (next == old) continue;
    fit_.coef[j] = next;
    working_.array() -= (next - old) * weight_.array() * x_.col(j).array();
    largest = std::max(largest, std::sqrt(curvature) * std::abs(next - old));
  }
  // A shift of everybody is free: the intercept, or nothing at all in a Cox model.
  const double total = weight_.sum();
  if (total > 0.0) {
    const double shift = working_.sum() / total;
    intercept_ += shift;
    working_ -= shift * weight_;
    largest = std::max(largest, std::sqrt(total / n_) * std::abs(shift));
  }
  return largest;
}

bool ElasticNet::solve(const std::vector<Eigen::Index>& candidates, double lambda) {
  std::vector<Eigen::Index> active;
  for (int iteration = 0; iteration < settings_.max_iterations; ++iteration) {
    const Eigen::VectorXd old_coef = fit_.coef;
    const double old_intercept = intercept_;
    const double old_loglik = loglik_;
    working_ = residual_;
    for (const Eigen::Index j : candidates) curvature_[j] = (weight_.array() * x_.col(j).array().square()).sum() / n_;
    const double first = descend(candidates, lambda);
    // Early expansions are rough, so their minimum need not be found to the last digit.
    const double enough = std::max(settings_.tolerance, 0.05 * first);
    for (int sweep = 0; sweep < kMaxSweeps;) {
      active.clear();
      for (const Eigen::Index j : candidates)
        if (fit_.coef[j] != 0.0) active.push_back(j);
      while (sweep < kMaxSweeps && descend(active, lambda) > enough) ++sweep;
      ++sweep;
      if (descend(candidates, lambda) <= enough) break;
    }
    const Eigen::VectorXd old_eta = eta_;
    eta_.setConstant(intercept_);
    for (const Eigen::Index j : candidates)
      if (fit_.coef[j] != 0.0) eta_ += fit_.coef[j] * x_.col(j);
    refresh();
    const double target = -old_loglik / n_ + penalty(old_coef, lambda);
    for (int halving = 0; halving < 20; ++halving) {
      if (-loglik_ / n_ + penalty(fit_.coef, lambda) <= target + 1e-13 * std::abs(target)) break;
      fit_.coef = 0.5 * (fit_.coef + old_coef);
      intercept_ = 0.5 * (intercept_ + old_intercept);
      eta_ = 0.5 * (eta_ + old_eta);
      refresh();
    }
    double change = has_intercept_ ? std::sqrt(weight_.mean()) * std::abs(intercept_ - old_intercept) : 0.0;
    for (const Eigen::Index j : candidates)
      change = std::max(change, std::sqrt(curvature_[j]) * std::abs(fit_.coef[j] - old_coef[j]));
    if (change <= settings_.tolerance) return true;
  }
  return false;
}

const ElasticNetFit& ElasticNet::fit(double lambda) {
  if (!(lambda >= 0.0) || std::isinf(lambda))
    throw Error(ErrorCode::domain, "lambda " + format_double(lambda) + " is not a number >= 0");
  const double bar = settings_.alpha * (2.0 * lambda - previous_lambda_);
  std::vector<bool> chosen(static_cast<std::size_t>(x_.cols()));
  const Eigen::VectorXd gradient = x_.transpose() * residual_ / n_;
  for (Eigen::Index j = 0; j < x_.cols(); ++j)
    chosen[static_cast<std::size_t>(j)] =
        factor(j) == 0.0 || fit_.coef[j] != 0.0 || std::abs(gradient[j]) >= factor(j) * bar;
  for (bool complete = false; !complete;) {
    std::vector<Eigen::Index> candidates;
    for (Eigen::Index j = 0; j < x_.cols(); ++j)
      if (chosen[static_cast<std::size_t>(j)]) candidates.push_back(j);
    fit_.converged = solve(candidates, lambda);
    complete = true;
    for (Eigen::Index j = 0; j < x_.cols(); ++j) {
      if (chosen[static_cast<std::size_t>(j)]) continue;
      if (std::abs(x_.col(j).dot(residual_)) / n_ > lambda * factor(j) * settings_.alpha) {
        chosen[static_cast<std::size_t>(j)] = true;
        complete = false;
      }
    }
  }
  previous_lambda_ = lambda;
  fit_.lambda = lambda;
  fit_.intercept = has_intercept_ ? intercept_ : 0.0;
  const double null_deviance = loss_->saturated() - null_loglik_;
  fit_.deviance_ratio = null_deviance > 0.0 ? (loglik_ - null_loglik_) / null_deviance : 0.0;
  return fit_;
}

std::vector<double> lambda_grid(double largest, double smallest, int count) {
  if (!(largest > smallest) || count < 2) return {largest};
  std::vector<double> grid;
  const double step = std::log(smallest / largest) / (count - 1);
  for (int k = 0; k < count; ++k) grid.push_back(largest * std::exp(step * k));
  return grid;
}

std::vector<ElasticNetFit> elastic_net_path(const Eigen::MatrixXd& x, const Outcome& outcome,
                                            const ElasticNetSettings& settings, const std::vector<double>& lambdas) {
  ElasticNet model(x, outcome, settings);
  std::vector<ElasticNetFit> path;
  for (const double lambda : lambdas) path.push_back(model.fit(lambda));
  return path;
}

}  // namespace larc::learn
