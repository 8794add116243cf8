#include "stats/kaplan_meier.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/error.h"
#include "stats/check.h"

namespace larc::stats {

namespace {

Interval limits_of(double survival, double log_se, double z, ConfidenceScale scale) {
  if (std::isnan(log_se) || survival <= 0.0) return {};
  switch (scale) {
    case ConfidenceScale::plain:
      return {std::max(0.0, survival - z * survival * log_se), std::min(1.0, survival + z * survival * log_se)};
    case ConfidenceScale::log:
      return {survival * std::exp(-z * log_se), std::min(1.0, survival * std::exp(z * log_se))};
    case ConfidenceScale::log_log:
      break;
  }
  if (survival >= 1.0) return {};
  const double log_survival = std::log(survival);
  const double half = z * log_se / -log_survival;
  return {std::exp(log_survival * std::exp(half)), std::exp(log_survival * std::exp(-half))};
}

// The time at which a curve first falls to one half; the middle of the stretch when it runs along it.
double crossing(const std::vector<double>& time, const std::vector<double>& curve) {
  constexpr double tolerance = 1.5e-8;
  for (std::size_t i = 0; i < curve.size(); ++i) {
    if (std::isnan(curve[i]) || curve[i] > 0.5 + tolerance) continue;
    if (curve[i] < 0.5 - tolerance) return time[i];
    for (std::size_t j = i + 1; j < curve.size(); ++j)
      if (std::isnan(curve[j]) || curve[j] < 0.5 - tolerance) return 0.5 * (time[i] + time[j]);
    return 0.5 * (time[i] + time.back());
  }
  return kNaN;
}

}  // namespace

KaplanMeier kaplan_meier(const std::vector<double>& time, const std::vector<int>& event,
                         const KaplanMeierSettings& settings) {
  check_survival(time, event);
  const double z = critical_value(settings.level);
  std::vector<std::size_t> order(time.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return time[a] < time[b]; });

  KaplanMeier curve;
  curve.patients = time.size();
  double survival = 1.0;
  double greenwood = 0.0;
  for (std::size_t begin = 0; begin < order.size();) {
    const double now = time[order[begin]];
    std::size_t end = begin;
    std::size_t events = 0;
    for (; end < order.size() && time[order[end]] == now; ++end) events += event[order[end]] == 1 ? 1 : 0;
    const std::size_t at_risk = order.size() - begin;
    if (events > 0) {
      const double n = static_cast<double>(at_risk);
      const double d = static_cast<double>(events);
      survival = events == at_risk ? 0.0 : survival * ((n - d) / n);
      greenwood = events == at_risk ? kNaN : greenwood + d / (n * (n - d));
    }
    const double log_se = std::sqrt(greenwood);
    const Interval limits = limits_of(survival, log_se, z, settings.scale);
    curve.time.push_back(now);
    curve.at_risk.push_back(at_risk);
    curve.events.push_back(events);
    curve.censored.push_back(end - begin - events);
    curve.survival.push_back(survival);
    curve.se.push_back(survival * log_se);
    curve.lower.push_back(limits.lower);
    curve.upper.push_back(limits.upper);
    curve.total_events += events;
    begin = end;
  }
  curve.median = crossing(curve.time, curve.survival);
  curve.median_lower = crossing(curve.time, curve.lower);
  curve.median_upper = crossing(curve.time, curve.upper);
  if (std::isnan(curve.median))
    curve.reason = time.empty() ? "no patients" : "survival does not fall to one half within the follow-up";
  return curve;
}

KaplanMeier reverse_kaplan_meier(const std::vector<double>& time, const std::vector<int>& event,
                                 const KaplanMeierSettings& settings) {
  check_survival(time, event);
  std::vector<int> censored(event.size());
  for (std::size_t i = 0; i < event.size(); ++i) censored[i] = 1 - event[i];
  return kaplan_meier(time, censored, settings);
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
    point.at_risk = first < curve.time.size() ? curve.at_risk[first] : 0;
    if (point.at_risk == 0 && (passed == 0 || point.survival > 0.0)) {
      point.survival = point.se = point.lower = point.upper = kNaN;
      point.reason = "nobody is followed to this time";
    }
    points.push_back(point);
  }
  return points;
}

}  // namespace larc::stats
