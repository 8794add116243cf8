#pragma once
#include <Eigen/Dense>
#include <string>
#include <vector>

namespace larc::stats {

/// A design matrix made fit for Newton steps: columns centred and scaled to mean square 1; columns that are constant or
/// a combination of earlier ones set aside, whose coefficients are then undefined (NaN).
struct StandardDesign {
  Eigen::MatrixXd values;          // (n, k)
  std::vector<Eigen::Index> used;  // (k,) the column of the original each came from
  Eigen::VectorXd mean;            // (p,)
  Eigen::VectorXd scale;           // (p,) 0 for a constant column
  std::string aliased_reason;      // names the columns set aside, from 1; empty when all are used
};

/// x (n, p), no missing values. tolerance: share of a column's variance that earlier columns must leave unexplained.
/// errors domain
StandardDesign standard_design(const Eigen::MatrixXd& x, double tolerance = 1e-10);

}  // namespace larc::stats
