#include "stats/cox_rows.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "stats/time_order.h"
#include "stats/vector_math.h"

namespace larc::stats {

namespace {

// Rows by stratum and, within it, from the latest time to the earliest; `time` takes their times.
std::vector<std::uint32_t> latest_first(const std::vector<std::uint32_t>& ascending, const std::vector<double>& sorted,
                                        const std::vector<std::uint32_t>& stratum, std::size_t strata,
                                        std::vector<double>& time) {
  time.assign(sorted.rbegin(), sorted.rend());
  if (strata <= 1) return {ascending.rbegin(), ascending.rend()};
  std::vector<std::uint32_t> start(strata + 1, 0);
  for (const std::uint32_t s : stratum) ++start[s + 1];
  for (std::size_t s = 0; s < strata; ++s) start[s + 1] += start[s];
  std::vector<std::uint32_t> order(ascending.size());
  for (std::size_t i = ascending.size(); i-- > 0;) {
    const std::uint32_t place = start[stratum[ascending[i]]]++;
    order[place] = ascending[i];
    time[place] = sorted[i];
  }
  return order;
}

std::vector<std::uint32_t> dense_strata(const std::vector<int>& labels, std::vector<int>& names) {
  std::map<int, std::uint32_t> code;
  for (const int label : labels) code.emplace(label, 0);
  for (auto& [label, number] : code) {
    number = static_cast<std::uint32_t>(names.size());
    names.push_back(label);
  }
  std::vector<std::uint32_t> result;
  result.reserve(labels.size());
  for (const int label : labels) result.push_back(code.at(label));
  return result;
}

}  // namespace

CoxRows::CoxRows(const Eigen::MatrixXd& input, const SurvivalOutcome& outcome)
    : columns(static_cast<std::size_t>(input.cols())) {
  const std::size_t n = outcome.time.size();
  std::vector<double> entry = outcome.entry;
  // `time` and `status` are in the order of `order` from here on.
  std::vector<double> time(n), sorted(n);
  std::vector<std::uint32_t> ascending;
  if (entry.empty()) {
    ascending = ascending_order(outcome.time);
    for (std::size_t i = 0; i < n; ++i) sorted[i] = outcome.time[ascending[i]];
    merge_sorted_near_ties(sorted);
  } else {
    std::vector<double> end = outcome.time;
    merge_near_ties(entry, end);
    ascending = ascending_order(end);
    for (std::size_t i = 0; i < n; ++i) sorted[i] = end[ascending[i]];
  }
  const std::vector<std::uint32_t> code = dense_strata(outcome.stratum, stratum_label);
  if (outcome.stratum.empty()) stratum_label.push_back(0);
  strata = stratum_label.size();
  const std::vector<std::uint32_t> order = latest_first(ascending, sorted, code, strata, time);
  std::vector<int> status(n);
  for (std::size_t i = 0; i < n; ++i) status[i] = outcome.event[order[i]];
  std::vector<std::uint32_t> stratum(code.empty() ? 0 : n);
  for (std::size_t i = 0; i < stratum.size(); ++i) stratum[i] = code[order[i]];
  const auto stratum_at = [&](std::size_t i) { return stratum.empty() ? std::uint32_t{0} : stratum[i]; };

  // The event times, and each row's first group.
  std::vector<std::uint32_t> first(entry.empty() ? 0 : n);
  groups.reserve(static_cast<std::size_t>(std::count(status.begin(), status.end(), 1)));
  group_begin.assign(strata + 1, 0);
  stratum_begin.assign(strata + 1, 0);
  for (std::size_t begin = 0, end = 0; begin < n; begin = end) {
    const std::uint32_t s = stratum_at(begin);
    bool any = false;
    for (end = begin; end < n && time[end] == time[begin] && stratum_at(end) == s; ++end) {
      any = any || status[end] == 1;
      if (!entry.empty()) first[end] = static_cast<std::uint32_t>(groups.size());
    }
    if (any) {
      groups.push_back({0, 0, 0, 0, s, time[begin]});
      ++group_begin[s + 1];
    }
  }
  for (std::size_t s = 0; s < strata; ++s) group_begin[s + 1] += group_begin[s];

  // The rows that some event finds at risk; without late entry those up to the stratum's earliest event.
  const auto last_of = [&](std::size_t i) {
    const std::uint32_t s = stratum_at(i);
    const auto begin = groups.begin() + group_begin[s], end = groups.begin() + group_begin[s + 1];
    const auto out = std::lower_bound(begin, end, entry[order[i]], [](const Group& g, double e) { return g.time > e; });
    return static_cast<std::uint32_t>(out - groups.begin());
  };
  origin.reserve(n);
  event.reserve(n);
  std::size_t q = 0;
  for (std::size_t begin = 0, end = 0; begin < n; begin = end) {
    const std::uint32_t s = stratum_at(begin);
    for (end = begin; end < n && time[end] == time[begin] && stratum_at(end) == s;) ++end;
    if (q >= group_begin[s + 1]) continue;
    const bool events_here = groups[q].time == time[begin];
    const auto take = [&](int wanted) {
      for (std::size_t i = begin; i < end; ++i) {
        if (status[i] != wanted) continue;
        if (!entry.empty()) {
          const std::uint32_t last = last_of(i);
          if (first[i] >= last) continue;
          first_group.push_back(first[i]);
          last_group.push_back(last);
        }
        origin.push_back(order[i]);
        event.push_back(wanted);
        ++stratum_begin[s + 1];
      }
    };
    if (!events_here) {
      take(0);
      continue;
    }
    groups[q].begin = static_cast<std::uint32_t>(origin.size());
    take(1);
    groups[q].events_end = static_cast<std::uint32_t>(origin.size());
    take(0);
    groups[q++].end = static_cast<std::uint32_t>(origin.size());
  }
  for (std::size_t s = 0; s < strata; ++s) stratum_begin[s + 1] += stratum_begin[s];
  rows = origin.size();

  if (!outcome.weight.empty()) {
    weight.resize(rows);
    for (std::size_t i = 0; i < rows; ++i) weight[i] = outcome.weight[origin[i]];
  }
  if (!entry.empty()) {
    std::vector<double> entries(rows);
    for (std::size_t i = 0; i < rows; ++i) entries[i] = entry[origin[i]];
    std::vector<std::uint32_t> of_row(rows);
    for (std::size_t s = 0; s < strata; ++s)
      std::fill(of_row.begin() + stratum_begin[s], of_row.begin() + stratum_begin[s + 1],
                static_cast<std::uint32_t>(s));
    const std::vector<std::uint32_t> by_entry = ascending_order(entries);
    std::vector<double> ordered(rows), unused;
    for (std::size_t i = 0; i < rows; ++i) ordered[i] = entries[by_entry[i]];
    entry_order = latest_first(by_entry, ordered, of_row, strata, unused);
    for (std::size_t s = 0; s < strata; ++s) {
      std::uint32_t left = stratum_begin[s];
      for (std::size_t g = group_begin[s]; g < group_begin[s + 1]; ++g) {
        while (left < stratum_begin[s + 1] && entries[entry_order[left]] >= groups[g].time) ++left;
        groups[g].left = left;
      }
    }
  }

  mean = Eigen::MatrixXd::Zero(input.cols(), static_cast<Eigen::Index>(strata));
  scale = Eigen::VectorXd::Zero(input.cols());
  range = Eigen::VectorXd::Zero(input.cols());
  if (strata == 1)
    standardise(input);
  else
    standardise_within_strata(input);
}

CoxRows CoxRows::drawn(const std::vector<double>& counts) const {
  CoxRows result;
  result.columns = columns;
  result.strata = 1;
  result.weights_are_counts = true;
  result.stratum_label = stratum_label;
  result.mean = mean;
  result.scale = scale;
  result.range = range;
  std::vector<std::size_t> source(rows + 1);  // row of *this
  std::uint32_t taken = 0;
  const auto take = [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      source[taken] = i;
      taken += counts[origin[i]] > 0.0 ? 1 : 0;
    }
    return taken;
  };
  std::size_t next = 0, needed = 0;
  for (const Group& group : groups) {
    Group one;
    one.time = group.time;
    one.begin = take(next, group.begin);
    one.events_end = take(group.begin, group.events_end);
    one.end = take(group.events_end, group.end);
    next = group.end;
    if (one.begin == one.events_end) continue;
    result.groups.push_back(one);
    needed = one.end;
  }
  result.rows = needed;
  result.stratum_begin = {0, static_cast<std::uint32_t>(needed)};
  result.group_begin = {0, static_cast<std::uint32_t>(result.groups.size())};
  result.weight.resize(needed);
  result.event.resize(needed);
  result.origin.resize(needed);
  for (std::size_t i = 0; i < needed; ++i) {
    result.origin[i] = origin[source[i]];
    result.event[i] = event[source[i]];
    result.weight[i] = counts[result.origin[i]];
  }
  result.x = LargeBuffer(result.blocks() * columns * kBlock);
  for (std::size_t i = 0; i < needed; ++i) source[i] += source[i] / kBlock * (columns - 1) * kBlock;  // its place in x
  for (std::size_t begin = 0; begin < needed; begin += kBlock)
    for (std::size_t a = 0; a < columns; ++a) {
      const double* from = x.data() + a * kBlock;
      double* target = result.x.data() + begin * columns + a * kBlock;
      for (std::size_t i = begin; i < std::min(needed, begin + kBlock); ++i) target[i - begin] = from[source[i]];
    }
  result.clear_constant_columns();
  return result;
}

