#pragma once
#include <vector>

namespace larc::stats {

/// Locally straight smooth of y over x with tricube weights, without robustness steps.
/// x (n,) ascending; y (n,). Returns (n,) the smooth at each x.
/// span: share of the points in a neighbourhood, in (0, 1]; points closer than `delta` to the last one fitted are
/// interpolated, < 0: 1% of the range of x
/// errors shape_mismatch, domain (not finite, not ascending, span)
/// source Cleveland 1979, 1981
std::vector<double> lowess(const std::vector<double>& x, const std::vector<double>& y, double span = 2.0 / 3.0,
                           double delta = -1.0);

}  // namespace larc::stats
