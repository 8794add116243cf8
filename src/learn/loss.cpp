#include "learn/loss.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/error.h"
#include "core/number.h"
#include "learn/pick.h"
#include "stats/check.h"
#include "stats/logistic.h"

namespace larc::learn {

namespace {

Eigen::VectorXd to_vector(const std::vector<double>& values) {
  return Eigen::Map<const Eigen::VectorXd>(values.data(), static_cast<Eigen::Index>(values.size()));
}

// Row weights with a mean of 1.
std::vector<double> mean_one(const std::vector<double>& weight) {
  std::vector<double> result = weight;
  const double total = std::accumulate(weight.begin(), weight.end(), 0.0);
  for (double& w : result) w *= static_cast<double>(weight.size()) / total;
  return result;
}

[[noreturn]] void bad_row(const std::string& what, std::size_t row) {
  throw Error(ErrorCode::domain, what + " (row " + std::to_string(row + 1) + ")");
}

}  // namespace

LossData::LossData(const Outcome& outcome)
    : kind(outcome.kind), label(outcome.label), time(outcome.time_months), event(outcome.event) {}

LossData LossData::select_rows(const std::vector<std::size_t>& rows) const {
  LossData result;
  result.kind = kind;
  result.label = pick(label, rows);
  result.time = pick(time, rows);
  result.event = pick(event, rows);
  result.entry = pick(entry, rows);
  result.stratum = pick(stratum, rows);
  result.weight = pick(weight, rows);
  result.offset = pick(offset, rows);
  return result;
}

void check_loss_data(const LossData& data) {
  const std::size_t n = data.size();
  if (data.kind == OutcomeKind::binary)
    stats::check_binary("label", data.label);
  else
    stats::check_survival(data.time, data.event);
  if (!data.weight.empty()) {
    stats::check_same_size("weight", data.weight.size(), "the outcome", n);
    stats::check_finite("weight", data.weight);
    double total = 0.0;
    for (std::size_t i = 0; i < n; ++i) {
      if (data.weight[i] < 0.0) bad_row("weight " + format_double(data.weight[i]) + " is negative", i);
      total += data.weight[i];
    }
    if (n > 0 && !(total > 0.0)) throw Error(ErrorCode::domain, "weight is 0 in every row");
  }
  if (!data.offset.empty()) {
    stats::check_same_size("offset", data.offset.size(), "the outcome", n);
    stats::check_finite("offset", data.offset);
  }
  if (data.kind == OutcomeKind::binary) {
    if (!data.entry.empty() || !data.stratum.empty())
      throw Error(ErrorCode::unsupported, "entry times and strata belong to survival outcomes");
    return;
  }
  if (!data.stratum.empty()) stats::check_same_size("stratum", data.stratum.size(), "the outcome", n);
  if (!data.entry.empty()) {
    stats::check_same_size("entry", data.entry.size(), "the outcome", n);
    stats::check_finite("entry", data.entry);
    for (std::size_t i = 0; i < n; ++i)
      if (!(data.entry[i] < data.time[i]))
        bad_row("entry " + format_double(data.entry[i]) + " is not before the time " + format_double(data.time[i]), i);
  }
}

std::vector<std::size_t> loss_order(const LossData& data) {
  std::vector<std::size_t> order(data.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  if (data.kind == OutcomeKind::binary) return order;
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    if (!data.stratum.empty() && data.stratum[a] != data.stratum[b]) return data.stratum[a] < data.stratum[b];
    return data.time[a] < data.time[b];
  });
  return order;
}

void Loss::curvature_times_four(const double* const* x, double* const* out) const {
  for (int l = 0; l < 4; ++l) curvature_times(x[l], out[l]);
}

LogisticLoss::LogisticLoss(const LossData& data) : y_(to_vector(data.label)), offset_(to_vector(data.offset)) {
  if (!data.weight.empty()) row_weight_ = to_vector(mean_one(data.weight));
  probability_.resize(y_.size());
  weight_.resize(y_.size());
}

