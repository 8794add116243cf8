#include "stats/logrank.h"

#include <algorithm>
#include <map>
#include <numeric>

#include "stats/check.h"
#include "stats/distributions.h"

namespace larc::stats {

LogrankResult logrank(const std::vector<double>& time, const std::vector<int>& event,
                      const std::vector<std::string>& group) {
  check_survival(time, event);
  check_same_size("group", group.size(), "time", time.size());
  std::map<std::string, Eigen::Index> index;
  for (const auto& name : group) index.emplace(name, 0);
  Eigen::Index k = 0;
  LogrankResult result;
  for (auto& [name, position] : index) {
    position = k++;
    result.groups.push_back({name, 0, 0.0, 0.0});
  }
  std::vector<Eigen::Index> code(group.size());
  Eigen::VectorXd at_risk = Eigen::VectorXd::Zero(k);
  for (std::size_t i = 0; i < group.size(); ++i) {
    code[i] = index.at(group[i]);
    at_risk[code[i]] += 1.0;
    ++result.groups[static_cast<std::size_t>(code[i])].patients;
  }
  std::vector<std::size_t> order(time.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return time[a] < time[b]; });

  Eigen::VectorXd observed = Eigen::VectorXd::Zero(k);
  Eigen::VectorXd expected = Eigen::VectorXd::Zero(k);
  result.variance = Eigen::MatrixXd::Zero(k, k);
  for (std::size_t begin = 0; begin < order.size();) {
    const double now = time[order[begin]];
    Eigen::VectorXd leaving = Eigen::VectorXd::Zero(k);
    double d = 0.0;
    std::size_t end = begin;
    for (; end < order.size() && time[order[end]] == now; ++end) {
      leaving[code[order[end]]] += 1.0;
      if (event[order[end]] == 1) {
        observed[code[order[end]]] += 1.0;
        d += 1.0;
      }
    }
    const double n = static_cast<double>(order.size() - begin);
    if (d > 0.0) {
      const Eigen::VectorXd share = at_risk / n;
      expected += d * share;
      if (n > 1.0) {
        const double factor = d * (n - d) / (n - 1.0);
        result.variance.diagonal() += factor * share;
        result.variance.noalias() -= factor * share * share.transpose();
      }
    }
    at_risk -= leaving;
    begin = end;
  }
  std::vector<Eigen::Index> used;
  for (Eigen::Index g = 0; g < k; ++g) {
    result.groups[static_cast<std::size_t>(g)].observed = observed[g];
    result.groups[static_cast<std::size_t>(g)].expected = expected[g];
    if (expected[g] > 0.0) used.push_back(g);
  }
  result.df = std::max(0, static_cast<int>(used.size()) - 1);
  if (k < 2)
    result.reason = "the test needs two groups or more";
  else if (result.df == 0)
    result.reason = observed.sum() == 0.0 ? "no events" : "events fall where one group is at risk";
  if (!result.reason.empty()) return result;
  used.pop_back();
  const Eigen::VectorXd gap = (observed - expected)(used);
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

}  // namespace larc::stats
