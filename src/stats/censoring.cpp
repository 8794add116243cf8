#include "stats/censoring.h"

#include <algorithm>
#include <numeric>

#include "stats/check.h"

namespace larc::stats {

CensoringSurvival::CensoringSurvival(const std::vector<double>& time, const std::vector<int>& event) {
  check_survival(time, event);
  std::vector<std::size_t> order(time.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return time[a] < time[b]; });
  double value = 1.0;
  for (std::size_t begin = 0; begin < order.size();) {
    const double now = time[order[begin]];
    std::size_t end = begin;
    std::size_t events = 0;
    for (; end < order.size() && time[order[end]] == now; ++end) events += event[order[end]] == 1 ? 1 : 0;
    const std::size_t censored = end - begin - events;
    const std::size_t at_risk = order.size() - begin - events;
    if (censored > 0) {
      value *= static_cast<double>(at_risk - censored) / static_cast<double>(at_risk);
      time_.push_back(now);
      value_.push_back(value);
    }
    begin = end;
  }
}

double CensoringSurvival::at(double time) const {
  const auto next = std::upper_bound(time_.begin(), time_.end(), time);
  return next == time_.begin() ? 1.0 : value_[static_cast<std::size_t>(next - time_.begin()) - 1];
}

double CensoringSurvival::before(double time) const {
  const auto next = std::lower_bound(time_.begin(), time_.end(), time);
  return next == time_.begin() ? 1.0 : value_[static_cast<std::size_t>(next - time_.begin()) - 1];
}

}  // namespace larc::stats
