#include "study/extract.h"

#include <set>

#include "core/csv.h"
#include "core/error.h"
#include "core/file.h"
#include "core/number.h"
#include "io/image_file.h"
#include "study/prepare.h"

namespace larc::study {

namespace {

/// Raised whenever the meaning of a prepared case changes, so that old results are not taken for new ones.
constexpr const char* kPreparation = "1";

struct Pair {
  std::string image;
  std::string mask;
  const ExtractionRule* rule = nullptr;
  const CropRule* crop = nullptr;
};

/// Extraction and crop rules of the same image and mask share one reading and one bias field.
std::vector<Pair> pairs_of(const StudyFile& file) {
  std::vector<Pair> pairs;
  for (const auto& rule : file.extraction) pairs.push_back({rule.image, rule.mask, &rule, nullptr});
  if (file.crop) {
    const auto found = std::find_if(pairs.begin(), pairs.end(), [&](const Pair& pair) {
      return pair.image == file.crop->image && pair.mask == file.crop->mask;
    });
    if (found != pairs.end())
      found->crop = &*file.crop;
    else
      pairs.push_back({file.crop->image, file.crop->mask, nullptr, &*file.crop});
  }
  return pairs;
}

std::string extract_patient(Study& study, const std::vector<Pair>& pairs, const std::string& patient,
                            const std::map<std::pair<std::string, std::string>, ImageRecord>& images) {
  Json features = Json::object(), undefined = Json::object(), notes = Json::array();
  Json result = Json::object();
  for (const auto& pair : pairs) {
    const auto find = [&](const std::string& role) {
      const auto found = images.find({patient, role});
      if (found == images.end()) {
        const auto job = study.ledger.find("import", patient + "/" + role);
        throw Error(ErrorCode::not_ready,
                    "'" + role + "' was not imported" +
                        (job && !job->done ? " (" + job->reason + ")" : "; import it with larc import"));
      }
      return found->second.content_hash;
    };
    const std::string image_hash = find(pair.image), mask_hash = find(pair.mask);
    const image::Volume volume = io::decode_nrrd(study.content.get(image_hash));
    const image::Mask mask = io::decode_nrrd_mask(study.content.get(mask_hash));
    const PreparedCase prepared = prepare_case(volume, mask, pair.rule, pair.crop);
    for (const auto& [name, value] : prepared.features.items()) features[pair.image + "_" + name] = value;
    for (const auto& [name, reason] : prepared.undefined) undefined[pair.image + "_" + name] = reason;
    for (const auto& note : prepared.notes) notes.push_back(pair.image + ": " + note);
    if (pair.crop)
      result["crop"] = study.content.put(
          {reinterpret_cast<const char*>(prepared.crop.data()), prepared.crop.size() * sizeof(float)});
    if (!result.contains("thumbnail")) {
      result["thumbnail"] = prepared.thumbnail;
      result["volume_ml"] = prepared.volume_ml;
    }
  }
  result["features"] = features;
  result["undefined"] = undefined;
  result["notes"] = notes;
  return dump_json(result);
}

void write_feature_table(const Study& study, const ExtractionRule& rule,
                         const std::map<std::string, ExtractedCase>& cases) {
  const auto values = study.registry.values();
  std::vector<std::string> columns;
  std::set<std::string> seen;
  for (const auto& [patient, item] : cases)
    for (const auto& name : item.feature_names)
      if (name.starts_with(rule.image + "_") && seen.insert(name).second) columns.push_back(name);
  std::vector<std::string> header{"patient_id", "centre"};
  header.insert(header.end(), columns.begin(), columns.end());
  std::vector<std::vector<std::string>> rows;
  for (const auto& [patient, item] : cases) {
    const auto known = values.find(patient);
    std::vector<std::string> row{patient, known != values.end() && known->second.contains(kCentreVariable)
                                              ? known->second.at(kCentreVariable)
                                              : ""};
    for (const auto& column : columns) {
      const auto found = item.features.find(column);
      row.push_back(found == item.features.end() || std::isnan(found->second) ? "" : format_double(found->second));
    }
    rows.push_back(std::move(row));
  }
  const auto path = study.folder / "features" / (rule.id + ".csv");
  const std::string text = format_csv(header, rows);
  if (!std::filesystem::exists(path) || read_file(path) != text) write_file_atomic(path, text);
}

}  // namespace

void run_extract(Study& study, const RunOptions& options) {
  const auto pairs = pairs_of(study.file);
  if (pairs.empty()) return;
  const auto images = study.registry.images();
  if (images.empty())
    throw Error(ErrorCode::not_ready,
                "no image was imported yet; run 'larc import " + study.folder.string() + " FOLDER' first");
  std::vector<std::string> rules{kPreparation};
  for (const char* key : {"extraction", "crop"})
    rules.push_back(study.file.document.contains(key) ? dump_json(study.file.document.at(key)) : "");
  std::vector<Case> cases;
  for (const auto& patient : study.registry.patients()) {
    std::vector<std::string> parts = rules;
    for (const auto& pair : pairs)
      for (const auto& role : {pair.image, pair.mask}) {
        const auto found = images.find({patient, role});
        parts.push_back(found == images.end() ? "" : found->second.content_hash);
      }
    cases.push_back({patient, hash_of(parts),
                     [&study, &pairs, &images, patient] { return extract_patient(study, pairs, patient, images); }});
  }
  run_cases(study, "extract", cases, "Extracting features", options.threads);
  forget_other_cases(study, "extract", cases);
  const auto extracted = extracted_cases(study);
  for (const auto& rule : study.file.extraction) write_feature_table(study, rule, extracted);
}

std::map<std::string, ExtractedCase> extracted_cases(const Study& study) {
  std::map<std::string, ExtractedCase> cases;
  for (const auto& [patient, job] : study.ledger.stage("extract")) {
    if (!job.done) continue;
    const Json result = parse_json(job.result, "extraction of " + patient);
    ExtractedCase item;
    for (const auto& [name, value] : result.at("features").items()) {
      item.features[name] = number_or_nan(value);
      item.feature_names.push_back(name);
    }
    item.crop_hash = result.value("crop", "");
    item.thumbnail = result.at("thumbnail");
    item.volume_ml = number_or_nan(result.at("volume_ml"));
    cases.emplace(patient, std::move(item));
  }
  return cases;
}

}  // namespace larc::study
