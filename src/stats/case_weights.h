#pragma once
#include <vector>

namespace larc::stats {

/// Weights by which rows count, or none. errors shape_mismatch, domain: negative, NaN or infinite (names the row)
void check_case_weights(const std::vector<double>& weights, std::size_t rows);

}  // namespace larc::stats
