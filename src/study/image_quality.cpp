#include "study/image_quality.h"

#include <cstring>
#include <set>

#include "clinical/expression.h"
#include "core/error.h"
#include "core/number.h"
#include "io/image_file.h"
#include "study/thumbnail.h"

namespace larc::study {

using clinical::Decision;
using clinical::ImageRecord;
using Place = std::pair<std::string, std::string>;

namespace {

/// Raised whenever the meaning of a measured case changes.
constexpr const char* kMeasuring = "3";
constexpr const char* kStage = "quality";
constexpr const char* kDuplicates = "duplicates";
constexpr const char* kComparing = "2";  // as kMeasuring, for pairs
/// A smaller field has too few cells in a signature for likeness to mean the same image.
constexpr double kLeastField_mm = 60;

template <typename T>
void append(std::string& bytes, const T& values) {
  bytes.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(values[0]));
}

std::string packed(const quality::ImageSignature& signature) {
  std::string bytes = signature.pixel_hash;
  append(bytes, signature.coarse);
  append(bytes, signature.fine);
  append(bytes, signature.place);
  append(bytes, signature.lower);
  append(bytes, signature.upper);
  return bytes;
}

quality::ImageSignature unpacked(const std::string& bytes) {
  using quality::ImageSignature;
  constexpr std::size_t kHash = 64;
  const auto cells = [](const std::array<int, 3>& size) {
    return static_cast<std::size_t>(size[0]) * static_cast<std::size_t>(size[1]) * static_cast<std::size_t>(size[2]);
  };
  ImageSignature signature;
  signature.coarse.resize(cells(ImageSignature::kCoarse));
  signature.fine.resize(cells(ImageSignature::kFine));
  const std::size_t wanted = kHash + signature.coarse.size() * sizeof(float) + signature.fine.size() + 9 * sizeof(int);
  if (bytes.size() != wanted) throw Error(ErrorCode::format, "the signature of an image is not of this larc's making");
  const char* at = bytes.data();
  const auto take = [&](void* target, std::size_t size) {
    std::memcpy(target, at, size);
    at += size;
  };
  signature.pixel_hash.resize(kHash);
  take(signature.pixel_hash.data(), kHash);
  take(signature.coarse.data(), signature.coarse.size() * sizeof(float));
  take(signature.fine.data(), signature.fine.size());
  take(signature.place.data(), 3 * sizeof(int));
  take(signature.lower.data(), 3 * sizeof(int));
  take(signature.upper.data(), 3 * sizeof(int));
  return signature;
}

/// The sequence of a role: of the series it came from, else what the role asks for.
std::string sequence_of(const StudyFile& file, const ImageRecord& record) {
  if (const auto found = record.details.find("sequence"); found != record.details.end())
    return found->get<std::string>();
  for (const auto& role : file.images)
    if (role.id == record.role)
      if (const auto asked = role.dicom.attributes.find("sequence"); asked != role.dicom.attributes.end())
        return asked->second.front();
  return "";
}

/// The first mask that is drawn on the image.
const ImageRecord* mask_of(const StudyFile& file, const std::map<Place, ImageRecord>& images, const Place& place) {
  for (const auto& mask : file.masks)
    if (mask.image == place.second)
      if (const auto found = images.find({place.first, mask.id}); found != images.end()) return &found->second;
  return nullptr;
}

std::optional<std::chrono::sys_days> day(const std::string& iso) {
  const auto number = clinical::parse_date(iso);
  if (!number) return std::nullopt;
  return std::chrono::sys_days(std::chrono::days(*number));
}

std::string text_in(const Json& json, const char* key) {
  const auto found = json.find(key);
  return found != json.end() && found->is_string() ? found->get<std::string>() : "";
}

struct Facts {
  std::string sequence;
  std::string therapy_end;
  int examination = 1;
};

std::string measure_image(const Study& study, const ImageRecord& record, const ImageRecord* mask_record,
                          const Facts& facts) {
  const image::Volume volume = io::decode_nrrd(study.content.get(record.content_hash));
  std::optional<image::Mask> mask;
  if (mask_record != nullptr) mask = io::decode_nrrd_mask(study.content.get(mask_record->content_hash));
  quality::QualityInputs inputs;
  inputs.role = record.role;
  inputs.quantitative_map = facts.sequence == "adc";
  inputs.diffusion = inputs.quantitative_map || facts.sequence == "dwi";
  if (mask) inputs.tumour = &*mask;
  if (const auto axis = record.details.find("phase_axis"); axis != record.details.end() && axis->is_number_integer())
    inputs.phase_axis = axis->get<int>();
  const double b_value = record.details.contains("b_value") ? number_or_nan(record.details.at("b_value")) : kNaN;
  if (std::isfinite(b_value)) inputs.b_value = b_value;

  quality::HardCheckInputs hard;
  hard.volume = &volume;
  hard.quantitative_map = inputs.quantitative_map;
  hard.diffusion = facts.sequence == "dwi" && record.details.contains("series_uid");
  hard.b_values = {b_value};
  hard.tumour = inputs.tumour;
  hard.examination = facts.examination;
  hard.date = day(text_in(record.details, "date"));
  hard.therapy_end = day(facts.therapy_end);

  const auto& g = volume.geometry;
  const Json picture = thumbnail_of_slice(volume, mask ? std::optional<int>(widest_slice(*mask)) : std::nullopt);
  Json measures = Json::array(), checks = Json::array();
  try {
    for (const auto& one : quality::measure(volume, inputs)) measures.push_back(to_json(one));
  } catch (const Error&) {
    measures = Json::array();  // an image too small to be judged is judged by the checks alone
  }
  for (const auto& check : quality::hard_checks(hard))
    if (check.outcome != quality::Outcome::not_checked) checks.push_back(to_json(check));
  return dump_json({{"measures", measures},
                    {"checks", checks},
                    {"field_mm", std::min(g.size[0] * g.spacing_mm[0], g.size[1] * g.spacing_mm[1])},
                    {"picture", study.content.put(dump_json(picture))},
                    {"signature", study.content.put(packed(quality::signature_of(volume)))}});
}

quality::HardCheck check_of(const Json& json) {
  const auto label = [&](const char* key) {
    const auto text = json.find(key);  // what passed has no remedy
    return text == json.end() ? quality::Label{}
                              : quality::Label{text->at("en").get<std::string>(), text->at("zh").get<std::string>()};
  };
  return {json.at("id").get<std::string>(),
          json.at("outcome") == to_string(quality::Outcome::pass) ? quality::Outcome::pass : quality::Outcome::fail,
          label("text"), label("remedy")};
}

/// Checks that make an image unusable for measuring; the others are told to a person.
bool excludes(const std::string& check) {
  return check == "adc_unit" || check == "after_therapy";
}

void add_checks(ImageQuality& item) {
  for (const auto& check : item.checks) {
    if (check.outcome != quality::Outcome::fail) continue;
    const auto decision = excludes(check.id) ? quality::Decision::exclude : quality::Decision::doubtful;
    item.verdict.decision = std::max(item.verdict.decision, decision);
    item.verdict.reasons.push_back({check.id, kNaN, kNaN, 0, decision, check.text});
  }
}

/// Whether the image is used, by verdict and person.
/// enforced  the protocol says how quality is judged; otherwise verdicts are shown and only persons exclude
void settle(ImageQuality& item, bool enforced) {
  item.used = !enforced || item.verdict.decision != quality::Decision::exclude;
  if (item.person) item.used = item.person->value == "keep";
  if (item.used) return;
  item.why_not = "left out for its quality";
  if (item.person)
    item.why_not += ": " + item.person->reason + " (" + item.person->by + ")";
  else if (!item.verdict.reasons.empty())
    item.why_not += ": " + item.verdict.reasons.front().text.en;
}

/// An ADC map is as good as the diffusion image it was computed from, that of the same patient and time point.
void judge_maps(const StudyFile& file, const std::map<Place, ImageRecord>& images, QualityReport& report) {
  const auto time_of = [&](const std::string& id) {
    for (const auto& role : file.images)
      if (role.id == id) return role.time.point;
    return TimePoint::any;
  };
  for (auto& [place, map] : report.images) {
    if (sequence_of(file, images.at(place)) != "adc") continue;
    for (const auto& [other, source] : report.images) {
      if (other.first != place.first || time_of(other.second) != time_of(place.second) ||
          sequence_of(file, images.at(other)) != "dwi" || source.verdict.decision <= map.verdict.decision)
        continue;
      map.verdict.decision = source.verdict.decision;
      for (auto reason : source.verdict.reasons) {
        reason.text = {"the diffusion image it was computed from: " + reason.text.en,
                       "计算所用的扩散加权图像：" + reason.text.zh};
        map.verdict.reasons.push_back(std::move(reason));
      }
    }
  }
}

/// One case: all signatures together. The result is a list of pairs.
Case duplicates_case(const Study& study, const std::map<Place, ImageRecord>& images, int threads) {
  std::vector<Place> places;
  std::vector<std::string> signatures, groups, parts{kComparing};
  std::vector<double> field_mm;
  for (const auto& [place, record] : images) {
    const auto job = study.ledger.find(kStage, place.first + "/" + place.second);
    if (!job || !job->done) continue;
    places.push_back(place);
    groups.push_back(sequence_of(study.file, record));
    const Json result = parse_json(job->result, "quality of " + job->case_id);
    signatures.push_back(result.at("signature").get<std::string>());
    field_mm.push_back(result.at("field_mm").get<double>());
    parts.insert(parts.end(), {place.first, place.second, groups.back(), signatures.back()});
  }
  return {"all", hash_of(parts), [&study, places, signatures, groups, field_mm, threads] {
            std::vector<quality::SignedImage> list;
            for (std::size_t i = 0; i < places.size(); ++i)
              list.push_back({groups[i], unpacked(study.content.get(signatures[i]))});
            Json found = Json::array();
            for (const auto& pair : quality::find_duplicates(list, threads)) {
              // Two examinations of one patient are alike; only the very same image is worth a word.
              if (pair.kind != quality::DuplicateKind::exact &&
                  (places[pair.first].first == places[pair.second].first ||
                   std::min(field_mm[pair.first], field_mm[pair.second]) < kLeastField_mm))
                continue;
              found.push_back({places[pair.first].first, places[pair.first].second, places[pair.second].first,
                               places[pair.second].second, to_string(pair.kind), pair.similarity});
            }
            return dump_json(found);
          }};
}

/// Every pair that the last comparison found.
std::vector<DuplicateImages> compared_images(const Study& study) {
  std::vector<DuplicateImages> list;
  const auto job = study.ledger.find(kDuplicates, "all");
  if (!job || !job->done) return list;
  for (const Json& pair : parse_json(job->result, "duplicates")) {
    const auto kind = pair[4].get<std::string>();
    list.push_back({{pair[0].get<std::string>(), pair[1].get<std::string>()},
                    {pair[2].get<std::string>(), pair[3].get<std::string>()},
                    kind == to_string(quality::DuplicateKind::exact)  ? quality::DuplicateKind::exact
                    : kind == to_string(quality::DuplicateKind::near) ? quality::DuplicateKind::near
                                                                      : quality::DuplicateKind::alike,
                    pair[5].get<double>()});
  }
  return list;
}

}  // namespace

