#include "learn/loss.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "stats/logistic.h"

namespace larc::learn {

LogisticLoss::LogisticLoss(const std::vector<double>& labels)
    : y_(Eigen::Map<const Eigen::VectorXd>(labels.data(), static_cast<Eigen::Index>(labels.size()))) {}

double LogisticLoss::log_likelihood(const Eigen::VectorXd& eta) const {
  double sum = 0.0;
  for (Eigen::Index i = 0; i < eta.size(); ++i) sum += y_[i] * eta[i] - stats::log1p_exp(eta[i]);
  return sum;
}

double LogisticLoss::expand(const Eigen::VectorXd& eta, Eigen::VectorXd& residual, Eigen::VectorXd& weight) const {
  constexpr double smallest_weight = 1e-6;
  double sum = 0.0;
  for (Eigen::Index i = 0; i < eta.size(); ++i) {
    const double e = std::exp(-std::abs(eta[i]));
    const double p = eta[i] >= 0.0 ? 1.0 / (1.0 + e) : e / (1.0 + e);
    sum += y_[i] * eta[i] - std::max(eta[i], 0.0) - std::log1p(e);
    residual[i] = y_[i] - p;
    weight[i] = std::max(p * (1.0 - p), smallest_weight);
  }
  return sum;
}

CoxLoss::CoxLoss(const std::vector<double>& time, const std::vector<int>& event) {
  std::vector<std::size_t> order(time.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return time[a] < time[b]; });
  for (std::size_t k = 0; k < order.size(); ++k) {
    if (k == 0 || time[order[k]] != time[order[k - 1]]) sets_.push_back({k, k, 0.0});
    sets_.back().end = k + 1;
    sets_.back().deaths += event[order[k]];
    order_.push_back(static_cast<Eigen::Index>(order[k]));
    event_.push_back(event[order[k]]);
  }
  for (const auto& set : sets_)
    if (set.deaths > 0.0) saturated_ -= set.deaths * std::log(set.deaths);
  risk_.resize(order_.size());
  sum_.resize(sets_.size());
}

double CoxLoss::risk_sums(const Eigen::VectorXd& eta) const {
  if (order_.empty()) return 0.0;
  const double largest = eta.maxCoeff();
  double loglik = 0.0;
  double total = 0.0;
  for (std::size_t s = sets_.size(); s-- > 0;) {
    const RiskSet& set = sets_[s];
    for (std::size_t k = set.begin; k < set.end; ++k) {
      const double shifted = eta[order_[k]] - largest;
      risk_[k] = std::exp(shifted);
      total += risk_[k];
      loglik += event_[k] * shifted;
    }
    sum_[s] = total;
    if (set.deaths > 0.0) loglik -= set.deaths * std::log(total);
  }
  return loglik;
}

double CoxLoss::log_likelihood(const Eigen::VectorXd& eta) const {
  return risk_sums(eta);
}

double CoxLoss::expand(const Eigen::VectorXd& eta, Eigen::VectorXd& residual, Eigen::VectorXd& weight) const {
  const double loglik = risk_sums(eta);
  double hazard = 0.0;
  for (std::size_t s = 0; s < sets_.size(); ++s) {
    const RiskSet& set = sets_[s];
    if (set.deaths > 0.0) hazard += set.deaths / sum_[s];
    for (std::size_t k = set.begin; k < set.end; ++k) {
      const double expected = risk_[k] * hazard;
      weight[order_[k]] = expected;
      residual[order_[k]] = event_[k] - expected;
    }
  }
  return loglik;
}

std::unique_ptr<Loss> make_loss(const Outcome& outcome) {
  if (outcome.kind == OutcomeKind::binary) return std::make_unique<LogisticLoss>(outcome.label);
  return std::make_unique<CoxLoss>(outcome.time_months, outcome.event);
}

}  // namespace larc::learn
