#include "learn/scan.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "core/number.h"
#include "stats/binomial.h"
#include "stats/concordance.h"
#include "stats/distributions.h"
#include "stats/rank_correlation.h"

namespace larc::learn {

namespace {

constexpr double kMissingShare = 0.6;
constexpr double kPurity = 0.99;
constexpr double kChance = 1e-6;
constexpr double kLeastShareOfClass = 0.1;
/// The end of the range of a strong but honest number is often pure; giving the outcome away means nearly all of it.
constexpr double kLeastShareOfAnEnd = 0.9;
constexpr std::size_t kLeastMembers = 5;
constexpr double kTooGood = 0.97;
constexpr double kFollowUp = 0.95;

std::string percent(double share) {
  return format_fixed(100.0 * share, share > 0.995 && share < 1.0 ? 1 : 0) + "%";
}

struct Scan {
  const Frame& frame;
  std::vector<int> event;
  double events = 0.0;
  double rows = 0.0;
  double columns = 1.0;

  /// Whether the patients that `member` picks share an outcome; what to say if so.
  std::string purity(const std::vector<char>& member, const std::string& who,
                     double least_share = kLeastShareOfClass) const {
    double count = 0.0, with = 0.0;
    for (std::size_t i = 0; i < member.size(); ++i)
      if (member[i]) {
        count += 1.0;
        with += event[i];
      }
    if (count < kLeastMembers || count == rows) return "";
    for (const bool positive : {true, false}) {
      const double pure = positive ? with : count - with;
      const double total = positive ? events : rows - events;
      const double base = total / rows;
      if (pure < kPurity * count || pure < least_share * total) continue;
      if (!(stats::binomial_upper_tail(pure, count, base) * columns < kChance)) continue;
      return format_fixed(pure, 0) + " of the " + format_fixed(count, 0) + " patients " + who + " are " +
             (positive ? "with" : "without") + " the outcome (" + percent(base) + " of all)";
    }
    return "";
  }
};

std::vector<char> missing_of(const Column& column) {
  std::vector<char> missing;
  if (column.kind == ColumnKind::numeric)
    for (const double value : column.values) missing.push_back(std::isnan(value));
  else
    for (const auto& level : column.levels) missing.push_back(level.empty());
  return missing;
}

void scan_levels(const Scan& scan, const Column& column, std::vector<SuspectColumn>& suspects) {
  std::map<std::string, std::vector<char>> members;
  for (std::size_t i = 0; i < column.size(); ++i) {
    std::string level = column.kind == ColumnKind::numeric ? format_double(column.values[i]) : column.levels[i];
    if (level.empty() || level == "nan") continue;
    auto& list = members[level];
    list.resize(column.size());
    list[i] = 1;
  }
  for (const auto& [level, list] : members)
    if (const std::string reason = scan.purity(list, "with the value " + level); !reason.empty()) {
      suspects.push_back({column.name, "outcome", reason});
      return;
    }
}

/// The longest ends of the order of a number that belong to one outcome.
void scan_ends(const Scan& scan, const Column& column, std::vector<SuspectColumn>& suspects) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < column.size(); ++i)
    if (!std::isnan(column.values[i])) order.push_back(i);
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return column.values[a] < column.values[b]; });
  for (const bool low : {true, false}) {
    if (!low) std::reverse(order.begin(), order.end());
    double with = 0.0, count = 0.0;
    std::size_t best = 0;
    for (std::size_t k = 0; k < order.size(); ++k) {
      with += scan.event[order[k]];
      count += 1.0;
      if (k + 1 < order.size() && column.values[order[k + 1]] == column.values[order[k]]) continue;
      if (std::max(with, count - with) >= kPurity * count && count >= kLeastMembers) best = k + 1;
    }
    if (best == 0 || best == order.size()) continue;
    std::vector<char> member(column.size(), 0);
    for (std::size_t k = 0; k < best; ++k) member[order[k]] = 1;
    const std::string bound = format_double(column.values[order[best - 1]]);
    if (const std::string reason =
            scan.purity(member, (low ? "at or below " : "at or above ") + bound, kLeastShareOfAnEnd);
        !reason.empty()) {
      suspects.push_back({column.name, "outcome", reason});
      return;
    }
  }
}

}  // namespace

