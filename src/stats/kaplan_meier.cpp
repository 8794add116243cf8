#include "stats/kaplan_meier.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "stats/check.h"
#include "stats/running_sum.h"
#include "stats/survival_limits.h"
#include "stats/time_order.h"

namespace larc::stats {

namespace {

// The time at which a curve that starts with 1 at time 0 reaches `target`; the middle of the stretch when it runs along
// it. Limits on the log scale may rise again: as in R, the point nearest below the target counts, not the first one.
double crossing(const std::vector<double>& time, const std::vector<double>& curve, double target) {
  constexpr double tolerance = 1.4901161193847656e-08;
  // Of the distinct values not above `level`, the highest; its first position.
  const auto highest_below = [&](double level) {
    std::size_t best = curve.size();
    for (std::size_t i = 0; i < curve.size(); ++i)
      if (curve[i] <= level && (best == curve.size() || curve[i] > curve[best])) best = i;
    return best;
  };
  const std::size_t first = highest_below(target + tolerance);
  if (first == curve.size()) return kNaN;
  if (std::abs(curve.back() - target) < tolerance) return 0.5 * (time[first] + time.back());
  const std::size_t second = highest_below(target - tolerance);
  return second == curve.size() ? kNaN : 0.5 * (time[first] + time[second]);
}

SurvivalOutcome turned_around(const SurvivalOutcome& outcome) {
  check_outcome(outcome);
  SurvivalOutcome result = outcome;
  for (int& event : result.event) event = 1 - event;
  return result;
}

}  // namespace

KaplanMeier kaplan_meier(const SurvivalOutcome& outcome, const KaplanMeierSettings& settings) {
  check_outcome(outcome);
  const double z = critical_value(settings.level);
  const std::size_t n = outcome.time.size();
  std::vector<double> time = outcome.time, entry = outcome.entry;
  if (entry.empty())
    merge_near_ties(time);
  else
    merge_near_ties(entry, time);
  const std::vector<std::uint32_t> order = ascending_order(time);
  const std::vector<std::uint32_t> by_entry = ascending_order(entry);
  const auto weight = [&](std::uint32_t i) { return outcome.weight.empty() ? 1.0 : outcome.weight[i]; };

  KaplanMeier curve;
  curve.patients = n;
  // Sums at risk from the last time back, so that nothing is left over at the end.
  std::size_t out = by_entry.size();
  RunningSum at_risk;
  for (std::size_t end = n, begin = n; end > 0; end = begin) {
    const double now = time[order[end - 1]];
    double events = 0.0, censored = 0.0;
    for (begin = end; begin > 0 && time[order[begin - 1]] == now; --begin) {
      const std::uint32_t i = order[begin - 1];
      at_risk.add(weight(i));
      (outcome.event[i] == 1 ? events : censored) += weight(i);
      curve.total_events += outcome.event[i] == 1 ? 1 : 0;
    }
    for (; out > 0 && entry[by_entry[out - 1]] >= now; --out) at_risk.add(-weight(by_entry[out - 1]));
    curve.time.push_back(now);
    curve.at_risk.push_back(at_risk.value());
    curve.events.push_back(events);
    curve.censored.push_back(censored);
  }
  for (auto* values : {&curve.time, &curve.at_risk, &curve.events, &curve.censored})
    std::reverse(values->begin(), values->end());

  double survival = 1.0, greenwood = 0.0, hazard = 0.0, hazard_variance = 0.0;
  for (std::size_t i = 0; i < curve.time.size(); ++i) {
    const double r = curve.at_risk[i], d = curve.events[i];
    if (d > 0.0) {
      const bool all = d >= r * (1.0 - 1e-12);
      survival = all ? 0.0 : survival * ((r - d) / r);
      greenwood = all ? kNaN : greenwood + d / (r * (r - d));
      hazard += d / r;
      hazard_variance += d / (r * r);
    }
    const double log_se = std::sqrt(greenwood);
    const Interval limits = survival_limits(survival, log_se, z, settings.scale);
    curve.survival.push_back(survival);
    curve.se.push_back(survival * log_se);
    curve.lower.push_back(limits.lower);
    curve.upper.push_back(limits.upper);
    curve.cumulative_hazard.push_back(hazard);
    curve.cumulative_hazard_se.push_back(std::sqrt(hazard_variance));
  }
  const SurvivalQuantile median = survival_quantile(curve, 0.5);
  curve.median = median.value;
  curve.median_lower = median.lower;
  curve.median_upper = median.upper;
  if (std::isnan(curve.median))
    curve.reason = n == 0 ? "no patients" : "survival does not fall to one half within the follow-up";
  return curve;
}

KaplanMeier kaplan_meier(const std::vector<double>& time, const std::vector<int>& event,
                         const KaplanMeierSettings& settings) {
  return kaplan_meier(SurvivalOutcome{time, event, {}, {}, {}, {}}, settings);
}

KaplanMeier reverse_kaplan_meier(const SurvivalOutcome& outcome, const KaplanMeierSettings& settings) {
  return kaplan_meier(turned_around(outcome), settings);
}

KaplanMeier reverse_kaplan_meier(const std::vector<double>& time, const std::vector<int>& event,
                                 const KaplanMeierSettings& settings) {
  return reverse_kaplan_meier(SurvivalOutcome{time, event, {}, {}, {}, {}}, settings);
}

SurvivalQuantile survival_quantile(const KaplanMeier& curve, double p) {
  if (!(p > 0.0 && p < 1.0))
    throw Error(ErrorCode::domain, "quantile " + format_double(p) + " is not between 0 and 1; 0.5 is the median");
  return {crossing(curve.time, curve.survival, 1.0 - p), crossing(curve.time, curve.lower, 1.0 - p),
          crossing(curve.time, curve.upper, 1.0 - p)};
}

RestrictedMean restricted_mean(const KaplanMeier& curve, double tau) {
  if (!(std::isfinite(tau) && tau > 0.0))
    throw Error(ErrorCode::domain,
                "the restricted mean is asked for up to " + format_double(tau) + "; give a time > 0");
  RestrictedMean result{tau, 0.0, 0.0};
  if (curve.time.empty()) return {tau, kNaN, kNaN};
  // Areas between tau and each time, from the last back.
  double area = 0.0, next = tau;
  for (std::size_t i = curve.time.size(); i-- > 0;) {
    if (curve.time[i] >= tau) continue;
    area += curve.survival[i] * (next - curve.time[i]);
    next = curve.time[i];
    const double r = curve.at_risk[i], d = curve.events[i];
    if (d > 0.0 && d < r) result.se += area * area * d / (r * (r - d));
  }
  result.mean = area + next;
  result.se = std::sqrt(result.se);
  return result;
}

std::vector<SurvivalPoint> survival_at(const KaplanMeier& curve, const std::vector<double>& times) {
  std::vector<SurvivalPoint> points;
  points.reserve(times.size());
  for (const double now : times) {
    if (!std::isfinite(now) || now < 0.0)
      throw Error(ErrorCode::domain, "survival is asked for at time " + format_double(now) + "; give a time >= 0");
    SurvivalPoint point;
    point.time = now;
    const auto next = std::upper_bound(curve.time.begin(), curve.time.end(), now);
    const std::size_t passed = static_cast<std::size_t>(next - curve.time.begin());
    if (passed > 0) {
      point.survival = curve.survival[passed - 1];
      point.se = curve.se[passed - 1];
      point.lower = curve.lower[passed - 1];
      point.upper = curve.upper[passed - 1];
      if (curve.survival[passed - 1] == 1.0) point.lower = point.upper = 1.0;
    }
    const std::size_t first =
        static_cast<std::size_t>(std::lower_bound(curve.time.begin(), curve.time.end(), now) - curve.time.begin());
    point.at_risk = first < curve.time.size() ? curve.at_risk[first] : 0.0;
    if (point.at_risk == 0.0 && (passed == 0 || point.survival > 0.0)) {
      point.survival = point.se = point.lower = point.upper = kNaN;
      point.reason = "nobody is followed to this time";
    }
    points.push_back(point);
  }
  return points;
}

}  // namespace larc::stats
