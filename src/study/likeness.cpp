#include "study/likeness.h"

#include <algorithm>
#include <cmath>

#include "core/number.h"
#include "stats/binomial.h"
#include "stats/distributions.h"
#include "stats/rank_correlation.h"
#include "study/column_pair.h"

namespace larc::study {

namespace {

constexpr std::size_t kFewestPatients = 10;
constexpr double kAgreement = 0.95;
constexpr double kOrder = 0.98;
constexpr double kSuspicious = 0.9;
/// Kappa, or correlation, that honest variables of one patient may reach.
constexpr double kHonest = 0.8;
constexpr double kAccident = 1e-3;
/// Fisher's z of a correlation is roughly normal only; one in a thousand would be 3.1.
constexpr double kOrderBeyond = 4.5;
constexpr double kChance = 0.01;
/// Up to so many values a number may be a code.
constexpr std::size_t kMostCodes = 12;
/// From so many values on equal numbers are rarer than kappa says.
constexpr std::size_t kManyValues = 8;

std::string of_patients(double follow, std::size_t n) {
  return format_fixed(follow, 0) + " of " + std::to_string(n) + " patients";
}

class Comparison {
 public:
  Comparison(const ColumnPair& pair, const LikenessSettings& settings)
      : pair_(pair), settings_(settings), n_(static_cast<double>(pair.n)) {}

  const Likeness& result() const { return result_; }

  void equal() {
    const bool many = std::min(pair_.levels_a, pair_.levels_b) >= kManyValues;
    judge({static_cast<double>(pair_.equal), 0}, pair_.equal_by_chance, many, true,
          {"the same value in " + of_patients(static_cast<double>(pair_.equal), pair_.n),
           std::to_string(pair_.n) + " 例患者中 " + std::to_string(pair_.equal) + " 例取值相同"});
  }

  void line() {
    if (std::min(pair_.levels_a, pair_.levels_b) < 3) return;
    const FittedRule rule = rule_by_line(pair_.x, pair_.y);
    judge(rule, agreement_by_chance(pair_.b, pair_.levels_b), pair_.levels_b >= kManyValues, true,
          {"one straight line through " + of_patients(rule.follow, pair_.n),
           std::to_string(pair_.n) + " 例患者中 " + format_fixed(rule.follow, 0) + " 例在同一直线上"});
  }

  void order() {
    const double rho = stats::rank_correlation(pair_.x, pair_.y);
    // Patients who all have one value have no order among themselves.
    const double ordered =
        n_ - std::max(largest_tie(pair_.a, pair_.levels_a), largest_tie(pair_.b, pair_.levels_b)) + 1;
    if (ordered < static_cast<double>(kFewestPatients)) return;
    // Half of the smallest step away from 1, where Fisher's z ends.
    const double most = 1 - 6 / (ordered * ordered * ordered - ordered);
    const double z = std::atanh(std::min(std::abs(rho), most)), spread = std::sqrt(1.06 / (ordered - 3));
    const clinical::Label how{
        "the same order of " + std::to_string(pair_.n) + " patients, rank correlation " + format_fixed(rho, 3),
        std::to_string(pair_.n) + " 例患者的排序一致，秩相关 " + format_fixed(rho, 3)};
    if (std::abs(rho) >= kOrder && (z - std::atanh(kHonest)) / spread > kOrderBeyond)
      set(Resemblance::copy, std::abs(rho), how);
    if (std::abs(rho) >= kSuspicious && stats::normal_two_sided_p(z / spread) * settings_.pairs < kChance)
      set(Resemblance::suspicious, std::abs(rho), how);
  }

  void recoded() {
    const FittedRule back = rule_by_level(pair_.b, pair_.levels_b, pair_.a, pair_.levels_a);
    const FittedRule forth = rule_by_level(pair_.a, pair_.levels_a, pair_.b, pair_.levels_b);
    const double follow = std::min(back.follow, forth.follow);
    const bool both = forth.follow >= kAgreement * n_;
    judge(
        both ? FittedRule{follow, back.fitted} : back, agreement_by_chance(pair_.a, pair_.levels_a), false,
        both || coarser_is_copy(),
        {"its values are those of the other under other names in " + of_patients(both ? follow : back.follow, pair_.n),
         std::to_string(pair_.n) + " 例患者中 " + format_fixed(both ? follow : back.follow, 0) +
             " 例为另一变量换名后的取值"});
    judge(forth, agreement_by_chance(pair_.b, pair_.levels_b), false, false,
          {"it fixes the value of the other in " + of_patients(forth.follow, pair_.n),
           std::to_string(pair_.n) + " 例患者中 " + format_fixed(forth.follow, 0) + " 例可由其确定另一变量的取值"});
  }

