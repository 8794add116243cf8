#include "stats/design.h"

#include <cmath>

#include "core/error.h"

namespace larc::stats {

StandardDesign standard_design(const Eigen::MatrixXd& x, double tolerance) {
  if (!x.allFinite()) throw Error(ErrorCode::domain, "the covariates hold missing values; drop or impute those rows");
  const Eigen::Index n = x.rows();
  const Eigen::Index p = x.cols();
  StandardDesign design;
  design.mean = n > 0 ? Eigen::VectorXd(x.colwise().mean().transpose()) : Eigen::VectorXd::Zero(p);
  design.scale = Eigen::VectorXd::Zero(p);
  Eigen::MatrixXd basis(n, p);
  Eigen::MatrixXd values(n, p);
  Eigen::Index used = 0;
  for (Eigen::Index j = 0; j < p; ++j) {
    Eigen::VectorXd column = x.col(j).array() - design.mean[j];
    const double scale = n > 0 ? std::sqrt(column.squaredNorm() / static_cast<double>(n)) : 0.0;
    bool independent = scale > 1e-12 * std::abs(design.mean[j]) && scale > 0.0;
    if (independent) {
      design.scale[j] = scale;
      column /= scale;
      Eigen::VectorXd rest = column;
      for (int pass = 0; pass < 2; ++pass)
        for (Eigen::Index k = 0; k < used; ++k) rest -= basis.col(k).dot(rest) * basis.col(k);
      independent = rest.squaredNorm() > tolerance * column.squaredNorm();
      if (independent) {
        basis.col(used) = rest.normalized();
        values.col(used++) = column;
        design.used.push_back(j);
      }
    }
    if (!independent) {
      design.aliased_reason += design.aliased_reason.empty() ? "constant or a combination of earlier columns: " : ", ";
      design.aliased_reason += "column " + std::to_string(j + 1);
    }
  }
  design.values = values.leftCols(used);
  return design;
}

}  // namespace larc::stats