void run_quality(Study& study, const RunOptions& options) {
  const auto images = study.registry.images();
  const auto values = study.registry.values(study.file);
  std::vector<Case> cases;
  for (const auto& role : study.file.images)
    for (const auto& [place, record] : images) {
      if (place.second != role.id) continue;
      const ImageRecord* mask = mask_of(study.file, images, place);
      Facts facts;
      facts.sequence = sequence_of(study.file, record);
      facts.examination = role.time.point == TimePoint::after_therapy ? 2 : 1;
      if (const auto patient = values.find(place.first); patient != values.end() && facts.examination == 2)
        if (const auto end = patient->second.find(study.file.therapy.end); end != patient->second.end())
          facts.therapy_end = end->second;
      cases.push_back({place.first + "/" + place.second,
                       hash_of({kMeasuring, record.content_hash, mask == nullptr ? "" : mask->content_hash,
                                facts.sequence, facts.therapy_end, dump_json(record.details)}),
                       [&study, &record, mask, facts] { return measure_image(study, record, mask, facts); }});
    }
  run_cases(study, kStage, cases, "Judging images", options.threads);
  forget_other_cases(study, kStage, cases);
  run_cases(study, kDuplicates, {duplicates_case(study, images, options.threads)}, "Looking for duplicates", 1);
}

