#pragma once
#include <cstdint>
#include <vector>

namespace larc::stats {

/// Indices that put the values in ascending order; equal ones (0 and -0 among them) keep their order. Long vectors go
/// through a radix sort, O(n). values (n,) without NaN, n < 2^32
std::vector<std::uint32_t> ascending_order(const std::vector<double>& values);

}  // namespace larc::stats
