#include "stats/cox_sums.h"

#include <cmath>

#include "core/error.h"
#include "stats/check.h"
#include "stats/running_sum.h"

namespace larc::stats {

namespace {

const Eigen::MatrixXd& checked(const Eigen::MatrixXd& x, const SurvivalOutcome& outcome, const Eigen::VectorXd& coef) {
  check_outcome(outcome);
  check_same_size("the covariates", static_cast<std::size_t>(x.rows()), "time", outcome.time.size());
  check_same_size("the coefficients", static_cast<std::size_t>(coef.size()), "the columns of x",
                  static_cast<std::size_t>(x.cols()));
  if (!x.allFinite()) throw Error(ErrorCode::domain, "the covariates hold missing values; drop or impute those rows");
  return x;
}

}  // namespace

CoxSums::CoxSums(const Eigen::MatrixXd& x, const SurvivalOutcome& outcome, const Eigen::VectorXd& coef, Ties ties)
    : rows(checked(x, outcome, coef), outcome), kernel(rows, ties) {
  const Eigen::Index k = x.cols();
  const auto groups = static_cast<Eigen::Index>(rows.groups.size());
  Eigen::VectorXd scaled(k);
  kept.resize(static_cast<std::size_t>(k));
  for (Eigen::Index j = 0; j < k; ++j) {
    kept[static_cast<std::size_t>(j)] = !std::isnan(coef[j]);
    scaled[j] = std::isnan(coef[j]) ? 0.0 : coef[j] * rows.scale[j];
  }
  kernel.evaluate(scaled, CoxKernel::Order::gradient);
  mean = hazard_mean = less_mean = Eigen::MatrixXd::Zero(k, groups);
  event_group.assign(rows.rows, 0);
  std::vector<RunningSum> running(static_cast<std::size_t>(k));
  Eigen::VectorXd s1(k), e1(k);
  for (std::size_t s = 0; s < rows.strata; ++s) {
    std::size_t row = rows.stratum_begin[s], out = row;
    std::fill(running.begin(), running.end(), RunningSum{});
    for (std::size_t q = rows.group_begin[s]; q < rows.group_begin[s + 1]; ++q) {
      const CoxRows::Group& group = rows.groups[q];
      for (; row < group.end; ++row)
        for (std::size_t a = 0; a < rows.columns; ++a) running[a].add(kernel.risk()[row] * rows.value(row, a));
      if (rows.late_entry())
        for (; out < group.left; ++out) {
          const std::size_t gone = rows.entry_order[out];
          for (std::size_t a = 0; a < rows.columns; ++a) running[a].add(-kernel.risk()[gone] * rows.value(gone, a));
        }
      e1.setZero();
      double weight = 0.0;
      for (std::size_t i = group.begin; i < group.events_end; ++i) {
        event_group[i] = q;
        weight += rows.weight_of(i);
        for (std::size_t a = 0; a < rows.columns; ++a)
          e1[static_cast<Eigen::Index>(a)] += kernel.risk()[i] * rows.value(i, a);
      }
      const double s0 = kernel.s0()[q];
      for (Eigen::Index a = 0; a < k; ++a) s1[a] = running[static_cast<std::size_t>(a)].value() / s0;
      e1 /= s0;
      const auto g = static_cast<Eigen::Index>(q);
      mean.col(g) = s0 / weight * (kernel.jump()[q] * s1 - kernel.less()[q] * e1);
      hazard_mean.col(g) = (kernel.square()[q] * s1 - kernel.cross()[q] * e1) / s0;
      less_mean.col(g) = (kernel.cross()[q] * s1 - kernel.tied_square()[q] * e1) / s0;
    }
  }
}

}  // namespace larc::stats
