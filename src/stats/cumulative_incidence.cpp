#include "stats/cumulative_incidence.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "stats/check.h"
#include "stats/survival_limits.h"
#include "stats/time_order.h"

namespace larc::stats {

namespace {

// Counts at one distinct time.
struct Moment {
  double at_risk = 0.0, wanted = 0.0, other = 0.0, censored = 0.0;
};

// Aalen's variance. With S the curve of no event at all, F the incidence, the variance at t is
// sum of (1 + F(u)/S(u) - F(t)/S(u))^2 times the wanted events' term plus (F(u)/S(u) - F(t)/S(u))^2 times the others',
// each term S(u-)^2 d / r^2 with the correction for ties; kept as three sums so that t may move on.
class AalenVariance {
 public:
  void add(const Moment& now, double before, double after, double incidence) {
    const double inverse = after > 0.0 ? 1.0 / after : 0.0;
    if (now.other > 0.0 && after > 0.0) add_term(now.other, now.at_risk, before, inverse * incidence, inverse);
    if (now.wanted > 0.0) {
      add_term(now.wanted, now.at_risk, before, 1.0 + inverse * incidence, inverse);
      value_ = square_ + incidence * (incidence * inverse_square_ - 2.0 * cross_);
    }
  }
  double value() const { return value_; }

 private:
  void add_term(double events, double at_risk, double before, double own, double inverse) {
    const double ties = events > 1.0 ? 1.0 - (events - 1.0) / (at_risk - 1.0) : 1.0;
    const double term = before * before * ties * events / (at_risk * at_risk);
    square_ += own * own * term;
    cross_ += own * inverse * term;
    inverse_square_ += inverse * inverse * term;
  }
  double square_ = 0.0, cross_ = 0.0, inverse_square_ = 0.0, value_ = 0.0;
};

// The influence of a patient on F(t) is a - F(t) b + c: a the own events of the cause less what was expected, b and c
// all events, through the curve of no event. Patients at risk all stand at the same (a, b, c); those who left keep
// theirs, and only sums of products of them are needed.
class JackknifeVariance {
 public:
  void add(const Moment& now, double before, double incidence) {
    const double events = now.wanted + now.other;
    const bool all = events >= now.at_risk;
    const double first = before / now.at_risk;
    const double second = all ? 0.0 : 1.0 / (now.at_risk - events);
    // Everybody at risk moves by the expected share; who has an event moves on by its own jump.
    a_ -= first * now.wanted / now.at_risk;
    b_ -= second * events / now.at_risk;
    c_ -= second * incidence * events / now.at_risk;
    leave(now.wanted, a_ + first, b_ + second, c_ + second * incidence);
    leave(now.other, a_, b_ + second, c_ + second * incidence);
    leave(now.censored, a_, b_, c_);
  }
  double value(double at_risk_after, double incidence) const {
    const double standing = a_ - incidence * b_ + c_;
    return own_ + incidence * (incidence * square_ - 2.0 * cross_) + at_risk_after * standing * standing;
  }

 private:
  // influence = (a + c) - F b
  void leave(double count, double a, double b, double c) {
    own_ += count * (a + c) * (a + c);
    cross_ += count * (a + c) * b;
    square_ += count * b * b;
  }
  double a_ = 0.0, b_ = 0.0, c_ = 0.0;
  double own_ = 0.0, cross_ = 0.0, square_ = 0.0;
};

}  // namespace

void check_causes(const std::vector<double>& time, const std::vector<int>& cause, int wanted) {
  check_same_size("cause", cause.size(), "time", time.size());
  for (std::size_t i = 0; i < time.size(); ++i) {
    if (!std::isfinite(time[i]) || time[i] < 0.0)
      throw Error(ErrorCode::domain, "time has " + format_double(time[i]) + " in row " + std::to_string(i + 1) +
                                         "; follow-up must be a number >= 0");
    if (cause[i] < 0)
      throw Error(ErrorCode::domain, "cause has " + std::to_string(cause[i]) + " in row " + std::to_string(i + 1) +
                                         "; 0 is censored, causes count from 1");
  }
  if (wanted < 1)
    throw Error(ErrorCode::domain, "the cause of interest is " + std::to_string(wanted) + "; causes count from 1");
}

CumulativeIncidence cumulative_incidence(const std::vector<double>& input, const std::vector<int>& cause, int wanted,
                                         const KaplanMeierSettings& settings) {
  check_causes(input, cause, wanted);
  const double z = critical_value(settings.level);
  std::vector<double> time = input;
  merge_near_ties(time);
  const std::vector<std::uint32_t> order = ascending_order(time);
  const std::size_t n = time.size();
  CumulativeIncidence curve;
  curve.patients = n;
  if (n == 0) curve.reason = "no patients";
  double survival = 1.0, incidence = 0.0;
  AalenVariance aalen;
  JackknifeVariance jackknife;
  for (std::size_t begin = 0, end = 0; begin < n; begin = end) {
    Moment now;
    now.at_risk = static_cast<double>(n - begin);
    for (end = begin; end < n && time[order[end]] == time[order[begin]]; ++end) {
      const int c = cause[order[end]];
      (c == wanted ? now.wanted : c == 0 ? now.censored : now.other) += 1.0;
    }
    const double events = now.wanted + now.other;
    const double after = survival * ((now.at_risk - events) / now.at_risk);
    incidence += survival * now.wanted / now.at_risk;
    curve.events += static_cast<std::size_t>(now.wanted);
    aalen.add(now, survival, after, incidence);
    jackknife.add(now, survival, incidence);
    survival = after;
    const double se = std::sqrt(std::max(0.0, aalen.value()));
    const Interval limits = survival_limits(incidence, se / incidence, z, settings.scale);
    curve.time.push_back(time[order[begin]]);
    curve.at_risk.push_back(now.at_risk);
    curve.incidence.push_back(incidence);
    curve.se.push_back(se);
    curve.se_jackknife.push_back(std::sqrt(std::max(0.0, jackknife.value(static_cast<double>(n - end), incidence))));
    curve.lower.push_back(limits.lower);
    curve.upper.push_back(limits.upper);
  }
  curve.closed = n > 0 && survival == 0.0;
  return curve;
}

std::vector<IncidencePoint> incidence_at(const CumulativeIncidence& curve, const std::vector<double>& times) {
  std::vector<IncidencePoint> points;
  for (const double when : times) {
    if (!std::isfinite(when) || when < 0.0)
      throw Error(ErrorCode::domain, "incidence is asked for at time " + format_double(when) + "; give a time >= 0");
    IncidencePoint point;
    point.time = when;
    const auto passed =
        static_cast<std::size_t>(std::upper_bound(curve.time.begin(), curve.time.end(), when) - curve.time.begin());
    if (curve.time.empty() || (when > curve.time.back() && !curve.closed)) {
      point = {when, kNaN, kNaN, kNaN, kNaN, kNaN, "nobody is followed to this time"};
    } else if (passed > 0) {
      point = {when,
               curve.incidence[passed - 1],
               curve.se[passed - 1],
               curve.se_jackknife[passed - 1],
               curve.lower[passed - 1],
               curve.upper[passed - 1],
               ""};
    }
    points.push_back(point);
  }
  return points;
}

}  // namespace larc::stats
