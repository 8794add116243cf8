#pragma once
#include <vector>

namespace larc::stats {

/// Ranks from 1; tied values share the mean of their ranks.
std::vector<double> midranks(const std::vector<double>& values);

/// Position of each value among the distinct values, from 0, and how many distinct values there are.
struct DenseRanks {
  std::vector<std::size_t> rank;
  std::size_t count = 0;
};
DenseRanks dense_ranks(const std::vector<double>& values);

}  // namespace larc::stats
