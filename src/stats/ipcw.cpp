#include "stats/ipcw.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "stats/check.h"
#include "stats/order.h"

namespace larc::stats {

void check_horizon(double horizon) {
  if (!(horizon > 0.0) || !std::isfinite(horizon))
    throw Error(ErrorCode::domain, "the horizon is " + format_double(horizon) + "; give a time > 0");
}

IpcwSample::IpcwSample(const std::vector<double>& time, const std::vector<int>& cause) : time_(time), cause_(cause) {
  std::vector<int> any(cause.size());
  for (std::size_t i = 0; i < cause.size(); ++i) {
    if (cause[i] < 0)
      throw Error(ErrorCode::domain, "event has " + std::to_string(cause[i]) + " in row " + std::to_string(i + 1) +
                                         "; 0 is censored, 1, 2, ... are the causes");
    any[i] = cause[i] > 0 ? 1 : 0;
  }
  check_survival(time, any);
  const std::size_t n = time.size();
  order_ = ascending_order(time);
  double uncensored = 1.0, sum = 0.0;
  for (std::size_t begin = 0; begin < n;) {
    const double now = time[order_[begin]];
    std::size_t end = begin, censored = 0;
    for (; end < n && time[order_[end]] == now; ++end) censored += cause[order_[end]] == 0 ? 1 : 0;
    distinct_.push_back(now);
    begin_.push_back(static_cast<std::uint32_t>(begin));
    before_.push_back(uncensored);
    const auto at_risk = static_cast<double>(n - begin), lost = static_cast<double>(censored);
    if (censored > 0) {
      const auto exposed = static_cast<double>(n - (end - censored));  // events at this time come first
      uncensored *= (exposed - lost) / exposed;
      sum += static_cast<double>(n) * lost / (at_risk * at_risk);
    }
    at_.push_back(uncensored);
    hazard_sum_.push_back(sum);
    begin = end;
  }
  begin_.push_back(static_cast<std::uint32_t>(n));
  if (n > 0) last_time_ = distinct_.back();
}

double IpcwSample::uncensored(double horizon) const {
  const auto next = std::upper_bound(distinct_.begin(), distinct_.end(), horizon);
  return next == distinct_.begin() ? 1.0 : at_[static_cast<std::size_t>(next - distinct_.begin()) - 1];
}

std::vector<double> IpcwSample::weights(double horizon) const {
  std::vector<double> weight(size(), 0.0);
  const double beyond = uncensored(horizon);
  for (std::size_t g = 0; g < distinct_.size(); ++g)
    for (std::size_t k = begin_[g]; k < begin_[g + 1]; ++k) {
      const std::size_t i = order_[k];
      if (distinct_[g] > horizon)
        weight[i] = 1.0 / beyond;
      else if (cause_[i] != 0)
        weight[i] = 1.0 / before_[g];
    }
  return weight;
}

std::vector<double> IpcwSample::censoring_influence(const std::vector<double>& terms, double horizon) const {
  const auto n = static_cast<double>(size());
  double later = 0.0;  // terms of patients whose weight is read after the present time
  for (std::size_t i = 0; i < size(); ++i)
    if (time_[i] > horizon || cause_[i] != 0) later += terms[i];
  double earlier = 0.0;  // sum of term x hazard sum before its time, of the events so far
  std::vector<double> influence(size(), 0.0);
  std::size_t g = 0;
  for (; g < distinct_.size() && distinct_[g] <= horizon; ++g) {
    const double before = g == 0 ? 0.0 : hazard_sum_[g - 1];
    for (std::size_t k = begin_[g]; k < begin_[g + 1]; ++k)
      if (cause_[order_[k]] != 0) {
        later -= terms[order_[k]];
        earlier += terms[order_[k]] * before;
      }
    const double jump = n / static_cast<double>(size() - begin_[g]);
    for (std::size_t k = begin_[g]; k < begin_[g + 1]; ++k) {
      const double own = (cause_[order_[k]] == 0 ? jump : 0.0) - hazard_sum_[g];
      influence[order_[k]] = (later * own - earlier) / n;
    }
  }
  const double beyond = g == 0 ? 0.0 : (-later * hazard_sum_[g - 1] - earlier) / n;
  for (; g < distinct_.size(); ++g)
    for (std::size_t k = begin_[g]; k < begin_[g + 1]; ++k) influence[order_[k]] = beyond;
  return influence;
}

std::array<double, 2> IpcwSample::curves_at(double horizon, int cause) const {
  double survival = 1.0, sum = 0.0;
  for (std::size_t g = 0; g < distinct_.size() && distinct_[g] <= horizon; ++g) {
    double events = 0.0, own = 0.0;
    for (std::size_t k = begin_[g]; k < begin_[g + 1]; ++k) {
      events += cause_[order_[k]] != 0 ? 1.0 : 0.0;
      own += cause_[order_[k]] == cause ? 1.0 : 0.0;
    }
    const auto at_risk = static_cast<double>(size() - begin_[g]);
    sum += survival * own / at_risk;
    survival *= (at_risk - events) / at_risk;
  }
  return {survival, sum};
}

double IpcwSample::incidence(double horizon, int cause) const {
  return curves_at(horizon, cause)[1];
}

double IpcwSample::event_free(double horizon) const {
  return curves_at(horizon, 0)[0];
}

double influence_se(const std::vector<double>& influence) {
  const auto n = static_cast<double>(influence.size());
  if (influence.size() < 2) return kNaN;
  double mean = 0.0, squares = 0.0;
  for (const double value : influence) mean += value / n;
  for (const double value : influence) squares += (value - mean) * (value - mean);
  return std::sqrt(squares / (n - 1.0) / n);
}

PairedResult paired_influence(double a, const std::vector<double>& influence_a, double b,
                              const std::vector<double>& influence_b, double level) {
  check_same_size("the first measure", influence_a.size(), "the second", influence_b.size());
  std::vector<double> difference(influence_a.size());
  for (std::size_t i = 0; i < difference.size(); ++i) difference[i] = influence_a[i] - influence_b[i];
  return paired_result(a - b, influence_se(difference), level);
}

}  // namespace larc::stats
