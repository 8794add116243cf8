#pragma once
#include <vector>

#include "stats/order.h"

namespace larc::stats {

/// Times that differ by rounding alone, such as 0.1 + 0.2 and 0.3, made equal: of the distinct values in ascending
/// order, one that lies within 1.5e-8 of the one before, or within that share of the mean distinct time, takes the
/// first value of its run. It is the rule of R's survival (timefix). Returns whether anything changed.
bool merge_near_ties(std::vector<double>& time);
/// The same for values already in ascending order.
bool merge_sorted_near_ties(std::vector<double>& ascending);
/// The same for entry and exit times together, on one scale.
/// errors domain: an interval whose two ends become one (names the row)
bool merge_near_ties(std::vector<double>& entry, std::vector<double>& time);

}  // namespace larc::stats
