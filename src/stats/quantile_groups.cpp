#include "stats/quantile_groups.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "core/error.h"

namespace larc::stats {

double quantile(const std::vector<double>& sorted, double share) {
  const double place = static_cast<double>(sorted.size() - 1) * share;
  const auto low = static_cast<std::size_t>(std::floor(place));
  const double rest = place - std::floor(place);
  if (rest == 0.0 || low + 1 == sorted.size()) return sorted[low];
  return (1.0 - rest) * sorted[low] + rest * sorted[low + 1];
}

QuantileGroups quantile_groups(const std::vector<double>& values, int groups) {
  if (groups < 1) throw Error(ErrorCode::domain, "at least one group is needed; got " + std::to_string(groups));
  QuantileGroups result;
  result.group.resize(values.size());
  if (values.empty()) return result;
  std::vector<double> sorted = values;
  std::sort(sorted.begin(), sorted.end());
  std::vector<double> cuts;
  for (int g = 1; g < groups; ++g) cuts.push_back(quantile(sorted, g * (1.0 / groups)));
  // Numbers of the groups that hold somebody, without gaps.
  std::vector<std::size_t> held(cuts.size() + 1, 0);
  for (std::size_t i = 0; i < values.size(); ++i) {
    result.group[i] = static_cast<std::size_t>(std::lower_bound(cuts.begin(), cuts.end(), values[i]) - cuts.begin());
    held[result.group[i]] = 1;
  }
  for (std::size_t& number : held) number = number == 1 ? result.count++ : 0;
  for (std::size_t& group : result.group) group = held[group];
  return result;
}

}  // namespace larc::stats
