#include "stats/rank.h"

#include <algorithm>
#include <numeric>

namespace larc::stats {

namespace {

std::vector<std::size_t> ascending(const std::vector<double>& values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return values[a] != values[b] ? values[a] < values[b] : a < b; });
  return order;
}

}  // namespace

std::vector<double> midranks(const std::vector<double>& values) {
  const std::vector<std::size_t> order = ascending(values);
  std::vector<double> rank(values.size());
  for (std::size_t begin = 0; begin < order.size();) {
    std::size_t end = begin + 1;
    while (end < order.size() && values[order[end]] == values[order[begin]]) ++end;
    const double mid = 0.5 * static_cast<double>(begin + 1 + end);
    for (std::size_t i = begin; i < end; ++i) rank[order[i]] = mid;
    begin = end;
  }
  return rank;
}

DenseRanks dense_ranks(const std::vector<double>& values) {
  const std::vector<std::size_t> order = ascending(values);
  DenseRanks result;
  result.rank.resize(values.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    if (i == 0 || values[order[i]] != values[order[i - 1]]) ++result.count;
    result.rank[order[i]] = result.count - 1;
  }
  return result;
}

}  // namespace larc::stats
