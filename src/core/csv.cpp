#include "core/csv.h"

#include <algorithm>
#include <set>

#include "core/error.h"
#include "core/file.h"
#include "core/number.h"
#include "core/text.h"

namespace larc {

std::optional<std::size_t> CsvTable::find_column(const std::string& column) const {
  const auto found = std::find(header.begin(), header.end(), column);
  if (found == header.end()) return std::nullopt;
  return static_cast<std::size_t>(found - header.begin());
}

std::size_t CsvTable::column(const std::string& column) const {
  if (const auto index = find_column(column)) return *index;
  std::vector<std::string> known(header.begin(),
                                 header.begin() + static_cast<long>(std::min<std::size_t>(header.size(), 20)));
  throw Error(ErrorCode::not_found, name + " has no column '" + column + "'; it has: " + join(known, ", ") +
                                        (header.size() > 20 ? ", ..." : ""));
}

std::string CsvTable::where(std::size_t row, std::size_t column) const {
  return name + " row " + std::to_string(row + 1) + " (line " + std::to_string(line_of_row[row]) + "), column '" +
         header[column] + "'";
}

namespace {

char guess_separator(std::string_view text) {
  std::size_t commas = 0, semicolons = 0, tabs = 0;
  bool quoted = false;
  for (const char c : text) {
    if (c == '"') quoted = !quoted;
    if (quoted) continue;
    if (c == '\n') break;
    commas += c == ',';
    semicolons += c == ';';
    tabs += c == '\t';
  }
  if (semicolons > commas && semicolons >= tabs) return ';';
  if (tabs > commas) return '\t';
  return ',';
}

}  // namespace

void scan_csv(std::string_view text, char separator, const std::string& name, const CsvRow& row) {
  constexpr std::size_t kMaximumCells = 1'000'000;
  std::vector<std::string> cells;
  std::string cell;
  bool quoted = false, was_quoted = false, any = false, more = true;
  std::size_t line = 1, row_line = 1, quote_line = 1;
  const auto end_row = [&] {
    cells.push_back(std::move(cell));
    cell.clear();
    const bool empty = std::all_of(cells.begin(), cells.end(), [](const auto& c) { return trim(c).empty(); });
    if (!empty) more = row(cells, row_line);
    cells.clear();
    was_quoted = any = false;
    row_line = line;
  };
  for (std::size_t i = 0; i < text.size() && more; ++i) {
    const char c = text[i];
    if (quoted) {
      if (c == '"' && i + 1 < text.size() && text[i + 1] == '"') {
        cell += '"';
        ++i;
      } else if (c == '"') {
        quoted = false;
      } else {
        line += c == '\n';
        cell += c;
      }
      continue;
    }
    if (c == '"' && !was_quoted && trim(cell).empty()) {
      quoted = was_quoted = any = true;
      quote_line = line;
      cell.clear();
    } else if (c == separator) {
      cells.push_back(std::move(cell));
      cell.clear();
      was_quoted = false;
      any = true;
      if (cells.size() > kMaximumCells)
        throw Error(ErrorCode::format, name + " line " + std::to_string(row_line) +
                                           " has more than a million cells; this is no table of patients");
    } else if (c == '\n' || c == '\r') {
      if (c == '\r' && i + 1 < text.size() && text[i + 1] == '\n') ++i;
      ++line;
      end_row();
    } else {
      cell += c;
      any = true;
    }
  }
  if (!more) return;
  if (quoted)
    throw Error(ErrorCode::format,
                name + " line " + std::to_string(quote_line) + ": a quote is opened and never closed");
  if (any) end_row();
}

CsvTable parse_csv(const std::string& input, const std::string& name) {
  std::string_view text = input;
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  if (text.find('\0') != std::string_view::npos)
    throw Error(ErrorCode::format, name + " is not a text table (it has zero bytes); save it as CSV in UTF-8");
  CsvTable table;
  table.name = name;
  scan_csv(text, guess_separator(text), name, [&](std::vector<std::string>& cells, std::size_t line) {
    if (table.header.empty()) {
      for (auto& column : cells) column = std::string(trim(column));
      table.header = cells;
      return true;
    }
    if (cells.size() != table.header.size())
      throw Error(ErrorCode::format, name + " line " + std::to_string(line) + " has " + std::to_string(cells.size()) +
                                         " cells, the header has " + std::to_string(table.header.size()) +
                                         "; quote cells that hold the separator");
    table.rows.push_back(cells);
    table.line_of_row.push_back(line);
    return true;
  });
  if (table.header.empty()) throw Error(ErrorCode::format, name + " is empty; a header row is wanted");
  std::set<std::string> seen;
  for (const auto& column : table.header)
    if (!seen.insert(column).second)
      throw Error(ErrorCode::format, name + " has the column '" + column + "' twice; rename one");
  return table;
}

CsvTable read_csv(const std::filesystem::path& path) {
  return parse_csv(read_file(path), path.filename().string());
}

std::string spreadsheet_safe(const std::string& text) {
  constexpr std::string_view kStarts = "=+-@\t\r";
  if (text.empty() || kStarts.find(text.front()) == std::string_view::npos || parse_double(text)) return text;
  return "'" + text;
}

std::string format_csv_row(const std::vector<std::string>& cells) {
  std::string text;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) text += ',';
    if (cells[i].find_first_of(",\"\r\n") == std::string::npos) {
      text += cells[i];
      continue;
    }
    text += '"';
    for (const char c : cells[i]) {
      if (c == '"') text += '"';
      text += c;
    }
    text += '"';
  }
  return text + '\n';
}

std::string format_csv(const std::vector<std::string>& header, const std::vector<std::vector<std::string>>& rows) {
  std::string text = format_csv_row(header);
  for (const auto& row : rows) text += format_csv_row(row);
  return text;
}

std::string format_safe_csv(std::vector<std::string> header, std::vector<std::vector<std::string>> rows) {
  for (auto& cell : header) cell = spreadsheet_safe(cell);
  for (auto& row : rows)
    for (auto& cell : row) cell = spreadsheet_safe(cell);
  return format_csv(header, rows);
}

}  // namespace larc
