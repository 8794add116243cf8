#include "stats/fine_gray_rows.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/error.h"
#include "core/number.h"
#include "stats/check.h"
#include "stats/cumulative_incidence.h"
#include "stats/time_order.h"

namespace larc::stats {

void check_competing(const CompetingOutcome& outcome, int wanted) {
  check_causes(outcome.time, outcome.cause, wanted);
  if (!outcome.stratum.empty()) check_same_size("stratum", outcome.stratum.size(), "time", outcome.time.size());
  if (!outcome.entry.empty()) check_entry(outcome.entry, outcome.time);
}

FineGrayRows::FineGrayRows(const CompetingOutcome& outcome, int wanted)
    : events_first(!outcome.entry.empty() || !outcome.stratum.empty()) {
  std::vector<double> time = outcome.time, start = outcome.entry;
  if (start.empty())
    merge_near_ties(time);
  else
    merge_near_ties(start, time);
  order = ascending_order(time);
  if (!outcome.stratum.empty())
    std::stable_sort(order.begin(), order.end(),
                     [&](std::uint32_t a, std::uint32_t b) { return outcome.stratum[a] < outcome.stratum[b]; });
  for (std::size_t i = 0; i < start.size(); ++i) entry.push_back(start[order[i]]);
  find_moments(time, outcome, wanted);
  if (!entry.empty()) find_entries();
  for (std::size_t s = 0; s < strata(); ++s) find_weights(s);
}

void FineGrayRows::find_moments(const std::vector<double>& time, const CompetingOutcome& outcome, int wanted) {
  const std::size_t n = order.size();
  const auto stratum = [&](std::size_t i) { return outcome.stratum.empty() ? 0 : outcome.stratum[order[i]]; };
  kind.resize(n);
  first.resize(n);
  for (std::size_t begin = 0, end = 0; begin < n; begin = end) {
    if (begin == 0 || stratum(begin) != stratum_label.back()) {
      moment_begin.push_back(moments.size());
      stratum_label.push_back(stratum(begin));
    }
    Moment now;
    now.begin = begin;
    now.time = time[order[begin]];
    for (end = begin; end < n && time[order[end]] == now.time && stratum(end) == stratum_label.back(); ++end) {
      const int c = outcome.cause[order[end]];
      kind[end] = c == 0 ? 0 : c == wanted ? 1 : 2;
      now.events += kind[end] == 1 ? 1.0 : 0.0;
      now.censored += kind[end] == 0 ? 1.0 : 0.0;
      first[end] = moment_begin.back();
    }
    now.end = end;
    moments.push_back(now);
  }
  moment_begin.push_back(moments.size());
}

void FineGrayRows::find_entries() {
  entry_order.resize(order.size());
  std::iota(entry_order.begin(), entry_order.end(), 0U);
  for (std::size_t s = 0; s < strata(); ++s) {
    const auto begin = moments.begin() + static_cast<std::ptrdiff_t>(moment_begin[s]),
               end = moments.begin() + static_cast<std::ptrdiff_t>(moment_begin[s + 1]);
    for (std::size_t i = begin->begin; i < (end - 1)->end; ++i) {
      const auto after = [](double when, const Moment& moment) { return when < moment.time; };
      first[i] = static_cast<std::size_t>(std::upper_bound(begin, end, entry[i], after) - moments.begin());
    }
    std::stable_sort(entry_order.begin() + static_cast<std::ptrdiff_t>(begin->begin),
                     entry_order.begin() + static_cast<std::ptrdiff_t>((end - 1)->end),
                     [&](std::uint32_t a, std::uint32_t b) { return entry[a] > entry[b]; });
  }
}

// Walks the times of a stratum: a censoring at t takes its share off the weight after t, an entry at u gives the
// weight after u back the share that the newcomers are of those under observation.
void FineGrayRows::find_weights(std::size_t stratum) {
  const std::size_t begin = moment_begin[stratum], end = moment_begin[stratum + 1];
  const std::size_t first_row = moments[begin].begin, last_row = moments[end - 1].end;
  std::size_t entered = late_entry() ? 0 : last_row - first_row;  // before the time
  const auto next_entry = [&] { return entry[entry_order[last_row - 1 - entered]]; };
  double weight = 1.0;
  bool others = false, broken = false;
  for (std::size_t t = begin; t < end; ++t) {
    Moment& now = moments[t];
    const std::size_t gone = now.begin - first_row;
    while (entered < last_row - first_row && next_entry() < now.time) {
      const double when = next_entry();
      const std::size_t before = entered - gone;
      while (entered < last_row - first_row && next_entry() == when) ++entered;
      if (before > 0) {
        // Before the first exit of the stratum nobody carries a weight yet.
        if (t > begin) weight *= static_cast<double>(entered - gone) / static_cast<double>(before);
        continue;
      }
      broken = broken || others;
      weight = 1.0;
    }
    now.weight = weight;
    if (broken && now.events > 0.0 && reason.empty())
      reason = "at time " + format_double(now.time) +
               " all those under observation have entered since the last one left: the weights of late entry are "
               "undefined";
    now.at_risk = static_cast<double>(entered - gone);
    double other_events = 0.0;
    for (std::size_t i = now.begin; i < now.end; ++i) other_events += kind[i] == 2 ? 1.0 : 0.0;
    if (events_first) now.at_risk -= now.events + other_events;
    if (now.censored > 0.0) weight *= (now.at_risk - now.censored) / now.at_risk;
    others = others || other_events > 0.0;
  }
}

}  // namespace larc::stats
