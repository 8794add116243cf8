#pragma once
#include <vector>

#include "study/likeness.h"

namespace larc::study {

/// Two columns over the patients who have both.
struct ColumnPair {
  std::size_t n = 0;
  std::vector<double> x, y;       // numbers of the earlier and the later one; empty for a category
  std::vector<std::size_t> a, b;  // position of each value among the distinct ones
  std::size_t levels_a = 0, levels_b = 0;
  std::size_t equal = 0;       // patients with the same number or text in both
  double equal_by_chance = 0;  // share of them if the columns had nothing to do with one another
};

/// errors shape_mismatch
ColumnPair pair_columns(const PatientColumn& earlier, const PatientColumn& later);

/// A rule read off the data, and how many patients follow it.
struct FittedRule {
  double follow = 0;
  double fitted = 0;  // constants it took from the data: so many patients follow it whatever they are
};

/// For every value in `from` the most frequent one in `to`.
FittedRule rule_by_level(const std::vector<std::size_t>& from, std::size_t levels_from,
                         const std::vector<std::size_t>& to, std::size_t levels_to);
/// At most `levels` ranges of the number, each with one level; the best there are.
FittedRule rule_by_range(const std::vector<double>& number, const std::vector<std::size_t>& level, std::size_t levels);
/// The straight line on which most patients lie: medians of slopes and of what is left (Theil, Siegel).
FittedRule rule_by_line(const std::vector<double>& x, const std::vector<double>& y);

/// Sum of squared shares of the levels: how often two patients drawn at random agree.
double agreement_by_chance(const std::vector<std::size_t>& level, std::size_t levels);

}  // namespace larc::study
