#pragma once
#include <optional>
#include <string>
#include <vector>

#include "study/study.h"

namespace larc::study {

/// A column of an exported table, with what a codebook says of it.
struct ExportColumn {
  std::string id;
  Label label;
  std::string type;  // number, category, codes, date, days, text
  std::string unit;
  std::string range;  // "18 to 100"
  std::vector<std::string> codes;
  std::vector<Label> code_labels;
  std::string available_from;
  std::string formula;
  std::vector<std::string> cells;  // one a patient, empty where unknown
  std::size_t known() const;
};

struct ExportTable {
  std::vector<std::string> patients;  // sorted
  std::vector<ExportColumn> columns;
  std::vector<std::string> notes;  // values that could not be read, by variable
};

struct ExportTableSettings {
  std::optional<PredictionPoint> at;  // only what was known by then; absent: everything
  /// Dates as they are. Otherwise days since the patient's earliest date in the table: intervals stay, the calendar,
  /// by which a patient can be recognised, goes.
  bool calendar_dates = false;
  bool outcomes = true;
};

/// One row for each patient of the study, eligible or not: centre, eligibility as it could be judged at the point, the
/// variables of the dictionary in their order, derived ones among them, and every endpoint with the state of its
/// outcome.
ExportTable export_variables(const Study& study, const ExportTableSettings& settings);

}  // namespace larc::study
