#pragma once
#include <vector>

namespace larc::stats {

/// Spearman's rank correlation, ties at their mean rank; 0 where one of the two is constant.
/// a, b  (n,) without NaN
/// errors shape_mismatch
double rank_correlation(const std::vector<double>& a, const std::vector<double>& b);

}  // namespace larc::stats
