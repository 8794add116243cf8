#include "stats/multiple_testing.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/number.h"
#include "stats/order.h"

namespace larc::stats {

std::vector<double> adjust_p(const std::vector<double>& p, Adjustment method) {
  std::vector<double> present;
  std::vector<std::size_t> place;
  for (std::size_t i = 0; i < p.size(); ++i) {
    if (std::isnan(p[i])) continue;
    if (!(p[i] >= 0.0 && p[i] <= 1.0))
      throw Error(ErrorCode::domain,
                  "p has " + format_double(p[i]) + " in row " + std::to_string(i + 1) + "; a p value lies in 0..1");
    present.push_back(p[i]);
    place.push_back(i);
  }
  const std::size_t tests = present.size();
  const double n = static_cast<double>(tests);
  double harmonic = 0.0;
  for (std::size_t i = 1; i <= tests; ++i) harmonic += 1.0 / static_cast<double>(i);
  // What the p of ascending rank `i`, from 1, is multiplied by.
  const auto factor = [&](std::size_t i) {
    const double rank = static_cast<double>(i);
    switch (method) {
      case Adjustment::benjamini_hochberg:
        return n / rank;
      case Adjustment::benjamini_yekutieli:
        return harmonic * n / rank;
      case Adjustment::holm:
      case Adjustment::hochberg:
        return n + 1.0 - rank;
      case Adjustment::bonferroni:
        break;
    }
    return n;
  };
  const std::vector<std::uint32_t> order = ascending_order(present);
  std::vector<double> adjusted(p.size(), kNaN);
  const auto set = [&](std::size_t i, double value) { adjusted[place[order[i]]] = std::min(1.0, value); };
  if (method == Adjustment::holm) {
    double largest = 0.0;
    for (std::size_t i = 0; i < tests; ++i) set(i, largest = std::max(largest, factor(i + 1) * present[order[i]]));
  } else if (method == Adjustment::bonferroni) {
    for (std::size_t i = 0; i < tests; ++i) set(i, factor(i + 1) * present[order[i]]);
  } else {
    double smallest = 1.0;
    for (std::size_t i = tests; i-- > 0;) set(i, smallest = std::min(smallest, factor(i + 1) * present[order[i]]));
  }
  return adjusted;
}

Adjustment parse_adjustment(const std::string& name) {
  if (name == "BH") return Adjustment::benjamini_hochberg;
  if (name == "BY") return Adjustment::benjamini_yekutieli;
  if (name == "holm") return Adjustment::holm;
  if (name == "hochberg") return Adjustment::hochberg;
  if (name == "bonferroni") return Adjustment::bonferroni;
  throw Error(ErrorCode::usage, "'" + name + "' is not a method of adjustment: BH, BY, holm, hochberg, bonferroni");
}

}  // namespace larc::stats
