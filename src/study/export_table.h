#pragma once
#include "study/export_folder.h"
#include "study/export_variables.h"

namespace larc::study {

/// What an export tells the person who asked for it.
struct ExportSummary {
  std::size_t patients = 0;
  std::vector<std::pair<std::string, std::string>> left_out;  // patient (and role), reason
  std::vector<std::string> notes;
};

/// table.csv, codebook.csv, and both as the sheets of table.xlsx. In the CSV files a text that a spreadsheet would take
/// for a formula begins with an apostrophe (core/csv.h).
ExportSummary write_table(const Study& study, const ExportTableSettings& settings, ExportFolder& folder);

}  // namespace larc::study
