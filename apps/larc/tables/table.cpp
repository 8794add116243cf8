#include "tables/table.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "core/error.h"
#include "core/file.h"
#include "core/number.h"
#include "core/text.h"
#include "io/gzip.h"

namespace larc::app {

namespace {

CsvTable read_table(const std::filesystem::path& file) {
  if (to_lower(file.extension().string()) != ".gz") return read_csv(file);
  return parse_csv(io::gunzip(read_file(file), file.string()), file.filename().string());
}

std::optional<double> as_number(const std::string& cell) {
  if (cell == "TRUE" || cell == "true" || cell == "True") return 1.0;
  if (cell == "FALSE" || cell == "false" || cell == "False") return 0.0;
  return parse_double(cell);
}

}  // namespace

bool is_missing(const std::string& text) {
  const std::string_view cell = trim(text);
  for (const char* word : {"", "NA", "N/A", "n/a", "#N/A", "<NA>", "NaN", "nan", "NULL", "null", "."})
    if (cell == word) return true;
  return false;
}

StatsTable::StatsTable(const std::filesystem::path& file, const std::vector<std::string>& where)
    : table_(read_table(file)) {
  for (std::size_t i = 0; i < table_.rows.size(); ++i) number_.push_back(i + 1);
  for (const std::string& condition : where) {
    const std::vector<bool> match = matching(condition, "--where");
    std::size_t kept = 0;
    for (std::size_t i = 0; i < table_.rows.size(); ++i) {
      if (!match[i]) continue;
      if (kept != i) table_.rows[kept] = std::move(table_.rows[i]);
      number_[kept++] = number_[i];
    }
    table_.rows.resize(kept);
    number_.resize(kept);
  }
  if (table_.rows.empty()) throw Error(ErrorCode::domain, table_.name + " has no row below its header");
}

void StatsTable::keep_complete(const std::vector<std::string>& columns) {
  std::vector<std::size_t> used;
  for (const std::string& column : columns)
    if (!column.empty()) used.push_back(table_.column(column));
  std::size_t kept = 0;
  for (std::size_t i = 0; i < table_.rows.size(); ++i) {
    if (std::any_of(used.begin(), used.end(), [&](std::size_t c) { return is_missing(table_.rows[i][c]); })) continue;
    if (kept != i) table_.rows[kept] = std::move(table_.rows[i]);
    number_[kept++] = number_[i];
  }
  dropped_ += table_.rows.size() - kept;
  table_.rows.resize(kept);
  number_.resize(kept);
  if (kept == 0) throw Error(ErrorCode::domain, table_.name + ": no row has a value in all of " + join(columns, ", "));
}

std::vector<std::string> StatsTable::texts(const std::string& column) const {
  const std::size_t c = table_.column(column);
  std::vector<std::string> result;
  result.reserve(rows());
  for (const auto& row : table_.rows) result.emplace_back(trim(row[c]));
  return result;
}

std::vector<double> StatsTable::numbers(const std::string& column) const {
  const std::size_t c = table_.column(column);
  std::vector<double> result;
  result.reserve(rows());
  for (std::size_t i = 0; i < rows(); ++i) {
    const std::string& cell = table_.rows[i][c];
    if (is_missing(cell)) {
      result.push_back(kNaN);
      continue;
    }
    const auto number = as_number(cell);
    if (!number || !std::isfinite(*number))
      throw Error(ErrorCode::domain, place(i, column) + ": '" + cell + "' is not a finite number");
    result.push_back(*number);
  }
  return result;
}

std::vector<int> StatsTable::integers(const std::string& column, int lower, int upper) const {
  std::vector<int> result;
  const std::vector<double> values = numbers(column);
  result.reserve(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!(values[i] >= lower && values[i] <= upper) || values[i] != std::floor(values[i]))
      throw Error(ErrorCode::domain, place(i, column) + ": " + format_double(values[i]) +
                                         " is not a whole number from " + std::to_string(lower) + " to " +
                                         std::to_string(upper));
    result.push_back(static_cast<int>(values[i]));
  }
  return result;
}

std::vector<double> StatsTable::times(const std::string& column) const {
  std::vector<double> result = numbers(column);
  for (std::size_t i = 0; i < result.size(); ++i)
    if (!(result[i] >= 0.0))
      throw Error(ErrorCode::domain, place(i, column) + ": " + format_double(result[i]) + " is not a time >= 0");
  return result;
}

std::vector<double> StatsTable::probabilities(const std::string& column) const {
  std::vector<double> result = numbers(column);
  for (std::size_t i = 0; i < result.size(); ++i)
    if (result[i] < 0.0 || result[i] > 1.0)
      throw Error(ErrorCode::domain,
                  place(i, column) + ": " + format_double(result[i]) + " is not a probability, 0..1");
  return result;
}

