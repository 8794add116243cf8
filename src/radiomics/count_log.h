#pragma once
#include <cmath>
#include <cstddef>

namespace larc::radiomics {

/// Counts below this have their x log2 x in a table.
inline constexpr std::size_t kTabledCounts = 4096;

/// k log2 k at [k], 0 at 0; kTabledCounts entries.
const double* count_log_table();

/// x log2 x for x >= 0, 0 at 0. `table` is count_log_table(). With counts c of total n, the entropy in bits of c / n is
/// (x_log2_x(n) - sum of x_log2_x(c)) / n, which is exactly 0 where one count holds everything.
inline double x_log2_x(double x, const double* table) {
  if (x < static_cast<double>(kTabledCounts)) {
    const auto whole = static_cast<std::size_t>(x);
    if (static_cast<double>(whole) == x) return table[whole];
  }
  return x * std::log2(x);
}

}  // namespace larc::radiomics
