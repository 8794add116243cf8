#include "study/column_pair.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "core/error.h"
#include "core/number.h"
#include "stats/order.h"

namespace larc::study {

namespace {

std::size_t size_of(const PatientColumn& column) {
  return column.kind == PatientColumn::Kind::category ? column.levels.size() : column.numbers.size();
}

bool known(const PatientColumn& column, std::size_t row) {
  return column.kind == PatientColumn::Kind::category ? !column.levels[row].empty()
                                                      : std::isfinite(column.numbers[row]);
}

/// Numbers written in different ways are one text.
std::string text_of(const PatientColumn& column, std::size_t row) {
  if (column.kind != PatientColumn::Kind::category) return format_double(column.numbers[row]);
  const auto number = parse_double(column.levels[row]);
  return number && std::isfinite(*number) ? format_double(*number) : column.levels[row];
}

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

}  // namespace

ColumnPair pair_columns(const PatientColumn& earlier, const PatientColumn& later) {
  if (size_of(earlier) != size_of(later))
    throw Error(ErrorCode::shape_mismatch, "columns of " + std::to_string(size_of(earlier)) + " and " +
                                               std::to_string(size_of(later)) + " patients cannot be compared");
  ColumnPair pair;
  std::map<std::string, std::size_t> texts_a, texts_b;
  std::map<std::string, std::pair<double, double>> count;
  for (std::size_t row = 0; row < size_of(earlier); ++row) {
    if (!known(earlier, row) || !known(later, row)) continue;
    ++pair.n;
    if (earlier.kind != PatientColumn::Kind::category) pair.x.push_back(earlier.numbers[row]);
    if (later.kind != PatientColumn::Kind::category) pair.y.push_back(later.numbers[row]);
    const std::string text_a = text_of(earlier, row), text_b = text_of(later, row);
    pair.a.push_back(texts_a.emplace(text_a, texts_a.size()).first->second);
    pair.b.push_back(texts_b.emplace(text_b, texts_b.size()).first->second);
    pair.equal += text_a == text_b;
    count[text_a].first += 1;
    count[text_b].second += 1;
  }
  pair.levels_a = texts_a.size();
  pair.levels_b = texts_b.size();
  const auto n = static_cast<double>(pair.n);
  for (const auto& [text, times] : count) pair.equal_by_chance += times.first * times.second / (n * n);
  return pair;
}

FittedRule rule_by_level(const std::vector<std::size_t>& from, std::size_t levels_from,
                         const std::vector<std::size_t>& to, std::size_t levels_to) {
  std::vector<std::size_t> count(levels_from * levels_to, 0);
  for (std::size_t i = 0; i < from.size(); ++i) ++count[from[i] * levels_to + to[i]];
  FittedRule rule;
  rule.fitted = static_cast<double>(levels_from);
  for (std::size_t level = 0; level < levels_from; ++level) {
    const auto first = count.begin() + static_cast<std::ptrdiff_t>(level * levels_to);
    rule.follow += static_cast<double>(*std::max_element(first, first + static_cast<std::ptrdiff_t>(levels_to)));
  }
  return rule;
}

FittedRule rule_by_range(const std::vector<double>& number, const std::vector<std::size_t>& level, std::size_t levels) {
  const std::vector<std::uint32_t> order = stats::ascending_order(number);
  // best[r][l]: most patients so far who follow, when range r has level l and is the last one.
  std::vector<std::vector<double>> best(levels, std::vector<double>(levels, 0.0));
  std::vector<double> here(levels);
  for (std::size_t i = 0; i < order.size();) {
    std::fill(here.begin(), here.end(), 0.0);
    const double value = number[order[i]];
    for (; i < order.size() && number[order[i]] == value; ++i) here[level[order[i]]] += 1;
    for (std::size_t r = levels; r-- > 0;) {
      const double before = r > 0 ? *std::max_element(best[r - 1].begin(), best[r - 1].end()) : 0.0;
      for (std::size_t l = 0; l < levels; ++l) best[r][l] = std::max(best[r][l], before) + here[l];
    }
  }
  FittedRule rule;
  rule.fitted = static_cast<double>(levels);
  for (const auto& row : best) rule.follow = std::max(rule.follow, *std::max_element(row.begin(), row.end()));
  return rule;
}

FittedRule rule_by_line(const std::vector<double>& x, const std::vector<double>& y) {
  FittedRule rule;
  rule.fitted = 2;
  const std::vector<std::uint32_t> order = stats::ascending_order(x);
  const std::size_t half = order.size() / 2;
  std::vector<double> slopes;
  for (std::size_t i = 0; i + half < order.size(); ++i) {
    const double dx = x[order[i + half]] - x[order[i]];
    if (dx > 0) slopes.push_back((y[order[i + half]] - y[order[i]]) / dx);
  }
  if (slopes.empty()) return rule;
  const double slope = median(std::move(slopes));
  if (slope == 0) return rule;
  std::vector<double> left;
  for (std::size_t i = 0; i < x.size(); ++i) left.push_back(y[i] - slope * x[i]);
  const double shift = median(left);
  const auto [low, high] = std::minmax_element(y.begin(), y.end());
  const double tolerance = 1e-6 * (*high - *low);
  rule.follow = static_cast<double>(
      std::count_if(left.begin(), left.end(), [&](double rest) { return std::abs(rest - shift) <= tolerance; }));
  return rule;
}

double agreement_by_chance(const std::vector<std::size_t>& level, std::size_t levels) {
  std::vector<double> count(levels, 0.0);
  for (const std::size_t l : level) count[l] += 1;
  double share = 0;
  for (const double times : count) share += times * times;
  return share / (static_cast<double>(level.size()) * static_cast<double>(level.size()));
}

}  // namespace larc::study
