#include "study/export_xlsx.h"

#include <xlsxwriter.h>

#include <cmath>

#include "core/error.h"
#include "core/number.h"

namespace larc::study {

namespace {

/// A workbook says when it was made; the same cells are to give the same bytes.
constexpr time_t kNoTime = 946684800;  // 2000-01-01

void check(lxw_error error, const Sheet& sheet, std::size_t row, std::size_t column) {
  if (error == LXW_NO_ERROR) return;
  throw Error(ErrorCode::domain, "sheet '" + sheet.name + "', row " + std::to_string(row + 1) + ", column '" +
                                     sheet.header[column] + "' cannot be written to XLSX: " + lxw_strerror(error) +
                                     "; use the CSV file");
}

void fill(lxw_worksheet* worksheet, lxw_format* bold, const Sheet& sheet) {
  for (std::size_t c = 0; c < sheet.header.size(); ++c)
    check(worksheet_write_string(worksheet, 0, static_cast<lxw_col_t>(c), sheet.header[c].c_str(), bold), sheet, 0, c);
  for (std::size_t r = 0; r < sheet.rows.size(); ++r)
    for (std::size_t c = 0; c < sheet.rows[r].size(); ++c) {
      const std::string& cell = sheet.rows[r][c];
      if (cell.empty()) continue;
      const auto row = static_cast<lxw_row_t>(r + 1);
      const auto column = static_cast<lxw_col_t>(c);
      const auto number = sheet.numbers[c] ? parse_double(cell) : std::nullopt;
      check(number && std::isfinite(*number) ? worksheet_write_number(worksheet, row, column, *number, nullptr)
                                             : worksheet_write_string(worksheet, row, column, cell.c_str(), nullptr),
            sheet, r + 1, c);
    }
  worksheet_freeze_panes(worksheet, 1, 1);
}

}  // namespace

void write_xlsx(const std::filesystem::path& path, const std::vector<Sheet>& sheets) {
  std::string folder = path.parent_path().string();
  lxw_workbook_options options{};
  options.tmpdir = folder.data();
  lxw_workbook* workbook = workbook_new_opt(path.c_str(), &options);
  if (workbook == nullptr) throw Error(ErrorCode::io, "file " + path.string() + " cannot be begun");
  try {
    lxw_doc_properties properties{};
    properties.created = kNoTime;
    workbook_set_properties(workbook, &properties);
    lxw_format* bold = workbook_add_format(workbook);
    format_set_bold(bold);
    for (const Sheet& sheet : sheets) {
      if (sheet.rows.size() >= LXW_ROW_MAX || sheet.header.size() > LXW_COL_MAX)
        throw Error(ErrorCode::domain, "sheet '" + sheet.name +
                                           "' has more rows or columns than XLSX can hold; use the "
                                           "CSV file");
      lxw_worksheet* worksheet = workbook_add_worksheet(workbook, sheet.name.c_str());
      if (worksheet == nullptr)
        throw Error(ErrorCode::domain, "'" + sheet.name + "' cannot be the name of a sheet in XLSX");
      fill(worksheet, bold, sheet);
    }
  } catch (...) {
    lxw_workbook_free(workbook);
    throw;
  }
  const lxw_error error = workbook_close(workbook);
  if (error != LXW_NO_ERROR)
    throw Error(ErrorCode::io, "file " + path.string() + " cannot be written: " + lxw_strerror(error));
}

}  // namespace larc::study
