#pragma once
#include <string>
#include <vector>

#include "core/number.h"

namespace larc::stats {

/// Two binary judgements of the same patients compared.
struct McNemar {
  std::size_t only_first = 0;  // patients for whom only the first is 1
  std::size_t only_second = 0;
  double chi2 = kNaN;  // 1 degree of freedom, with the continuity correction
  double p = kNaN;
  double chi2_plain = kNaN;  // without it
  double p_plain = kNaN;
  double p_exact = kNaN;  // binomial, two-sided
  std::string reason;     // no discordant patients: chi2 NaN, p_exact 1
};

/// first, second (n,) 0 or 1. errors shape_mismatch, domain
/// source McNemar 1947
McNemar mcnemar(const std::vector<double>& first, const std::vector<double>& second);

}  // namespace larc::stats
