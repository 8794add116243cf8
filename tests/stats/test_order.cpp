#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/random.h"
#include "stats/order.h"

using namespace larc;
using namespace larc::stats;

namespace {

std::vector<std::uint32_t> by_comparison(const std::vector<double>& values) {
  std::vector<std::uint32_t> order(values.size());
  std::iota(order.begin(), order.end(), 0u);
  std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) { return values[a] < values[b]; });
  return order;
}

}  // namespace

TEST(AscendingOrder, EqualsAStableSort) {
  Random random(7);
  for (const int n : {0, 1, 2, 500, 1024, 30000}) {
    std::vector<double> values;
    for (int i = 0; i < n; ++i) {
      const double kind = random.uniform();
      values.push_back(kind < 0.3   ? std::floor(10.0 * random.uniform()) - 5.0
                       : kind < 0.6 ? random.normal() * std::pow(10.0, std::floor(600.0 * random.uniform()) - 300.0)
                                    : random.normal());
    }
    EXPECT_EQ(ascending_order(values), by_comparison(values)) << n;
  }
}

TEST(AscendingOrder, ZerosInfinitiesAndSmallest) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  std::vector<double> values;
  for (int i = 0; i < 400; ++i)
    for (const double value : {0.0, -0.0, infinity, -infinity, std::numeric_limits<double>::denorm_min(),
                               -std::numeric_limits<double>::denorm_min(), std::numeric_limits<double>::max()})
      values.push_back(value);
  EXPECT_EQ(ascending_order(values), by_comparison(values));
  const std::vector<double> equal(3000, 0.25);
  EXPECT_EQ(ascending_order(equal), by_comparison(equal));
}
