#include "learn/elastic_net.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/error.h"
#include "core/number.h"
#include "learn/column_kernels.h"
#include "stats/check.h"

namespace larc::learn {

namespace {

constexpr double kSmallestAlpha = 1e-3;
// Cost of a product in a new model against one of a pass over the columns: less where passes wait for memory.
constexpr double kProductCost = 0.2, kProductCostLarge = 0.08, kLarge = 1e6;
constexpr double kFarthest = 2.0;  // steps of lambda that coefficients are carried on beyond the last solution
// Share of the optimality gap that a step on a new, or an older, model leaves open in the model itself.
constexpr double kInnerCurrent = 1e-3, kInnerOld = 0.3;
constexpr double kRounding = 1e-14;  // of an objective, relative

void check_settings(const Eigen::MatrixXd& x, const LossData& outcome, const ElasticNetSettings& settings) {
  check_loss_data(outcome);
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
  double with = 0.0;
  double without = 0.0;
  for (std::size_t i = 0; i < outcome.size(); ++i) {
    const bool event = outcome.kind == OutcomeKind::binary ? outcome.label[i] == 1.0 : outcome.event[i] == 1;
    (event ? with : without) += outcome.weight.empty() ? 1.0 : outcome.weight[i];
  }
  if (with == 0.0) throw Error(ErrorCode::domain, "no patient has the outcome; a model cannot be fitted");
  if (outcome.kind == OutcomeKind::binary && without == 0.0)
    throw Error(ErrorCode::domain, "every patient has the outcome; a model cannot be fitted");
}

}  // namespace

ElasticNet::ElasticNet(Eigen::MatrixXd x, const LossData& outcome, ElasticNetSettings settings)
    : x_(std::move(x)), p_(x_.cols()), settings_(std::move(settings)) {
  check_settings(x_, outcome, settings_);
  has_intercept_ = outcome.kind == OutcomeKind::binary;
  n_ = static_cast<double>(x_.rows());
  prepare_columns(outcome);
  loss_ = make_loss(outcome.select_rows(loss_order(outcome)));
  coef_ = Eigen::VectorXd::Zero(x_.cols());
  eta_ = Eigen::VectorXd::Zero(x_.rows());
  if (settings_.single_precision) {
    single_x_ = x_.cast<float>();
    x_.resize(0, 0);
    model_ = make_quadratic_model(single_x_, *loss_);
  } else {
    model_ = make_quadratic_model(x_, *loss_);
  }
  gradient_ = l1_ = l2_ = coef_;
  fit_.coef = Eigen::VectorXd::Zero(p_);
  residual_ = eta_;
  loglik_ = loss_->evaluate(eta_, residual_);
  std::vector<Eigen::Index> free;
  if (has_intercept_) {
    solve({p_}, false);
    free.push_back(p_);
  }
  null_loglik_ = loglik_;
  for (Eigen::Index j = 0; j < p_; ++j)
    if (factor(j) == 0.0) free.push_back(j);
  solve(free, false);
  std::vector<Eigen::Index> all(static_cast<std::size_t>(coef_.size()));
  std::iota(all.begin(), all.end(), Eigen::Index{0});
  refresh_gradient(all);
  for (Eigen::Index j = 0; j < p_; ++j)
    if (factor(j) > 0.0 && scale_[j] > 0.0)
      lambda_max_ = std::max(lambda_max_, std::abs(gradient_[j]) * (settings_.standardize ? 1.0 : scale_[j]) /
                                              (factor(j) * std::max(settings_.alpha, kSmallestAlpha)));
  previous_lambda_ = lambda_max_;
}

// Rows into the loss's order, columns to mean 0 and standard deviation 1 (by weight), a column of ones at the end.
void ElasticNet::prepare_columns(const LossData& outcome) {
  const std::vector<std::size_t> order = loss_order(outcome);
  const bool in_order = std::is_sorted(order.begin(), order.end());
  if (has_intercept_) {
    x_.conservativeResize(Eigen::NoChange, p_ + 1);
    x_.col(p_).setOnes();
  }
  mean_ = Eigen::VectorXd::Zero(p_);
  scale_ = Eigen::VectorXd::Zero(p_);
  Eigen::VectorXd weight = Eigen::VectorXd::Constant(x_.rows(), 1.0 / n_);
  if (!outcome.weight.empty()) {
    weight = Eigen::Map<const Eigen::VectorXd>(outcome.weight.data(), x_.rows());
    weight /= weight.sum();
  }
  Eigen::VectorXd copy(x_.rows());
  for (Eigen::Index j = 0; j < p_; ++j) {
    auto column = x_.col(j);
    const double largest = x_.rows() > 0 ? column.cwiseAbs().maxCoeff() : 0.0;
    mean_[j] = weight.dot(column);
    column.array() -= mean_[j];
    const double deviation = std::sqrt(weight.dot(column.cwiseAbs2()));
    // A column of equal numbers keeps no deviation but that of rounding.
    scale_[j] = deviation > 1e-13 * largest ? deviation : 0.0;
    if (scale_[j] > 0.0)
      column /= scale_[j];
    else
      column.setZero();
    if (in_order) continue;
    copy = column;
    for (std::size_t i = 0; i < order.size(); ++i)
      column[static_cast<Eigen::Index>(i)] = copy[static_cast<Eigen::Index>(order[i])];
  }
}

double ElasticNet::factor(Eigen::Index j) const {
  if (j == p_) return 0.0;
  return settings_.penalty_factor.empty() ? 1.0 : settings_.penalty_factor[static_cast<std::size_t>(j)];
}

void ElasticNet::set_lambda(double lambda) {
  lambda_ = lambda;
  for (Eigen::Index j = 0; j < p_; ++j) {
    if (scale_[j] == 0.0) continue;
    const double scale = settings_.standardize ? 1.0 : scale_[j];
    l1_[j] = lambda * factor(j) * settings_.alpha / scale;
    l2_[j] = lambda * factor(j) * (1.0 - settings_.alpha) / (scale * scale);
  }
}

double ElasticNet::penalty(const Eigen::VectorXd& coef) const {
  if (lambda_ == 0.0) return 0.0;
  double sum = 0.0;
  for (Eigen::Index j = 0; j < p_; ++j)
    if (coef[j] != 0.0) sum += l1_[j] * std::abs(coef[j]) + 0.5 * l2_[j] * coef[j] * coef[j];
  return sum;
}

void ElasticNet::dots(const std::vector<Eigen::Index>& columns, const Eigen::VectorXd& r,
                      std::vector<double>& sums) const {
  settings_.single_precision ? column_dots(single_x_, columns, r, sums) : column_dots(x_, columns, r, sums);
}

void ElasticNet::add(const std::vector<Eigen::Index>& columns, const std::vector<double>& coef,
                     Eigen::VectorXd& eta) const {
  settings_.single_precision ? add_columns(single_x_, columns, coef, eta) : add_columns(x_, columns, coef, eta);
}

void ElasticNet::refresh_gradient(const std::vector<Eigen::Index>& columns) {
  std::vector<double> sums;
  dots(columns, residual_, sums);
  for (std::size_t k = 0; k < columns.size(); ++k) gradient_[columns[k]] = -sums[k] / n_;
}

// A new second-order model at eta_ over the columns that are in use.
void ElasticNet::renew_model() {
  std::vector<Eigen::Index> columns;
  for (Eigen::Index j = 0; j < coef_.size(); ++j)
    if (coef_[j] != 0.0 || (model_->has(j) && gap(j) > 0.0)) columns.push_back(j);
  loss_->freeze();
  model_->reset(columns);
  model_is_current_ = model_exists_ = true;
}

// Largest difference between the gradient and what the model made of it in the last step.
double ElasticNet::model_error() const {
  double largest = predicted_.empty() ? std::numeric_limits<double>::infinity() : 0.0;
  for (std::size_t k = 0; k < predicted_.size(); ++k)
    largest = std::max(largest, std::abs(gradient_[model_->columns()[k]] - predicted_[k]));
  return largest;
}

// One Newton step on the model's columns; false when it can no longer lower the objective.
bool ElasticNet::step(const std::vector<Eigen::Index>& candidates) {
  const double objective = -loglik_ / n_ + penalty(coef_);
  const double slack = kRounding * std::max(1.0, std::abs(objective));
  for (int attempt = 0; attempt < 2; ++attempt) {
    std::vector<Eigen::Index> missing;
    for (const Eigen::Index j : candidates)
      if (!model_->has(j) && (coef_[j] != 0.0 || gap(j) > 0.0)) missing.push_back(j);
    model_->extend(missing);
    const std::vector<Eigen::Index>& columns = model_->columns();
    std::vector<double> b, q, difference;
    Penalty weights;
    for (const Eigen::Index j : columns) {
      b.push_back(coef_[j]);
      q.push_back(gradient_[j]);
      weights.l1.push_back(l1_[j]);
      weights.l2.push_back(l2_[j]);
    }
    model_->solve(b, q, weights,
                  std::max(0.1 * settings_.tolerance, (model_is_current_ ? kInnerCurrent : kInnerOld) * largest_gap_));
    const Eigen::VectorXd old = coef_;
    double slope = 0.0;
    for (std::size_t k = 0; k < columns.size(); ++k) {
      const Eigen::Index j = columns[k];
      difference.push_back(b[k] - coef_[j]);
      slope += gradient_[j] * difference[k];
      coef_[j] = b[k];
    }
    slope += penalty(coef_) - penalty(old);
    Eigen::VectorXd change = Eigen::VectorXd::Zero(eta_.size());
    add(columns, difference, change);
    const Eigen::VectorXd old_eta = eta_;
    for (double length = 1.0; length > 1e-4; length *= 0.5) {
      if (length < 1.0) coef_ = old;
      if (length < 1.0)
        for (std::size_t k = 0; k < columns.size(); ++k) coef_[columns[k]] += length * difference[k];
      eta_ = old_eta + length * change;
      loglik_ = loss_->evaluate(eta_, residual_);
      const double now = -loglik_ / n_ + penalty(coef_);
      if (now <= objective + 1e-4 * length * std::min(slope, 0.0) + slack) {
        model_is_current_ = false;
        predicted_ = length == 1.0 ? q : std::vector<double>();
        return true;
      }
      if (!model_is_current_) break;
    }
    coef_ = old;
    eta_ = old_eta;
    loglik_ = loss_->evaluate(eta_, residual_);
    if (model_is_current_) return false;
    renew_model();
  }
  return false;
}

// Brings the optimality gap of the candidates, and then of all columns, below the tolerance. Candidates hold every
// column whose coefficient is not 0; their gradients are known.
void ElasticNet::solve(std::vector<Eigen::Index> candidates, bool check_all) {
  std::vector<bool> chosen(static_cast<std::size_t>(coef_.size()), false);
  for (const Eigen::Index j : candidates) chosen[static_cast<std::size_t>(j)] = true;
  refresh_gradient(candidates);
  double rate = 0.0;
  double best = std::numeric_limits<double>::infinity();
  int stalled = 0;
  bool stepped = false;
  converged_ = false;
  for (iterations_ = 0;; ++iterations_) {
    largest_gap_ = 0.0;
    for (const Eigen::Index j : candidates) largest_gap_ = std::max(largest_gap_, gap(j));
    if (largest_gap_ <= settings_.tolerance) {
      converged_ = true;
      if (!check_all) return;
      std::vector<Eigen::Index> others;
      for (Eigen::Index j = 0; j < coef_.size(); ++j)
        if (!chosen[static_cast<std::size_t>(j)]) others.push_back(j);
      refresh_gradient(others);
      for (const Eigen::Index j : others) {
        if (gap(j) <= settings_.tolerance) continue;
        chosen[static_cast<std::size_t>(j)] = true;
        candidates.push_back(j);
        converged_ = false;
        largest_gap_ = std::max(largest_gap_, gap(j));
      }
      if (converged_) return;
      best = std::numeric_limits<double>::infinity();
      stalled = 0;
      stepped = false;
    }
    stalled = largest_gap_ < 0.5 * best ? 0 : stalled + 1;
    best = std::min(best, largest_gap_);
    if (iterations_ >= settings_.max_iterations) return;
    // Whether a new model pays: it makes the next steps converge fast, the old one is for free.
    bool renew = !model_exists_;
    if (stepped && !model_is_current_) {
      const double digits = std::log(largest_gap_ / settings_.tolerance);
      const double steps_old = std::ceil(digits / -std::log(rate));
      const double steps_new = std::max(1.0, std::ceil(steps_old / 4.0));
      const double m = static_cast<double>(model_->columns().size());
      const double cost_step = n_ * (m + static_cast<double>(candidates.size()) + 20.0) + 10.0 * m * m;
      const double product = n_ * static_cast<double>(p_) > kLarge ? kProductCostLarge : kProductCost;
      const double cost_new = product * n_ * m * m + 2.0 * n_ * m;
      renew = renew || steps_old * cost_step > cost_new + steps_new * cost_step;
    }
    if (renew) renew_model();
    const double before = largest_gap_;
    if (!step(candidates)) {
      // Nothing lowers the objective any more: as exact as this machine's numbers allow.
      refresh_gradient(candidates);
      if (stalled >= 2) return;
      ++stalled;
      continue;
    }
    stepped = true;
    refresh_gradient(candidates);
    rate = std::clamp(model_error() / before, 1e-10, 0.999);
    if (stalled > 20) return;
  }
}

// Coefficients run nearly straight along the path: starts where the last two solutions point to, if that is better.
bool ElasticNet::extrapolate(double lambda) {
  const double share = (lambda - previous_lambda_) / (previous_lambda_ - earlier_lambda_);
  if (earlier_.size() != coef_.size() || !(share > 0.0 && share <= kFarthest)) return false;
  std::vector<Eigen::Index> columns;
  std::vector<double> difference;
  const double before = -loglik_ / n_ + penalty(coef_);
  const Eigen::VectorXd old_coef = coef_, old_eta = eta_;
  for (Eigen::Index j = 0; j < coef_.size(); ++j) {
    if (coef_[j] == 0.0) continue;
    double next = coef_[j] + share * (coef_[j] - earlier_[j]);
    if (l1_[j] > 0.0 && next * coef_[j] <= 0.0) next = 0.0;
    columns.push_back(j);
    difference.push_back(next - coef_[j]);
    coef_[j] = next;
  }
  add(columns, difference, eta_);
  loglik_ = loss_->evaluate(eta_, residual_);
  if (-loglik_ / n_ + penalty(coef_) < before) {
    model_is_current_ = false;
    return true;
  }
  coef_ = old_coef;
  eta_ = old_eta;
  loglik_ = loss_->evaluate(eta_, residual_);
  return false;
}

const ElasticNetFit& ElasticNet::fit(double lambda) {
  if (!(lambda >= 0.0) || std::isinf(lambda))
    throw Error(ErrorCode::domain, "lambda " + format_double(lambda) + " is not a number >= 0");
  set_lambda(std::max(2.0 * lambda - previous_lambda_, 0.0));
  std::vector<Eigen::Index> candidates;
  for (Eigen::Index j = 0; j < coef_.size(); ++j)
    if (coef_[j] != 0.0 || factor(j) == 0.0 || std::abs(gradient_[j]) >= l1_[j]) candidates.push_back(j);
  set_lambda(lambda);
  const Eigen::VectorXd last = coef_;
  const bool extrapolated = extrapolate(lambda);
  solve(candidates, true);
  earlier_ = last;
  earlier_lambda_ = previous_lambda_;
  if (extrapolated && !converged_) {
    // Of columns that are nearly alike the wrong ones may have been carried on.
    place(last);
    solve(candidates, true);
    earlier_.resize(0);
  }
  previous_lambda_ = lambda;
  report(lambda);
  return fit_;
}

// Moves to these coefficients (p + intercept,), with nothing kept of the way there.
void ElasticNet::place(const Eigen::VectorXd& coef) {
  std::vector<Eigen::Index> all(static_cast<std::size_t>(coef_.size()));
  std::iota(all.begin(), all.end(), Eigen::Index{0});
  coef_ = coef;
  eta_.setZero();
  add(all, {coef_.data(), coef_.data() + coef_.size()}, eta_);
  loglik_ = loss_->evaluate(eta_, residual_);
  refresh_gradient(all);
  model_exists_ = model_is_current_ = false;
}

void ElasticNet::start_from(const ElasticNetFit& fit) {
  stats::check_same_size("the coefficients", static_cast<std::size_t>(fit.coef.size()), "the features' columns",
                         static_cast<std::size_t>(p_));
  Eigen::VectorXd coef(coef_.size());
  coef.head(p_) = fit.coef.cwiseProduct(scale_);
  if (has_intercept_) coef[p_] = fit.intercept + fit.coef.dot(mean_);
  place(coef);
  earlier_.resize(0);
  previous_lambda_ = fit.lambda;
}

void ElasticNet::report(double lambda) {
  fit_.lambda = lambda;
  fit_.iterations = iterations_;
  fit_.converged = converged_;
  fit_.kkt_gap = 0.0;
  for (Eigen::Index j = 0; j < coef_.size(); ++j)
    fit_.kkt_gap = std::max(fit_.kkt_gap, gap(j) * (settings_.standardize || j == p_ ? 1.0 : scale_[j]));
  fit_.intercept = has_intercept_ ? coef_[p_] : 0.0;
  for (Eigen::Index j = 0; j < p_; ++j) {
    fit_.coef[j] = scale_[j] > 0.0 ? coef_[j] / scale_[j] : 0.0;
    if (has_intercept_) fit_.intercept -= fit_.coef[j] * mean_[j];
  }
  const double null_deviance = loss_->saturated() - null_loglik_;
  fit_.deviance_ratio = null_deviance > 0.0 ? (loglik_ - null_loglik_) / null_deviance : 0.0;
  fit_.reason = converged_ ? "" : "stopped before the optimality conditions held";
}

std::vector<double> lambda_grid(double largest, double smallest, int count) {
  if (!(largest > smallest) || count < 2) return {largest};
  std::vector<double> grid;
  const double step = std::log(smallest / largest) / (count - 1);
  for (int k = 0; k < count; ++k) grid.push_back(largest * std::exp(step * k));
  return grid;
}

std::vector<ElasticNetFit> elastic_net_path(const Eigen::MatrixXd& x, const LossData& outcome,
                                            const ElasticNetSettings& settings, const std::vector<double>& lambdas) {
  ElasticNet model(x, outcome, settings);
  std::vector<ElasticNetFit> path;
  for (const double lambda : lambdas) path.push_back(model.fit(lambda));
  return path;
}

}  // namespace larc::learn
