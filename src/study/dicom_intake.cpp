#include "study/dicom_intake.h"

#include "core/error.h"
#include "core/number.h"
#include "core/parallel.h"
#include "core/text.h"
#include "io/dicom/middle_slice.h"
#include "study/thumbnail.h"

namespace larc::study {

using clinical::Label;
using io::dicom::DicomSeries;

namespace {

constexpr std::size_t kMostPictures = 8;    // of the candidates of one role
constexpr std::size_t kPictureBatch = 128;  // choices whose pictures are held at once

/// What may set the stacks of one series apart, and how it is written.
constexpr std::pair<const char*, const char*> kParts[] = {{"b_value", "b "},
                                                          {"component", ""},
                                                          {"echo_time_ms", "TE "},
                                                          {"inversion_time_ms", "TI "},
                                                          {"image_type", ""},
                                                          {"temporal_position", "phase "},
                                                          {"acquisition", "acquisition "},
                                                          {"orientation", ""},
                                                          {"tilt_deg", "tilt "},
                                                          {"rows", "rows "},
                                                          {"columns", "columns "}};

/// Adds to the keys of the stacks of one series what sets them apart.
void name_parts(std::vector<DeliveredStack>& stacks, std::size_t first) {
  for (const auto& [attribute, prefix] : kParts) {
    const auto value = [&](std::size_t i) { return stacks[i].offer.attributes.at(attribute); };
    bool differs = false;
    for (std::size_t i = first + 1; i < stacks.size(); ++i) differs = differs || value(i) != value(first);
    for (std::size_t i = first; differs && i < stacks.size(); ++i)
      stacks[i].offer.key += ", " + (value(i).empty() ? "no " + std::string(attribute) : prefix + value(i));
  }
  std::map<std::string, int> seen;
  for (std::size_t i = first; i < stacks.size(); ++i)
    if (const int n = ++seen[stacks[i].offer.key]; n > 1) stacks[i].offer.key += ", part " + std::to_string(n);
}

/// What is kept of a series for people.
Json series_document(const DeliveredStack& stack, const std::string& role, const DeliveryIdentity& identity) {
  Json document = Json::object();
  for (const char* name : {"series_description", "study_description"})
    document[name] = identity.text(stack.offer.attributes.at(name));
  for (const char* name : {"sequence", "orientation", "date"}) document[name] = stack.offer.attributes.at(name);
  for (const char* name : {"slices", "in_plane_mm", "slice_mm", "b_value"})
    document[name] = number_or_null(parse_double(stack.offer.attributes.at(name)).value_or(kNaN));
  document["role"] = role;
  return document;
}

/// before_therapy, after_therapy, other (during therapy, after surgery) or unknown; by the rules of the image roles.
std::string time_of(const StudyFile& study, const PatientValues& values, const SeriesAttributes& attributes) {
  std::vector<TimeRule> rules;
  for (const auto& role : study.images)
    if (role.time.point != TimePoint::any) rules.push_back(role.time);
  bool unknown = rules.empty();
  for (const TimeRule& rule : rules) {
    const auto answer = judge_time(rule, study.therapy, values, attributes, rules).answer;
    if (answer == TimeAnswer::yes) return rule.point == TimePoint::before_therapy ? "before_therapy" : "after_therapy";
    unknown = unknown || answer == TimeAnswer::unknown;
  }
  return unknown ? "unknown" : "other";
}

/// Nothing where the images cannot be a volume, or may show text.
Json picture_of(const io::dicom::PackedSeries& packed) {
  const DicomSeries stack = io::dicom::unpack(packed);
  if (stack.instances.front().burned_in == "YES") return nullptr;
  try {
    return thumbnail_of_slice(io::dicom::read_middle_slice(stack));
  } catch (const Error&) {
    return nullptr;
  }
}

const char* state_name(ChoiceState state) {
  static constexpr const char* kNames[] = {"none", "chosen", "ambiguous", "time_unknown"};
  return kNames[static_cast<int>(state)];
}

bool is_open(const RoleChoice& choice) {
  return choice.state == ChoiceState::ambiguous || choice.state == ChoiceState::time_unknown;
}

}  // namespace

std::vector<DeliveredStack> stacks_of(const StudyFile& study, io::dicom::SeriesCollector& images) {
  std::vector<DeliveredStack> stacks;
  images.each([&](const DicomSeries& series) {
    const std::size_t first = stacks.size();
    for (auto& part : io::dicom::split_stacks(series)) {
      SeriesAttributes attributes = series_attributes(part);
      attributes["sequence"] = sequence_of(study.sequences, attributes);
      std::string patient = part.patient_id;
      stacks.push_back(
          {std::move(patient), {series.series_uid, std::move(attributes)}, io::dicom::pack(std::move(part))});
    }
    if (stacks.size() > first + 1) name_parts(stacks, first);
  });
  std::stable_sort(stacks.begin(), stacks.end(), [](const DeliveredStack& a, const DeliveredStack& b) {
    return std::tie(a.patient, a.offer.key) < std::tie(b.patient, b.offer.key);
  });
  return stacks;
}

IntakeResult take_in(Study& study, const std::vector<DeliveredStack>& stacks, const DeliveryIdentity& identity,
                     int threads) {
  std::map<std::string, std::map<std::string, std::string>> present;
  for (const auto& [place, record] : study.registry.images())
    present[place.first][place.second] = record.source.starts_with(kSeriesSource)
                                             ? record.source.substr(std::string(kSeriesSource).size())
                                             : record.source;
  std::map<std::string, PersonsChoices> persons;
  for (const auto& [place, decision] : study.registry.decisions("series"))
    persons[place.first][place.second] = decision.value;

  struct Open {
    std::string patient;
    RoleChoice choice;
    std::size_t first;  // of the patient's stacks
  };
  IntakeResult result;
  std::vector<std::pair<Open, Json>> decided;
  std::vector<std::string> role_of(stacks.size()), times(stacks.size());
  for (std::size_t first = 0, next = 0; first < stacks.size(); first = next) {
    const std::string& patient = stacks[first].patient;
    std::vector<SeriesOffer> offers;
    for (next = first; next < stacks.size() && stacks[next].patient == patient; ++next)
      offers.push_back(stacks[next].offer);
    if (patient.empty()) continue;
    const auto values = study.registry.values_of(patient, study.file);
    for (std::size_t i = first; i < next; ++i) times[i] = time_of(study.file, values, stacks[i].offer.attributes);
    for (auto& choice : choose_series(study.file, offers, values, persons[patient], present[patient])) {
      if (choice.chosen) {
        result.chosen.push_back({first + *choice.chosen, patient, choice.role});
        role_of[first + *choice.chosen] = choice.role;
      }
      if (is_open(choice)) result.notes.push_back({patient, choice.role, choice.why, true});
      Json document{
          {"state", state_name(choice.state)}, {"why", to_json(choice.why)},
          {"by_person", choice.by_person},     {"chosen", choice.chosen ? Json(offers[*choice.chosen].key) : Json()},
          {"candidates", Json::array()},       {"warnings", Json::array()}};
      for (const std::size_t i : choice.candidates) {
        Json candidate = series_document(stacks[first + i], "", identity);
        candidate["series"] = offers[i].key;
        document["candidates"].push_back(std::move(candidate));
      }
      for (const std::size_t i : choice.description_differs) {
        const std::string described = identity.text(offers[i].attributes.at("study_description"));
        const Label text{"taken by its date, although the examination of series " + offers[i].key +
                             " is described as '" + described + "'",
                         "按日期采用；但序列 " + offers[i].key + " 的检查描述为“" + described + "”"};
        result.notes.push_back({patient, choice.role, text, false});
        document["warnings"].push_back(to_json(text));
      }
      decided.push_back({{patient, std::move(choice), first}, std::move(document)});
    }
  }
  study.database.transaction([&] {
    for (std::size_t i = 0; i < stacks.size(); ++i) {
      Json document = series_document(stacks[i], role_of[i], identity);
      document["time"] = times[i];
      study.intake.put_series(stacks[i].patient, stacks[i].offer.key, document);
    }
    for (std::size_t from = 0; from < decided.size(); from += kPictureBatch) {
      const std::size_t count = std::min(kPictureBatch, decided.size() - from);
      parallel_for(count, threads, [&](std::size_t d) {
        auto& [open, document] = decided[from + d];
        if (!is_open(open.choice)) return;
        for (std::size_t c = 0; c < std::min(open.choice.candidates.size(), kMostPictures); ++c)
          document["candidates"][c]["picture"] = picture_of(stacks[open.first + open.choice.candidates[c]].images);
      });
      for (std::size_t d = 0; d < count; ++d) {
        auto& [open, document] = decided[from + d];
        study.intake.put_choice(open.patient, open.choice.role, document);
        document = {};
      }
    }
  });
  return result;
}

}  // namespace larc::study
