#include "stats/logrank.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "stats/check.h"
#include "stats/distributions.h"
#include "stats/time_order.h"

namespace larc::stats {

namespace {

struct Totals {
  Eigen::VectorXd observed, expected;
  Eigen::MatrixXd variance;
};

double weight_of(LogrankWeight kind, double at_risk, double survival) {
  switch (kind) {
    case LogrankWeight::gehan:
      return at_risk;
    case LogrankWeight::peto:
      return survival;
    case LogrankWeight::tarone_ware:
      return std::sqrt(at_risk);
    case LogrankWeight::logrank:
      break;
  }
  return 1.0;
}

// Adds one stratum. rows: ascending in time.
void add_stratum(const std::vector<std::uint32_t>& rows, const std::vector<double>& time,
                 const std::vector<double>& entry, const std::vector<int>& event, const std::vector<int>& code,
                 LogrankWeight kind, Totals& totals) {
  const Eigen::Index k = totals.observed.size();
  std::vector<std::uint32_t> by_entry;
  Eigen::VectorXd at_risk = Eigen::VectorXd::Zero(k);
  if (entry.empty()) {
    for (const std::uint32_t i : rows) at_risk[code[i]] += 1.0;
  } else {
    by_entry = rows;
    std::stable_sort(by_entry.begin(), by_entry.end(), [&](auto a, auto b) { return entry[a] < entry[b]; });
  }
  std::size_t in = 0;
  double survival = 1.0;
  for (std::size_t begin = 0, end = 0; begin < rows.size(); begin = end) {
    const double now = time[rows[begin]];
    for (; in < by_entry.size() && entry[by_entry[in]] < now; ++in) at_risk[code[by_entry[in]]] += 1.0;
    Eigen::VectorXd leaving = Eigen::VectorXd::Zero(k), events = Eigen::VectorXd::Zero(k);
    for (end = begin; end < rows.size() && time[rows[end]] == now; ++end) {
      leaving[code[rows[end]]] += 1.0;
      if (event[rows[end]] == 1) events[code[rows[end]]] += 1.0;
    }
    const double n = at_risk.sum(), d = events.sum();
    if (d > 0.0) {
      const double weight = weight_of(kind, n, survival);
      const Eigen::VectorXd share = at_risk / n;
      totals.observed += weight * events;
      totals.expected += weight * d * share;
      if (n > 1.0) {
        const double factor = weight * weight * d * (n - d) / (n - 1.0);
        totals.variance.diagonal() += factor * share;
        totals.variance.noalias() -= factor * share * share.transpose();
      }
      survival *= (n - d) / n;
    }
    at_risk -= leaving;
  }
}

}  // namespace

LogrankResult logrank(const SurvivalOutcome& outcome, const std::vector<std::string>& group, LogrankWeight weight) {
  check_outcome(outcome);
  check_same_size("group", group.size(), "time", outcome.time.size());
  const Levels levels = levels_of(group);
  const auto k = static_cast<Eigen::Index>(levels.names.size());
  LogrankResult result;
  for (const std::string& name : levels.names) result.groups.push_back({name, 0, 0.0, 0.0});
  for (const int code : levels.code) ++result.groups[static_cast<std::size_t>(code)].patients;
  std::vector<double> time = outcome.time, entry = outcome.entry;
  if (entry.empty())
    merge_near_ties(time);
  else
    merge_near_ties(entry, time);
  std::vector<int> strata = outcome.stratum;
  std::sort(strata.begin(), strata.end());
  strata.erase(std::unique(strata.begin(), strata.end()), strata.end());
  std::vector<std::vector<std::uint32_t>> rows(std::max<std::size_t>(1, strata.size()));
  for (const std::uint32_t i : ascending_order(time))
    rows[strata.empty() ? 0
                        : static_cast<std::size_t>(std::lower_bound(strata.begin(), strata.end(), outcome.stratum[i]) -
                                                   strata.begin())]
        .push_back(i);
  Totals totals{Eigen::VectorXd::Zero(k), Eigen::VectorXd::Zero(k), Eigen::MatrixXd::Zero(k, k)};
  for (const auto& stratum : rows) add_stratum(stratum, time, entry, outcome.event, levels.code, weight, totals);
  result.variance = totals.variance;

  std::vector<Eigen::Index> used;
  for (Eigen::Index g = 0; g < k; ++g) {
    result.groups[static_cast<std::size_t>(g)].observed = totals.observed[g];
    result.groups[static_cast<std::size_t>(g)].expected = totals.expected[g];
    if (totals.expected[g] > 0.0) used.push_back(g);
  }
  result.df = std::max(0, static_cast<int>(used.size()) - 1);
  if (k < 2)
    result.reason = "the test needs two groups or more";
  else if (result.df == 0)
    result.reason = totals.observed.sum() == 0.0 ? "no events" : "events fall where one group is at risk";
  if (!result.reason.empty()) return result;
  used.pop_back();
  const Eigen::VectorXd gap = (totals.observed - totals.expected)(used);
  const Eigen::MatrixXd variance = result.variance(used, used);
  const Eigen::ColPivHouseholderQR<Eigen::MatrixXd> solver(variance);
  if (solver.rank() < variance.rows()) {
    result.reason = "the variance of observed minus expected is singular";
    return result;
  }
  result.chi2 = gap.dot(solver.solve(gap));
  result.p = chi_squared_survival(result.chi2, result.df);
  return result;
}

LogrankResult logrank(const std::vector<double>& time, const std::vector<int>& event,
                      const std::vector<std::string>& group) {
  return logrank(SurvivalOutcome{time, event, {}, {}, {}, {}}, group);
}

std::vector<LogrankPair> pairwise_logrank(const SurvivalOutcome& outcome, const std::vector<std::string>& group,
                                          LogrankWeight weight) {
  check_outcome(outcome);
  check_same_size("group", group.size(), "time", outcome.time.size());
  const Levels levels = levels_of(group);
  std::vector<LogrankPair> pairs;
  for (std::size_t a = 0; a < levels.names.size(); ++a)
    for (std::size_t b = a + 1; b < levels.names.size(); ++b) {
      SurvivalOutcome two;
      std::vector<std::string> names;
      for (std::size_t i = 0; i < group.size(); ++i) {
        const auto code = static_cast<std::size_t>(levels.code[i]);
        if (code != a && code != b) continue;
        names.push_back(group[i]);
        two.time.push_back(outcome.time[i]);
        two.event.push_back(outcome.event[i]);
        if (!outcome.entry.empty()) two.entry.push_back(outcome.entry[i]);
        if (!outcome.stratum.empty()) two.stratum.push_back(outcome.stratum[i]);
      }
      const LogrankResult result = logrank(two, names, weight);
      pairs.push_back({levels.names[a], levels.names[b], result.chi2, result.p, kNaN});
    }
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < pairs.size(); ++i)
    if (!std::isnan(pairs[i].p)) order.push_back(i);
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return pairs[a].p < pairs[b].p; });
  double largest = 0.0;
  for (std::size_t r = 0; r < order.size(); ++r) {
    largest = std::max(largest, static_cast<double>(order.size() - r) * pairs[order[r]].p);
    pairs[order[r]].adjusted = std::min(1.0, largest);
  }
  return pairs;
}

}  // namespace larc::stats