double LogisticLoss::log_likelihood(const Eigen::VectorXd& eta) {
  double sum = 0.0;
  for (Eigen::Index i = 0; i < eta.size(); ++i) {
    const double value = offset_.size() > 0 ? eta[i] + offset_[i] : eta[i];
    sum += (row_weight_.size() > 0 ? row_weight_[i] : 1.0) * (y_[i] * value - stats::log1p_exp(value));
  }
  return sum;
}

double LogisticLoss::evaluate(const Eigen::VectorXd& eta, Eigen::VectorXd& residual) {
  if (row_weight_.size() > 0 || offset_.size() > 0) {
    for (Eigen::Index i = 0; i < eta.size(); ++i) {
      const double value = offset_.size() > 0 ? eta[i] + offset_[i] : eta[i];
      const double e = std::exp(-std::abs(value));
      probability_[i] = value >= 0.0 ? 1.0 / (1.0 + e) : e / (1.0 + e);
      residual[i] = (row_weight_.size() > 0 ? row_weight_[i] : 1.0) * (y_[i] - probability_[i]);
    }
    return log_likelihood(eta);
  }
  // sum log(1 + e) as the logarithm of products of a few factors in 1..2, which cannot overflow.
  constexpr Eigen::Index run = 64;
  double sum = 0.0;
  for (Eigen::Index begin = 0; begin < eta.size(); begin += run) {
    double product = 1.0;
    for (Eigen::Index i = begin; i < std::min(begin + run, eta.size()); ++i) {
      const double e = std::exp(-std::abs(eta[i]));
      const double inverse = 1.0 / (1.0 + e);
      const double p = eta[i] >= 0.0 ? inverse : e * inverse;
      probability_[i] = p;
      residual[i] = y_[i] - p;
      product *= 1.0 + e;
      sum += y_[i] * eta[i] - std::max(eta[i], 0.0);
    }
    sum -= std::log(product);
  }
  return sum;
}

void LogisticLoss::freeze() {
  weight_ = probability_.array() * (1.0 - probability_.array());
  if (row_weight_.size() > 0) weight_.array() *= row_weight_.array();
}

void LogisticLoss::curvature_times(const double* x, double* out) const {
  for (Eigen::Index i = 0; i < weight_.size(); ++i) out[i] = weight_[i] * x[i];
}

CoxLoss::CoxLoss(const LossData& data) : order_(loss_order(data)) {
  const std::size_t n = order_.size();
  identity_ = std::is_sorted(order_.begin(), order_.end());
  const std::vector<double> weight = data.weight.empty() ? std::vector<double>(n, 1.0) : mean_one(data.weight);
  weight_ = pick(weight, order_);
  offset_ = pick(data.offset, order_);
  const auto same_stratum = [&](std::size_t a, std::size_t b) {
    return data.stratum.empty() || data.stratum[a] == data.stratum[b];
  };
  for (std::size_t k = 0; k < n; ++k) death_.push_back(data.event[order_[k]] == 1 ? weight_[k] : 0.0);
  bool first = true;
  for (std::size_t k = 0; k < n;) {
    if (k > 0 && !same_stratum(order_[k], order_[k - 1])) first = true;
    std::size_t end = k;
    double deaths = 0.0;
    for (; end < n && same_stratum(order_[end], order_[k]) && data.time[order_[end]] == data.time[order_[k]]; ++end)
      deaths += death_[end];
    if (deaths > 0.0) {
      sets_.push_back({k, end, 0, 0, first, false, deaths});
      first = false;
    } else if (!first) {
      sets_.back().end = end;
    }
    k = end;
  }
  for (std::size_t s = 0; s < sets_.size(); ++s) sets_[s].last = s + 1 == sets_.size() || sets_[s + 1].first;
  for (const auto& set : sets_) saturated_ -= set.deaths * std::log(set.deaths);
  if (!data.entry.empty()) {
    late_.resize(n);
    std::iota(late_.begin(), late_.end(), std::size_t{0});
    std::stable_sort(late_.begin(), late_.end(), [&](std::size_t a, std::size_t b) {
      if (!same_stratum(order_[a], order_[b])) return data.stratum[order_[a]] < data.stratum[order_[b]];
      return data.entry[order_[a]] < data.entry[order_[b]];
    });
    before_.assign(n, 0);
    std::size_t position = 0;
    for (std::size_t s = 0; s < sets_.size(); ++s) {
      const std::size_t row = order_[sets_[s].begin];
      if (sets_[s].first)
        while (!same_stratum(order_[late_[position]], row)) ++position;
      while (position < n && same_stratum(order_[late_[position]], row) &&
             data.entry[order_[late_[position]]] < data.time[row])
        before_[late_[position++]] = sets_[s].first ? 0 : s;
      sets_[s].late = position;
      std::size_t end = position;
      while (end < n && same_stratum(order_[late_[end]], row)) ++end;
      sets_[s].late_end = end;
      if (sets_[s].last)
        for (std::size_t k = position; k < end; ++k) before_[late_[k]] = s + 1;
    }
  }
  eta_.resize(n);
  risk_.resize(n);
  product_.resize(n);
  sum_.resize(sets_.size());
  hazard_.resize(sets_.size());
  total_.resize(sets_.size());
}

