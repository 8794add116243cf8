#include "stats/time_auc.h"

#include <cmath>

#include "stats/check.h"
#include "stats/interval.h"
#include "stats/order.h"

namespace larc::stats {

namespace {

TimeAuc auc_at(const IpcwSample& patients, const std::vector<double>& score, const std::vector<std::uint32_t>& order,
               double horizon, int cause, double level) {
  TimeAuc result;
  result.horizon = horizon;
  if (!patients.followed(horizon)) {
    result.reason = "nobody is followed to the horizon";
    return result;
  }
  const std::size_t n = patients.size();
  const std::vector<double> weight = patients.weights(horizon);
  const auto is_case = [&](std::size_t i) { return patients.time()[i] <= horizon && patients.cause()[i] == cause; };
  double cases = 0.0, controls = 0.0;  // sums of weights
  for (std::size_t i = 0; i < n; ++i) {
    if (!(weight[i] > 0.0)) continue;
    (is_case(i) ? cases : controls) += weight[i];
    ++(is_case(i) ? result.cases : result.controls);
  }
  if (result.cases == 0 || result.controls == 0) {
    result.reason = result.cases == 0 ? "no event by the horizon" : "nobody is event free beyond the horizon";
    return result;
  }
  // Per patient, the weighted number of pairs won, half for a tie; `below` are sums over lower scores.
  std::vector<double> terms(n, 0.0);
  double won = 0.0, cases_below = 0.0, controls_below = 0.0;
  for (std::size_t begin = 0; begin < n;) {
    std::size_t end = begin;
    double cases_here = 0.0, controls_here = 0.0;
    for (; end < n && score[order[end]] == score[order[begin]]; ++end)
      (is_case(order[end]) ? cases_here : controls_here) += weight[order[end]];
    const double case_wins = controls_below + 0.5 * controls_here;
    const double control_loses = cases - cases_below - 0.5 * cases_here;
    for (std::size_t k = begin; k < end; ++k) {
      const std::size_t i = order[k];
      terms[i] = weight[i] * (is_case(i) ? case_wins : control_loses);
    }
    won += cases_here * case_wins;
    cases_below += cases_here;
    controls_below += controls_here;
    begin = end;
  }
  result.auc = won / (cases * controls);
  // n x derivative of won / (cases controls) in each patient's weight, then that of the weights in G.
  const double scale = static_cast<double>(n) / (cases * controls);
  for (std::size_t i = 0; i < n; ++i)
    terms[i] = scale * (terms[i] - result.auc * weight[i] * (is_case(i) ? controls : cases));
  result.influence = patients.censoring_influence(terms, horizon);
  for (std::size_t i = 0; i < n; ++i) result.influence[i] += terms[i];
  result.se = influence_se(result.influence);
  const Interval limits = normal_interval(result.auc, result.se, level, 0.0, 1.0);
  result.lower = limits.lower;
  result.upper = limits.upper;
  return result;
}

}  // namespace

std::vector<TimeAuc> time_auc(const IpcwSample& patients, const std::vector<double>& score,
                              const std::vector<double>& horizons, int cause, double level) {
  check_same_size("score", score.size(), "time", patients.size());
  check_finite("score", score);
  check_level(level);
  const std::vector<std::uint32_t> order = ascending_order(score);
  std::vector<TimeAuc> results;
  for (const double horizon : horizons) {
    check_horizon(horizon);
    results.push_back(auc_at(patients, score, order, horizon, cause, level));
  }
  return results;
}

PairedResult paired_time_auc(const TimeAuc& a, const TimeAuc& b, double level) {
  if (a.reason.empty() && b.reason.empty()) return paired_influence(a.auc, a.influence, b.auc, b.influence, level);
  PairedResult result;
  result.reason = a.reason.empty() ? b.reason : a.reason;
  return result;
}

}  // namespace larc::stats
