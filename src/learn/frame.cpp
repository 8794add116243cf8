#include "learn/frame.h"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <unordered_set>

#include "core/error.h"
#include "core/number.h"
#include "stats/check.h"

namespace larc::learn {

namespace {

template <typename Value>
std::vector<Value> pick(const std::vector<Value>& values, const std::vector<std::size_t>& rows) {
  std::vector<Value> result;
  result.reserve(rows.size());
  for (const std::size_t row : rows) {
    if (row >= values.size())
      throw Error(ErrorCode::domain, "row " + std::to_string(row + 1) + " is asked for and there are " +
                                         std::to_string(values.size()) + " rows");
    result.push_back(values[row]);
  }
  return result;
}

}  // namespace

Frame Frame::select_rows(const std::vector<std::size_t>& chosen) const {
  Frame result;
  result.rows = chosen.size();
  result.columns.reserve(columns.size());
  for (const auto& column : columns) {
    Column part{column.name, column.group, column.kind, {}, {}};
    if (column.kind == ColumnKind::numeric) {
      part.values = pick(column.values, chosen);
    } else {
      part.levels = pick(column.levels, chosen);
    }
    result.columns.push_back(std::move(part));
  }
  if (!batches.empty()) result.batches = pick(batches, chosen);
  result.repeated.reserve(repeated.size());
  for (const auto& item : repeated)
    result.repeated.push_back(
        {item.name, item.repeats, item.minimum_icc, pick(item.mean, chosen), pick(item.within, chosen)});
  return result;
}

Frame Frame::select_groups(const std::set<std::string>& groups) const {
  Frame result;
  result.rows = rows;
  for (const auto& column : columns)
    if (groups.contains(column.group)) result.columns.push_back(column);
  std::set<std::string> names;
  for (const auto& column : result.columns) names.insert(column.name);
  result.batches = batches;
  for (const auto& item : repeated)
    if (names.contains(item.name)) result.repeated.push_back(item);
  return result;
}

const Column* Frame::find(const std::string& name, std::size_t likely) const {
  if (likely < columns.size() && columns[likely].name == name) return &columns[likely];
  const auto found =
      std::find_if(columns.begin(), columns.end(), [&](const Column& column) { return column.name == name; });
  return found == columns.end() ? nullptr : &*found;
}

const Column& Frame::column(const std::string& name, std::size_t likely) const {
  if (const Column* found = find(name, likely)) return *found;
  throw Error(ErrorCode::not_found, "column '" + name +
                                        "' is missing from the table; the model was trained with it, so "
                                        "give it (cells may be empty)");
}

Column numeric_column(std::string name, std::string group, std::vector<double> values) {
  return {std::move(name), std::move(group), ColumnKind::numeric, std::move(values), {}};
}

Column categorical_column(std::string name, std::string group, std::vector<std::string> levels) {
  return {std::move(name), std::move(group), ColumnKind::categorical, {}, std::move(levels)};
}

RepeatedColumn repeated_column(std::string name, double minimum_icc,
                               const std::vector<std::vector<double>>& measurements) {
  RepeatedColumn column{std::move(name), 0, minimum_icc, {}, {}};
  for (const auto& row : measurements) {
    if (&row == &measurements.front()) column.repeats = static_cast<int>(row.size());
    stats::check_same_size("the measurements of a row of '" + column.name + "'", row.size(), "those of the first row",
                           measurements.front().size());
    double sum = 0, within = 0;
    for (const double value : row) sum += value;
    const double mean = sum / static_cast<double>(row.size());
    for (const double value : row) within += (value - mean) * (value - mean);
    const bool defined = std::isfinite(within);
    column.mean.push_back(defined ? mean : kNaN);
    column.within.push_back(defined ? within : kNaN);
  }
  return column;
}

void check_frame(const Frame& frame) {
  std::unordered_set<std::string_view> names;
  for (const auto& column : frame.columns) {
    if (column.size() != frame.rows)
      throw Error(ErrorCode::shape_mismatch, "column '" + column.name + "' has " + std::to_string(column.size()) +
                                                 " rows and the table has " + std::to_string(frame.rows));
    if (!names.insert(column.name).second)
      throw Error(ErrorCode::conflict, "column '" + column.name + "' stands twice in the table; rename or drop one");
    for (std::size_t i = 0; i < column.values.size(); ++i)
      if (std::isinf(column.values[i]))
        throw Error(ErrorCode::domain, "column '" + column.name + "' is infinite in row " + std::to_string(i + 1) +
                                           "; correct the value or leave it empty");
  }
  for (const auto& item : frame.repeated) {
    if (!names.contains(item.name))
      throw Error(ErrorCode::not_found, "column '" + item.name + "' was measured again and is not in the table");
    for (const auto* values : {&item.mean, &item.within})
      stats::check_same_size("the repeated '" + item.name + "'", values->size(), "the table", frame.rows);
  }
}

std::string to_string(OutcomeKind kind) {
  return kind == OutcomeKind::binary ? "binary" : "survival";
}

OutcomeKind outcome_kind_from_string(const std::string& text) {
  if (text == "binary") return OutcomeKind::binary;
  if (text == "survival") return OutcomeKind::survival;
  throw Error(ErrorCode::domain, "outcome kind '" + text + "' is neither 'binary' nor 'survival'");
}

Outcome Outcome::select_rows(const std::vector<std::size_t>& rows) const {
  Outcome result;
  result.kind = kind;
  if (kind == OutcomeKind::binary) {
    result.label = pick(label, rows);
  } else {
    result.time_months = pick(time_months, rows);
    result.event = pick(event, rows);
  }
  return result;
}

std::size_t Outcome::events() const {
  return static_cast<std::size_t>(kind == OutcomeKind::binary ? std::count(label.begin(), label.end(), 1.0)
                                                              : std::count(event.begin(), event.end(), 1));
}

void check_outcome(const Outcome& outcome) {
  if (outcome.kind == OutcomeKind::binary) {
    stats::check_binary("label", outcome.label);
  } else {
    stats::check_survival(outcome.time_months, outcome.event);
  }
}

}  // namespace larc::learn
