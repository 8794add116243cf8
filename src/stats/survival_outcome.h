#pragma once
#include <string>
#include <vector>

namespace larc::stats {

/// What is known of the follow-up of each row. The vectors after `event` may be empty: nobody enters late, every weight
/// is 1, one stratum, every row its own cluster.
struct SurvivalOutcome {
  std::vector<double> time;    // (n,) >= 0; with entry: the end of the interval
  std::vector<int> event;      // (n,) 1 event, 0 censored
  std::vector<double> entry;   // (n,) < time: at risk after `entry`, up to and at `time`
  std::vector<double> weight;  // (n,) > 0 case weights
  std::vector<int> stratum;    // (n,) any whole numbers
  std::vector<int> cluster;    // (n,) rows of one cluster (patient) count together in a robust variance
};

/// errors shape_mismatch, domain (name the argument and the first bad row)
void check_outcome(const SurvivalOutcome& outcome);

/// Whole numbers 0, 1, ... for texts, in their alphabetical order; `names` holds the text of each.
struct Levels {
  std::vector<int> code;
  std::vector<std::string> names;
};
Levels levels_of(const std::vector<std::string>& texts);

}  // namespace larc::stats
