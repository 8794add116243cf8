#pragma once
#include <Eigen/Dense>

#include "stats/cox.h"

namespace larc::stats {

/// A fit laid out again for what comes after it: rows, risks and, per event time, means of the covariates over the risk
/// set. All on the scale of CoxRows; columns that the fit set aside have coefficient 0.
struct CoxSums {
  CoxSums(const Eigen::MatrixXd& x, const SurvivalOutcome& outcome, const Eigen::VectorXd& coef, Ties ties);

  CoxRows rows;
  CoxKernel kernel;
  Eigen::MatrixXd mean;         // (columns, groups) average over the steps of the tied events
  Eigen::MatrixXd hazard_mean;  // (columns, groups) sum over the steps of hazard jump * mean
  Eigen::MatrixXd less_mean;    // (columns, groups) how much less of it the tied events undergo
  std::vector<char> kept;       // (columns,)

  /// The group in which row `row` of CoxRows has its event.
  std::vector<std::size_t> event_group;
};

}  // namespace larc::stats
