#pragma once
#include <string>

namespace larc::clinical {

/// What the name of a column says beside the variable: variable___box of a checkbox, variable__r1 of a reader.
struct ColumnName {
  std::string stem;
  std::string box;     // as REDCap writes the code; empty: no checkbox
  std::string reader;  // "r1"; empty: none
};
ColumnName parse_column_name(const std::string& name);

/// Whether a checkbox column of that name is the one of the code. REDCap writes codes in lower case, with '_' for what
/// no column name may hold: the code -1 is the box _1.
bool is_box_of(const std::string& box, const std::string& code);

}  // namespace larc::clinical
