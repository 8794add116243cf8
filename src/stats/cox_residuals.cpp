#include "stats/cox_residuals.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "stats/cox_sums.h"

namespace larc::stats {

namespace {

// (n, p) on the scale of the input. For row i: event (x - mean) - risk * sum over its event times of hazard (x - mean).
Eigen::MatrixXd score_residuals(const CoxSums& sums, std::size_t patients) {
  const CoxRows& rows = sums.rows;
  const auto k = static_cast<Eigen::Index>(rows.columns);
  const auto groups = static_cast<Eigen::Index>(rows.groups.size());
  // Sums from each group back in time to the first of the stratum.
  Eigen::MatrixXd suffix = Eigen::MatrixXd::Zero(k, groups + 1);
  std::vector<double> hazard(rows.groups.size() + 1, 0.0);
  for (std::size_t s = 0; s < rows.strata; ++s)
    for (std::size_t q = rows.group_begin[s + 1]; q-- > rows.group_begin[s];) {
      const bool last = q + 1 == rows.group_begin[s + 1];
      const auto g = static_cast<Eigen::Index>(q);
      suffix.col(g) = sums.hazard_mean.col(g);
      if (!last) suffix.col(g) += suffix.col(g + 1);
      hazard[q] = sums.kernel.jump()[q] + (last ? 0.0 : hazard[q + 1]);
    }
  Eigen::MatrixXd result = Eigen::MatrixXd::Zero(static_cast<Eigen::Index>(patients), k);
  for (std::size_t s = 0; s < rows.strata; ++s) {
    const std::size_t last = rows.group_begin[s + 1];
    std::size_t q = rows.group_begin[s];
    for (std::size_t i = rows.stratum_begin[s]; i < rows.stratum_begin[s + 1]; ++i) {
      while (q < last && i >= rows.groups[q].end) ++q;
      std::size_t from = q, to = last;
      if (rows.late_entry()) {
        from = rows.first_group[i];
        to = rows.last_group[i];
      }
      const double risk = sums.kernel.risk()[i] / rows.weight_of(i);
      double met = hazard[from] - (to < last ? hazard[to] : 0.0);
      const bool event = rows.event[i] == 1.0;
      if (event) met -= sums.kernel.less()[sums.event_group[i]];
      const auto row = static_cast<Eigen::Index>(rows.origin[i]);
      for (Eigen::Index a = 0; a < k; ++a) {
        if (!sums.kept[static_cast<std::size_t>(a)]) {
          result(row, a) = kNaN;
          continue;
        }
        const double value = rows.value(i, static_cast<std::size_t>(a));
        double mean = suffix(a, static_cast<Eigen::Index>(from));
        if (to < last) mean -= suffix(a, static_cast<Eigen::Index>(to));
        double residual = 0.0;
        if (event) {
          const auto g = static_cast<Eigen::Index>(sums.event_group[i]);
          mean -= sums.less_mean(a, g);
          residual = value - sums.mean(a, g);
        }
        result(row, a) = (residual - risk * (met * value - mean)) * rows.scale[a];
      }
    }
  }
  return result;
}

Eigen::MatrixXd dfbeta_of(const Eigen::MatrixXd& score, const SurvivalOutcome& outcome, const CoxFit& fit) {
  const Eigen::MatrixXd known = score.array().isNaN().select(0.0, score);
  const Eigen::MatrixXd covariance = fit.model_covariance.array().isNaN().select(0.0, fit.model_covariance);
  Eigen::MatrixXd result = known * covariance;
  if (!outcome.weight.empty())
    result.array().colwise() *=
        Eigen::Map<const Eigen::ArrayXd>(outcome.weight.data(), static_cast<Eigen::Index>(outcome.weight.size()));
  for (Eigen::Index j = 0; j < result.cols(); ++j)
    if (std::isnan(fit.coef[j])) result.col(j).setConstant(kNaN);
  return result;
}

// Sums of rows within clusters.
Eigen::MatrixXd cluster_sums(const Eigen::MatrixXd& values, const std::vector<int>& cluster) {
  if (cluster.empty()) return values;
  std::map<int, Eigen::Index> index;
  for (const int c : cluster) index.emplace(c, 0);
  Eigen::Index count = 0;
  for (auto& [label, number] : index) number = count++;
  Eigen::MatrixXd result = Eigen::MatrixXd::Zero(count, values.cols());
  for (std::size_t i = 0; i < cluster.size(); ++i)
    result.row(index.at(cluster[i])) += values.row(static_cast<Eigen::Index>(i));
  return result;
}

}  // namespace

CoxResiduals cox_residuals(const Eigen::MatrixXd& x, const SurvivalOutcome& outcome, const CoxFit& fit) {
  const CoxSums sums(x, outcome, fit.coef, fit.ties);
  const std::size_t n = outcome.time.size();
  CoxResiduals result;
  result.martingale.assign(n, 0.0);
  for (std::size_t i = 0; i < sums.rows.rows; ++i)
    result.martingale[sums.rows.origin[i]] = sums.kernel.martingale()[i] / sums.rows.weight_of(i);
  result.deviance.resize(n);
  for (std::size_t i = 0; i < n; ++i) {
    const double m = result.martingale[i];
    const double event = outcome.event[i];
    double inside = -2.0 * (m + (event > 0.0 ? std::log1p(-m) : 0.0));
    if (event > 0.0 && std::abs(m) < 1e-4) inside = m * m * (1.0 + m * (2.0 / 3.0 + 0.5 * m));  // nothing cancels
    result.deviance[i] = std::copysign(std::sqrt(std::max(0.0, inside)), m);
  }
  result.score = score_residuals(sums, n);
  result.dfbeta = dfbeta_of(result.score, outcome, fit);
  return result;
}

SchoenfeldResiduals schoenfeld_residuals(const Eigen::MatrixXd& x, const SurvivalOutcome& outcome, const CoxFit& fit) {
  const CoxSums sums(x, outcome, fit.coef, fit.ties);
  SchoenfeldResiduals result;
  const auto p = x.cols();
  const auto events = static_cast<Eigen::Index>(std::count(sums.rows.event.begin(), sums.rows.event.end(), 1.0));
  result.raw.resize(events, p);
  Eigen::Index next = 0;
  for (std::size_t s = 0; s < sums.rows.strata; ++s)
    for (std::size_t q = sums.rows.group_begin[s + 1]; q-- > sums.rows.group_begin[s];) {
      const CoxRows::Group& group = sums.rows.groups[q];
      std::vector<std::size_t> tied;
      for (std::size_t i = group.begin; i < group.events_end; ++i) tied.push_back(i);
      std::sort(tied.begin(), tied.end(),
                [&](std::size_t a, std::size_t b) { return sums.rows.origin[a] < sums.rows.origin[b]; });
      for (const std::size_t i : tied) {
        result.row.push_back(sums.rows.origin[i]);
        result.time.push_back(group.time);
        for (Eigen::Index a = 0; a < p; ++a)
          result.raw(next, a) =
              (sums.rows.value(i, static_cast<std::size_t>(a)) - sums.mean(a, static_cast<Eigen::Index>(q))) *
              sums.rows.scale[a];
        ++next;
      }
    }
  const Eigen::MatrixXd covariance = fit.model_covariance.array().isNaN().select(0.0, fit.model_covariance);
  result.scaled = static_cast<double>(events) * result.raw * covariance;
  for (Eigen::Index j = 0; j < p; ++j) {
    result.scaled.col(j).array() += fit.coef[j];
    if (std::isnan(fit.coef[j])) result.raw.col(j).setConstant(kNaN);
  }
  return result;
}

void add_robust_variance(const Eigen::MatrixXd& x, const SurvivalOutcome& outcome, CoxFit& fit) {
  const Eigen::Index p = x.cols();
  const CoxSums sums(x, outcome, fit.coef, fit.ties);
  const Eigen::MatrixXd score = score_residuals(sums, outcome.time.size());
  const Eigen::MatrixXd dfbeta = cluster_sums(dfbeta_of(score, outcome, fit), outcome.cluster);
  fit.covariance = dfbeta.transpose() * dfbeta;
  std::vector<Eigen::Index> used;
  for (Eigen::Index j = 0; j < p; ++j)
    if (!std::isnan(fit.coef[j])) used.push_back(j);
  if (used.empty()) return;
  const Eigen::VectorXd coef = fit.coef(used);
  fit.wald = coef.dot(fit.covariance(used, used).ldlt().solve(coef));
  // The score residuals at 0, weighted and summed within clusters.
  Eigen::VectorXd zero = fit.coef;
  for (const Eigen::Index j : used) zero[j] = 0.0;
  Eigen::MatrixXd at_zero = score_residuals(CoxSums(x, outcome, zero, fit.ties), outcome.time.size());
  if (!outcome.weight.empty())
    at_zero.array().colwise() *=
        Eigen::Map<const Eigen::ArrayXd>(outcome.weight.data(), static_cast<Eigen::Index>(outcome.weight.size()));
  const Eigen::MatrixXd per_cluster = cluster_sums(at_zero, outcome.cluster)(Eigen::all, used);
  const Eigen::VectorXd total = per_cluster.colwise().sum();
  fit.robust_score = total.dot((per_cluster.transpose() * per_cluster).ldlt().solve(total));
}

}  // namespace larc::stats