  /// `number` is one of the two, `level` the other, which has few levels.
  void ranges(const std::vector<double>& number, const std::vector<std::size_t>& level, std::size_t levels,
              bool may_be_copy) {
    const FittedRule rule = rule_by_range(number, level, levels);
    judge(
        rule, agreement_by_chance(level, levels), false, may_be_copy,
        {"ranges of the one are the values of the other in " + of_patients(rule.follow, pair_.n),
         std::to_string(pair_.n) + " 例患者中 " + format_fixed(rule.follow, 0) + " 例一方的取值对应另一方的数值区间"});
  }

  /// A decision follows from what was known before it, an outcome does not: a predictor that is a coarser form of an
  /// outcome, or of several levels of anything later, was made from it.
  bool coarser_is_copy() const { return settings_.outcome || pair_.levels_a >= 3; }

 private:
  static double largest_tie(const std::vector<std::size_t>& level, std::size_t levels) {
    std::vector<double> count(levels, 0.0);
    for (const std::size_t l : level) count[l] += 1;
    return *std::max_element(count.begin(), count.end());
  }

  void judge(const FittedRule& rule, double by_chance, bool many_values, bool may_be_copy, const clinical::Label& how) {
    const double trials = n_ - rule.fitted, follow = rule.follow - rule.fitted;
    if (trials < 1) return;
    double honest = by_chance + kHonest * (1 - by_chance);
    // Two normal variables of correlation r take one value 1 / sqrt(1 - r) times as often as by chance.
    if (many_values) honest = std::min(honest, by_chance / std::sqrt(1 - kHonest));
    if (may_be_copy && rule.follow >= kAgreement * n_ && stats::binomial_upper_tail(follow, trials, honest) < kAccident)
      set(Resemblance::copy, rule.follow / n_, how);
    const double kappa = (follow / trials - by_chance) / (1 - by_chance);
    if (kappa >= kSuspicious && stats::binomial_upper_tail(follow, trials, by_chance) * settings_.pairs < kChance)
      set(Resemblance::suspicious, rule.follow / n_, how);
  }

  /// The first of the strongest.
  void set(Resemblance degree, double strength, const clinical::Label& how) {
    if (degree > result_.degree) result_ = {degree, strength, how};
  }

  const ColumnPair& pair_;
  const LikenessSettings settings_;
  const double n_;
  Likeness result_;
};

}  // namespace

Likeness compare_columns(const PatientColumn& earlier, const PatientColumn& later, const LikenessSettings& settings) {
  using Kind = PatientColumn::Kind;
  const ColumnPair pair = pair_columns(earlier, later);
  if (pair.n < kFewestPatients || pair.levels_a < 2 || pair.levels_b < 2) return {};
  Comparison comparison(pair, settings);
  comparison.equal();
  const int dates = (earlier.kind == Kind::date) + (later.kind == Kind::date);
  const bool numbers = earlier.kind != Kind::category && later.kind != Kind::category;
  if (dates == 2 || (dates == 1 && !numbers)) return comparison.result();
  if (numbers) comparison.line();
  if (dates == 1) return comparison.result();
  const std::size_t most_codes = std::min(kMostCodes, pair.n / 4);
  const bool codes_a = pair.levels_a <= most_codes, codes_b = pair.levels_b <= most_codes;
  if (numbers && std::min(pair.levels_a, pair.levels_b) > 4) comparison.order();
  if (codes_a && codes_b) comparison.recoded();
  if (codes_a && !codes_b && later.kind == Kind::number)
    comparison.ranges(pair.y, pair.a, pair.levels_a, comparison.coarser_is_copy());
  if (codes_b && !codes_a && earlier.kind == Kind::number)
    comparison.ranges(pair.x, pair.b, pair.levels_b, settings.outcome);
  return comparison.result();
}

}  // namespace larc::study
