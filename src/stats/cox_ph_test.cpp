#include "stats/cox_ph_test.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "stats/check.h"
#include "stats/cox_sums.h"
#include "stats/distributions.h"
#include "stats/rank.h"
#include "stats/time_order.h"

namespace larc::stats {

namespace {

// 1 - S(t-) of all rows together, unweighted, at each of the times.
std::vector<double> km_before(const std::vector<double>& time, const SurvivalOutcome& outcome) {
  const std::vector<std::uint32_t> order = ascending_order(time);
  std::vector<double> entry = outcome.entry;
  std::sort(entry.begin(), entry.end());
  std::vector<double> result(time.size());
  double survival = 1.0;
  std::size_t entered = 0;
  for (std::size_t begin = 0, end = 0; begin < order.size(); begin = end) {
    const double now = time[order[begin]];
    double events = 0.0;
    for (end = begin; end < order.size() && time[order[end]] == now; ++end) {
      result[order[end]] = 1.0 - survival;
      events += outcome.event[order[end]];
    }
    while (entered < entry.size() && entry[entered] < now) ++entered;
    const double in = entry.empty() ? static_cast<double>(order.size()) : static_cast<double>(entered);
    const double at_risk = in - static_cast<double>(begin);
    if (events > 0.0) survival *= (at_risk - events) / at_risk;
  }
  return result;
}

std::vector<double> transformed(const SurvivalOutcome& outcome, TimeTransform transform) {
  std::vector<double> time = outcome.time;
  std::vector<double> entry = outcome.entry;
  if (entry.empty())
    merge_near_ties(time);
  else
    merge_near_ties(entry, time);
  switch (transform) {
    case TimeTransform::km: {
      SurvivalOutcome merged;
      merged.event = outcome.event;
      merged.entry = std::move(entry);
      return km_before(time, merged);
    }
    case TimeTransform::rank:
      return midranks(time);
    case TimeTransform::log:
      for (std::size_t i = 0; i < time.size(); ++i) {
        if (!(time[i] > 0.0))
          throw Error(ErrorCode::domain, "time has 0 in row " + std::to_string(i + 1) +
                                             ", which has no logarithm; choose another transform");
        time[i] = std::log(time[i]);
      }
      return time;
    case TimeTransform::identity:
      break;
  }
  return time;
}

}  // namespace

PhTest ph_test(const Eigen::MatrixXd& x, const SurvivalOutcome& outcome, const CoxFit& fit,
               const std::vector<int>& term, const std::vector<std::string>& names, TimeTransform transform) {
  check_same_size("term", term.size(), "the columns of x", static_cast<std::size_t>(x.cols()));
  PhTest result;
  result.global.name = "GLOBAL";
  for (const std::string& name : names) result.terms.push_back({name, kNaN, 0, kNaN});
  if (fit.df == 0 || !fit.converged) {
    result.reason = fit.reason.empty() ? "the model has no coefficient" : fit.reason;
    return result;
  }
  CoxSums sums(x, outcome, fit.coef, fit.ties);
  const CoxRows& rows = sums.rows;
  std::vector<double> g = transformed(outcome, transform);
  double mean = 0.0;
  for (std::size_t i = 0; i < g.size(); ++i) mean += outcome.event[i] * g[i];
  mean /= static_cast<double>(fit.events);
  std::vector<double> first(rows.groups.size()), second(rows.groups.size());
  const Eigen::Index k = x.cols();
  Eigen::VectorXd u = Eigen::VectorXd::Zero(k);
  for (std::size_t q = 0; q < rows.groups.size(); ++q) {
    const CoxRows::Group& group = rows.groups[q];
    const double scale = g[rows.origin[group.begin]] - mean;
    first[q] = scale;
    second[q] = scale * scale;
    for (std::size_t i = group.begin; i < group.events_end; ++i)
      for (Eigen::Index a = 0; a < k; ++a)
        u[a] += scale * rows.weight_of(i) *
                (rows.value(i, static_cast<std::size_t>(a)) - sums.mean(a, static_cast<Eigen::Index>(q)));
  }
  const std::vector<double> one(rows.groups.size(), 1.0);
  std::vector<Eigen::Index> used;
  for (Eigen::Index a = 0; a < k; ++a)
    if (sums.kept[static_cast<std::size_t>(a)]) used.push_back(a);
  const auto m = static_cast<Eigen::Index>(used.size());
  const auto full = [&](const std::vector<double>& factor) -> Eigen::MatrixXd {
    const Eigen::MatrixXd lower = sums.kernel.information_with(factor);
    const Eigen::MatrixXd whole = lower.selfadjointView<Eigen::Lower>();
    return whole(used, used);
  };
  const Eigen::MatrixXd plain = full(one), cross = full(first), square = full(second);
  // The change with time, given that the constant coefficients are estimated.
  const Eigen::LDLT<Eigen::MatrixXd> solver(plain);
  const auto test = [&](const std::vector<Eigen::Index>& columns, PhTestRow& row) {
    row.df = static_cast<int>(columns.size());
    if (columns.empty()) return;
    Eigen::VectorXd score(columns.size());
    for (std::size_t c = 0; c < columns.size(); ++c)
      score[static_cast<Eigen::Index>(c)] = u[used[static_cast<std::size_t>(columns[c])]];
    const Eigen::MatrixXd beside = cross(Eigen::all, columns);
    const Eigen::MatrixXd variance = square(columns, columns) - beside.transpose() * solver.solve(beside);
    const Eigen::ColPivHouseholderQR<Eigen::MatrixXd> inverse(variance);
    if (inverse.rank() < variance.rows() || !(variance.diagonal().minCoeff() > 0.0)) {
      result.reason = "the test of proportional hazards is singular: too few event times";
      return;
    }
    row.chi2 = score.dot(inverse.solve(score));
    row.p = chi_squared_survival(row.chi2, row.df);
  };
  std::vector<Eigen::Index> all;
  for (std::size_t t = 0; t < names.size(); ++t) {
    std::vector<Eigen::Index> columns;
    for (Eigen::Index c = 0; c < m; ++c)
      if (term[static_cast<std::size_t>(used[static_cast<std::size_t>(c)])] == static_cast<int>(t))
        columns.push_back(c);
    all.insert(all.end(), columns.begin(), columns.end());
    test(columns, result.terms[t]);
  }
  test(all, result.global);
  return result;
}

}  // namespace larc::stats
