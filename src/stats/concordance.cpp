#include "stats/concordance.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "stats/check.h"
#include "stats/interval.h"
#include "stats/order.h"
#include "stats/time_order.h"

namespace larc::stats {

namespace {

// Four weights side by side.
struct Four {
  double lane[4] = {};
  Four& operator+=(const Four& other) {
    for (int l = 0; l < 4; ++l) lane[l] += other.lane[l];
    return *this;
  }
  Four operator-(const Four& other) const {
    Four result = *this;
    for (int l = 0; l < 4; ++l) result.lane[l] -= other.lane[l];
    return result;
  }
};

template <typename Value>
double as_real(Value value) {
  return static_cast<double>(value);
}
const Four& as_real(const Four& value) {
  return value;
}

// Sums by rank with prefix sums in O(log n).
template <typename Value>
class FenwickTree {
 public:
  FenwickTree(std::size_t ranks, bool ties) : sums_(ranks + 1), single_(ties ? ranks : 0) {}
  void add(std::size_t rank, Value value) {
    total_ += value;
    if (!single_.empty()) single_[rank] += value;
    for (std::size_t i = rank + 1; i < sums_.size(); i += i & (~i + 1)) sums_[i] += value;
  }
  Value below(std::size_t rank) const {
    Value sum{};
    for (std::size_t i = rank; i > 0; i &= i - 1) sum += sums_[i];
    return sum;
  }
  // Without ties the asking patient, who is never in the tree, is the only one of its rank.
  Value equal(std::size_t rank) const { return single_.empty() ? Value{} : single_[rank]; }
  Value total() const { return total_; }

