#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

#include "stats/check.h"
#include "stats/cumulative_incidence.h"
#include "stats/distributions.h"
#include "stats/survival_outcome.h"
#include "stats/time_order.h"

namespace larc::stats {

namespace {

struct Scores {
  Eigen::VectorXd score;
  Eigen::MatrixXd variance;
};

// One stratum, by Gray's notation: h = at risk / S(t-), S the group's curve of no event of any cause; the
// subdistribution risk set is h (1 - F(t-)). The score's variance collects, per group k, the part of each later weight
// that an event in the group moves: `through` (c in the paper) and its products with the group's own increments.
void add_stratum(const std::vector<std::uint32_t>& rows, const std::vector<double>& time, const std::vector<int>& cause,
                 int wanted, const std::vector<int>& group, Scores& total) {
  const Eigen::Index k = total.score.size();
  Eigen::ArrayXd at_risk = Eigen::ArrayXd::Zero(k);
  for (const std::uint32_t i : rows) at_risk[group[i]] += 1.0;
  Eigen::ArrayXd survival = Eigen::ArrayXd::Ones(k), incidence = Eigen::ArrayXd::Zero(k);
  Eigen::MatrixXd through = Eigen::MatrixXd::Zero(k, k), mixed = Eigen::MatrixXd::Zero(k, k);
  Eigen::VectorXd plain = Eigen::VectorXd::Zero(k);
  double pooled = 0.0;
  for (std::size_t begin = 0, end = 0; begin < rows.size(); begin = end) {
    Eigen::ArrayXd leaving = Eigen::ArrayXd::Zero(k), first = leaving, other = leaving;
    for (end = begin; end < rows.size() && time[rows[end]] == time[rows[begin]]; ++end) {
      const int g = group[rows[end]], c = cause[rows[end]];
      leaving[g] += 1.0;
      if (c == wanted)
        first[g] += 1.0;
      else if (c != 0)
        other[g] += 1.0;
    }
    const double d1 = first.sum();
    if (d1 + other.sum() > 0.0) {
      Eigen::ArrayXd h = Eigen::ArrayXd::Zero(k), after = survival, reached = incidence;
      for (Eigen::Index g = 0; g < k; ++g) {
        if (!(at_risk[g] > 0.0)) continue;
        h[g] = at_risk[g] / survival[g];
        after[g] = survival[g] * (at_risk[g] - first[g] - other[g]) / at_risk[g];
        reached[g] = incidence[g] + survival[g] * first[g] / at_risk[g];
      }
      const double all = h.sum();
      const Eigen::ArrayXd at_risk_of_cause = h * (1.0 - incidence);
      const double now = pooled + d1 / all;
      Eigen::MatrixXd weight = -(h.matrix() * h.matrix().transpose()) / all;
      weight.diagonal() += h.matrix();
      through += weight * (d1 / (all * (1.0 - pooled)));
      total.score += (first - d1 * at_risk_of_cause / at_risk_of_cause.sum()).matrix();
      const auto add = [&](Eigen::Index g, const Eigen::VectorXd& own, double share, double term) {
        plain[g] += share * share * term;
        mixed.col(g) += own * (share * term);
        total.variance += own * own.transpose() * term;
      };
      for (Eigen::Index g = 0; g < k; ++g) {
        if (!(at_risk[g] > 0.0)) continue;
        if (d1 > 0.0) {
          const double share = after[g] > 0.0 ? 1.0 - (1.0 - now) / after[g] : 1.0;
          const double ties = d1 > 1.0 ? 1.0 - (d1 - 1.0) / (all * survival[g] - 1.0) : 1.0;
          add(g, weight.col(g) - share * through.col(g), share, ties * survival[g] * d1 / (all * at_risk[g]));
        }
        if (other[g] > 0.0 && after[g] > 0.0) {
          const double share = (1.0 - now) / after[g];
          const double ties = other[g] > 1.0 ? 1.0 - (other[g] - 1.0) / (at_risk[g] - 1.0) : 1.0;
          // This cause moves the later weights only, the other way.
          add(g, share * through.col(g), -share,
              ties * survival[g] * survival[g] * other[g] / (at_risk[g] * at_risk[g]));
        }
      }
      survival = after;
      incidence = reached;
      pooled = now;
    }
    at_risk -= leaving;
  }
  for (Eigen::Index g = 0; g < k; ++g) {
    total.variance += through.col(g) * through.col(g).transpose() * plain[g];
    const Eigen::MatrixXd cross = through.col(g) * mixed.col(g).transpose();
    total.variance += cross + cross.transpose();
  }
}

}  // namespace

GrayTest gray_test(const std::vector<double>& input, const std::vector<int>& cause, int wanted,
                   const std::vector<std::string>& group, const std::vector<int>& stratum) {
  check_causes(input, cause, wanted);
  check_same_size("group", group.size(), "time", input.size());
  if (!stratum.empty()) check_same_size("stratum", stratum.size(), "time", input.size());
  const Levels levels = levels_of(group);
  const auto k = static_cast<Eigen::Index>(levels.names.size());
  GrayTest result;
  result.df = std::max(0, static_cast<int>(k) - 1);
  if (k < 2) {
    result.reason = "the test needs two groups or more";
    return result;
  }
  std::vector<double> time = input;
  merge_near_ties(time);
  std::vector<int> strata = stratum;
  std::sort(strata.begin(), strata.end());
  strata.erase(std::unique(strata.begin(), strata.end()), strata.end());
  std::vector<std::vector<std::uint32_t>> rows(std::max<std::size_t>(1, strata.size()));
  for (const std::uint32_t i : ascending_order(time))
    rows[strata.empty()
             ? 0
             : static_cast<std::size_t>(std::lower_bound(strata.begin(), strata.end(), stratum[i]) - strata.begin())]
        .push_back(i);
  Scores total{Eigen::VectorXd::Zero(k), Eigen::MatrixXd::Zero(k, k)};
  for (const auto& one : rows) add_stratum(one, time, cause, wanted, levels.code, total);
  const Eigen::VectorXd score = total.score.head(k - 1);
  const Eigen::MatrixXd variance = total.variance.topLeftCorner(k - 1, k - 1);
  const Eigen::ColPivHouseholderQR<Eigen::MatrixXd> solver(variance);
  if (std::count(cause.begin(), cause.end(), wanted) == 0 || solver.rank() < k - 1) {
    result.reason = std::count(cause.begin(), cause.end(), wanted) == 0
                        ? "no event of the cause"
                        : "the variance of Gray's scores is singular: a group has no one at risk at any event";
    return result;
  }
  result.chi2 = score.dot(solver.solve(score));
  result.p = chi_squared_survival(result.chi2, result.df);
  return result;
}

}  // namespace larc::stats
