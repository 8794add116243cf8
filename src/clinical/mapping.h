#pragma once
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "clinical/date_text.h"
#include "core/json.h"

namespace larc::clinical {

/// What the mapping says of one column of a delivered table.
struct ColumnMapping {
  std::string variable;  // empty: the column is not used
  std::string unit;
  std::string unit_column;
  std::string reader;                        // r1, r2, ...
  std::string code;                          // of a checkbox column: the code it stands for
  std::map<std::string, std::string> codes;  // what stands in the cell -> code; "" undecided
  std::optional<bool> labels;
  std::optional<DateOrder> date_order;
  SpreadsheetDays days = SpreadsheetDays::none;
};

/// How the tables of one centre are read: a file larc proposes and a person edits.
///
///   format: larc.mapping/1
///   patient: record_id      # column of the patient
///   centre: site            # column of the centre
///   sheet: Baseline         # of a workbook
///   decimal: ","            # where nothing in the table decides
///   date_format: DMY        # DMY, MDY, excel or excel1904; for all date columns
///   labels: true            # labels may stand for codes
///   missing: ["-1"]         # beside those of study.yaml
///   base_event: baseline_arm_1   # REDCap: rows of this event carry no instance
///   columns:
///     CEA: {variable: cea_ng_ml, unit: ug/L}
///     gender: {variable: sex, codes: {"1": M, "2": F}}
///     note: null            # not used
struct Mapping {
  std::string patient, centre, sheet;
  bool decimal_comma = false;
  bool labels = false;
  std::optional<DateOrder> date_order;
  SpreadsheetDays days = SpreadsheetDays::none;
  std::vector<std::string> missing;
  std::string base_event;
  std::map<std::string, ColumnMapping> columns;
};

/// errors format: names the key
Mapping parse_mapping(const Json& document, const std::string& name);
/// errors not_found, format
Mapping read_mapping(const std::filesystem::path& path);

}  // namespace larc::clinical
