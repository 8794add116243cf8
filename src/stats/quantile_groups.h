#pragma once
#include <vector>

namespace larc::stats {

/// The value below which a share of the values lies, straight between neighbours (type 7 of Hyndman and Fan, R's own).
/// sorted (n,) ascending, n >= 1; share in [0, 1]
double quantile(const std::vector<double>& sorted, double share);

struct QuantileGroups {
  std::vector<std::size_t> group;  // (n,) of each value, from 0
  std::size_t count = 0;           // groups that hold a value
};

/// Cuts values at their quantiles 1/groups, 2/groups, ...; a value equal to a cut belongs to the lower group, so that
/// equal values stay together and there may be fewer groups than asked for.
/// errors domain: groups < 1
QuantileGroups quantile_groups(const std::vector<double>& values, int groups);

}  // namespace larc::stats
