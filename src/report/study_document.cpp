#include "report/study_document.h"

#include "core/hash.h"
#include "core/number.h"
#include "core/version.h"
#include "nn/host.h"
#include "report/versions.h"
#include "study/extract.h"
#include "study/flow.h"
#include "study/screening.h"
#include "study/validate.h"

namespace larc::report {

using study::StudyFile;

namespace {

constexpr std::size_t kThumbnails = 24;

double quantile(const std::vector<double>& sorted, double p) {
  const double position = p * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(position);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (position - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

Json summary_of(const study::Variable& variable, const std::vector<std::string>& cells) {
  std::vector<double> numbers;
  std::map<std::string, std::size_t> levels;
  std::size_t missing = 0;
  for (const auto& cell : cells) {
    if (cell.empty())
      ++missing;
    else if (variable.type == study::VariableType::number)
      numbers.push_back(parse_double(cell).value_or(kNaN));
    else
      ++levels[cell];
  }
  Json summary = {{"n", cells.size()}, {"missing", missing}};
  if (variable.type == study::VariableType::number) {
    std::sort(numbers.begin(), numbers.end());
    const auto at = [&](double p) { return numbers.empty() ? Json(nullptr) : Json(quantile(numbers, p)); };
    summary["median"] = at(0.5);
    summary["q1"] = at(0.25);
    summary["q3"] = at(0.75);
  } else {
    summary["levels"] = Json::array();
    for (const auto& code : variable.codes)
      if (levels.contains(code)) summary["levels"].push_back({{"level", code}, {"n", levels[code]}});
  }
  return summary;
}

Json variables_json(const StudyFile& file, const std::vector<std::string>& patients,
                    const std::map<std::string, study::PatientValues>& values,
                    const std::map<std::string, std::vector<std::string>>& of_centre) {
  const auto cell = [&](const std::string& patient, const std::string& id) {
    const auto found = values.find(patient);
    if (found == values.end() || !found->second.contains(id)) return std::string();
    return found->second.at(id);
  };
  Json list = Json::array();
  for (const auto& variable : file.variables) {
    if (variable.available_from != study::PredictionPoint::P0) continue;  // the table is of the baseline
    if (variable.type != study::VariableType::number && variable.type != study::VariableType::category) continue;
    const auto summary = [&](const std::vector<std::string>& ids) {
      std::vector<std::string> cells;
      for (const auto& patient : ids) cells.push_back(cell(patient, variable.id));
      return summary_of(variable, cells);
    };
    const Json overall = summary(patients);
    if (overall["missing"] == overall["n"]) continue;
    Json by_centre = Json::array();
    for (const auto& [centre, ids] : of_centre) by_centre.push_back({{"centre", centre}, {"summary", summary(ids)}});
    list.push_back({{"id", variable.id},
                    {"label", to_json(variable.label)},
                    {"unit", variable.unit},
                    {"available_from", to_string(variable.available_from)},
                    {"type", variable.type == study::VariableType::number ? "numeric" : "categorical"},
                    {"overall", overall},
                    {"by_centre", by_centre}});
  }
  return list;
}

/// What the report shows of screening: without the lists of patients, which the screening page holds.
Json flow_json(const study::Study& study) {
  Json flow = study::flow_of(study).document;
  for (const char* key : {"not_eligible", "unknown_patients", "queries"}) flow.erase(key);
  return flow;
}

Json cohort_json(const study::Study& study, const std::map<std::string, study::ExtractedCase>& extracted) {
  const auto patients = study.registry.patients();
  const auto values = study.registry.values(study.file);
  const auto images = study.registry.images();
  std::set<std::string> imaged;
  for (const auto& [key, record] : images)
    for (const auto& role : study.file.images)
      if (role.id == key.second) imaged.insert(key.first);
  std::map<std::string, std::vector<std::string>> of_centre;
  for (const auto& patient : patients) {
    const auto found = values.find(patient);
    if (found != values.end() && found->second.contains(study::kCentreVariable))
      of_centre[found->second.at(study::kCentreVariable)].push_back(patient);
  }
  Json centres = Json::array();
  for (const auto& [centre, ids] : of_centre) centres.push_back({{"id", centre}, {"patients", ids.size()}});
  const auto screening = study::screen_study(study, values);
  const auto is_eligible = [&](const std::string& patient) {
    return screening.of_patient.at(patient) == study::Eligibility::eligible;
  };
  const auto measured =
      std::count_if(extracted.begin(), extracted.end(), [&](const auto& item) { return is_eligible(item.first); });
  return {{"patients", patients.size()},
          {"eligible", screening.count(study::Eligibility::eligible)},
          {"excluded", screening.count(study::Eligibility::excluded)},
          {"unknown", screening.count(study::Eligibility::unknown)},
          {"criteria", study::criteria_json(screening)},
          {"flow", flow_json(study)},
          {"imaged", std::count_if(imaged.begin(), imaged.end(), is_eligible)},
          {"extracted", measured},
          {"centres", centres},
          {"variables", variables_json(study.file, patients, values, of_centre)}};
}

Json thumbnails_json(const study::Study& study, const std::map<std::string, study::ExtractedCase>& extracted) {
  const auto values = study.registry.values(study.file);
  Json list = Json::array();
  // Spread over the cohort, so that every centre is seen.
  const std::size_t step = std::max<std::size_t>(1, (extracted.size() + kThumbnails - 1) / kThumbnails);
  std::size_t position = 0;
  for (const auto& [patient, item] : extracted) {
    if (position++ % step != 0) continue;
    const auto found = values.find(patient);
    const bool has_centre = found != values.end() && found->second.contains(study::kCentreVariable);
    Json entry = {{"patient", patient},
                  {"centre", has_centre ? found->second.at(study::kCentreVariable) : ""},
                  {"role", study.file.images.empty() ? "" : study.file.images.front().id}};
    for (const auto& [key, value] : item.thumbnail.items()) entry[key] = value;
    entry["volume_ml"] = item.volume_ml;
    list.push_back(entry);
  }
  return list;
}

std::string data_hash(const study::Study& study) {
  std::vector<std::string> parts;
  for (const auto& [patient, values] : study.registry.values(study.file))
    for (const auto& [variable, value] : values) parts.insert(parts.end(), {patient, variable, value});
  for (const auto& [key, record] : study.registry.images())
    parts.insert(parts.end(), {key.first, key.second, record.content_hash});
  return hash_of(parts);
}

}  // namespace

Json study_document(const study::Study& study) {
  const StudyFile& file = study.file;
  const auto extracted = study::extracted_cases(study);
  std::string primary;
  for (const auto* endpoint : file.modelled_endpoints())
    if (endpoint->primary || primary.empty()) primary = endpoint->id;
  Json failed = Json::array();
  for (const auto& failure : study::failures(study)) failed.push_back(to_json(failure));
  return {{"schema", "larc.study/1"},
          {"study",
           {{"id", file.id},
            {"title", to_json(file.title)},
            {"description", to_json(file.description)},
            {"synthetic", file.synthetic},
            {"primary_endpoint", primary}}},
          {"provenance",
           {{"larc", {{"version", version()}, {"commit", commit()}}},
            {"libraries", library_versions()},
            {"seed", study::validation_seed(study)},
            {"protocol_hash", sha256(dump_json(file.document))},
            {"data_hash", data_hash(study)},
            {"settings", file.document}}},
          {"cohort", cohort_json(study, extracted)},
          {"cases", {{"done", extracted.size()}, {"failed", failed}}},
          {"endpoints", study::validation_summary(study)},
          {"thumbnails", thumbnails_json(study, extracted)},
          {"notes", Json::array()}};
}

Json run_document(const study::Study& study, const Json& document) {
  Json models = Json::array();
  for (const auto& endpoint : document.at("endpoints"))
    for (const auto& model : endpoint.at("models")) {
      Json entry = Json::object();
      for (const char* key : {"id", "endpoint", "at", "kind", "n", "events", "internal", "external", "refused"})
        entry[key] = model.at(key);
      if (model["refused"].is_null())
        for (const char* key : {"brier", "calibration_slope", "calibration_in_the_large", "permutation"})
          entry[key] = model.at(key);
      if (model.contains("c_uno")) entry["c_uno"] = model["c_uno"];
      for (const auto& against : endpoint.at("against_baselines"))
        if (against.at("model") == model.at("kind") && against.at("baseline") == "volume")
          entry["volume_alone"] = against;
      models.push_back(entry);
    }
  const Json& cohort = document.at("cohort");
  return {{"study", study.folder.string()},
          {"patients",
           {{"imported", cohort.at("patients")},
            {"eligible", cohort.at("eligible")},
            {"excluded", cohort.at("excluded")},
            {"unknown", cohort.at("unknown")}}},
          {"cases", document.at("cases")},
          {"models", models},
          {"report", (study.folder / "reports" / "study.html").string()}};
}

}  // namespace larc::report
