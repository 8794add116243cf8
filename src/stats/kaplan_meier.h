#pragma once
#include <string>
#include <vector>

#include "core/number.h"
#include "stats/distributions.h"
#include "stats/interval.h"
#include "stats/survival_limits.h"
#include "stats/survival_outcome.h"

namespace larc::stats {

struct KaplanMeierSettings {
  double level = kLevel95;
  ConfidenceScale scale = ConfidenceScale::log_log;
};

/// One row per distinct follow-up time, ascending. Counts are sums of case weights, whole numbers without them.
struct KaplanMeier {
  std::size_t patients = 0;
  std::size_t total_events = 0;
  std::vector<double> time;
  std::vector<double> at_risk;  // just before `time`
  std::vector<double> events;
  std::vector<double> censored;
  std::vector<double> survival;
  std::vector<double> se;     // Greenwood, of the survival itself
  std::vector<double> lower;  // NaN where undefined (survival 1 or 0 on the log-log scale)
  std::vector<double> upper;
  std::vector<double> cumulative_hazard;     // Nelson-Aalen
  std::vector<double> cumulative_hazard_se;  // square root of the sum of d / n^2
  double median = kNaN;
  double median_lower = kNaN;
  double median_upper = kNaN;
  std::string reason;  // why the median is NaN
};

/// Product-limit estimate. At a tied time events come before censorings. When the curve runs exactly along 0.5 the
/// median is the middle of that stretch. Limits of the median are where the limits of the curve cross 0.5.
/// Times that differ by rounding alone are one (see time_order.h), as in R's survfit.
/// time (n,) >= 0; event (n,) 1 event, 0 censored; an empty input gives an empty curve and a reason
/// errors shape_mismatch, domain
/// source Kaplan, Meier 1958; Greenwood 1926; Brookmeyer, Crowley 1982
KaplanMeier kaplan_meier(const std::vector<double>& time, const std::vector<int>& event,
                         const KaplanMeierSettings& settings = {});

/// The same with late entry (left truncation) and case weights; strata and clusters are not looked at. Greenwood's
/// variance takes the weights as numbers of patients. Where everybody at risk has the event before others enter, the
/// curve is 0 from then on.
KaplanMeier kaplan_meier(const SurvivalOutcome& outcome, const KaplanMeierSettings& settings = {});

/// The same with events and censorings exchanged: its median is the median follow-up. Unlike `CensoringSurvival`, a
/// censoring at the time of an event still has that patient at risk, as the usual reverse curve has.
/// source Schemper, Smith 1996
KaplanMeier reverse_kaplan_meier(const std::vector<double>& time, const std::vector<int>& event,
                                 const KaplanMeierSettings& settings = {});

KaplanMeier reverse_kaplan_meier(const SurvivalOutcome& outcome, const KaplanMeierSettings& settings = {});

/// When the curve falls to 1 - p, with limits where its limits do; NaN where it does not get there. A curve that runs
/// along 1 - p gives the middle of that stretch.
/// p in (0, 1). errors domain
/// source Brookmeyer, Crowley 1982
struct SurvivalQuantile {
  double value = kNaN;
  double lower = kNaN;
  double upper = kNaN;
};
SurvivalQuantile survival_quantile(const KaplanMeier& curve, double p);

/// Area under the curve from 0 to `tau`, which goes on at its last value beyond the last follow-up.
/// errors domain: tau not > 0
/// source Irwin 1949; Karrison 1987
struct RestrictedMean {
  double tau = kNaN;
  double mean = kNaN;
  double se = kNaN;
};
RestrictedMean restricted_mean(const KaplanMeier& curve, double tau);

/// The curve read at any time.
struct SurvivalPoint {
  double time = 0.0;
  double survival = 1.0;
  double se = 0.0;
  double lower = 1.0;
  double upper = 1.0;
  double at_risk = 0.0;  // patients with follow-up >= time
  std::string reason;    // set when `time` lies beyond the last follow-up and the curve has not reached 0
};

/// Value at each of `times` (>= 0): that of the last step not later than the time. Beyond the last follow-up everything
/// is NaN with a reason, unless the curve is 0 by then.
std::vector<SurvivalPoint> survival_at(const KaplanMeier& curve, const std::vector<double>& times);

}  // namespace larc::stats
