#pragma once
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "clinical/finding.h"
#include "clinical/mapping.h"
#include "clinical/observation.h"
#include "clinical/rules.h"
#include "clinical/table_file.h"

namespace larc::clinical {

/// What a table says, every cell checked against the dictionary.
struct ClinicalTable {
  std::vector<SourceRecord> records;             // rows that may be imported
  std::vector<Finding> faults;                   // what was left out and why
  std::vector<std::string> unused_columns;       // not in the dictionary, or derived
  std::map<std::string, std::string> centre_of;  // patient -> centre
  std::string source;
  std::string source_hash;
};

struct TableOptions {
  Mapping mapping = {};
  std::string sheet = {};  // of a workbook, before the mapping's
  std::string name = {};   // of the table in messages and in the registry; empty: the file's
  /// Gets the records one after the other, each with the patient's centre, once the whole table was checked; they are
  /// then not kept in the answer, so that a large table needs no room for them.
  std::function<void(SourceRecord&&, const std::string& centre)> take = {};
};

/// Reads a table file (see table_file.h) of one row a patient, or of several where the columns of REDCap's events and
/// repeating instruments tell them apart. A column is the variable of its name, `variable__r1` a reader's value,
/// `variable_unit` the unit of its value, `variable___code` one code of several; a mapping says the rest.
/// errors format, not_found, domain: with on_fault refuse_file all faults at once (at most 20 shown), each with row,
///        column and remedy; always refused: a table without its column of patients, and more than 10,000 faults
ClinicalTable read_clinical_table(const Rules& rules, const std::filesystem::path& path,
                                  const TableOptions& options = {});
ClinicalTable check_clinical_table(const Rules& rules, const TableFile& file, const TableOptions& options = {});

/// True if the file is a table with the study's patient column.
/// errors as parse_table_header, for a text file only if it holds the name of that column
bool has_patient_column(const Rules& rules, const std::filesystem::path& path, const TableOptions& options);

}  // namespace larc::clinical
