#include "stats/concordance.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

#include "core/error.h"
#include "stats/censoring.h"
#include "stats/check.h"
#include "stats/interval.h"
#include "stats/rank.h"

namespace larc::stats {

namespace {

// Weights by rank with prefix sums in O(log n).
class FenwickTree {
 public:
  explicit FenwickTree(std::size_t size) : sums_(size + 1, 0.0), single_(size, 0.0) {}
  void add(std::size_t rank, double weight) {
    single_[rank] += weight;
    total_ += weight;
    for (std::size_t i = rank + 1; i < sums_.size(); i += i & (~i + 1)) sums_[i] += weight;
  }
  double below(std::size_t rank) const {
    double sum = 0.0;
    for (std::size_t i = rank; i > 0; i -= i & (~i + 1)) sum += sums_[i];
    return sum;
  }
  double equal(std::size_t rank) const { return single_[rank]; }
  double above(std::size_t rank) const { return total_ - below(rank) - single_[rank]; }

 private:
  std::vector<double> sums_;
  std::vector<double> single_;
  double total_ = 0.0;
};

struct PairCounts {
  double concordant = 0.0;
  double discordant = 0.0;
  double tied = 0.0;
  double total() const { return concordant + discordant + tied; }
};

using EventWeight = std::function<double(double)>;

Concordance concordance(const std::vector<double>& time, const std::vector<int>& event,
                        const std::vector<double>& score, double tau, double level, const EventWeight& weight_at) {
  const std::size_t n = time.size();
  std::vector<std::size_t> order(n);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return time[a] < time[b]; });
  std::vector<std::size_t> starts;
  for (std::size_t i = 0; i < n; ++i)
    if (i == 0 || time[order[i]] != time[order[i - 1]]) starts.push_back(i);
  starts.push_back(n);
  const DenseRanks ranks = dense_ranks(score);
  const auto counts_as_event = [&](std::size_t i) { return event[i] == 1 && time[i] <= tau; };

  Concordance result;
  std::vector<PairCounts> pairs(n);
  PairCounts sum;

  // From the latest time back: each event against those who live longer.
  FenwickTree later(ranks.count);
  for (std::size_t g = starts.size() - 1; g-- > 0;) {
    const double weight = time[order[starts[g]]] <= tau ? weight_at(time[order[starts[g]]]) : 0.0;
    for (std::size_t k = starts[g]; k < starts[g + 1]; ++k)
      if (event[order[k]] == 0) later.add(ranks.rank[order[k]], 1.0);
    double events = 0.0;
    for (std::size_t k = starts[g]; k < starts[g + 1]; ++k) {
      const std::size_t i = order[k];
      if (!counts_as_event(i)) continue;
      events += 1.0;
      const std::size_t rank = ranks.rank[i];
      pairs[i].concordant = weight * later.below(rank);
      pairs[i].discordant = weight * later.above(rank);
      pairs[i].tied = weight * later.equal(rank);
      sum.concordant += pairs[i].concordant;
      sum.discordant += pairs[i].discordant;
      sum.tied += pairs[i].tied;
    }
    result.tied_time += weight * 0.5 * events * (events - 1.0);
    for (std::size_t k = starts[g]; k < starts[g + 1]; ++k)
      if (event[order[k]] == 1) later.add(ranks.rank[order[k]], 1.0);
  }

  // Forward: each patient against the events that came earlier.
  FenwickTree earlier(ranks.count);
  const auto add_earlier = [&](std::size_t i) {
    const std::size_t rank = ranks.rank[i];
    pairs[i].concordant += earlier.above(rank);
    pairs[i].discordant += earlier.below(rank);
    pairs[i].tied += earlier.equal(rank);
  };
  for (std::size_t g = 0; g + 1 < starts.size(); ++g) {
    const double weight = time[order[starts[g]]] <= tau ? weight_at(time[order[starts[g]]]) : 0.0;
    for (std::size_t k = starts[g]; k < starts[g + 1]; ++k)
      if (event[order[k]] == 1) add_earlier(order[k]);
    for (std::size_t k = starts[g]; k < starts[g + 1]; ++k)
      if (counts_as_event(order[k])) earlier.add(ranks.rank[order[k]], weight);
    for (std::size_t k = starts[g]; k < starts[g + 1]; ++k)
      if (event[order[k]] == 0) add_earlier(order[k]);
  }

  result.concordant = sum.concordant;
  result.discordant = sum.discordant;
  result.tied_score = sum.tied;
  const double total = sum.total();
  if (!(total > 0.0)) {
    result.reason =
        n < 2 ? "fewer than two patients" : "no comparable pair: no event is followed by a longer follow-up";
    return result;
  }
  result.c = (sum.concordant + 0.5 * sum.tied) / total;
  result.influence.resize(n);
  double variance = 0.0;
  for (std::size_t i = 0; i < n; ++i) {
    result.influence[i] = (pairs[i].concordant + 0.5 * pairs[i].tied - result.c * pairs[i].total()) / total;
    variance += result.influence[i] * result.influence[i];
  }
  result.se = std::sqrt(variance);
  const Interval limits = normal_interval(result.c, result.se, level, 0.0, 1.0);
  result.lower = limits.lower;
  result.upper = limits.upper;
  return result;
}

void check_arguments(const std::vector<double>& time, const std::vector<int>& event, const std::vector<double>& score,
                     double tau, double level) {
  check_survival(time, event);
  check_same_size("score", score.size(), "time", time.size());
  check_finite("score", score);
  check_level(level);
  if (!(tau > 0.0)) throw Error(ErrorCode::domain, "tau is " + format_double(tau) + "; give a time > 0");
}

}  // namespace

Concordance harrell_c(const std::vector<double>& time, const std::vector<int>& event, const std::vector<double>& score,
                      double tau, double level) {
  check_arguments(time, event, score, tau, level);
  return concordance(time, event, score, tau, level, [](double) { return 1.0; });
}

Concordance uno_c(const std::vector<double>& time, const std::vector<int>& event, const std::vector<double>& score,
                  double tau, double level) {
  check_arguments(time, event, score, tau, level);
  const CensoringSurvival uncensored(time, event);
  return concordance(time, event, score, tau, level, [&](double now) {
    const double g = uncensored.before(now);
    return g > 0.0 ? 1.0 / (g * g) : 0.0;
  });
}

PairedResult paired_concordance(const Concordance& a, const Concordance& b, double level) {
  PairedResult result;
  if (!a.reason.empty() || !b.reason.empty()) {
    result.reason = a.reason.empty() ? b.reason : a.reason;
    return result;
  }
  check_same_size("the first concordance", a.influence.size(), "the second", b.influence.size());
  double variance = 0.0;
  for (std::size_t i = 0; i < a.influence.size(); ++i)
    variance += (a.influence[i] - b.influence[i]) * (a.influence[i] - b.influence[i]);
  return paired_result(a.c - b.c, std::sqrt(variance), level);
}

}  // namespace larc::stats
