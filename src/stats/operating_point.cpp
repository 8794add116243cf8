#include "stats/operating_point.h"

#include <cmath>
#include <limits>
#include <numeric>

#include "core/error.h"
#include "stats/check.h"
#include "stats/score_groups.h"

namespace larc::stats {

OperatingPoint fit_operating_point(const std::vector<double>& labels, const std::vector<double>& scores,
                                   OperatingRule rule, double target) {
  if (rule != OperatingRule::youden && !(target > 0.0 && target <= 1.0))
    throw Error(ErrorCode::domain, "target " + format_double(target) + " is not in (0, 1]");
  const ScoreGroups data = score_groups(labels, scores);
  OperatingPoint point;
  point.reason = class_problem(data.positives, data.negatives);
  if (!point.reason.empty()) return point;
  constexpr double infinity = std::numeric_limits<double>::infinity();
  const std::uint64_t m = data.positives, n = data.negatives;
  // Thresholds rise; at each, the patients below it are known as whole numbers, so that no rounding decides.
  std::uint64_t positives_below = 0, negatives_below = 0;
  std::int64_t best = std::numeric_limits<std::int64_t>::min();
  for (std::size_t g = 0; g <= data.groups.size(); ++g) {
    const double sensitivity = static_cast<double>(m - positives_below) / static_cast<double>(m);
    const double specificity = static_cast<double>(negatives_below) / static_cast<double>(n);
    const auto youden = static_cast<std::int64_t>(negatives_below * m) - static_cast<std::int64_t>(positives_below * n);
    const bool take = rule == OperatingRule::youden        ? youden > best
                      : rule == OperatingRule::sensitivity ? sensitivity >= target
                                                           : specificity >= target;
    if (take) {
      best = youden;
      point.sensitivity = sensitivity;
      point.specificity = specificity;
      if (g == 0)
        point.threshold = -infinity;
      else if (g == data.groups.size())
        point.threshold = infinity;
      else {
        const double low = data.groups[g - 1].score, high = data.groups[g].score;
        const double middle = std::midpoint(low, high);
        point.threshold = middle > low ? middle : high;
      }
      if (rule == OperatingRule::specificity) break;
    }
    if (g == data.groups.size()) break;
    positives_below += data.groups[g].positives;
    negatives_below += data.groups[g].negatives;
  }
  return point;
}

DiagnosticAccuracy diagnostic_accuracy(const std::vector<double>& labels, const std::vector<double>& scores,
                                       double threshold, double level) {
  check_same_size("scores", scores.size(), "labels", labels.size());
  check_binary("labels", labels);
  check_finite("scores", scores);
  check_level(level);
  if (std::isnan(threshold)) throw Error(ErrorCode::domain, "the threshold is not a number");
  DiagnosticAccuracy result;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const bool called = scores[i] >= threshold;
    if (labels[i] == 1.0)
      ++(called ? result.true_positives : result.false_negatives);
    else
      ++(called ? result.false_positives : result.true_negatives);
  }
  const auto share = [&](std::size_t part, std::size_t rest) {
    return proportion(static_cast<double>(part), static_cast<double>(part + rest), level);
  };
  result.sensitivity = share(result.true_positives, result.false_negatives);
  result.specificity = share(result.true_negatives, result.false_positives);
  result.positive_predictive_value = share(result.true_positives, result.false_positives);
  result.negative_predictive_value = share(result.true_negatives, result.false_negatives);
  result.accuracy =
      share(result.true_positives + result.true_negatives, result.false_positives + result.false_negatives);
  return result;
}

}  // namespace larc::stats
