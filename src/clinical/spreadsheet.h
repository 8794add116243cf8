#pragma once
#include <string>
#include <string_view>

#include "clinical/table_file.h"

namespace larc::clinical {

/// One sheet of an XLSX workbook. A cell keeps what its own type says: numbers with a decimal point, dates (by the
/// cell's format, in the workbook's calendar) as YYYY-MM-DD, truth values as true and false, formulas as their last
/// result. A formula without a result and an error such as #REF! are faults of their cells.
/// header_only   the rows below the header are not read
TableFile parse_spreadsheet(std::string_view bytes, const std::string& name, const std::string& sheet,
                            bool header_only = false);

}  // namespace larc::clinical
