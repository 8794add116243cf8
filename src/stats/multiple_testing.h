#pragma once
#include <string>
#include <vector>

namespace larc::stats {

enum class Adjustment {
  benjamini_hochberg,   // false discovery rate, independent or positively dependent tests
  benjamini_yekutieli,  // false discovery rate, any dependence
  holm,                 // family-wise error, any dependence
  hochberg,             // family-wise error, independent or positively dependent tests
  bonferroni
};

/// Adjusted p values in the order given, as p.adjust of R: a missing (NaN) p stays missing and does not count as a
/// test. p (n,) in [0, 1] or NaN errors domain (names the row) source Benjamini, Hochberg 1995; Benjamini, Yekutieli
/// 2001; Holm 1979; Hochberg 1988
std::vector<double> adjust_p(const std::vector<double>& p, Adjustment method = Adjustment::benjamini_hochberg);

/// "BH", "BY", "holm", "hochberg", "bonferroni". errors usage: another name
Adjustment parse_adjustment(const std::string& name);

}  // namespace larc::stats