const double* CoxLoss::sorted(const Eigen::VectorXd& eta) {
  if (identity_ && offset_.empty()) return eta.data();
  for (std::size_t k = 0; k < order_.size(); ++k)
    eta_[k] = eta[static_cast<Eigen::Index>(order_[k])] + (offset_.empty() ? 0.0 : offset_[k]);
  return eta_.data();
}

void CoxLoss::reach(const double* value, double* sum) const {
  double total = 0.0;
  double late = 0.0;
  for (std::size_t s = sets_.size(); s-- > 0;) {
    const RiskSet& set = sets_[s];
    if (set.last) total = late = 0.0;
    for (std::size_t k = set.end; k-- > set.begin;) total += value[k];
    if (!late_.empty())
      for (std::size_t k = set.last ? set.late_end : sets_[s + 1].late; k-- > set.late;) late += value[late_[k]];
    sum[s] = total - late;
  }
}

double CoxLoss::risk_sums(const double* eta) {
  const std::size_t n = order_.size();
  if (n == 0) return 0.0;
  const double largest = *std::max_element(eta, eta + n);
  double loglik = 0.0;
  for (std::size_t k = 0; k < n; ++k) {
    const double shifted = eta[k] - largest;
    risk_[k] = weight_[k] * std::exp(shifted);
    loglik += death_[k] * shifted;
  }
  reach(risk_.data(), sum_.data());
  for (std::size_t s = 0; s < sets_.size(); ++s) loglik -= sets_[s].deaths * std::log(sum_[s]);
  return loglik;
}

double CoxLoss::log_likelihood(const Eigen::VectorXd& eta) {
  return risk_sums(sorted(eta));
}

double CoxLoss::evaluate(const Eigen::VectorXd& eta, Eigen::VectorXd& residual) {
  const double loglik = risk_sums(sorted(eta));
  double* out = identity_ ? residual.data() : product_.data();
  std::fill(out, out + order_.size(), 0.0);
  double hazard = 0.0;
  for (std::size_t s = 0; s < sets_.size(); ++s) {
    const RiskSet& set = sets_[s];
    hazard = set.first ? set.deaths / sum_[s] : hazard + set.deaths / sum_[s];
    hazard_[s] = hazard;
    for (std::size_t k = set.begin; k < set.end; ++k) out[k] = death_[k] - risk_[k] * hazard;
  }
  for (std::size_t k = 0; k < before_.size(); ++k)
    if (before_[k] > 0) out[k] += risk_[k] * hazard_[before_[k] - 1];
  if (!identity_)
    for (std::size_t k = 0; k < order_.size(); ++k) residual[static_cast<Eigen::Index>(order_[k])] = product_[k];
  return loglik;
}

void CoxLoss::freeze() {
  frozen_risk_ = risk_;
  frozen_expected_.assign(order_.size(), 0.0);
  frozen_rate_.resize(sets_.size());
  for (std::size_t s = 0; s < sets_.size(); ++s) {
    frozen_rate_[s] = sets_[s].deaths / (sum_[s] * sum_[s]);
    for (std::size_t k = sets_[s].begin; k < sets_[s].end; ++k) frozen_expected_[k] = risk_[k] * hazard_[s];
  }
  for (std::size_t k = 0; k < before_.size(); ++k)
    if (before_[k] > 0) frozen_expected_[k] -= risk_[k] * hazard_[before_[k] - 1];
}

