#include "study/flow.h"

#include <algorithm>

#include "clinical/queries.h"
#include "clinical/readers.h"
#include "core/file.h"
#include "core/version.h"
#include "study/endpoint_tally.h"
#include "study/reader_agreement.h"
#include "study/screening.h"

namespace larc::study {

namespace {

/// The counts of one centre.
struct Centre {
  std::array<std::size_t, 3> states{};
  std::size_t waived = 0;
  std::map<std::string, std::pair<std::size_t, std::size_t>> criteria;  // id -> excluded, unknown
};

Json centres_json(const StudyFile& file, const std::map<std::string, Centre>& centres) {
  Json list = Json::array();
  for (const auto& [id, centre] : centres) {
    Json criteria = Json::array();
    for (const auto& criterion : file.eligibility) {
      const auto found = centre.criteria.find(criterion.id);
      criteria.push_back({{"id", criterion.id},
                          {"excluded", found == centre.criteria.end() ? 0 : found->second.first},
                          {"unknown", found == centre.criteria.end() ? 0 : found->second.second}});
    }
    list.push_back({{"id", id},
                    {"patients", centre.states[0] + centre.states[1] + centre.states[2]},
                    {"eligible", centre.states[0]},
                    {"excluded", centre.states[1]},
                    {"unknown", centre.states[2]},
                    {"waived", centre.waived},
                    {"criteria", criteria}});
  }
  return list;
}

bool was_waived(const PatientScreening& screening) {
  return screening.state == Eligibility::eligible &&
         std::any_of(screening.answers.begin(), screening.answers.end(),
                     [](const auto& answer) { return answer.state == CriterionState::waived; });
}

/// One patient who cannot be judged: criteria and what they miss.
Json unknown_json(const StudyFile& file, const std::string& patient, const std::string& centre,
                  const PatientScreening& screening) {
  Json criteria = Json::array();
  for (std::size_t c = 0; c < screening.answers.size(); ++c) {
    const CriterionAnswer& answer = screening.answers[c];
    if (answer.state == CriterionState::unknown)
      criteria.push_back({{"id", file.eligibility[c].id}, {"missing", answer.missing}, {"reason", answer.reason}});
  }
  return {{"patient", patient}, {"centre", centre}, {"criteria", criteria}};
}

/// Over all patients who cannot be judged: which value is missing how often, most frequent first.
Json missing_fields_json(const StudyFile& file, const Screening& screening) {
  struct Field {
    std::string variable;
    std::size_t patients = 0;
    std::set<std::string> criteria;
  };
  std::map<std::string, Field> fields;
  for (const auto& [patient, one] : screening.patients) {
    if (one.state != Eligibility::unknown) continue;
    std::set<std::string> seen;
    for (std::size_t c = 0; c < one.answers.size(); ++c)
      for (const auto& id : one.answers[c].missing) {
        Field& field = fields[id];
        field.variable = id;
        field.criteria.insert(file.eligibility[c].id);
        field.patients += seen.insert(id).second ? 1 : 0;
      }
  }
  std::vector<Field> order;
  for (const auto& [id, field] : fields) order.push_back(field);
  std::stable_sort(order.begin(), order.end(), [](const auto& a, const auto& b) { return a.patients > b.patients; });
  Json list = Json::array();
  for (const auto& field : order)
    list.push_back({{"variable", field.variable},
                    {"label", to_json(file.find_variable(field.variable)->label)},
                    {"patients", field.patients},
                    {"criteria", field.criteria}});
  return list;
}

/// Where the value of each variable came from; the history is read when first asked for.
class Sources {
 public:
  Sources(const Study& study, const std::string& patient) : study_(study), patient_(patient) {}
  ValueSource operator()(const std::string& variable) {
    if (!read_) read();
    const auto found = sources_.find(variable);
    return found == sources_.end() ? ValueSource{} : found->second;
  }

 private:
  void read() {
    read_ = true;
    std::map<std::int64_t, ValueSource> of_row;
    for (const Fact& fact : study_.registry.history(patient_))
      sources_[fact.observation.variable] = of_row[fact.id] = {fact.source, fact.row};
    // The value that counts need not be the one recorded last.
    for (const auto& [variable, place] : study_.registry.places_of(patient_, study_.file))
      sources_[variable] = of_row[place.row];
  }