std::vector<SuspectColumn> scan_columns(const Frame& frame, const Outcome& outcome) {
  check_frame(frame);
  check_outcome(outcome);
  const bool survival = outcome.kind == OutcomeKind::survival;
  Scan scan{frame,
            {},
            static_cast<double>(outcome.events()),
            static_cast<double>(frame.rows),
            std::max(1.0, static_cast<double>(frame.columns.size()))};
  std::vector<double> time;
  for (std::size_t i = 0; i < frame.rows; ++i) {
    scan.event.push_back(survival ? outcome.event[i] : static_cast<int>(outcome.label[i]));
    time.push_back(survival ? outcome.time_months[i] : (scan.event[i] == 1 ? 1.0 : 2.0));
  }
  std::vector<SuspectColumn> suspects;
  std::map<std::vector<double>, std::string> seen;
  for (const Column& column : frame.columns) {
    const std::vector<char> missing = missing_of(column);
    const auto absent = static_cast<double>(std::count(missing.begin(), missing.end(), 1));
    if (absent >= kMissingShare * scan.rows)
      suspects.push_back({column.name, "missing", percent(absent / scan.rows) + " of the cells are empty"});
    std::vector<char> present = missing;
    for (auto& value : present) value = !value;
    using Part = std::pair<const std::vector<char>*, const char*>;
    for (const auto& [member, who] : {Part{&missing, "with an empty cell"}, Part{&present, "with a value"}})
      if (const std::string reason = scan.purity(*member, who); !reason.empty()) {
        suspects.push_back({column.name, "missingness", reason});
        break;
      }
    if (column.kind == ColumnKind::categorical) {
      std::vector<std::string> levels;
      for (const auto& level : column.levels)
        if (!level.empty()) levels.push_back(level);
      std::sort(levels.begin(), levels.end());
      levels.erase(std::unique(levels.begin(), levels.end()), levels.end());
      if (levels.size() <= 1 && absent < scan.rows)
        suspects.push_back({column.name, "constant", "one value only"});
      else
        scan_levels(scan, column, suspects);
      continue;
    }
    std::vector<double> values, times;
    std::vector<int> events;
    for (std::size_t i = 0; i < frame.rows; ++i) {
      if (missing[i]) continue;
      values.push_back(column.values[i]);
      times.push_back(time[i]);
      events.push_back(scan.event[i]);
    }
    if (values.empty()) continue;
    if (std::all_of(values.begin(), values.end(), [&](double value) { return value == values.front(); })) {
      suspects.push_back({column.name, "constant", "one value only"});
      continue;
    }
    if (absent == 0.0) {
      const auto [twin, fresh] = seen.emplace(column.values, column.name);
      if (!fresh) {
        suspects.push_back({column.name, "copy", "the same values as column " + twin->second});
        continue;
      }
    }
    const std::size_t before = suspects.size();
    const stats::Concordance c = stats::harrell_c(times, events, values);
    // By chance alone a few patients are often told apart: the distance from 0.5 must be beyond it as well.
    const auto n1 = static_cast<double>(std::count(events.begin(), events.end(), 1));
    const double n0 = std::max(static_cast<double>(events.size()) - n1, 1.0);
    const double null_se = std::sqrt((n1 + n0 + 1.0) / (12.0 * std::max(n1, 1.0) * n0));
    const bool beyond_chance = stats::normal_two_sided_p((c.c - 0.5) / null_se) * scan.columns < kChance;
    if (c.reason.empty() && beyond_chance && std::abs(c.c - 0.5) > kTooGood - 0.5 &&
        std::min<double>(static_cast<double>(std::count(events.begin(), events.end(), 1)),
                         survival ? scan.rows : static_cast<double>(std::count(events.begin(), events.end(), 0))) >=
            static_cast<double>(kLeastMembers))
      suspects.push_back({column.name, "outcome",
                          std::string(survival ? "alone it has a concordance of " : "alone it has an AUC of ") +
                              format_fixed(std::max(c.c, 1.0 - c.c), 3)});
    if (survival && values.size() >= 20) {
      const double r = stats::rank_correlation(values, times);
      if (std::abs(r) > kFollowUp)
        suspects.push_back(
            {column.name, "follow_up",
             "it orders patients like the follow-up time (rank correlation " + format_fixed(r, 3) + ")"});
    }
    if (suspects.size() != before) continue;
    std::vector<double> distinct = values;
    std::sort(distinct.begin(), distinct.end());
    distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
    if (distinct.size() <= 12) scan_levels(scan, column, suspects);
    if (suspects.size() == before) scan_ends(scan, column, suspects);
  }
  return suspects;
}

}  // namespace larc::learn