void CoxLoss::curvature_times(const double* x, double* out) const {
  const std::size_t n = order_.size();
  if (identity_)
    for (std::size_t k = 0; k < n; ++k) product_[k] = frozen_risk_[k] * x[k];
  else
    for (std::size_t k = 0; k < n; ++k) product_[k] = frozen_risk_[k] * x[order_[k]];
  reach(product_.data(), total_.data());
  const auto put = [&](std::size_t k, double value) { out[identity_ ? k : order_[k]] = value; };
  double sum = 0.0;
  std::size_t covered = 0;
  for (std::size_t s = 0; s < sets_.size(); ++s) {
    const RiskSet& set = sets_[s];
    for (; covered < set.begin; ++covered) put(covered, 0.0);
    sum = (set.first ? 0.0 : sum) + frozen_rate_[s] * total_[s];
    total_[s] = sum;
    for (std::size_t k = set.begin; k < set.end; ++k)
      put(k, frozen_expected_[k] * x[identity_ ? k : order_[k]] - frozen_risk_[k] * sum);
    covered = set.end;
  }
  for (; covered < n; ++covered) put(covered, 0.0);
  for (std::size_t k = 0; k < before_.size(); ++k)
    if (before_[k] > 0) out[identity_ ? k : order_[k]] += frozen_risk_[k] * total_[before_[k] - 1];
}

// A running sum waits for the addition before it; four side by side do not wait for each other.
void CoxLoss::curvature_times_four(const double* const* x, double* const* out) const {
  if (!identity_ || !late_.empty()) return Loss::curvature_times_four(x, out);
  const double *x0 = x[0], *x1 = x[1], *x2 = x[2], *x3 = x[3];
  total_four_.resize(4 * sets_.size());
  double t0 = 0.0, t1 = 0.0, t2 = 0.0, t3 = 0.0;
  for (std::size_t s = sets_.size(); s-- > 0;) {
    if (sets_[s].last) t0 = t1 = t2 = t3 = 0.0;
    for (std::size_t k = sets_[s].end; k-- > sets_[s].begin;) {
      const double risk = frozen_risk_[k];
      t0 += risk * x0[k];
      t1 += risk * x1[k];
      t2 += risk * x2[k];
      t3 += risk * x3[k];
    }
    double* total = total_four_.data() + 4 * s;
    total[0] = t0;
    total[1] = t1;
    total[2] = t2;
    total[3] = t3;
  }
  std::size_t covered = 0;
  const auto put_zero = [&](std::size_t end) {
    for (; covered < end; ++covered)
      for (int l = 0; l < 4; ++l) out[l][covered] = 0.0;
  };
  for (std::size_t s = 0; s < sets_.size(); ++s) {
    put_zero(sets_[s].begin);
    if (sets_[s].first) t0 = t1 = t2 = t3 = 0.0;
    const double* total = total_four_.data() + 4 * s;
    const double rate = frozen_rate_[s];
    t0 += rate * total[0];
    t1 += rate * total[1];
    t2 += rate * total[2];
    t3 += rate * total[3];
    for (std::size_t k = sets_[s].begin; k < sets_[s].end; ++k) {
      const double expected = frozen_expected_[k], risk = frozen_risk_[k];
      out[0][k] = expected * x0[k] - risk * t0;
      out[1][k] = expected * x1[k] - risk * t1;
      out[2][k] = expected * x2[k] - risk * t2;
      out[3][k] = expected * x3[k] - risk * t3;
    }
    covered = sets_[s].end;
  }
  put_zero(order_.size());
}

std::unique_ptr<Loss> make_loss(const LossData& data) {
  if (data.kind == OutcomeKind::binary) return std::make_unique<LogisticLoss>(data);
  return std::make_unique<CoxLoss>(data);
}

}  // namespace larc::learn
