#pragma once
#include <string>
#include <vector>

#include "tables/table.h"

namespace larc::app {

/// "12,36,60" as horizons. errors usage: none, not a number, not > 0
std::vector<double> horizon_list(const std::string& text);

/// The event column of an analysis with an optional --cause: 0 or 1 without it (cause 0), otherwise 0 censored and
/// 1, 2, ... the causes. errors domain
std::vector<int> cause_column(const StatsTable& table, const std::string& column, int cause);

}  // namespace larc::app
