#pragma once
#include <Eigen/Dense>
#include <string>
#include <vector>

#include "stats/cox.h"

namespace larc::stats {

/// Scale of time on which a coefficient is suspected to change: 1 - the Kaplan-Meier curve just before it (`km`), time
/// itself, its rank, or its logarithm.
enum class TimeTransform { km, identity, rank, log };

struct PhTestRow {
  std::string name;
  double chi2 = kNaN;
  int df = 0;
  double p = kNaN;
};

struct PhTest {
  std::vector<PhTestRow> terms;
  PhTestRow global;    // all terms together, name "GLOBAL"
  std::string reason;  // why something is NaN
};

/// Score test of coefficients that change with time, with the covariance of each risk set (not an average).
/// term (p,) number of the term each column belongs to, ascending from 0; names of the terms. The indicators of one
/// text column make one term with as many degrees of freedom. Columns that the fit set aside are left out. errors
/// shape_mismatch, domain: the logarithm of a time of 0 source Grambsch, Therneau 1994; Therneau 2019 (cox.zph of
/// survival 3)
PhTest ph_test(const Eigen::MatrixXd& x, const SurvivalOutcome& outcome, const CoxFit& fit,
               const std::vector<int>& term, const std::vector<std::string>& names,
               TimeTransform transform = TimeTransform::km);

}  // namespace larc::stats
