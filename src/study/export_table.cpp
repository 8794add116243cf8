#include "study/export_table.h"

#include "core/csv.h"
#include "core/text.h"
#include "study/export_xlsx.h"

namespace larc::study {

namespace {

std::string codes_text(const ExportColumn& column, bool chinese) {
  std::vector<std::string> parts;
  for (std::size_t c = 0; c < column.codes.size(); ++c) {
    const Label& label = column.code_labels[c];
    const std::string& text = chinese ? label.zh : label.en;
    parts.push_back(text == column.codes[c] ? text : column.codes[c] + " = " + text);
  }
  return join(parts, "; ");
}

Sheet data_sheet(const StudyFile& file, const ExportTable& table) {
  Sheet sheet{"data", {file.table.patient_column}, {false}, {}};
  for (const auto& column : table.columns) {
    sheet.header.push_back(column.id);
    sheet.numbers.push_back(column.type == "number" || column.type == "days");
  }
  for (std::size_t row = 0; row < table.patients.size(); ++row) {
    std::vector<std::string> cells{table.patients[row]};
    for (const auto& column : table.columns) cells.push_back(column.cells[row]);
    sheet.rows.push_back(std::move(cells));
  }
  return sheet;
}

Sheet codebook_sheet(const StudyFile& file, const ExportTable& table) {
  Sheet sheet{"codebook",
              {"variable", "label_en", "label_zh", "type", "unit", "range", "codes_en", "codes_zh", "available_from",
               "formula", "n", "missing"},
              std::vector<bool>(12, false),
              {}};
  sheet.numbers[10] = sheet.numbers[11] = true;
  const std::size_t all = table.patients.size();
  sheet.rows.push_back(
      {file.table.patient_column, "Patient", "患者", "text", "", "", "", "", "", "", std::to_string(all), "0"});
  for (const auto& column : table.columns)
    sheet.rows.push_back({column.id, column.label.en, column.label.zh, column.type, column.unit, column.range,
                          codes_text(column, false), codes_text(column, true), column.available_from, column.formula,
                          std::to_string(column.known()), std::to_string(all - column.known())});
  return sheet;
}

}  // namespace

ExportSummary write_table(const Study& study, const ExportTableSettings& settings, ExportFolder& folder) {
  const ExportTable table = export_variables(study, settings);
  const std::vector<Sheet> sheets{data_sheet(study.file, table), codebook_sheet(study.file, table)};
  folder.write("table.csv", format_safe_csv(sheets[0].header, sheets[0].rows));
  folder.write("codebook.csv", format_safe_csv(sheets[1].header, sheets[1].rows));
  write_xlsx(folder.place("table.xlsx"), sheets);
  return {table.patients.size(), {}, table.notes};
}

}  // namespace larc::study
