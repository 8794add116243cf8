#include "stats/cox_concordance.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "stats/check.h"
#include "stats/rank.h"
#include "stats/time_order.h"

namespace larc::stats {

namespace {

// Weights by rank with prefix sums in O(log n).
class RankSums {
 public:
  explicit RankSums(std::size_t size) : sums_(size + 1, 0.0), single_(size, 0.0) {}
  void add(std::size_t rank, double weight) {
    single_[rank] += weight;
    total_ += weight;
    for (std::size_t i = rank + 1; i < sums_.size(); i += i & (~i + 1)) sums_[i] += weight;
  }
  struct Split {
    double below = 0.0, equal = 0.0, above = 0.0;
  };
  Split split(std::size_t rank) const {
    double below = 0.0;
    for (std::size_t i = rank; i > 0; i -= i & (~i + 1)) below += sums_[i];
    return {below, single_[rank], total_ - below - single_[rank]};
  }

 private:
  std::vector<double> sums_;
  std::vector<double> single_;
  double total_ = 0.0;
};

struct Pairs {
  double concordant = 0.0, discordant = 0.0, tied = 0.0;
};

// Pairs within one stratum; every row gets those it is part of, weighted by the other's weight.
void count_pairs(const std::vector<std::uint32_t>& rows, const std::vector<double>& time,
                 const std::vector<double>& entry, const SurvivalOutcome& outcome, const std::vector<double>& score,
                 std::vector<Pairs>& pairs, Pairs& sum) {
  std::vector<double> values;
  for (const std::uint32_t i : rows) values.push_back(score[i]);
  const DenseRanks ranks = dense_ranks(values);
  const auto weight = [&](std::uint32_t i) { return outcome.weight.empty() ? 1.0 : outcome.weight[i]; };
  std::vector<std::uint32_t> by_entry;
  if (!entry.empty()) {
    std::vector<double> entries;
    for (const std::uint32_t i : rows) entries.push_back(entry[i]);
    by_entry = ascending_order(entries);
  }
  // `rows` are in ascending time; position k of rows has rank ranks.rank[k].
  std::vector<std::size_t> starts;
  for (std::size_t k = 0; k < rows.size(); ++k)
    if (k == 0 || time[rows[k]] != time[rows[k - 1]]) starts.push_back(k);
  starts.push_back(rows.size());

  RankSums later(ranks.count);
  std::size_t out = by_entry.size();
  for (std::size_t g = starts.size() - 1; g-- > 0;) {
    const double now = time[rows[starts[g]]];
    for (; out > 0 && entry[rows[by_entry[out - 1]]] >= now; --out)
      later.add(ranks.rank[by_entry[out - 1]], -weight(rows[by_entry[out - 1]]));
    for (std::size_t k = starts[g]; k < starts[g + 1]; ++k)
      if (outcome.event[rows[k]] == 0) later.add(ranks.rank[k], weight(rows[k]));
    for (std::size_t k = starts[g]; k < starts[g + 1]; ++k) {
      const std::uint32_t i = rows[k];
      if (outcome.event[i] == 0) continue;
      const RankSums::Split split = later.split(ranks.rank[k]);
      pairs[i] = {split.below, split.above, split.equal};
      sum.concordant += weight(i) * split.below;
      sum.discordant += weight(i) * split.above;
      sum.tied += weight(i) * split.equal;
    }
    for (std::size_t k = starts[g]; k < starts[g + 1]; ++k)
      if (outcome.event[rows[k]] == 1) later.add(ranks.rank[k], weight(rows[k]));
  }

  RankSums earlier(ranks.count);
  const auto meet = [&](std::size_t k, double sign) {
    const RankSums::Split split = earlier.split(ranks.rank[k]);
    Pairs& own = pairs[rows[k]];
    own.concordant += sign * split.above;
    own.discordant += sign * split.below;
    own.tied += sign * split.equal;
  };
  std::size_t in = 0;
  for (std::size_t g = 0; g + 1 < starts.size(); ++g) {
    const double now = time[rows[starts[g]]];
    for (; in < by_entry.size() && entry[rows[by_entry[in]]] < now; ++in) meet(by_entry[in], -1.0);
    for (std::size_t k = starts[g]; k < starts[g + 1]; ++k)
      if (outcome.event[rows[k]] == 1) meet(k, 1.0);
    for (std::size_t k = starts[g]; k < starts[g + 1]; ++k)
      if (outcome.event[rows[k]] == 1) earlier.add(ranks.rank[k], weight(rows[k]));
    for (std::size_t k = starts[g]; k < starts[g + 1]; ++k)
      if (outcome.event[rows[k]] == 0) meet(k, 1.0);
  }
}

}  // namespace

CoxConcordance cox_concordance(const SurvivalOutcome& outcome, const std::vector<double>& score) {
  check_outcome(outcome);
  check_same_size("score", score.size(), "time", outcome.time.size());
  check_finite("score", score);
  const std::size_t n = score.size();
  std::vector<double> time = outcome.time, entry = outcome.entry;
  if (entry.empty())
    merge_near_ties(time);
  else
    merge_near_ties(entry, time);
  std::map<int, std::vector<std::uint32_t>> strata;
  for (const std::uint32_t i : ascending_order(time))
    strata[outcome.stratum.empty() ? 0 : outcome.stratum[i]].push_back(i);
  std::vector<Pairs> pairs(n);
  Pairs sum;
  for (const auto& [label, rows] : strata) count_pairs(rows, time, entry, outcome, score, pairs, sum);
  CoxConcordance result;
  result.concordant = sum.concordant;
  result.discordant = sum.discordant;
  result.tied_score = sum.tied;
  const double total = sum.concordant + sum.discordant + sum.tied;
  if (!(total > 0.0)) {
    result.reason = "no comparable pair: no event is followed by a longer follow-up";
    return result;
  }
  result.c = (sum.concordant + 0.5 * sum.tied) / total;
  std::map<int, double> clusters;
  double variance = 0.0;
  for (std::size_t i = 0; i < n; ++i) {
    const Pairs& own = pairs[i];
    double influence = own.concordant + 0.5 * own.tied - result.c * (own.concordant + own.discordant + own.tied);
    influence *= (outcome.weight.empty() ? 1.0 : outcome.weight[i]) / total;
    if (outcome.cluster.empty())
      variance += influence * influence;
    else
      clusters[outcome.cluster[i]] += influence;
  }
  for (const auto& [label, influence] : clusters) variance += influence * influence;
  result.se = std::sqrt(variance);
  return result;
}

}  // namespace larc::stats
