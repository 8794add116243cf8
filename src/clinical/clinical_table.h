#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "clinical/rules.h"

namespace larc::clinical {

struct ClinicalCell {
  std::string variable;
  std::string value;  // empty: missing
};
struct ClinicalRow {
  std::string patient;
  std::string centre;  // empty: not given
  std::vector<ClinicalCell> cells;
};
struct ClinicalTable {
  std::vector<ClinicalRow> rows;
  std::vector<std::string> unused_columns;  // not in the dictionary
  std::string source;
  std::string source_hash;
};

/// A clinical CSV, every cell checked against the dictionary.
/// errors format, not_found, domain: all faults at once (at most 20 shown), each with row, column and remedy;
/// a patient in two rows is named with both rows
ClinicalTable read_clinical_table(const Rules& rules, const std::filesystem::path& path);

/// True if the header has the study's patient column.
bool has_patient_column(const Rules& rules, const std::filesystem::path& path);

}  // namespace larc::clinical
