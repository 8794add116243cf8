#include "clinical/clinical_table.h"

#include "clinical/registry.h"
#include "core/csv.h"
#include "core/error.h"
#include "core/file.h"
#include "core/hash.h"
#include "core/text.h"

namespace larc::clinical {

ClinicalTable read_clinical_table(const Rules& rules, const std::filesystem::path& path) {
  const std::string bytes = read_file(path);
  const CsvTable csv = parse_csv(bytes, path.filename().string());
  const std::size_t patient_column = csv.column(rules.table.patient_column);
  const bool has_centre = !rules.table.centre_column.empty() && csv.find_column(rules.table.centre_column);
  const std::size_t centre_column = has_centre ? csv.column(rules.table.centre_column) : csv.header.size();

  ClinicalTable table;
  table.source = path.filename().string();
  table.source_hash = sha256(bytes);
  std::vector<const Variable*> variable_of(csv.header.size(), nullptr);
  for (std::size_t c = 0; c < csv.header.size(); ++c) {
    if (c == patient_column || c == centre_column) continue;
    const auto renamed = rules.table.columns.find(csv.header[c]);
    variable_of[c] = rules.find_variable(renamed == rules.table.columns.end() ? csv.header[c] : renamed->second);
    if (variable_of[c] == nullptr) table.unused_columns.push_back(csv.header[c]);
  }

  std::vector<std::string> faults;
  std::map<std::string, std::size_t> row_of_patient;
  for (std::size_t r = 0; r < csv.rows.size(); ++r) {
    ClinicalRow row;
    row.patient = std::string(trim(csv.rows[r][patient_column]));
    if (row.patient.empty()) {
      faults.push_back(csv.where(r, patient_column) + ": the patient id is empty; fill it in or delete the row");
      continue;
    }
    if (row.patient.find_first_of("/\\") != std::string::npos) {
      faults.push_back(csv.where(r, patient_column) + ": a patient id must not hold a slash");
      continue;
    }
    const auto [first, fresh] = row_of_patient.emplace(row.patient, r);
    if (!fresh) {
      faults.push_back(csv.where(r, patient_column) + ": patient '" + row.patient + "' already stands in row " +
                       std::to_string(first->second + 1) + "; keep one row per patient");
      continue;
    }
    if (has_centre) row.centre = std::string(trim(csv.rows[r][centre_column]));
    for (std::size_t c = 0; c < csv.header.size(); ++c) {
      if (variable_of[c] == nullptr) continue;
      std::string value(trim(csv.rows[r][c]));
      for (const auto& code : rules.table.missing)
        if (value == code) value.clear();
      try {
        parse_value(*variable_of[c], value);
        row.cells.push_back({variable_of[c]->id, value});
      } catch (const Error& error) {
        faults.push_back(csv.where(r, c) + ": " + error.message());
      }
    }
    table.rows.push_back(std::move(row));
  }
  if (!faults.empty()) {
    std::string message = csv.name + " has " + std::to_string(faults.size()) +
                          (faults.size() == 1 ? " fault" : " faults") + ", nothing was imported:";
    for (std::size_t i = 0; i < faults.size() && i < 20; ++i) message += "\n  " + faults[i];
    if (faults.size() > 20) message += "\n  ... and " + std::to_string(faults.size() - 20) + " more";
    throw Error(ErrorCode::domain, message);
  }
  return table;
}

bool has_patient_column(const Rules& rules, const std::filesystem::path& path) {
  return read_csv(path).find_column(rules.table.patient_column).has_value();
}

}  // namespace larc::clinical
