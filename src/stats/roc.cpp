#include "stats/roc.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "stats/check.h"
#include "stats/interval.h"
#include "stats/rank.h"

namespace larc::stats {

namespace {

// For every patient the share of the other class that the score puts on the right side of them.
struct Placements {
  std::vector<double> positive;
  std::vector<double> negative;
  double auc = kNaN;
};

Placements placements(const std::vector<double>& labels, const std::vector<double>& scores) {
  std::vector<double> positive;
  std::vector<double> negative;
  for (std::size_t i = 0; i < scores.size(); ++i) (labels[i] == 1.0 ? positive : negative).push_back(scores[i]);
  const std::vector<double> all_rank = midranks(scores);
  const std::vector<double> positive_rank = midranks(positive);
  const std::vector<double> negative_rank = midranks(negative);
  const double m = static_cast<double>(positive.size());
  const double n = static_cast<double>(negative.size());
  Placements result;
  std::size_t p = 0;
  std::size_t q = 0;
  double sum = 0.0;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    if (labels[i] == 1.0) {
      result.positive.push_back((all_rank[i] - positive_rank[p++]) / n);
      sum += result.positive.back();
    } else {
      result.negative.push_back(1.0 - (all_rank[i] - negative_rank[q++]) / m);
    }
  }
  result.auc = sum / m;
  return result;
}

double sample_variance(const std::vector<double>& values, double mean) {
  double sum = 0.0;
  for (const double value : values) sum += (value - mean) * (value - mean);
  return sum / static_cast<double>(values.size() - 1);
}

std::vector<RocPoint> curve_points(const std::vector<double>& labels, const std::vector<double>& scores,
                                   double positives, double negatives) {
  std::vector<std::size_t> order(scores.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return scores[a] > scores[b]; });
  std::vector<RocPoint> curve{{std::numeric_limits<double>::infinity(), 0.0, 0.0}};
  double hits = 0.0;
  double false_alarms = 0.0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    (labels[order[i]] == 1.0 ? hits : false_alarms) += 1.0;
    const double score = scores[order[i]];
    if (i + 1 == order.size() || scores[order[i + 1]] != score)
      curve.push_back({score, false_alarms / negatives, hits / positives});
  }
  return curve;
}

std::string class_problem(std::size_t positives, std::size_t negatives) {
  if (positives + negatives == 0) return "no patients";
  if (positives == 0) return "no patient has the outcome";
  if (negatives == 0) return "every patient has the outcome";
  if (positives == 1 || negatives == 1) return "a class has one patient: no standard error";
  return {};
}

}  // namespace

RocResult roc(const std::vector<double>& labels, const std::vector<double>& scores, double level) {
  check_same_size("scores", scores.size(), "labels", labels.size());
  check_binary("labels", labels);
  check_finite("scores", scores);
  check_level(level);
  RocResult result;
  result.positives = static_cast<std::size_t>(std::count(labels.begin(), labels.end(), 1.0));
  result.negatives = labels.size() - result.positives;
  result.reason = class_problem(result.positives, result.negatives);
  if (result.positives == 0 || result.negatives == 0) return result;
  const double m = static_cast<double>(result.positives);
  const double n = static_cast<double>(result.negatives);
  const Placements placed = placements(labels, scores);
  result.auc = placed.auc;
  result.curve = curve_points(labels, scores, m, n);
  if (!result.reason.empty()) return result;
  result.se =
      std::sqrt(sample_variance(placed.positive, placed.auc) / m + sample_variance(placed.negative, placed.auc) / n);
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
  const std::size_t positives = static_cast<std::size_t>(std::count(labels.begin(), labels.end(), 1.0));
  const std::size_t negatives = labels.size() - positives;
  PairedResult result;
  result.reason = class_problem(positives, negatives);
  if (positives == 0 || negatives == 0) return result;
  Placements a = placements(labels, score_a);
  const Placements b = placements(labels, score_b);
  result.difference = a.auc - b.auc;
  if (!result.reason.empty()) return result;
  for (std::size_t i = 0; i < a.positive.size(); ++i) a.positive[i] -= b.positive[i];
  for (std::size_t i = 0; i < a.negative.size(); ++i) a.negative[i] -= b.negative[i];
  const double difference = std::accumulate(a.positive.begin(), a.positive.end(), 0.0) / static_cast<double>(positives);
  const double variance = sample_variance(a.positive, difference) / static_cast<double>(positives) +
                          sample_variance(a.negative, difference) / static_cast<double>(negatives);
  return paired_result(difference, std::sqrt(variance), level);
}

}  // namespace larc::stats
