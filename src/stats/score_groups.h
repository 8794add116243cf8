#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace larc::stats {

/// The patients who share one score.
struct ScoreGroup {
  double score = 0.0;
  std::uint64_t positives = 0;  // with the outcome
  std::uint64_t negatives = 0;
};

struct ScoreGroups {
  std::vector<ScoreGroup> groups;  // scores ascending
  std::uint64_t positives = 0;
  std::uint64_t negatives = 0;
};

/// What every curve over a threshold is made from; O(n).
/// labels (n,) 0 or 1; scores (n,) finite
/// errors shape_mismatch, domain
ScoreGroups score_groups(const std::vector<double>& labels, const std::vector<double>& scores);

/// Why two classes cannot be compared: "no patients", "no patient has the outcome", ...; empty when they can.
std::string class_problem(std::uint64_t positives, std::uint64_t negatives);

}  // namespace larc::stats
