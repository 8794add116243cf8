#pragma once
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace larc {

/// A table of text. Every row has as many cells as the header.
struct CsvTable {
  std::string name;  // file name for error messages
  std::vector<std::string> header;
  std::vector<std::vector<std::string>> rows;
  std::vector<std::size_t> line_of_row;  // 1-based line where each row starts, for error messages

  std::optional<std::size_t> find_column(const std::string& column) const;
  /// errors not_found (names the file, the column and the columns there are)
  std::size_t column(const std::string& column) const;
  /// "FILE row N (line L), column C", rows counted from 1 after the header
  std::string where(std::size_t row, std::size_t column) const;
};

/// RFC 4180 with what spreadsheets really write: UTF-8 byte order mark, CRLF or LF, quoted cells with line breaks,
/// comma, semicolon or tab (the one most frequent in the header line). Cells keep their text; only white space around
/// header names goes. Empty lines are passed over.
/// errors format (no header, a name twice, a row with a wrong number of cells, an open quote: file and line), not_found
CsvTable read_csv(const std::filesystem::path& path);
CsvTable parse_csv(const std::string& text, const std::string& name);

/// Row by row, header included, without holding the table: `row` gets the cells (its to take) and the line where the
/// row begins; false stops. Empty lines are passed over. errors format (an open quote, more than a million cells in a
/// row)
using CsvRow = std::function<bool(std::vector<std::string>& cells, std::size_t line)>;
void scan_csv(std::string_view text, char separator, const std::string& name, const CsvRow& row);

/// A text that a spreadsheet shows as it stands: one that would run as a formula (it begins with = + - @, tab or
/// carriage return and is no number) gets an apostrophe before it.
std::string spreadsheet_safe(const std::string& text);

/// Comma, LF, quotes only where needed.
std::string format_csv_row(const std::vector<std::string>& cells);
std::string format_csv(const std::vector<std::string>& header, const std::vector<std::vector<std::string>>& rows);
/// The same with every cell spreadsheet_safe.
std::string format_safe_csv(std::vector<std::string> header, std::vector<std::vector<std::string>> rows);

}  // namespace larc