std::vector<double> StatsTable::weights(const std::string& column) const {
  std::vector<double> result = numbers(column);
  for (std::size_t i = 0; i < result.size(); ++i)
    if (!(result[i] >= 0.0))
      throw Error(ErrorCode::domain, place(i, column) + ": " + format_double(result[i]) + " is not a weight >= 0");
  return result;
}

std::vector<bool> StatsTable::matching(const std::string& condition, const std::string& option) const {
  const auto equals = condition.find('=');
  if (equals == std::string::npos || equals == 0)
    throw Error(ErrorCode::usage, option + " '" + condition + "' is not column=value");
  const std::size_t column = table_.column(condition.substr(0, equals));
  const std::string value = condition.substr(equals + 1);
  const auto number = parse_double(value);
  std::vector<bool> result;
  for (const auto& row : table_.rows)
    result.push_back(trim(row[column]) == value || (number && parse_double(row[column]) == number));
  if (std::find(result.begin(), result.end(), true) == result.end())
    throw Error(ErrorCode::domain, table_.name + ": no row has " + condition);
  return result;
}

bool StatsTable::is_numeric(const std::string& column) const {
  const std::size_t c = table_.column(column);
  return std::all_of(table_.rows.begin(), table_.rows.end(),
                     [&](const auto& row) { return is_missing(row[c]) || parse_double(row[c]).has_value(); });
}

Design StatsTable::design(const std::vector<std::string>& columns) const {
  Design result;
  std::vector<std::vector<double>> values;
  for (const std::string& column : columns) {
    if (is_numeric(column)) {
      result.names.push_back(column);
      values.push_back(numbers(column));
      for (std::size_t i = 0; i < rows(); ++i)
        if (std::isnan(values.back()[i])) throw Error(ErrorCode::domain, place(i, column) + ": the value is missing");
      continue;
    }
    const std::vector<std::string> cells = texts(column);
    const std::set<std::string> levels(cells.begin(), cells.end());
    for (auto level = levels.begin(); level != levels.end(); ++level) {
      if (is_missing(*level))
        throw Error(ErrorCode::domain, table_.name + ": column " + column + " has missing values");
      if (level == levels.begin()) continue;
      result.names.push_back(column + *level);
      std::vector<double> indicator(cells.size());
      for (std::size_t i = 0; i < cells.size(); ++i) indicator[i] = cells[i] == *level ? 1.0 : 0.0;
      values.push_back(std::move(indicator));
    }
  }
  result.values.resize(static_cast<Eigen::Index>(rows()), static_cast<Eigen::Index>(values.size()));
  for (std::size_t j = 0; j < values.size(); ++j)
    result.values.col(static_cast<Eigen::Index>(j)) =
        Eigen::Map<const Eigen::VectorXd>(values[j].data(), static_cast<Eigen::Index>(rows()));
  return result;
}

std::vector<std::string> StatsTable::columns_from(const std::string& first) const {
  const auto begin = table_.header.begin() + static_cast<std::ptrdiff_t>(table_.column(first));
  return {begin, table_.header.end()};
}

std::string StatsTable::place(std::size_t row, const std::string& column) const {
  return table_.name + " row " + std::to_string(number_[row]) + ", column " + column;
}

std::vector<std::string> name_list(const std::string& text) {
  std::vector<std::string> result;
  for (const std::string& part : split(text, ','))
    if (const auto name = trim(part); !name.empty()) result.emplace_back(name);
  return result;
}

std::vector<double> number_list(const std::string& text, const std::string& option) {
  const auto number = [&](const std::string& part) {
    const auto value = parse_double(part);
    if (!value || !std::isfinite(*value)) throw Error(ErrorCode::usage, option + ": '" + part + "' is not a number");
    return *value;
  };
  std::vector<double> result;
  if (const auto parts = split(text, ':'); parts.size() == 3) {
    const double from = number(parts[0]), to = number(parts[1]), step = number(parts[2]);
    if (!(step > 0.0) || !(to >= from))
      throw Error(ErrorCode::usage, option + " '" + text + "' is not from:to:step with step > 0 and to >= from");
    const auto count = static_cast<std::size_t>(std::floor((to - from) / step + 1e-9)) + 1;
    for (std::size_t i = 0; i < count; ++i)
      result.push_back(std::round((from + static_cast<double>(i) * step) * 1e12) / 1e12);
    return result;
  }
  for (const std::string& part : name_list(text)) result.push_back(number(part));
  if (result.empty()) throw Error(ErrorCode::usage, option + " has no number");
  return result;
}

}  // namespace larc::app
