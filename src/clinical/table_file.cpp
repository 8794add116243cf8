#include "clinical/table_file.h"

#include <algorithm>
#include <fstream>
#include <set>

#include "clinical/dialect.h"
#include "clinical/encoding.h"
#include "clinical/spreadsheet.h"
#include "core/csv.h"
#include "core/error.h"
#include "core/file.h"
#include "core/text.h"

namespace larc::clinical {

std::optional<std::size_t> TableFile::find_column(const std::string& column) const {
  const auto found = std::find(header.begin(), header.end(), column);
  if (found == header.end()) return std::nullopt;
  return static_cast<std::size_t>(found - header.begin());
}

std::string TableFile::where(std::size_t row, std::optional<std::size_t> column) const {
  std::string text = name + " row " + std::to_string(row + 1) + (spreadsheet ? " (sheet row " : " (line ") +
                     std::to_string(line_of_row[row]) + ")";
  if (column) text += ", column '" + header[*column] + "'";
  return text;
}

bool looks_like_table(const std::filesystem::path& path) {
  const std::string extension = to_lower(path.extension().string());
  for (const char* known : {".csv", ".tsv", ".tab", ".txt", ".xlsx", ".xlsm"})
    if (extension == known) return true;
  return false;
}

namespace {

CellFault ragged(std::size_t cells, std::size_t columns) {
  const std::string n = std::to_string(cells), m = std::to_string(columns);
  return {{"the row has " + n + " cells, the header has " + m, "该行有 " + n + " 个单元格，表头有 " + m + " 个"},
          {"quote cells that hold the separator", "含分隔符的单元格请加引号"}};
}

constexpr std::string_view kZip = "PK\x03\x04", kOldWorkbook = "\xD0\xCF\x11\xE0";

void refuse_old_workbook(std::string_view bytes, const std::string& name) {
  if (bytes.starts_with(kOldWorkbook))
    throw Error(ErrorCode::format,
                name + " is an old or protected Excel file; save it as XLSX without a password, or as CSV");
}

TableFile parse_text_table(std::string_view bytes, const std::string& name) {
  const std::string text = decode_text(bytes, name);
  TableFile table;
  table.name = name;
  std::size_t cell_count = 0;
  scan_csv(text, find_separator(text, name), name, [&](std::vector<std::string>& cells, std::size_t line) {
    if (table.header.empty()) {
      table.header = std::move(cells);
      return true;
    }
    if (cells.size() != table.header.size()) {
      table.faults.push_back({table.rows.size(), std::nullopt, ragged(cells.size(), table.header.size())});
      cells.resize(table.header.size());
    }
    cell_count += cells.size();
    if (cell_count > kMaximumCells)
      throw Error(ErrorCode::domain, name + " has more than 25 million cells; deliver it in parts");
    table.rows.push_back(std::move(cells));
    table.line_of_row.push_back(line);
    return true;
  });
  if (table.header.empty()) throw Error(ErrorCode::format, name + " is empty; a header row is wanted");
  finish_table(table);
  return table;
}

void drop_columns(TableFile& table, const std::vector<bool>& drop) {
  const auto without = [&](std::vector<std::string>& cells) {
    std::size_t kept = 0;
    for (std::size_t c = 0; c < cells.size(); ++c)
      if (!drop[c]) {
        if (kept != c) cells[kept] = std::move(cells[c]);
        ++kept;
      }
    cells.resize(kept);
  };
  without(table.header);
  for (auto& row : table.rows) without(row);
  for (auto& fault : table.faults)
    if (fault.column)
      *fault.column -= static_cast<std::size_t>(
          std::count(drop.begin(), drop.begin() + static_cast<std::ptrdiff_t>(*fault.column), true));
}

}  // namespace

void finish_table(TableFile& table) {
  for (auto& column : table.header) column = std::string(trim(column));
  std::vector<bool> drop(table.header.size(), false);
  std::set<std::string> seen;
  for (std::size_t c = 0; c < table.header.size(); ++c) {
    const std::string& column = table.header[c];
    if (column.empty()) {
      for (std::size_t r = 0; r < table.rows.size(); ++r)
        if (!trim(table.rows[r][c]).empty())
          throw Error(ErrorCode::format, table.name + ": column " + std::to_string(c + 1) + " has values (row " +
                                             std::to_string(r + 1) +
                                             ") and no name in the header; name it or empty it");
      drop[c] = true;
    } else if (!seen.insert(column).second) {
      throw Error(ErrorCode::format, table.name + " has the column '" + shown(column) + "' twice; rename one");
    }
  }
  if (seen.size() != table.header.size()) drop_columns(table, drop);
  if (table.header.size() < 2)
    throw Error(ErrorCode::format, table.name + " has one column only; a table has a column of patients and others");
}

TableFile parse_table_file(std::string_view bytes, const std::string& name, const std::string& sheet) {
  if (bytes.starts_with(kZip)) return parse_spreadsheet(bytes, name, sheet);
  refuse_old_workbook(bytes, name);
  return parse_text_table(bytes, name);
}

std::vector<std::string> parse_table_header(std::string_view head, const std::string& name, const std::string& sheet) {
  if (head.starts_with(kZip)) return parse_spreadsheet(head, name, sheet, true).header;
  refuse_old_workbook(head, name);
  const std::string text = decode_text(head, name);
  TableFile table;
  table.name = name;
  scan_csv(text, find_separator(text, name), name, [&](std::vector<std::string>& cells, std::size_t) {
    table.header = std::move(cells);
    return false;
  });
  if (table.header.empty()) throw Error(ErrorCode::format, name + " is empty; a header row is wanted");
  finish_table(table);
  return table.header;
}

bool is_workbook(std::string_view bytes) {
  return bytes.starts_with(kZip) || bytes.starts_with(kOldWorkbook);
}

std::string read_table_head(const std::filesystem::path& path) {
  constexpr std::size_t kHeadBytes = std::size_t{1} << 20;
  std::ifstream stream(path, std::ios::binary);
  std::vector<char> buffer(kHeadBytes);
  stream.read(buffer.data(), static_cast<std::streamsize>(buffer.size()));
  std::string_view head(buffer.data(), static_cast<std::size_t>(stream.gcount()));
  // A file that cannot be opened is told of by the reader of whole files.
  if (head.empty() || head.starts_with(kZip)) return read_file(path);
  if (head.size() == kHeadBytes) {
    // Whole lines, and of UTF-16 whole characters of two bytes.
    const std::size_t end = head.rfind('\n') + 1;  // 0: no end of a line
    const bool wide = head.starts_with("\xFF\xFE") || head.starts_with("\xFE\xFF");
    if (end > 0) head = head.substr(0, wide ? end + end % 2 : end);
  }
  return std::string(head);
}

TableFile read_table_file(const std::filesystem::path& path, const std::string& sheet) {
  return parse_table_file(read_file(path), path.filename().string(), sheet);
}

}  // namespace larc::clinical
