#include "stats/time_order.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"

namespace larc::stats {

namespace {

constexpr double kTolerance = 1.4901161193847656e-08;  // square root of the machine's epsilon

// First values of the runs; empty when no two distinct values lie close.
std::vector<double> run_starts(const std::vector<double>& ascending) {
  double sum = 0.0;
  std::size_t count = 0;
  for (std::size_t i = 0; i < ascending.size(); ++i)
    if (i == 0 || ascending[i] != ascending[i - 1]) {
      sum += std::abs(ascending[i]);
      ++count;
    }
  const double limit = kTolerance * std::max(1.0, sum / static_cast<double>(count));
  std::vector<double> starts;
  bool any = false;
  for (std::size_t i = 1; i < ascending.size() && !any; ++i) {
    const double step = ascending[i] - ascending[i - 1];
    any = step > 0.0 && step <= limit;
  }
  if (!any) return starts;
  for (std::size_t i = 0; i < ascending.size(); ++i)
    if (i == 0 || ascending[i] - ascending[i - 1] > limit) starts.push_back(ascending[i]);
  return starts;
}

std::vector<double> sorted(const std::vector<double>& values) {
  std::vector<double> result;
  result.reserve(values.size());
  for (const std::uint32_t i : ascending_order(values)) result.push_back(values[i]);
  return result;
}

void take_run_start(const std::vector<double>& starts, std::vector<double>& values) {
  for (double& value : values) value = *(std::upper_bound(starts.begin(), starts.end(), value) - 1);
}

}  // namespace

bool merge_near_ties(std::vector<double>& time) {
  const std::vector<double> starts = run_starts(sorted(time));
  if (!starts.empty()) take_run_start(starts, time);
  return !starts.empty();
}

bool merge_sorted_near_ties(std::vector<double>& ascending) {
  const std::vector<double> starts = run_starts(ascending);
  if (starts.empty()) return false;
  std::size_t run = 0;
  for (double& value : ascending) {
    while (run + 1 < starts.size() && starts[run + 1] <= value) ++run;
    value = starts[run];
  }
  return true;
}

bool merge_near_ties(std::vector<double>& entry, std::vector<double>& time) {
  std::vector<double> both = time;
  both.insert(both.end(), entry.begin(), entry.end());
  const std::vector<double> starts = run_starts(sorted(both));
  if (starts.empty()) return false;
  take_run_start(starts, time);
  take_run_start(starts, entry);
  for (std::size_t i = 0; i < time.size() && i < entry.size(); ++i)
    if (!(entry[i] < time[i]))
      throw Error(ErrorCode::domain, "entry and time differ by rounding alone in row " + std::to_string(i + 1) +
                                         "; give an entry before the end of the follow-up");
  return true;
}

}  // namespace larc::stats
