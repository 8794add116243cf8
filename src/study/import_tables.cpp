#include "study/import_tables.h"

namespace larc::study {

namespace {

/// Records on their way to the registry, which is told beforehand whose they are.
class RecordQueue {
 public:
  explicit RecordQueue(Study& study) : study_(study) {}

  void add(clinical::SourceRecord&& record) {
    records_.push_back(std::move(record));
    if (records_.size() == Registry::kExpectedAtOnce) flush();
  }

  void flush() {
    std::vector<std::string> patients;
    for (const auto& record : records_) patients.push_back(record.patient);
    study_.registry.expect(patients);
    for (auto& record : records_) study_.registry.add(study_.file, std::move(record));
    records_.clear();
  }

 private:
  Study& study_;
  std::vector<clinical::SourceRecord> records_;
};

}  // namespace

std::vector<ClinicalTable> import_tables(Study& study, const std::vector<DeliveredTable>& delivered,
                                         const TableMappings& mappings, const std::string& sheet,
                                         const std::string& whole_centre) {
  std::vector<ClinicalTable> tables;
  Json files = Json::array();
  study.registry.change("import tables", files, [&] {
    for (const auto& [path, name] : delivered) {
      clinical::TableOptions options{mappings.of(path), sheet, name};
      RecordQueue queue(study);
      options.take = [&](clinical::SourceRecord&& record, const std::string& centre) {
        const std::string& of_patient = whole_centre.empty() ? centre : whole_centre;
        if (!of_patient.empty()) record.observations.push_back({kCentreVariable, of_patient, "", "", ""});
        queue.add(std::move(record));
      };
      tables.push_back(clinical::read_clinical_table(study.file, path, options));
      queue.flush();
      const ClinicalTable& table = tables.back();
      files.push_back({{"file", table.source}, {"sha256", table.source_hash}});
      study.registry.replace_faults(table.source, table.faults);
    }
  });
  return tables;
}

}  // namespace larc::study
