#pragma once
#include <vector>

namespace larc::quality {

/// Makes the standard deviation of a normal distribution of a median absolute deviation: 1 / 0.67449.
inline constexpr double kMadToSd = 1.4826022185056018;

/// Type 7 quantile (Hyndman 1996) of values in any order; NaN of none. The order of `values` is lost.
double take_quantile(std::vector<double>& values, double probability);
inline double take_median(std::vector<double>& values) {
  return take_quantile(values, 0.5);
}

/// Value between two classes of greatest variance between them, over 256 equal bins between least and greatest
/// (Otsu 1979); NaN when all are equal or there are fewer than two.
double otsu_split(const std::vector<double>& values);

}  // namespace larc::quality
