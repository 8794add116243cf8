#include "learn/evaluate.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "stats/check.h"
#include "stats/concordance.h"
#include "stats/interval.h"

namespace larc::learn {

namespace {

/// Number of comparable pairs each patient is in: with those who outlive an event, and with events that came earlier.
std::vector<double> comparable_pairs(const std::vector<double>& time, const std::vector<int>& event) {
  std::vector<double> all = time, events;
  std::map<double, double> censored_at;
  for (std::size_t i = 0; i < time.size(); ++i) {
    if (event[i] == 1)
      events.push_back(time[i]);
    else
      censored_at[time[i]] += 1.0;
  }
  std::sort(all.begin(), all.end());
  std::sort(events.begin(), events.end());
  std::vector<double> pairs;
  for (std::size_t i = 0; i < time.size(); ++i) {
    const auto before = std::lower_bound(events.begin(), events.end(), time[i]) - events.begin();
    const auto at_or_before = std::upper_bound(events.begin(), events.end(), time[i]) - events.begin();
    if (event[i] == 0) {
      pairs.push_back(static_cast<double>(at_or_before));
      continue;
    }
    const auto later = all.end() - std::upper_bound(all.begin(), all.end(), time[i]);
    const auto tied = censored_at.find(time[i]);
    pairs.push_back(static_cast<double>(before + later) + (tied == censored_at.end() ? 0.0 : tied->second));
  }
  return pairs;
}

}  // namespace

namespace {

/// Good (ties one half) and comparable pairs of each patient in one repeat.
struct PairSums {
  std::vector<double> good, pairs;
  double total_good = 0.0, total_pairs = 0.0;
  double folds = 0.0, test = 0.0, training = 0.0;
};

void finish(FoldConcordance& result, double variance_of_one_repeat, double level) {
  result.se = std::sqrt(variance_of_one_repeat * result.inflation);
  const stats::Interval limits = stats::normal_interval(result.value, result.se, level, 0.0, 1.0);
  result.lower = limits.lower;
  result.upper = limits.upper;
}

double mean_square_sum(const std::vector<std::vector<double>>& influence) {
  double sum = 0.0;
  for (const auto& repeat : influence)
    for (const double value : repeat) sum += value * value;
  return influence.empty() ? kNaN : sum / static_cast<double>(influence.size());
}

}  // namespace

FoldConcordance fold_concordance(const Outcome& outcome, const std::vector<FoldScores>& folds,
                                 const std::vector<std::size_t>& units, double level) {
  FoldConcordance result;
  const std::size_t n = outcome.size();
  std::map<int, PairSums> repeats;
  for (const FoldScores& fold : folds) {
    PairSums& sums = repeats[fold.repeat];
    sums.good.resize(n);
    sums.pairs.resize(n);
    sums.folds += 1.0;
    sums.test += static_cast<double>(fold.rows.size());
    sums.training += static_cast<double>(fold.training);
    std::vector<double> time;
    std::vector<int> event;
    for (const std::size_t row : fold.rows) {
      const bool binary = outcome.kind == OutcomeKind::binary;
      event.push_back(binary ? static_cast<int>(outcome.label[row]) : outcome.event[row]);
      time.push_back(binary ? (event.back() == 1 ? 1.0 : 2.0) : outcome.time_months[row]);
    }
    const stats::Concordance c = stats::harrell_c(time, event, fold.score);
    if (!c.reason.empty()) continue;
    const double total = c.concordant + c.discordant + c.tied_score;
    const std::vector<double> pairs = comparable_pairs(time, event);
    for (std::size_t i = 0; i < fold.rows.size(); ++i) {
      sums.good[fold.rows[i]] += c.influence[i] * total + c.c * pairs[i];
      sums.pairs[fold.rows[i]] += pairs[i];
    }
    sums.total_good += c.concordant + 0.5 * c.tied_score;
    sums.total_pairs += total;
  }
  double sum = 0.0, sharing = 0.0;
  for (const auto& [repeat, sums] : repeats) {
    if (!(sums.total_pairs > 0.0)) continue;
    const double c = sums.total_good / sums.total_pairs;
    sum += c;
    std::vector<double> influence(n);
    for (std::size_t i = 0; i < n; ++i)
      influence[units.empty() ? i : units[i]] += (sums.good[i] - c * sums.pairs[i]) / sums.total_pairs;
    result.influence.push_back(std::move(influence));
    if (sums.folds > 1.0 && sums.training > 0.0) sharing += sums.folds * sums.test / sums.training;
  }
  if (result.influence.empty()) {
    result.reason = "no fold holds a pair of patients that can be compared";
    return result;
  }
  const auto used = static_cast<double>(result.influence.size());
  result.value = sum / used;
  result.inflation = (1.0 + sharing) / used;
  finish(result, mean_square_sum(result.influence), level);
  return result;
}

stats::PairedResult paired_fold_concordance(const FoldConcordance& a, const FoldConcordance& b, double level) {
  stats::PairedResult result;
  if (!a.reason.empty() || !b.reason.empty()) {
    result.reason = a.reason.empty() ? b.reason : a.reason;
    return result;
  }
  stats::check_same_size("the first repeats", a.influence.size(), "the second", b.influence.size());
  std::vector<std::vector<double>> difference = a.influence;
  for (std::size_t r = 0; r < difference.size(); ++r) {
    stats::check_same_size("the first influences", difference[r].size(), "the second", b.influence[r].size());
    for (std::size_t i = 0; i < difference[r].size(); ++i) difference[r][i] -= b.influence[r][i];
  }
  return stats::paired_result(a.value - b.value, std::sqrt(mean_square_sum(difference) * a.inflation), level);
}

}  // namespace larc::learn