std::vector<DuplicateImages> duplicate_images(const Study& study) {
  auto list = compared_images(study);
  std::erase_if(list, [](const DuplicateImages& pair) { return pair.kind == quality::DuplicateKind::alike; });
  return list;
}

std::vector<DuplicateImages> alike_images(const Study& study) {
  auto list = compared_images(study);
  std::set<std::pair<std::string, std::string>> sharing;
  for (const auto& pair : list)
    if (pair.kind != quality::DuplicateKind::alike) sharing.insert(std::minmax(pair.first.first, pair.second.first));
  std::erase_if(list, [&](const DuplicateImages& pair) {
    return pair.kind != quality::DuplicateKind::alike ||
           sharing.contains(std::minmax(pair.first.first, pair.second.first));
  });
  return list;
}

QualityReport quality_report(const Study& study) {
  const auto images = study.registry.images();
  const auto jobs = study.ledger.stage(kStage);
  const auto decisions = study.registry.decisions(kStage);
  const auto& development = study.file.quality.development_centres;
  const auto values = development.empty() ? std::map<std::string, PatientValues>() : study.registry.values(study.file);
  const auto in_development = [&](const std::string& patient) {
    if (development.empty()) return true;
    const auto known = values.find(patient);
    if (known == values.end()) return false;
    const auto centre = known->second.find(kCentreVariable);
    return centre != known->second.end() &&
           std::find(development.begin(), development.end(), centre->second) != development.end();
  };
  QualityReport report;
  std::vector<quality::QualityRow> rows;
  for (const auto& [place, record] : images) {
    const auto job = jobs.find(place.first + "/" + place.second);
    if (job == jobs.end() || !job->second.done) continue;
    const Json result = parse_json(job->second.result, "quality of " + job->first);
    ImageQuality& item = report.images[place];
    for (const Json& one : result.at("measures")) item.measures.push_back(quality::measure_of(one));
    for (const Json& one : result.at("checks")) item.checks.push_back(check_of(one));
    item.picture = result.at("picture").get<std::string>();
    if (const auto decided = decisions.find(place); decided != decisions.end()) item.person = decided->second;
    if (!in_development(place.first)) continue;
    rows.push_back(
        {place.second, item.measures, item.person ? std::optional<bool>(item.person->value == "keep") : std::nullopt});
  }
  report.learned_from = rows.size();
  if (!rows.empty()) report.limits = quality::fit(rows, study.file.quality.limits);
  for (auto& [place, item] : report.images) {
    item.verdict = quality::apply(report.limits, place.second, item.measures);
    add_checks(item);
  }
  judge_maps(study.file, images, report);
  const bool enforced = study.file.document.contains("quality");
  for (auto& [place, item] : report.images) settle(item, enforced);
  return report;
}

UsableImages usable_images(const Study& study) {
  UsableImages usable{study.registry.images(), {}};
  for (const auto& [place, decision] : study.registry.decisions("series"))
    if (decision.value.empty() && usable.images.erase(place) > 0)
      usable.excluded[place] = "left out: " + decision.reason + " (" + decision.by + ")";
  for (const auto& [place, item] : quality_report(study).images)
    if (!item.used) {
      usable.images.erase(place);
      usable.excluded[place] = item.why_not;
    }
  return usable;
}

std::map<std::string, std::string> shared_units(const std::vector<DuplicateImages>& duplicates) {
  std::map<std::string, std::string> unit;
  const auto root = [&](std::string patient) {
    while (unit.contains(patient) && unit[patient] != patient) patient = unit[patient];
    return patient;
  };
  for (const auto& pair : duplicates) {
    const std::string a = root(pair.first.first), b = root(pair.second.first);
    if (pair.first.first == pair.second.first) continue;
    unit[std::max(a, b)] = std::min(a, b);
    unit[std::min(a, b)] = std::min(a, b);
  }
  std::map<std::string, std::string> names;
  for (const auto& [patient, parent] : unit) names[patient] = root(patient);
  return names;
}

}  // namespace larc::study
