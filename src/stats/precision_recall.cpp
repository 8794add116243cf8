#include "stats/precision_recall.h"

#include "stats/score_groups.h"

namespace larc::stats {

PrecisionRecall precision_recall(const std::vector<double>& labels, const std::vector<double>& scores) {
  const ScoreGroups data = score_groups(labels, scores);
  PrecisionRecall result;
  result.reason = class_problem(data.positives, data.negatives);
  if (!result.reason.empty()) return result;
  const double m = static_cast<double>(data.positives);
  result.prevalence = m / static_cast<double>(data.positives + data.negatives);
  result.average_precision = 0.0;
  result.curve.reserve(data.groups.size());
  std::uint64_t hits = 0, called = 0;
  for (auto group = data.groups.rbegin(); group != data.groups.rend(); ++group) {
    hits += group->positives;
    called += group->positives + group->negatives;
    const double precision = static_cast<double>(hits) / static_cast<double>(called);
    result.average_precision += static_cast<double>(group->positives) / m * precision;
    result.curve.push_back({group->score, static_cast<double>(hits) / m, precision});
  }
  return result;
}

}  // namespace larc::stats
