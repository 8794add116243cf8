#include "stats/mcnemar.h"

#include <algorithm>
#include <cmath>

#include "stats/check.h"
#include "stats/distributions.h"

namespace larc::stats {

McNemar mcnemar(const std::vector<double>& first, const std::vector<double>& second) {
  check_same_size("second", second.size(), "first", first.size());
  check_binary("first", first);
  check_binary("second", second);
  McNemar result;
  for (std::size_t i = 0; i < first.size(); ++i) {
    if (first[i] > second[i]) ++result.only_first;
    if (first[i] < second[i]) ++result.only_second;
  }
  const double b = static_cast<double>(result.only_first), c = static_cast<double>(result.only_second), n = b + c;
  if (n == 0.0) {
    result.reason = "the two never differ";
    result.p_exact = 1.0;
    return result;
  }
  const double apart = std::abs(b - c), corrected = std::max(0.0, apart - 1.0);
  result.chi2 = corrected * corrected / n;
  result.p = chi_squared_survival(result.chi2, 1.0);
  result.chi2_plain = apart * apart / n;
  result.p_plain = chi_squared_survival(result.chi2_plain, 1.0);
  const double fewer = std::min(b, c);
  result.p_exact = std::min(1.0, 2.0 * beta_cdf(0.5, n - fewer, fewer + 1.0));
  return result;
}

}  // namespace larc::stats
