#include "clinical/dialect.h"

#include <vector>

#include "core/csv.h"
#include "core/error.h"

namespace larc::clinical {

namespace {

struct Fit {
  std::size_t columns = 0;  // of the header
  std::size_t rows = 0, equal = 0;
};

Fit fit_of(std::string_view text, char separator, const std::string& name) {
  constexpr std::size_t kRows = 50;
  Fit fit;
  try {
    scan_csv(text, separator, name, [&](std::vector<std::string>& cells, std::size_t) {
      if (fit.columns == 0) {
        fit.columns = cells.size();
        return true;
      }
      ++fit.rows;
      fit.equal += cells.size() == fit.columns;
      return fit.rows < kRows;
    });
  } catch (const Error&) {
    // A quote that stays open with this separator; what was seen so far counts.
  }
  return fit;
}

/// Every row as long as the header beats any number of columns.
double score(const Fit& fit) {
  const double share = fit.rows == 0 ? 1.0 : static_cast<double>(fit.equal) / static_cast<double>(fit.rows);
  return share * 1e6 + static_cast<double>(fit.columns);
}

}  // namespace

char find_separator(std::string_view text, const std::string& name) {
  char best = 0;
  double best_score = 0;
  bool any = false;
  for (const char separator : {',', ';', '\t', '|'}) {
    const Fit fit = fit_of(text, separator, name);
    any |= fit.columns > 0;
    if (fit.columns < 2 || score(fit) <= best_score) continue;
    best = separator;
    best_score = score(fit);
  }
  if (best != 0) return best;
  // A header whose only cell holds a quote that never closes says so itself.
  scan_csv(text, ',', name, [](std::vector<std::string>&, std::size_t) { return true; });
  if (!any) throw Error(ErrorCode::format, name + " is empty; a header row is wanted");
  throw Error(ErrorCode::format, name + " has one column only; separate the columns by comma, semicolon, tab or |");
}

}  // namespace larc::clinical
