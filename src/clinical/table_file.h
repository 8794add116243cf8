#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "clinical/cell_fault.h"
#include "clinical/date_text.h"

namespace larc::clinical {

/// A row that cannot be used as it stands, or one of its cells.
struct RowFault {
  std::size_t row = 0;                // index into rows
  std::optional<std::size_t> column;  // nullopt: the whole row
  CellFault fault;
};

/// A delivered table as rows of text in UTF-8, whatever file it came in. Every row has as many cells as the header.
struct TableFile {
  std::string name;  // file name, with the sheet of a workbook
  std::vector<std::string> header;
  std::vector<std::vector<std::string>> rows;
  std::vector<std::size_t> line_of_row;  // line of the text file or row of the sheet
  std::vector<RowFault> faults;
  SpreadsheetDays days = SpreadsheetDays::from_1900;  // how this file's day numbers would count
  bool spreadsheet = false;

  std::optional<std::size_t> find_column(const std::string& column) const;
  /// "FILE row N (line L), column 'C'", rows counted from 1 after the header
  std::string where(std::size_t row, std::optional<std::size_t> column) const;
};

/// True for the names of files that may hold a table: .csv .tsv .tab .txt .xlsx
bool looks_like_table(const std::filesystem::path& path);

/// A text table (separator found from its first rows; encoding as in decode_text) or an XLSX workbook, known by
/// content.
/// sheet    of a workbook; empty: the first
/// errors   not_found (no such sheet: names those there are), format (empty, binary, one column only, a column twice or
///          without a name, a quote never closed, merged cells, an old .xls), domain (more than 25 million cells)
TableFile read_table_file(const std::filesystem::path& path, const std::string& sheet = "");
TableFile parse_table_file(std::string_view bytes, const std::string& name, const std::string& sheet = "");

/// The header alone, without reading the rows.
/// errors   as read_table_file, for what is wrong with the header
std::vector<std::string> parse_table_header(std::string_view head, const std::string& name,
                                            const std::string& sheet = "");
/// What `parse_table_header` needs of a file: the first megabyte of a text, in whole lines; the whole of a workbook.
std::string read_table_head(const std::filesystem::path& path);
/// True for the bytes of a workbook, be it an old or a protected one.
bool is_workbook(std::string_view bytes);

/// What both kinds of file end with: header checked, nameless empty columns taken out.
void finish_table(TableFile& table);

inline constexpr std::size_t kMaximumCells = 25'000'000;

}  // namespace larc::clinical