  const Study& study_;
  const std::string& patient_;
  bool read_ = false;
  std::map<std::string, ValueSource> sources_;
};

Json waivers_json(const Study& study, const Screening& screening, const std::map<std::string, std::string>& centre_of) {
  Json list = Json::array();
  for (const auto& waiver : study.registry.waivers()) {
    bool used = false;
    if (const auto found = screening.patients.find(waiver.patient); found != screening.patients.end())
      for (std::size_t c = 0; c < found->second.answers.size(); ++c)
        used = used || (study.file.eligibility[c].id == waiver.criterion &&
                        found->second.answers[c].state == CriterionState::waived);
    const auto centre = centre_of.find(waiver.patient);
    list.push_back({{"patient", waiver.patient},
                    {"centre", centre == centre_of.end() ? "" : centre->second},
                    {"criterion", waiver.criterion},
                    {"reason", waiver.reason},
                    {"by", waiver.by},
                    {"recorded_at", waiver.recorded_at},
                    {"used", used}});
  }
  return list;
}

Json queries_json(const Flow& flow) {
  Json list = Json::array();
  for (const auto& query : flow.queries) {
    Json entry = to_json(query);
    const auto centre = flow.centre_of.find(query.patient);
    entry["centre"] = centre == flow.centre_of.end() ? "" : centre->second;
    list.push_back(std::move(entry));
  }
  return list;
}

}  // namespace

Flow flow_of(const Study& study) {
  const StudyFile& file = study.file;
  const auto values = study.registry.values(file);
  const Screening screening = screen_study(study, values);
  static const PatientValues kNothing;

  Flow flow;
  std::map<std::string, Centre> centres;
  std::vector<EndpointTally> tallies(file.endpoints.begin(), file.endpoints.end());
  Json not_eligible = Json::array(), open = Json::array();
  std::size_t waived = 0;
  for (const auto& [patient, one] : screening.patients) {
    const auto found = values.find(patient);
    const PatientValues& known = found == values.end() ? kNothing : found->second;
    const auto at = known.find(kCentreVariable);
    const std::string centre = at == known.end() ? "" : at->second;
    if (!centre.empty()) flow.centre_of[patient] = centre;

    Centre& counts = centres[centre];
    ++counts.states[static_cast<std::size_t>(one.state)];
    if (one.state != Eligibility::eligible) {
      auto& [excluded, unknown] = counts.criteria[one.decided_by];
      ++(one.state == Eligibility::excluded ? excluded : unknown);
      not_eligible.push_back(
          {{"patient", patient}, {"centre", centre}, {"state", to_string(one.state)}, {"criterion", one.decided_by}});
    }
    if (one.state == Eligibility::unknown) open.push_back(unknown_json(file, patient, centre, one));
    counts.waived += was_waived(one) ? 1 : 0;
    waived += was_waived(one) ? 1 : 0;

    const Assessment assessment = assess(file, known, one);
    if (one.state == Eligibility::eligible)
      for (std::size_t e = 0; e < tallies.size(); ++e) tallies[e].add(assessment.outcomes[e], centre);
    Sources sources(study, patient);
    auto queries = patient_queries(file, patient, assessment, [&](const std::string& id) { return sources(id); });
    std::move(queries.begin(), queries.end(), std::back_inserter(flow.queries));
  }

  const auto readings = double_readings(file, study.registry.reader_values());
  for (auto& finding : reader_findings(file, readings)) flow.queries.push_back(std::move(finding));
  for (auto& fault : study.registry.faults()) flow.queries.push_back(std::move(fault));
  sort_queries(flow.queries);

  Json endpoints = Json::array();
  for (const auto& tally : tallies) endpoints.push_back(tally.json(file));
  flow.document = {{"schema", "larc.flow/1"},
                   {"study", file.id},
                   {"title", to_json(file.title)},
                   {"synthetic", file.synthetic},
                   {"larc", {{"version", version()}, {"commit", commit()}}},
                   {"criteria_version", criteria_version(file)},
                   {"data_cut", file.data_cut.empty() ? Json(nullptr) : Json(file.data_cut)},
                   {"patients", screening.of_patient.size()},
                   {"eligible", screening.count(Eligibility::eligible)},
                   {"excluded", screening.count(Eligibility::excluded)},
                   {"unknown", screening.count(Eligibility::unknown)},
                   {"waived", waived},
                   {"criteria", criteria_json(screening)},
                   {"centres", centres_json(file, centres)},
                   {"not_eligible", not_eligible},
                   {"unknown_patients", open},
                   {"missing_fields", missing_fields_json(file, screening)},
                   {"waivers", waivers_json(study, screening, flow.centre_of)},
                   {"endpoints", endpoints},
                   {"readers", reader_agreement(file, readings)},
                   {"queries", queries_json(flow)}};
  return flow;
}

Json run_screen(Study& study) {
  const Flow flow = flow_of(study);
  const std::string now = criteria_version(study.file);
  const auto last = study.ledger.find("screen", "criteria");
  if (!last || last->result != now) {
    Json criteria = Json::array();
    for (const auto& criterion : study.file.eligibility)
      criteria.push_back({{"id", criterion.id}, {criterion.include ? "include" : "exclude", criterion.rule.text()}});
    study.database.transaction([&] {
      study.registry.note(
          "criteria",
          {{"version", now}, {"before", last ? Json(last->result) : Json(nullptr)}, {"criteria", criteria}});
      study.ledger.record({"screen", "criteria", now, true, "", now, 0});
    });
  }
  write_file_if_changed(study.folder / "reports" / "flow.json", dump_json(flow.document, 1) + "\n");
  write_file_if_changed(study.folder / "reports" / "queries.csv", queries_csv(flow.queries, flow.centre_of));
  return flow.document;
}

}  // namespace larc::study
