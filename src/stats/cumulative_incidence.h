#pragma once
#include <string>
#include <vector>

#include "core/number.h"
#include "stats/kaplan_meier.h"

namespace larc::stats {

/// Probability to have had an event of one cause by a time, the other causes being possible: one row per distinct
/// follow-up time, ascending.
struct CumulativeIncidence {
  std::size_t patients = 0;
  std::size_t events = 0;  // of the cause
  std::vector<double> time;
  std::vector<double> at_risk;
  std::vector<double> incidence;
  /// Aalen's variance as R's cmprsk::cuminc has it: it changes at events of the cause only, and tied events carry the
  /// correction of the hypergeometric distribution.
  std::vector<double> se;
  /// Infinitesimal jackknife, the standard error of R's survival::survfit for states.
  std::vector<double> se_jackknife;
  std::vector<double> lower;  // from `se`; NaN where the incidence is 0 or 1 (log-log)
  std::vector<double> upper;
  bool closed = false;  // nobody is left without an event: the curve stays as it is after the last time
  std::string reason;   // no patients
};

/// Aalen-Johansen estimate. cause (n,) 0 censored, 1, 2, ... the cause of the event; `wanted` the one of interest.
/// settings: level and scale of the limits, on the incidence itself as survfit has them
/// time (n,) >= 0; times that differ by rounding alone are one (see time_order.h)
/// errors shape_mismatch, domain: a negative cause, wanted < 1
/// source Aalen, Johansen 1978; Gray 1988 (variance)
CumulativeIncidence cumulative_incidence(const std::vector<double>& time, const std::vector<int>& cause, int wanted,
                                         const KaplanMeierSettings& settings = {});

/// Value at each of `times` (>= 0): that of the last follow-up time not later, 0 before the first; NaN with a reason
/// beyond the last follow-up unless the curve is closed.
struct IncidencePoint {
  double time = 0.0;
  double incidence = 0.0;
  double se = 0.0;
  double se_jackknife = 0.0;
  double lower = 0.0;
  double upper = 0.0;
  std::string reason;
};
std::vector<IncidencePoint> incidence_at(const CumulativeIncidence& curve, const std::vector<double>& times);

/// Gray's k-sample test of equal cumulative incidence of a cause (rho = 0).
struct GrayTest {
  double chi2 = kNaN;
  int df = 0;
  double p = kNaN;
  std::string reason;
};

/// group (n,) names; stratum (n,) or empty: the scores and variances of the strata are added up
/// errors shape_mismatch, domain
/// source Gray 1988
GrayTest gray_test(const std::vector<double>& time, const std::vector<int>& cause, int wanted,
                   const std::vector<std::string>& group, const std::vector<int>& stratum = {});

/// errors shape_mismatch, domain: time not >= 0, a negative cause, wanted < 1
void check_causes(const std::vector<double>& time, const std::vector<int>& cause, int wanted);

}  // namespace larc::stats
