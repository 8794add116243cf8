#include "report/study_document.h"

#include "core/hash.h"
#include "core/version.h"
#include "nn/host.h"
#include "report/versions.h"
#include "study/flow.h"
#include "study/readable_value.h"
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

using Values = std::vector<std::optional<study::Datum>>;

Json summary_of_numbers(const Values& values) {
  std::vector<double> numbers;
  for (const auto& value : values)
    if (const double* number = value ? std::get_if<double>(&*value) : nullptr; number && std::isfinite(*number))
      numbers.push_back(*number);
  std::sort(numbers.begin(), numbers.end());
  const auto at = [&](double p) { return numbers.empty() ? Json(nullptr) : Json(quantile(numbers, p)); };
  return {{"n", values.size()},
          {"missing", values.size() - numbers.size()},
          {"median", at(0.5)},
          {"q1", at(0.25)},
          {"q3", at(0.75)}};
}

Json summary_of_levels(const study::Variable& variable, const Values& values) {
  std::map<std::string, std::size_t> count;
  std::size_t known = 0;
  for (const auto& value : values)
    if (const std::string* level = value ? std::get_if<std::string>(&*value) : nullptr) {
      ++count[*level];
      ++known;
    }
  Json levels = Json::array();
  for (const auto& code : variable.codes)
    if (count.contains(code)) levels.push_back({{"level", code}, {"n", count[code]}});
  return {{"n", values.size()}, {"missing", values.size() - known}, {"levels", levels}};
}

using Centres = std::map<std::string, std::vector<std::string>>;

/// The table of the baseline: numbers and categories known before therapy, derived ones among them.
Json variables_json(const study::Snapshot& snapshot, const Centres& of_centre) {
  const StudyFile& file = snapshot.study.file;
  Json list = Json::array();
  for (const auto& variable : file.variables) {
    const bool number = variable.type == study::VariableType::number;
    if (variable.available_from != study::PredictionPoint::P0) continue;
    if (!number && variable.type != study::VariableType::category) continue;
    const auto summary = [&](const std::vector<std::string>& patients) {
      Values values;
      for (const auto& patient : patients)
        values.push_back(study::readable_value(
            study::PatientView(file, snapshot.of(patient), study::PredictionPoint::P0), variable.id));
      return number ? summary_of_numbers(values) : summary_of_levels(variable, values);
    };
    const Json overall = summary(snapshot.patients);
    if (overall["missing"] == overall["n"]) continue;
    Json by_centre = Json::array();
    for (const auto& [centre, ids] : of_centre) by_centre.push_back({{"centre", centre}, {"summary", summary(ids)}});
    list.push_back({{"id", variable.id},
                    {"label", to_json(variable.label)},
                    {"unit", variable.unit},
                    {"available_from", to_string(variable.available_from)},
                    {"type", number ? "numeric" : "categorical"},
                    {"overall", overall},
                    {"by_centre", by_centre}});
  }
  return list;
}

/// What the report shows of screening: counts. Whatever names a patient stays on the screening page.
Json flow_json(const study::Snapshot& snapshot) {
  const Json all = study::flow_of(snapshot).document;
  Json flow = Json::object();
  for (const char* key : {"schema", "criteria_version", "data_cut", "patients", "eligible", "excluded", "unknown",
                          "waived", "criteria", "centres", "missing_fields", "endpoints", "readers"})
    flow[key] = all.at(key);
  return flow;
}

Json cohort_json(const study::DatasetSource& source) {
  const study::Snapshot& snapshot = source.snapshot();
  const StudyFile& file = snapshot.study.file;
  std::set<std::string> imaged;
  for (const auto& [key, record] : snapshot.study.registry.images())
    for (const auto& role : file.images)
      if (role.id == key.second) imaged.insert(key.first);
  Centres of_centre;
  for (const auto& patient : snapshot.patients)
    if (const std::string centre = snapshot.centre_of(patient); !centre.empty()) of_centre[centre].push_back(patient);
  Json centres = Json::array();
  for (const auto& [centre, ids] : of_centre) centres.push_back({{"id", centre}, {"patients", ids.size()}});
  const study::Screening& screening = snapshot.screening;
  const auto is_eligible = [&](const std::string& patient) {
    return snapshot.eligibility_of(patient) == study::Eligibility::eligible;
  };
  const auto& extracted = source.extracted();
  const auto measured =
      std::count_if(extracted.begin(), extracted.end(), [&](const auto& item) { return is_eligible(item.first); });
  return {{"patients", snapshot.patients.size()},
          {"eligible", screening.count(study::Eligibility::eligible)},
          {"excluded", screening.count(study::Eligibility::excluded)},
          {"unknown", screening.count(study::Eligibility::unknown)},
          {"criteria", study::criteria_json(screening)},
          {"flow", flow_json(snapshot)},
          {"imaged", std::count_if(imaged.begin(), imaged.end(), is_eligible)},
          {"extracted", measured},
          {"centres", centres},
          {"variables", variables_json(snapshot, of_centre)}};
}

Json thumbnails_json(const study::DatasetSource& source) {
  const study::Snapshot& snapshot = source.snapshot();
  const StudyFile& file = snapshot.study.file;
  const auto& extracted = source.extracted();
  Json list = Json::array();
  // Spread over the cohort, so that every centre is seen.
  const std::size_t step = std::max<std::size_t>(1, (extracted.size() + kThumbnails - 1) / kThumbnails);
  std::size_t position = 0;
  for (const auto& [patient, item] : extracted) {
    if (position++ % step != 0) continue;
    Json entry = {{"patient", patient},
                  {"centre", snapshot.centre_of(patient)},
                  {"role", file.images.empty() ? "" : file.images.front().id}};
    for (const auto& [key, value] : item.thumbnail.items()) entry[key] = value;
    entry["volume_ml"] = item.volume_ml;
    list.push_back(entry);
  }
  return list;
}

std::string data_hash(const study::Snapshot& snapshot) {
  std::vector<std::string> parts;
  for (const auto& [patient, values] : snapshot.values)
    for (const auto& [variable, value] : values) parts.insert(parts.end(), {patient, variable, value});
  for (const auto& [key, record] : snapshot.study.registry.images())
    parts.insert(parts.end(), {key.first, key.second, record.content_hash});
  return hash_of(parts);
}

}  // namespace

Json study_document(const study::Study& study) {
  const StudyFile& file = study.file;
  const study::DatasetSource source(study);
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
            {"data_hash", data_hash(source.snapshot())},
            {"settings", file.document}}},
          {"cohort", cohort_json(source)},
          {"cases", {{"done", source.extracted().size()}, {"failed", failed}}},
          {"endpoints", study::validation_summary(source)},
          {"thumbnails", thumbnails_json(source)},
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
