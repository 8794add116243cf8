#include "stats/score_groups.h"

#include "stats/check.h"
#include "stats/order.h"

namespace larc::stats {

ScoreGroups score_groups(const std::vector<double>& labels, const std::vector<double>& scores) {
  check_same_size("scores", scores.size(), "labels", labels.size());
  check_binary("labels", labels);
  check_finite("scores", scores);
  ScoreGroups result;
  result.groups.reserve(scores.size());
  for (const std::uint32_t i : ascending_order(scores)) {
    if (result.groups.empty() || result.groups.back().score != scores[i]) result.groups.push_back({scores[i], 0, 0});
    const std::uint64_t positive = labels[i] == 1.0 ? 1 : 0;
    result.groups.back().positives += positive;
    result.groups.back().negatives += 1 - positive;
    result.positives += positive;
  }
  result.negatives = scores.size() - result.positives;
  return result;
}

std::string class_problem(std::uint64_t positives, std::uint64_t negatives) {
  if (positives + negatives == 0) return "no patients";
  if (positives == 0) return "no patient has the outcome";
  if (negatives == 0) return "every patient has the outcome";
  return {};
}

}  // namespace larc::stats
