#pragma once
#include <Eigen/Dense>
#include <string>
#include <vector>

#include "core/number.h"
#include "stats/survival_outcome.h"

namespace larc::stats {

struct LogrankGroup {
  std::string name;
  std::size_t patients = 0;
  double observed = 0.0;  // weighted as the test weighs
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

/// Weight of each event time: 1 (log-rank), the number at risk (Gehan, Wilcoxon), the pooled Kaplan-Meier curve just
/// before it (Peto, Peto; R's survdiff with rho = 1), or the root of the number at risk (Tarone, Ware).
enum class LogrankWeight { logrank, gehan, peto, tarone_ware };

/// k-group log-rank test with the hypergeometric variance.
/// time (n,) >= 0; event (n,) 0 or 1; group (n,) the group's name
/// One group, or no events, gives NaN and a reason. Times that differ by rounding alone are one (see time_order.h).
/// errors shape_mismatch, domain
/// source Mantel 1966; Peto, Peto 1972
LogrankResult logrank(const std::vector<double>& time, const std::vector<int>& event,
                      const std::vector<std::string>& group);

/// The same with strata, late entry and other weights of time. Case weights and clusters are not looked at.
/// source Gehan 1965; Tarone, Ware 1977
LogrankResult logrank(const SurvivalOutcome& outcome, const std::vector<std::string>& group,
                      LogrankWeight weight = LogrankWeight::logrank);

/// The test of each pair of groups by itself, on the rows of the two.
struct LogrankPair {
  std::string first, second;
  double chi2 = kNaN;
  double p = kNaN;
  double adjusted = kNaN;  // Holm, over the pairs whose p is defined
};
std::vector<LogrankPair> pairwise_logrank(const SurvivalOutcome& outcome, const std::vector<std::string>& group,
                                          LogrankWeight weight = LogrankWeight::logrank);

}  // namespace larc::stats
