#pragma once
#include <Eigen/Dense>
#include <string>
#include <vector>

#include "core/number.h"

namespace larc::stats {

struct LogrankGroup {
  std::string name;
  std::size_t patients = 0;
  double observed = 0.0;
  double expected = 0.0;
};

struct LogrankResult {
  std::vector<LogrankGroup> groups;  // ordered by name
  Eigen::MatrixXd variance;          // (k, k) of observed - expected
  double chi2 = kNaN;
  int df = 0;  // groups with anything expected, minus one
  double p = kNaN;
  std::string reason;  // why chi2 is NaN
};

/// k-group log-rank test with the hypergeometric variance.
/// time (n,) >= 0; event (n,) 0 or 1; group (n,) the group's name
/// One group, or no events, gives NaN and a reason.
/// errors shape_mismatch, domain
/// source Mantel 1966; Peto, Peto 1972
LogrankResult logrank(const std::vector<double>& time, const std::vector<int>& event,
                      const std::vector<std::string>& group);

}  // namespace larc::stats
