#include "tables/horizons.h"

#include <cmath>

#include "core/error.h"
#include "core/number.h"

namespace larc::app {

namespace {

constexpr int kMostCauses = 1000;

}  // namespace

std::vector<double> horizon_list(const std::string& text) {
  const std::vector<double> horizons = number_list(text, "--at");
  if (horizons.empty()) throw Error(ErrorCode::usage, "--at names no time; give one or more, such as 12,36,60");
  for (const double horizon : horizons)
    if (!(horizon > 0.0) || !std::isfinite(horizon))
      throw Error(ErrorCode::usage, "--at has " + format_double(horizon) + "; give times > 0");
  return horizons;
}

std::vector<int> cause_column(const StatsTable& table, const std::string& column, int cause) {
  return cause == 0 ? table.binary(column) : table.integers(column, 0, kMostCauses);
}

}  // namespace larc::app
