#pragma once
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "clinical/cell.h"
#include "clinical/mapping.h"
#include "clinical/rules.h"
#include "clinical/table_file.h"

namespace larc::clinical {

/// A column that gives values of a variable.
struct ValueColumn {
  std::size_t column = 0;
  CellRule rule;
  std::string reader;
  std::optional<std::size_t> unit_column;
};

/// One variable of type codes out of several columns of 0 and 1.
struct CheckboxGroup {
  const Variable* variable = nullptr;
  std::vector<std::pair<std::size_t, std::string>> columns;  // column and the code it stands for
};

struct ColumnFault {
  std::size_t column = 0;
  CellFault fault;
};

/// What every column of a table is for.
struct ColumnPlan {
  std::size_t patient = 0;
  std::optional<std::size_t> centre;
  std::optional<std::size_t> event, instrument, instance;  // REDCap: several rows a patient
  std::vector<ValueColumn> values;
  std::vector<CheckboxGroup> checkboxes;
  std::vector<std::string> unused;  // with the reason, where there is one
  std::vector<ColumnFault> faults;  // columns that are left out and ought not to be
  std::set<std::string> missing;    // cells that mean "no value"
  std::string base_event;
  bool repeats() const { return event || instrument || instance; }
};

/// errors not_found (no column of patients), format (the mapping names an unknown variable; two columns for one value)
ColumnPlan plan_columns(const Rules& rules, const TableFile& table, const Mapping& mapping);

}  // namespace larc::clinical