// A column that is the same for all these rows says nothing; as 0 its information is 0 and not rounding.
void CoxRows::clear_constant_columns() {
  const auto at = [&](std::size_t i, std::size_t a) -> double& {
    return x.data()[(i / kBlock * columns + a) * kBlock + i % kBlock];
  };
  for (std::size_t a = 0; a < columns; ++a) {
    std::size_t i = 1;
    while (i < rows && at(i, a) == at(0, a)) ++i;
    if (i < rows) continue;
    for (i = 0; i < rows; ++i) at(i, a) = 0.0;
  }
}

// The mean and scale of all rows serve as well as those of the rows that are kept: neither moves the optimum.
void CoxRows::standardise(const Eigen::MatrixXd& input) {
  const auto n = static_cast<std::size_t>(input.rows());
  Eigen::VectorXd factor = Eigen::VectorXd::Zero(input.cols());
  for (Eigen::Index a = 0; a < input.cols(); ++a) {
    const ColumnSummary column = summarise(input.data() + a * input.rows(), n);
    mean(a, 0) = column.mean;
    const double size = std::sqrt(std::max(0.0, column.variance));
    if (!(size > 1e-12 * std::abs(column.mean)) || !(size > 0.0)) continue;
    scale[a] = size;
    factor[a] = 1.0 / size;
    range[a] = (column.highest - column.lowest) / size;
  }
  x = LargeBuffer(blocks() * columns * kBlock);
  // By way of rows that lie together, one reach into memory a row instead of one a number.
  const bool together = columns > 2 && rows > 20000;
  const LargeBuffer by_rows(together ? n * columns : 0);
  if (together) {
    constexpr std::size_t kTile = 64;
    for (std::size_t begin = 0; begin < n; begin += kTile)
      for (std::size_t a = 0; a < columns; ++a)
        for (std::size_t i = begin; i < std::min(n, begin + kTile); ++i)
          by_rows.data()[i * columns + a] = input.data()[a * n + i];
  }
  const double* data = together ? by_rows.data() : input.data();
  const std::size_t row_step = together ? columns : 1, column_step = together ? 1 : n;
  for (std::size_t i = 0; i < rows; ++i) {
    const double* source = data + origin[i] * row_step;
    double* target = x.data() + i / kBlock * columns * kBlock + i % kBlock;
    for (std::size_t a = 0; a < columns; ++a) {
      const auto j = static_cast<Eigen::Index>(a);
      target[a * kBlock] = (source[a * column_step] - mean(j, 0)) * factor[j];
    }
  }
}

