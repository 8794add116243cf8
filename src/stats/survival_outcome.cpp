#include "stats/survival_outcome.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "core/error.h"
#include "core/number.h"
#include "stats/check.h"

namespace larc::stats {

void check_outcome(const SurvivalOutcome& outcome) {
  const std::size_t n = outcome.time.size();
  check_survival(outcome.time, outcome.event);
  if (!outcome.entry.empty()) check_entry(outcome.entry, outcome.time);
  if (!outcome.weight.empty()) {
    check_same_size("weight", outcome.weight.size(), "time", n);
    for (std::size_t i = 0; i < n; ++i)
      if (!(std::isfinite(outcome.weight[i]) && outcome.weight[i] > 0.0))
        throw Error(ErrorCode::domain, "weight has " + format_double(outcome.weight[i]) + " in row " +
                                           std::to_string(i + 1) + "; weights must be numbers > 0");
  }
  if (!outcome.stratum.empty()) check_same_size("stratum", outcome.stratum.size(), "time", n);
  if (!outcome.cluster.empty()) check_same_size("cluster", outcome.cluster.size(), "time", n);
}

Levels levels_of(const std::vector<std::string>& texts) {
  const std::set<std::string> names(texts.begin(), texts.end());
  Levels result{{}, {names.begin(), names.end()}};
  result.code.reserve(texts.size());
  for (const std::string& text : texts)
    result.code.push_back(
        static_cast<int>(std::lower_bound(result.names.begin(), result.names.end(), text) - result.names.begin()));
  return result;
}

}  // namespace larc::stats
