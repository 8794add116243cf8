#include "stats/roc.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/error.h"
#include "stats/check.h"
#include "stats/interval.h"
#include "stats/order.h"
#include "stats/score_groups.h"
#include "stats/student_t.h"

namespace larc::stats {

namespace {

std::vector<RocPoint> curve_points(const ScoreGroups& data) {
  std::vector<RocPoint> curve;
  curve.reserve(data.groups.size() + 1);
  curve.push_back({std::numeric_limits<double>::infinity(), 0.0, 0.0});
  const double m = static_cast<double>(data.positives), n = static_cast<double>(data.negatives);
  std::uint64_t hits = 0, false_alarms = 0;
  for (auto group = data.groups.rbegin(); group != data.groups.rend(); ++group) {
    hits += group->positives;
    false_alarms += group->negatives;
    curve.push_back({group->score, static_cast<double>(false_alarms) / n, static_cast<double>(hits) / m});
  }
  return curve;
}

std::string standard_error_problem(std::uint64_t positives, std::uint64_t negatives) {
  std::string reason = class_problem(positives, negatives);
  if (reason.empty() && (positives == 1 || negatives == 1)) reason = "a class has one patient: no standard error";
  return reason;
}

/// For every patient the share of the other class that the score puts on the right side of them; a tie counts half.
struct Placements {
  std::vector<double> share;
  double auc = 0.0;
};

Placements placements(const std::vector<double>& labels, const std::vector<double>& scores, std::uint64_t positives,
                      std::uint64_t negatives) {
  const std::vector<std::uint32_t> order = ascending_order(scores);
  const double m = static_cast<double>(positives), n = static_cast<double>(negatives);
  Placements result;
  result.share.resize(scores.size());
  std::uint64_t positives_below = 0, negatives_below = 0, right_twice = 0;
  for (std::size_t begin = 0; begin < order.size();) {
    std::size_t end = begin;
    std::uint64_t tied_positives = 0;
    for (; end < order.size() && scores[order[end]] == scores[order[begin]]; ++end)
      tied_positives += labels[order[end]] == 1.0 ? 1 : 0;
    const std::uint64_t tied_negatives = end - begin - tied_positives;
    const double of_positive = static_cast<double>(2 * negatives_below + tied_negatives) / (2.0 * n);
    const double of_negative =
        static_cast<double>(2 * (positives - positives_below - tied_positives) + tied_positives) / (2.0 * m);
    for (std::size_t i = begin; i < end; ++i)
      result.share[order[i]] = labels[order[i]] == 1.0 ? of_positive : of_negative;
    right_twice += tied_positives * (2 * negatives_below + tied_negatives);
    positives_below += tied_positives;
    negatives_below += tied_negatives;
    begin = end;
  }
  result.auc = static_cast<double>(right_twice) / (2.0 * m * n);
  return result;
}

}  // namespace

RocResult roc(const std::vector<double>& labels, const std::vector<double>& scores, double level) {
  check_level(level);
  const ScoreGroups data = score_groups(labels, scores);
  RocResult result;
  result.positives = data.positives;
  result.negatives = data.negatives;
  result.reason = standard_error_problem(data.positives, data.negatives);
  if (data.positives == 0 || data.negatives == 0) return result;
  const double m = static_cast<double>(data.positives), n = static_cast<double>(data.negatives);
  std::uint64_t below = 0, right_twice = 0;
  for (const ScoreGroup& group : data.groups) {
    right_twice += group.positives * (2 * below + group.negatives);
    below += group.negatives;
  }
  result.auc = static_cast<double>(right_twice) / (2.0 * m * n);
  result.curve = curve_points(data);
  if (!result.reason.empty()) return result;
  std::uint64_t negatives_below = 0, positives_below = 0;
  double positive_squares = 0.0, negative_squares = 0.0;
  for (const ScoreGroup& group : data.groups) {
    const double of_positive = static_cast<double>(2 * negatives_below + group.negatives) / (2.0 * n) - result.auc;
    positives_below += group.positives;
    const double of_negative =
        static_cast<double>(2 * (data.positives - positives_below) + group.positives) / (2.0 * m) - result.auc;
    negatives_below += group.negatives;
    positive_squares += static_cast<double>(group.positives) * of_positive * of_positive;
    negative_squares += static_cast<double>(group.negatives) * of_negative * of_negative;
  }
  result.se = std::sqrt(positive_squares / ((m - 1.0) * m) + negative_squares / ((n - 1.0) * n));
  const Interval limits = normal_interval(result.auc, result.se, level, 0.0, 1.0);
  result.lower = limits.lower;
  result.upper = limits.upper;
  return result;
}

PairedResult paired_result(double difference, double se, double level) {
  PairedResult result;
  result.difference = difference;
  result.se = se;
  if (std::isnan(difference) || std::isnan(se)) return result;
  const Interval limits = normal_interval(difference, se, level);
  result.lower = limits.lower;
  result.upper = limits.upper;
  if (se > 0.0) {
    result.z = difference / se;
    result.p = normal_two_sided_p(result.z);
  } else if (difference == 0.0) {
    result.z = 0.0;
    result.p = 1.0;
  } else {
    result.reason = "the standard error is 0";
  }
  return result;
}

PairedResult paired_delong(const std::vector<double>& labels, const std::vector<double>& score_a,
                           const std::vector<double>& score_b, double level) {
  check_same_size("score_a", score_a.size(), "labels", labels.size());
  check_same_size("score_b", score_b.size(), "labels", labels.size());
  check_binary("labels", labels);
  check_finite("score_a", score_a);
  check_finite("score_b", score_b);
  check_level(level);
  const auto positives = static_cast<std::uint64_t>(std::count(labels.begin(), labels.end(), 1.0));
  const std::uint64_t negatives = labels.size() - positives;
  PairedResult result;
  result.reason = standard_error_problem(positives, negatives);
  if (positives == 0 || negatives == 0) return result;
  const Placements a = placements(labels, score_a, positives, negatives);
  const Placements b = placements(labels, score_b, positives, negatives);
  const double difference = a.auc - b.auc;
  result.difference = difference;
  if (!result.reason.empty()) return result;
  double positive_squares = 0.0, negative_squares = 0.0;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const double apart = a.share[i] - b.share[i] - difference;
    (labels[i] == 1.0 ? positive_squares : negative_squares) += apart * apart;
  }
  const double m = static_cast<double>(positives), n = static_cast<double>(negatives);
  double variance = positive_squares / ((m - 1.0) * m) + negative_squares / ((n - 1.0) * n);
  // The same placements twice: what is left are roundings of the two areas' difference.
  if (a.share == b.share) variance = 0.0;
  return paired_result(difference, std::sqrt(variance), level);
}

