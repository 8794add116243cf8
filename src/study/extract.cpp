#include "study/extract.h"

#include <cstring>
#include <set>

#include "core/csv.h"
#include "core/error.h"
#include "core/file.h"
#include "core/number.h"
#include "io/image_file.h"
#include "study/prepare.h"
#include "study/snapshot.h"

namespace larc::study {

namespace {

/// Raised whenever the meaning of a prepared case changes, so that old results are not taken for new ones.
constexpr const char* kPreparation = "3";

using ImageRecords = std::map<std::pair<std::string, std::string>, ImageRecord>;

Json to_json(const Study& study, const RuleFeatures& table) {
  Json values = Json::object(), reasons = Json::object();
  for (const auto& feature : table.values) {
    values[feature.name] = number_or_null(feature.value);
    if (!std::isfinite(feature.value)) reasons[feature.name] = feature.reason;
  }
  for (const auto& [prefix, reason] : table.absent) reasons[prefix] = reason;
  Json json = {{"id", table.id}, {"values", values}, {"reasons", reasons}, {"notes", table.notes}};
  if (table.perturbed.empty()) return json;
  std::string bytes;
  for (const auto& row : table.perturbed)
    bytes.append(reinterpret_cast<const char*>(row.data()), row.size() * sizeof(double));
  json["perturbed"] = {{"values", study.content.put(bytes)},
                       {"perturbations", table.perturbed.size()},
                       {"minimum_icc", table.minimum_icc}};
  return json;
}

std::string extract_patient(const Study& study, const std::string& patient, const UsableImages& images,
                            const PatientValues& values) {
  PrepareSettings settings;
  settings.perturbed = true;
  const PreparedPatient prepared =
      prepare_patient(study.file, registry_images(study, images, patient), values, patient, settings);
  Json tables = Json::array();
  for (const auto& table : prepared.tables) tables.push_back(to_json(study, table));
  Json result = {{"tables", tables}};
  Json crops = Json::object();
  for (const auto& [image, crop] : prepared.crops)
    crops[image] = study.content.put({reinterpret_cast<const char*>(crop.data()), crop.size() * sizeof(float)});
  result["crops"] = crops;
  result["absent_crops"] = prepared.absent_crops;
  result["thumbnail"] = prepared.thumbnail;
  result["volume_ml"] = prepared.volume_ml;
  return dump_json(result);
}

/// Every role the study file works with.
std::set<std::string> roles_of(const StudyFile& file) {
  std::set<std::string> roles;
  for (const auto& rule : file.extraction) {
    for (const auto& role : rule.roles()) roles.insert(role);
    if (rule.habitats) roles.insert(rule.habitats->images.begin(), rule.habitats->images.end());
  }
  if (file.crop)
    for (const CropView* view : file.used_views()) roles.insert({view->image, view->mask});
  return roles;
}

/// All that the extraction of a patient depends on.
std::string input_hash(const StudyFile& file, const std::string& patient, const ImageRecords& images,
                       const PatientValues& values) {
  std::vector<std::string> parts{kPreparation};
  for (const char* key : {"extraction", "crop"})
    parts.push_back(file.document.contains(key) ? dump_json(file.document.at(key)) : "");
  if (std::any_of(file.extraction.begin(), file.extraction.end(),
                  [](const ExtractionRule& rule) { return rule.habitats || rule.robustness; }))
    parts.push_back(std::to_string(file.seed));
  for (const auto& role : roles_of(file)) {
    const auto found = images.find({patient, role});
    parts.push_back(role);
    parts.push_back(found == images.end() ? "" : found->second.content_hash);
  }
  for (const auto& delta : file.deltas)
    for (const auto& variable : {delta.of_date, delta.from_date})
      if (const auto found = values.find(variable); found != values.end()) parts.push_back(variable + found->second);
  return hash_of(parts);
}

/// False for what an older larc left, or rules that changed since: it is to be extracted again.
bool is_of(const StudyFile& file, const Json& result) {
  std::vector<std::string> wanted, found;
  for (const auto& rule : file.extraction) wanted.push_back(rule.id);
  for (const auto& delta : file.deltas) wanted.push_back(delta.id);
  if (!result.contains("tables") || !result.contains("crops")) return false;
  for (const Json& table : result["tables"]) found.push_back(table.at("id").get<std::string>());
  return found == wanted;
}

using Cases = std::map<std::string, ExtractedCase>;

void write_feature_table(const Study& study, std::size_t table, const Cases& cases, const Snapshot& snapshot) {
  const std::vector<std::string> columns = [&] {
    std::vector<const ExtractedCase*> list;
    for (const auto& [patient, item] : cases) list.push_back(&item);
    return feature_names(list, table);
  }();
  std::vector<std::string> header{"patient_id", "centre"};
  header.insert(header.end(), columns.begin(), columns.end());
  std::vector<std::vector<std::string>> rows;
  for (const auto& [patient, item] : cases) {
    std::vector<std::string> row{patient, snapshot.centre_of(patient)};
    for (const auto& column : columns) {
      const auto found = item.tables[table].values.find(column);
      row.push_back(
          found == item.tables[table].values.end() || std::isnan(found->second) ? "" : format_double(found->second));
    }
    rows.push_back(std::move(row));
  }
  const std::size_t rules = study.file.extraction.size();
  const std::string& id = table < rules ? study.file.extraction[table].id : study.file.deltas[table - rules].id;
  write_file_if_changed(study.folder / "features" / (id + ".csv"), format_csv(header, rows));
}

void write_reasons(const Study& study, const Cases& cases) {
  std::vector<std::vector<std::string>> rows;
  for (const auto& [patient, item] : cases)
    for (const auto& table : item.tables)
      for (const auto& [feature, reason] : table.reasons) rows.push_back({patient, table.id, feature, reason});
  for (const auto& [patient, item] : cases)
    for (const auto& [image, reason] : item.absent_crops) rows.push_back({patient, "crop", image, reason});
  write_file_if_changed(study.folder / "features" / "undefined.csv",
                        format_csv({"patient_id", "table", "feature", "reason"}, rows));
}

}  // namespace

PatientImages registry_images(const Study& study, const UsableImages& images, const std::string& patient) {
  const auto bytes = [&study, &images, patient](const std::string& role) {
    return study.content.get(images.images.at({patient, role}).content_hash);
  };
  return {[&study, &images, patient](const std::string& role) -> std::string {
            if (images.images.contains({patient, role})) return "";
            if (const auto excluded = images.excluded.find({patient, role}); excluded != images.excluded.end())
              return "'" + role + "' was " + excluded->second;
            const auto job = study.ledger.find("import", patient + "/" + role);
            return "'" + role + "' was not imported" +
                   (job && !job->done ? " (" + job->reason + ")" : "; import it with larc import");
          },
          [bytes](const std::string& role) { return io::decode_nrrd(bytes(role)); },
          [bytes](const std::string& role) { return io::decode_nrrd_mask(bytes(role)); }};
}

void run_extract(Study& study, const RunOptions& options) {
  const StudyFile& file = study.file;
  if (file.extraction.empty() && !file.crop) return;
  const UsableImages images = usable_images(study);
  if (images.images.empty() && images.excluded.empty())
    throw Error(ErrorCode::not_ready,
                "no image was imported yet; run 'larc import " + study.folder.string() + " FOLDER' first");
  const Snapshot snapshot(study);
  std::vector<Case> cases;
  for (const auto& patient : snapshot.patients) {
    // An excluded patient needs no features; one who cannot be judged yet may still become eligible.
    if (snapshot.eligibility_of(patient) == Eligibility::excluded) continue;
    const PatientValues& known = snapshot.of(patient);
    cases.push_back({patient, input_hash(file, patient, images.images, known),
                     [&study, &images, &known, patient] { return extract_patient(study, patient, images, known); }});
  }
  run_cases(study, "extract", cases, "Extracting features", options.threads);
  forget_other_cases(study, "extract", cases);
  const auto extracted = extracted_cases(study);
  for (std::size_t t = 0; t < file.extraction.size() + file.deltas.size(); ++t)
    write_feature_table(study, t, extracted, snapshot);
  write_reasons(study, extracted);
}

std::map<std::string, ExtractedCase> extracted_cases(const Study& study) {
  std::map<std::string, ExtractedCase> cases;
  for (const auto& [patient, job] : study.ledger.stage("extract")) {
    if (!job.done) continue;
    const Json result = parse_json(job.result, "extraction of " + patient);
    ExtractedCase item;
    if (!is_of(study.file, result)) continue;
    for (const Json& entry : result.at("tables")) {
      ExtractedTable table;
      table.id = entry.at("id").get<std::string>();
      for (const auto& [name, value] : entry.at("values").items()) {
        table.names.push_back(name);
        table.values[name] = number_or_nan(value);
      }
      for (const auto& [name, reason] : entry.at("reasons").items()) table.reasons[name] = reason.get<std::string>();
      if (entry.contains("perturbed")) {
        const Json& perturbed = entry.at("perturbed");
        table.perturbed_hash = perturbed.at("values").get<std::string>();
        table.perturbations = perturbed.at("perturbations").get<std::size_t>();
        table.minimum_icc = perturbed.at("minimum_icc").get<double>();
      }
      item.tables.push_back(std::move(table));
    }
    item.crops = result.at("crops").get<std::map<std::string, std::string>>();
    item.absent_crops = result.at("absent_crops").get<std::map<std::string, std::string>>();
    item.thumbnail = result.at("thumbnail");
    item.volume_ml = number_or_nan(result.at("volume_ml"));
    cases.emplace(patient, std::move(item));
  }
  return cases;
}

std::vector<std::string> feature_names(const std::vector<const ExtractedCase*>& cases, std::size_t table) {
  std::vector<std::string> names;
  std::set<std::string> seen;
  for (const auto* item : cases)
    for (const auto& name : item->tables[table].names)
      if (seen.insert(name).second) names.push_back(name);
  return names;
}

std::vector<std::vector<double>> perturbed_values(const Study& study, const ExtractedTable& table) {
  const std::string bytes = study.content.get(table.perturbed_hash);
  const std::size_t columns = table.names.size();
  if (bytes.size() != table.perturbations * columns * sizeof(double))
    throw Error(ErrorCode::format, "the perturbed features of table '" + table.id +
                                       "' are not of the size the study remembers; run larc extract again");
  std::vector<std::vector<double>> rows(table.perturbations, std::vector<double>(columns));
  for (std::size_t p = 0; p < rows.size(); ++p)
    std::memcpy(rows[p].data(), bytes.data() + p * columns * sizeof(double), columns * sizeof(double));
  return rows;
}

}  // namespace larc::study