void CoxRows::standardise_within_strata(const Eigen::MatrixXd& input) {
  x = LargeBuffer(blocks() * columns * kBlock);
  const auto at = [&](std::size_t i, std::size_t a) -> double& {
    return x.data()[(i / kBlock * columns + a) * kBlock + i % kBlock];
  };
  for (std::size_t a = 0; a < columns; ++a) {
    const auto column = static_cast<Eigen::Index>(a);
    const double* source = input.data() + column * input.rows();
    double squares = 0.0, level = 0.0;
    for (std::size_t s = 0; s < strata; ++s) {
      const std::size_t begin = stratum_begin[s], end = stratum_begin[s + 1];
      if (begin == end) continue;
      double sum = 0.0;
      for (std::size_t i = begin; i < end; ++i) sum += source[origin[i]];
      const double centre = sum / static_cast<double>(end - begin);
      mean(column, static_cast<Eigen::Index>(s)) = centre;
      level = std::max(level, std::abs(centre));
      for (std::size_t i = begin; i < end; ++i) {
        at(i, a) = source[origin[i]] - centre;
        squares += at(i, a) * at(i, a);
      }
    }
    const double size = rows > 0 ? std::sqrt(squares / static_cast<double>(rows)) : 0.0;
    const bool varies = size > 1e-12 * level && size > 0.0;
    scale[column] = varies ? size : 0.0;
    double lowest = 0.0, highest = 0.0;
    for (std::size_t i = 0; i < rows; ++i) {
      at(i, a) *= varies ? 1.0 / size : 0.0;
      lowest = std::min(lowest, at(i, a));
      highest = std::max(highest, at(i, a));
    }
    range[column] = highest - lowest;
  }
}

}  // namespace larc::stats
