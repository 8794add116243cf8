#pragma once
#include <array>
#include <vector>

namespace larc::radiomics {

/// Percentiles between the order statistics at (n - 1) p, linearly (numpy's default; type 7 of Hyndman, Fan 1996).
/// values     not empty, finite, any order
/// fractions  each in 0 .. 1
std::vector<double> percentiles(const std::vector<double>& values, const std::vector<double>& fractions);
/// The same; range: lowest and highest of the values.
std::vector<double> percentiles(const std::vector<double>& values, const std::vector<double>& fractions,
                                const std::array<double, 2>& range);

}  // namespace larc::radiomics