UnpairedResult unpaired_delong(const RocResult& a, const RocResult& b, double level) {
  check_level(level);
  UnpairedResult result;
  result.difference = a.auc - b.auc;
  result.reason = !a.reason.empty() ? a.reason : b.reason;
  if (std::isnan(a.se) || std::isnan(b.se)) return result;
  const double variance_a = a.se * a.se, variance_b = b.se * b.se, variance = variance_a + variance_b;
  result.se = std::sqrt(variance);
  if (variance == 0.0) {
    result.reason = "the standard error is 0";
    if (result.difference == 0.0) {
      result.reason.clear();
      result.lower = result.upper = result.t = 0.0;
      result.p = 1.0;
    }
    return result;
  }
  const double patients_a = static_cast<double>(a.positives + a.negatives);
  const double patients_b = static_cast<double>(b.positives + b.negatives);
  result.t = result.difference / result.se;
  result.df = variance * variance /
              (variance_a * variance_a / (patients_a - 1.0) + variance_b * variance_b / (patients_b - 1.0));
  result.p = student_two_sided_p(result.t, result.df);
  const double half = student_critical_value(level, result.df) * result.se;
  result.lower = result.difference - half;
  result.upper = result.difference + half;
  return result;
}

PartialArea partial_area(const std::vector<RocPoint>& curve, double from, double to, PartialFocus focus) {
  if (!(from >= 0.0 && from < to && to <= 1.0))
    throw Error(ErrorCode::domain, "a partial area from " + format_double(from) + " to " + format_double(to) +
                                       " does not lie in 0..1 with from below to");
  PartialArea result;
  if (curve.size() < 2) {
    result.reason = "there is no curve";
    return result;
  }
  // x the focus, y the other rate; along the curve x falls (specificity) or rises (sensitivity), never turns.
  const auto x_of = [&](const RocPoint& p) {
    return focus == PartialFocus::specificity ? 1.0 - p.false_positive_rate : p.true_positive_rate;
  };
  const auto y_of = [&](const RocPoint& p) {
    return focus == PartialFocus::specificity ? p.true_positive_rate : 1.0 - p.false_positive_rate;
  };
  result.area = 0.0;
  for (std::size_t i = 1; i < curve.size(); ++i) {
    double x0 = x_of(curve[i - 1]), y0 = y_of(curve[i - 1]), x1 = x_of(curve[i]), y1 = y_of(curve[i]);
    if (x0 > x1) {
      std::swap(x0, x1);
      std::swap(y0, y1);
    }
    const double left = std::max(x0, from), right = std::min(x1, to);
    if (!(left < right)) continue;
    const double slope = (y1 - y0) / (x1 - x0);
    const double y_left = left == x0 ? y0 : y0 + slope * (left - x0);
    const double y_right = right == x1 ? y1 : y0 + slope * (right - x0);
    result.area += 0.5 * (y_left + y_right) * (right - left);
  }
  const double chance = (to - from) * (1.0 - 0.5 * (from + to));
  if (result.area >= chance)
    result.standardised = 0.5 * (1.0 + (result.area - chance) / (to - from - chance));
  else
    result.reason = "the curve lies below chance: no standardised partial area";
  return result;
}

}  // namespace larc::stats
