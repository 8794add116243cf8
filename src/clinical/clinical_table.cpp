#include "clinical/clinical_table.h"

#include <algorithm>

#include "clinical/column_plan.h"
#include "clinical/encoding.h"
#include "clinical/row_reader.h"
#include "core/error.h"
#include "core/file.h"
#include "core/hash.h"
#include "core/text.h"

namespace larc::clinical {

namespace {

constexpr std::size_t kMaximumFaults = 10'000;
constexpr std::size_t kShownFaults = 20;

/// Faults of a table: the first ones as text, for an error, and all as findings.
class Faults {
 public:
  explicit Faults(const TableFile& file) : file_(file) {}

  void add(std::optional<std::size_t> row, std::optional<std::size_t> column, const std::string& patient,
           const CellFault& fault) {
    ++count_;
    if (texts_.size() < kShownFaults)
      texts_.push_back((row ? file_.where(*row, column) : file_.name + " column '" + file_.header[*column] + "'") +
                       ": " + fault.text.en + "; " + fault.remedy.en);
    if (findings_.size() < kMaximumFaults)
      findings_.push_back({"fault", patient, column ? file_.header[*column] : "", fault.text, fault.remedy, file_.name,
                           row ? *row + 1 : 0});
  }

  void refuse() const {
    std::string message = file_.name + " has " + std::to_string(count_) + (count_ == 1 ? " fault" : " faults") +
                          ", nothing was imported:";
    for (const auto& text : texts_) message += "\n  " + text;
    if (count_ > texts_.size()) message += "\n  ... and " + std::to_string(count_ - texts_.size()) + " more";
    throw Error(ErrorCode::domain, message);
  }

  std::size_t count() const { return count_; }
  std::vector<Finding> take_findings() { return std::move(findings_); }

 private:
  const TableFile& file_;
  std::size_t count_ = 0;
  std::vector<std::string> texts_;
  std::vector<Finding> findings_;
};

std::string name_of(const std::filesystem::path& path, const TableOptions& options) {
  return options.name.empty() ? path.filename().string() : options.name;
}

const std::string& sheet_of(const TableOptions& options) {
  return options.sheet.empty() ? options.mapping.sheet : options.sheet;
}

}  // namespace

ClinicalTable check_clinical_table(const Rules& rules, const TableFile& file, const TableOptions& options) {
  const ColumnPlan plan = plan_columns(rules, file, options.mapping);
  ClinicalTable table;
  table.source = file.name;
  table.unused_columns = plan.unused;
  Faults faults(file);
  for (const auto& fault : plan.faults) faults.add(std::nullopt, fault.column, "", fault.fault);
  RowReader reader(file, plan);
  const bool drop_row = rules.table.on_fault == OnFault::drop_row;
  std::vector<bool> usable(file.rows.size(), false);
  for (std::size_t r = 0; r < file.rows.size(); ++r) {
    RowReader::Row row = reader.read(r);
    bool whole_row = drop_row && !row.faults.empty();
    for (const auto& fault : row.faults) {
      whole_row |= fault.whole_row;
      faults.add(r, fault.column, row.record.patient, fault.fault);
    }
    usable[r] = !whole_row;
    if (whole_row) continue;
    if (!row.centre.empty()) table.centre_of.emplace(row.record.patient, row.centre);
    if (!options.take) table.records.push_back(std::move(row.record));
  }
  if (faults.count() > 0 && (rules.table.on_fault == OnFault::refuse_file || faults.count() > kMaximumFaults))
    faults.refuse();
  table.faults = faults.take_findings();
  if (!options.take) return table;
  reader.rewind();
  for (std::size_t r = 0; r < file.rows.size(); ++r) {
    RowReader::Row row = reader.read(r);
    if (!usable[r]) continue;
    const auto centre = table.centre_of.find(row.record.patient);
    options.take(std::move(row.record), centre == table.centre_of.end() ? "" : centre->second);
  }
  return table;
}

ClinicalTable read_clinical_table(const Rules& rules, const std::filesystem::path& path, const TableOptions& options) {
  std::string bytes = read_file(path);
  const std::string hash = sha256(bytes);
  const TableFile file = parse_table_file(bytes, name_of(path, options), sheet_of(options));
  std::string().swap(bytes);
  TableOptions hashed = options;
  if (options.take)
    hashed.take = [&](SourceRecord&& record, const std::string& centre) {
      record.source_hash = hash;
      options.take(std::move(record), centre);
    };
  ClinicalTable table = check_clinical_table(rules, file, hashed);
  table.source_hash = hash;
  for (auto& record : table.records) record.source_hash = hash;
  return table;
}

bool has_patient_column(const Rules& rules, const std::filesystem::path& path, const TableOptions& options) {
  const std::string& wanted = options.mapping.patient.empty() ? rules.table.patient_column : options.mapping.patient;
  const std::string head = read_table_head(path);
  try {
    const auto header = parse_table_header(head, name_of(path, options), sheet_of(options));
    return std::find(header.begin(), header.end(), wanted) != header.end();
  } catch (const Error&) {
    if (is_workbook(head) || head.find(wanted) != std::string::npos) throw;
    return false;
  }
}

}  // namespace larc::clinical