 private:
  std::vector<Value> sums_;
  std::vector<Value> single_;
  Value total_{};
};

struct PairSums {
  double concordant = 0.0;
  double discordant = 0.0;
  double tied = 0.0;
  double total() const { return concordant + discordant + tied; }
};

struct Positions {
  const std::vector<std::uint32_t>& rank;
  const std::vector<std::uint32_t>& begin;
  const std::vector<std::uint32_t>& events;
  std::size_t counted_times;
  std::size_t distinct_scores;
  bool ties() const { return distinct_scores < rank.size(); }
};

// From the latest time back: each event against those who live longer, with visit(position, time, below, equal, above).
// Value is a whole number when every patient counts once.
template <typename Value, typename WeightOf, typename Visit>
void against_longer(const Positions& at, const WeightOf& weight_of, const Visit& visit) {
  FenwickTree<Value> longer(at.distinct_scores, at.ties());
  for (std::size_t g = at.events.size(); g-- > 0;) {
    const std::size_t begin = at.begin[g], censored = begin + at.events[g], end = at.begin[g + 1];
    for (std::size_t k = censored; k < end; ++k) longer.add(at.rank[k], weight_of(k));
    if (g < at.counted_times)
      for (std::size_t k = begin; k < censored; ++k) {
        const Value below = longer.below(at.rank[k]), equal = longer.equal(at.rank[k]);
        visit(k, g, as_real(below), as_real(equal), as_real(longer.total() - below - equal));
      }
    for (std::size_t k = begin; k < censored; ++k) longer.add(at.rank[k], weight_of(k));
  }
}

// Forward: each patient against the events that came earlier.
template <typename Value, typename WeightOf, typename Visit>
void against_earlier_events(const Positions& at, const WeightOf& weight_of, const Visit& visit) {
  FenwickTree<Value> earlier(at.distinct_scores, at.ties());
  const auto ask = [&](std::size_t k) {
    const Value below = earlier.below(at.rank[k]), equal = earlier.equal(at.rank[k]);
    visit(k, static_cast<double>(below), static_cast<double>(equal),
          static_cast<double>(earlier.total() - below - equal));
  };
  for (std::size_t g = 0; g < at.events.size(); ++g) {
    const std::size_t begin = at.begin[g], censored = begin + at.events[g], end = at.begin[g + 1];
    for (std::size_t k = begin; k < censored; ++k) ask(k);
    if (g < at.counted_times)
      for (std::size_t k = begin; k < censored; ++k) earlier.add(at.rank[k], weight_of(k, g));
    for (std::size_t k = censored; k < end; ++k) ask(k);
  }
}

}  // namespace

ConcordanceSample::ConcordanceSample(const std::vector<double>& time, const std::vector<int>& event,
                                     const std::vector<double>& score, ConcordanceMethod method, double tau)
    : method_(method) {
  check_survival(time, event);
  if (!(tau > 0.0)) throw Error(ErrorCode::domain, "tau is " + format_double(tau) + "; give a time > 0");
  const std::size_t n = time.size();
  patient_ = ascending_order(time);
  std::vector<double> ascending(n);
  for (std::size_t k = 0; k < n; ++k) ascending[k] = time[patient_[k]];
  merge_sorted_near_ties(ascending);
  for (std::size_t begin = 0; begin < n;) {
    const double now = ascending[begin];
    std::size_t end = begin, events = 0;
    for (; end < n && ascending[end] == now; ++end) events += event[patient_[end]] == 1 ? 1 : 0;
    if (end - begin > 1)
      std::stable_partition(patient_.begin() + static_cast<std::ptrdiff_t>(begin),
                            patient_.begin() + static_cast<std::ptrdiff_t>(end),
                            [&](std::uint32_t i) { return event[i] == 1; });
    begin_.push_back(static_cast<std::uint32_t>(begin));
    events_.push_back(static_cast<std::uint32_t>(events));
    total_events_ += events;
    counted_times_ += now <= tau ? 1 : 0;
    begin = end;
  }
  begin_.push_back(static_cast<std::uint32_t>(n));
  rescore(score);
}

void ConcordanceSample::rescore(const std::vector<double>& score) {
  const std::size_t n = patient_.size();
  check_same_size("score", score.size(), "time", n);
  check_finite("score", score);
  distinct_scores_ = 0;
  const std::vector<std::uint32_t> by_score = ascending_order(score);
  std::vector<std::uint32_t> rank(n);
  for (std::size_t i = 0; i < n; ++i) {
    if (i == 0 || score[by_score[i]] != score[by_score[i - 1]]) ++distinct_scores_;
    rank[by_score[i]] = static_cast<std::uint32_t>(distinct_scores_ - 1);
  }
  rank_.resize(n);
  for (std::size_t k = 0; k < n; ++k) rank_[k] = rank[patient_[k]];
}

// Per distinct time, 1 or 1 / G(t-)^2; at a tied time events come before censorings.
std::vector<double> ConcordanceSample::time_weights(const std::vector<double>& weights) const {
  std::vector<double> result(events_.size(), 1.0);
  if (method_ == ConcordanceMethod::harrell || total_events_ < 2) return result;
  const auto sum = [&](std::size_t from, std::size_t to) {
    if (weights.empty()) return static_cast<double>(to - from);
    double total = 0.0;
    for (std::size_t k = from; k < to; ++k) total += weights[patient_[k]];
    return total;
  };
  double uncensored = 1.0, at_risk = sum(0, patient_.size());
  for (std::size_t g = 0; g < events_.size(); ++g) {
    result[g] = uncensored > 0.0 ? 1.0 / (uncensored * uncensored) : 0.0;
    const std::size_t censored = begin_[g] + events_[g];
    at_risk -= sum(begin_[g], censored);
    const double lost = sum(censored, begin_[g + 1]);
    if (lost > 0.0) uncensored *= (at_risk - lost) / at_risk;
    at_risk -= lost;
  }
  return result;
}

double ConcordanceSample::c(const std::vector<double>& weights) const {
  check_same_size("weights", weights.size(), "time", patient_.size());
  check_not_negative("weights", weights);
  const std::vector<double> time_weight = time_weights(weights);
  double top = 0.0, bottom = 0.0;
  const auto weight_of = [&](std::size_t k) { return weights[patient_[k]]; };
  against_longer<double>({rank_, begin_, events_, counted_times_, distinct_scores_}, weight_of,
                         [&](std::size_t k, std::size_t g, double below, double equal, double above) {
                           const double weight = weights[patient_[k]] * time_weight[g];
                           top += weight * (below + 0.5 * equal);
                           bottom += weight * (below + equal + above);
                         });
  return bottom > 0.0 ? top / bottom : kNaN;
}

std::array<double, 4> ConcordanceSample::c_of_four(const std::vector<std::array<double, 4>>& weights) const {
  if (method_ != ConcordanceMethod::harrell)
    throw Error(ErrorCode::unsupported, "several weightings at once are for Harrell's C");
  check_same_size("weights", weights.size(), "time", patient_.size());
  Four top, bottom;
  const auto weight_of = [&](std::size_t k) {
    Four result;
    std::copy_n(weights[patient_[k]].begin(), 4, result.lane);
    return result;
  };
  against_longer<Four>({rank_, begin_, events_, counted_times_, distinct_scores_}, weight_of,
                       [&](std::size_t k, std::size_t, const Four& below, const Four& equal, const Four& above) {
                         const std::array<double, 4>& weight = weights[patient_[k]];
                         for (std::size_t l = 0; l < 4; ++l) {
                           top.lane[l] += weight[l] * (below.lane[l] + 0.5 * equal.lane[l]);
                           bottom.lane[l] += weight[l] * (below.lane[l] + equal.lane[l] + above.lane[l]);
                         }
                       });
  std::array<double, 4> result;
  for (std::size_t l = 0; l < 4; ++l) result[l] = bottom.lane[l] > 0.0 ? top.lane[l] / bottom.lane[l] : kNaN;
  return result;
}

Concordance ConcordanceSample::concordance(const std::vector<double>& weights, double level) const {
  check_level(level);
  const std::size_t n = patient_.size();
  const bool unit = weights.empty();
  if (!unit) {
    check_same_size("weights", weights.size(), "time", n);
    check_not_negative("weights", weights);
  }
  const Positions at{rank_, begin_, events_, counted_times_, distinct_scores_};
  const std::vector<double> time_weight = time_weights(weights);
  const auto own = [&](std::size_t k) { return unit ? 1.0 : weights[patient_[k]]; };

  Concordance result;
  PairSums sum;
  std::vector<double> won(n, 0.0), all(n, 0.0);  // concordant + tied / 2, and all pairs of each, at its position
  const auto longer = [&](std::size_t k, std::size_t g, double below, double equal, double above) {
    const double weight = time_weight[g];
    won[k] = weight * (below + 0.5 * equal);
    all[k] = weight * (below + equal + above);
    sum.concordant += own(k) * weight * below;
    sum.tied += own(k) * weight * equal;
    sum.discordant += own(k) * weight * above;
  };
  const auto earlier = [&](std::size_t k, double below, double equal, double above) {
    won[k] += above + 0.5 * equal;
    all[k] += below + equal + above;
  };
  if (unit)
    against_longer<std::uint32_t>(
        at, [](std::size_t) { return 1U; }, longer);
  else
    against_longer<double>(at, own, longer);
  if (unit && method_ == ConcordanceMethod::harrell)
    against_earlier_events<std::uint32_t>(
        at, [](std::size_t, std::size_t) { return 1U; }, earlier);
  else
    against_earlier_events<double>(
        at, [&](std::size_t k, std::size_t g) { return own(k) * time_weight[g]; }, earlier);

  for (std::size_t g = 0; g < counted_times_; ++g) {
    double events = 0.0, squares = 0.0;
    for (std::size_t k = begin_[g]; k < begin_[g] + events_[g]; ++k) {
      events += own(k);
      squares += own(k) * own(k);
    }
    result.tied_time += time_weight[g] * 0.5 * (events * events - squares);
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
  for (std::size_t k = 0; k < n; ++k) {
    const double influence = own(k) * (won[k] - result.c * all[k]) / total;
    result.influence[patient_[k]] = influence;
    variance += influence * influence;
  }
  result.se = std::sqrt(variance);
  const Interval limits = normal_interval(result.c, result.se, level, 0.0, 1.0);
  result.lower = limits.lower;
  result.upper = limits.upper;
  return result;
}

Concordance harrell_c(const std::vector<double>& time, const std::vector<int>& event, const std::vector<double>& score,
                      double tau, double level, const std::vector<double>& weights) {
  return ConcordanceSample(time, event, score, ConcordanceMethod::harrell, tau).concordance(weights, level);
}

Concordance uno_c(const std::vector<double>& time, const std::vector<int>& event, const std::vector<double>& score,
                  double tau, double level, const std::vector<double>& weights) {
  return ConcordanceSample(time, event, score, ConcordanceMethod::uno, tau).concordance(weights, level);
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
