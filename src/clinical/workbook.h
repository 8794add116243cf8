#pragma once
#include <string>
#include <vector>

#include "clinical/date_text.h"
#include "clinical/zip_file.h"

namespace larc::clinical {

struct SheetEntry {
  std::string name;
  std::string part;  // path inside the zip file
};

/// What an XLSX workbook says beside its sheets.
struct Workbook {
  std::vector<SheetEntry> sheets;
  SpreadsheetDays days = SpreadsheetDays::from_1900;
  std::vector<std::string> shared_strings;
  std::vector<bool> is_date;  // by cell format

  /// The named sheet, or the first. errors not_found: names the sheets there are
  const SheetEntry& sheet(const std::string& name, const std::string& file) const;
};

/// errors format: no XLSX workbook
Workbook read_workbook(const ZipFile& file);

/// True for a number format that shows a day, such as yyyy-mm-dd.
bool is_date_format(std::string_view format);

}  // namespace larc::clinical
