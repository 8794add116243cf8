#pragma once
#include <map>
#include <string>

#include "clinical/cell_fault.h"
#include "clinical/date_text.h"
#include "clinical/number_text.h"
#include "clinical/rules.h"

namespace larc::clinical {

/// How the cells of one column are read.
struct CellRule {
  const Variable* variable = nullptr;
  std::string unit;                          // of the column; empty: the dictionary's
  std::map<std::string, std::string> codes;  // what stands in the cell -> code; "" undecided
  bool labels = false;                       // a code's label may stand for the code
  DecimalComma comma = DecimalComma::refused;
  DateReading dates;
};

/// What a cell says, checked against the dictionary. `unit`: of this cell, empty: the rule's.
CellReading read_cell(const CellRule& rule, const std::string& cell, const std::string& unit = "");

}  // namespace larc::clinical
